"""Maps: objects whose keys nobody declares, with values of one type."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from firelake.contract.events import parse_contract
from firelake.transform.restore import RowRestorer
from tests.helpers.transform_parts import POSITION, reader_of

CONTRACT: Final = parse_contract(
    """
version = 1
[fields]
labels = { type = "map<string,string>", max_length = 3, description = "Labels." }
counts = { type = "map<string,bigint>", description = "Counts." }
seen = { type = "map<string,timestamp>", description = "When." }
[fields.prices]
type = "map<string,struct<Net:decimal(9,2),at:timestamp>>"
description = "By country."
members.Net = { required = true, min = 0 }
[events.a]
description = "An event."
optional = ["labels", "counts", "seen", "prices"]
"""
)
READER: Final = reader_of(CONTRACT, lateness_days=None)


def reading_of(fields: str) -> Any:  # noqa: ANN401 -- a reading
    event = f'{{"event_uuid":"1","event_name":"a","created_at":1768478390,{fields}}}'
    return READER.read(event.encode(), POSITION)


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ('"labels":{"B":"x","b":"y","":"z"}', {"B": "x", "b": "y", "": "z"}),
        ('"labels":{"a":null}', {"a": None}),
        ('"labels":{}', {}),
        ('"labels":{"a":"x","a":"y"}', {"a": "y"}),
        ('"counts":{"a":1,"b":-9223372036854775808}', {"a": 1, "b": -(2**63)}),
        ('"seen":{"a":"2026-01-15T12:00:00+01:00"}', {"a": "2026-01-15 11:00:00.000"}),
        (
            '"prices":{"DE":{"Net":1.50,"at":0},"fr":null}',
            {"DE": {"net": "1.5", "at": "1970-01-01 00:00:00.000"}, "fr": None},
        ),
    ],
)
def test_keys_stay_as_they_are_sent(fields: str, column: object) -> None:
    (event,) = reading_of(fields).events
    name = fields.split('"')[1]
    assert json.loads(event.row)[name] == column


@pytest.mark.parametrize(
    ("fields", "reason", "path"),
    [
        ('"labels":{"private key":17}', "field_type", "labels[*]"),
        ('"labels":{"private key":"long"}', "field_type", "labels[*]"),
        ('"counts":{"a":1,"private key":1.0}', "field_type", "counts[*]"),
        ('"seen":{"private key":"today"}', "field_type", "seen[*]"),
        ('"prices":{"private key":{"Net":-1}}', "field_type", "prices[*].Net"),
        ('"prices":{"private key":{"at":0}}', "field_missing", "prices[*].Net"),
        ('"prices":{"private key":[]}', "field_type", "prices[*]"),
        ('"labels":[]', "field_type", "labels"),
        ('"labels":"a"', "field_type", "labels"),
    ],
)
def test_a_value_of_another_type_is_named_without_its_key(
    fields: str, reason: str, path: str
) -> None:
    (problem,) = reading_of(fields).problems
    assert (problem.reason.value, problem.path) == (reason, path)
    assert "private" not in problem.expected


def test_an_event_is_restored_with_the_keys_that_it_had() -> None:
    fields = (
        '"labels":{"B":"x","b":null},"seen":{"A b":"2026-01-15T12:00:00.000Z","c":null},'
        '"prices":{"DE":{"Net":"1.5"}}'
    )
    (event,) = reading_of(fields).events
    restored = json.loads(RowRestorer(CONTRACT).restore(event.row))
    assert {name: restored[name] for name in ("labels", "seen", "prices")} == json.loads(
        f"{{{fields}}}"
    )


def test_what_a_struct_in_a_map_does_not_declare_is_in_extras() -> None:
    (event,) = reading_of('"prices":{"DE":{"Net":"1","Tax":2}}').events
    row = json.loads(event.row)
    assert row["prices"] == {"DE": {"net": "1"}}
    assert json.loads(row["extras"]) == {"prices": {"DE": {"Net": "1", "Tax": 2}}}
