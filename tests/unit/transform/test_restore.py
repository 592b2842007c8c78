"""`restore` gives the event of a row back, and the event gives the row again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.contract.types import Kind
from firelake.transform.errors import RestoreError
from firelake.transform.restore import RowRestorer
from tests.helpers.contracts import LEARNING
from tests.helpers.reference_json import Json, load
from tests.helpers.reference_values import convert
from tests.helpers.transform_parts import (
    POSITION,
    contract_of,
    event_text,
    learning_reader,
    only_event,
    reader_of,
    row_of,
    spliced,
)
from tests.strategies.contracts import contracts
from tests.strategies.events import SpelledEvent, valid_events

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

FIELDS = {
    "price": "decimal(6,2)",
    "prices": "array<decimal(6,2)>",
    "at": "timestamp",
    "times": "array<timestamp>",
    "tree": "json",
    "note": "string",
}
THINGS = contract_of(FIELDS)
READER = reader_of(THINGS)
RESTORER = RowRestorer(THINGS)


def test_a_row_becomes_the_event_that_was_sent() -> None:
    data = spliced(
        '"price": "1.5", "prices": ["2", null], "at": "2026-01-15T12:00:00.000Z",'
        ' "times": [null, "1969-12-31T23:59:59.999Z"], "tree": {"b": 1.0, "a": []},'
        r' "note": "\u00e9", "more": {"b":1e400}, "extras": 1, "dt": "x"'
    )
    event = json.loads(RESTORER.restore(only_event(READER.read(data, POSITION)).row))
    assert event == json.loads(data)


def test_a_null_goes_and_moments_and_decimals_are_spelled_anew() -> None:
    data = spliced(
        '"price": 1.50, "prices": null, "at": 0, "times": ["2026-01-15T12:00:00+01:00"],'
        ' "tree": null, "note": null, "more": null'
    )
    event = json.loads(RESTORER.restore(only_event(READER.read(data, POSITION)).row))
    assert event == {
        "event_uuid": "id-1",
        "event_name": "thing:done",
        "created_at": 1768478390.5,
        "price": "1.5",
        "at": "1970-01-01T00:00:00.000Z",
        "times": ["2026-01-15T11:00:00.000Z"],
        "tree": None,
        "more": None,
    }


def test_a_new_field_comes_back_as_it_was_sent() -> None:
    contract = contract_of({"price": "decimal(6,2)"}, version=2, since={"price": 2})
    row = only_event(reader_of(contract).read(spliced('"price": 1.50'), POSITION)).row
    assert b'"price":1.50' in RowRestorer(contract).restore(row)


@pytest.mark.parametrize("oldest_version", [1, 2, 3])
def test_an_event_comes_back_whichever_tables_were_in_use(oldest_version: int) -> None:
    fields, since = {"price": "string", "mood": "string"}, {"price": 2, "mood": 3}
    contract = contract_of(fields, version=3, since=since)
    reader = reader_of(contract, oldest_version=oldest_version)
    data = spliced('"mood": "b", "price": "1", "undeclared": [1.0]')
    event = json.loads(RowRestorer(contract).restore(only_event(reader.read(data, POSITION)).row))
    assert event == json.loads(data)


def test_a_row_may_be_restored_by_a_later_contract() -> None:
    row = only_event(READER.read(spliced('"new": "2026-01-15"'), POSITION)).row
    later = RowRestorer(contract_of(FIELDS | {"new": "date"}, version=2, since={"new": 2}))
    assert json.loads(later.restore(row))["new"] == "2026-01-15"


def test_text_and_bytes_are_the_same_row() -> None:
    row = only_event(READER.read(event_text().encode(), POSITION)).row
    assert RESTORER.restore(row.decode()) == RESTORER.restore(row)


def test_columns_that_the_function_derived_are_not_in_the_event() -> None:
    row = row_of(READER.read(event_text().encode(), POSITION))
    event = json.loads(RESTORER.restore(json.dumps(row)))
    assert set(event) == {"event_uuid", "event_name", "created_at"}


ROW = only_event(READER.read(event_text().encode(), POSITION)).row.decode()


def test_a_column_that_somebody_made_null_is_no_reason_to_refuse_a_row() -> None:
    event = json.loads(RESTORER.restore(f'{ROW[:-1]},"at":null,"price":null}}'))
    assert (event["at"], event["price"]) == (None, None)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"", "truncated"),
        (b"\xff", "utf-8"),
        (b"[]", "Expected `object`"),
        (b"{}", "lacks created_at, created_datetime, event_name, event_uuid"),
        (event_text().encode(), "lacks created_datetime, ingested_at, stream_position"),
        (f"{ROW}{ROW}".encode(), "malformed"),
        (b'{"a":' * 100_000, "nested more than 402 deep"),
        (f'{ROW[:-1]},"extras":1}}'.encode(), "Expected `str`"),
        (f'{ROW[:-1]},"extras":"[]"}}'.encode(), "Expected `object`"),
        (f'{ROW[:-1]},"extras":"{"[" * 1000}"}}'.encode(), "nested more than 402 deep"),
        (f'{ROW[:-1]},"tree":1}}'.encode(), "Expected `str`"),
        (f'{ROW[:-1]},"at":[[]]}}'.encode(), "Expected `str | null`"),
    ],
    ids=[
        "empty",
        "no UTF-8",
        "no object",
        "nothing",
        "an event as sent",
        "two rows",
        "deep",
        "extras no text",
        "extras no object",
        "extras deep",
        "json no text",
        "timestamp no text",
    ],
)
def test_what_is_no_row_is_refused_with_the_reason(row: bytes, why: str) -> None:
    with pytest.raises(RestoreError, match="give one JSON object of it") as caught:
        RESTORER.restore(row)
    assert why in str(caught.value)


def assert_round_trip(contract: EventContract, event: SpelledEvent) -> None:
    reader = reader_of(contract)
    (first,) = reader.read(event.text.encode(), POSITION).events
    restored = RowRestorer(contract).restore(first.row)
    (second,) = reader.read(restored, POSITION).events
    assert json.loads(second.row) == json.loads(first.row)
    assert normal(load(restored.decode()), contract) == normal(load(event.text), contract)


def normal(event: Json, contract: EventContract) -> dict[str, object]:
    """An event without the differences that a row cannot keep."""
    assert isinstance(event, dict)
    known = contract.events.get(str(event["event_name"]))
    found: dict[str, object] = dict(event)
    found["created_at"] = float(str(event["created_at"]))
    for name in known.fields if known else ():
        field = contract.fields[name]
        if name in event and field.type.kind is not Kind.JSON:
            if event[name] is None:
                del found[name]
            else:
                found[name] = convert(event[name], field)
    return found


@given(valid_events(LEARNING))
def test_an_event_of_the_shipped_contract_makes_the_round_trip(event: SpelledEvent) -> None:
    (first,) = learning_reader().read(event.text.encode(), POSITION).events
    restored = RowRestorer(LEARNING).restore(first.row)
    (second,) = learning_reader().read(restored, POSITION).events
    assert json.loads(second.row) == json.loads(first.row)


@settings(max_examples=2 * settings().max_examples)
@given(contracts().flatmap(lambda each: st.tuples(st.just(each), valid_events(each))))
def test_an_event_of_any_contract_makes_the_round_trip(
    case: tuple[EventContract, SpelledEvent],
) -> None:
    assert_round_trip(*case)
