"""Events of producers with other shapes become rows by the contract's mapping, and come back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.errors import ContractFileError
from firelake.contract.events import EventContract, parse_contract
from firelake.contract.reasons import Reason
from firelake.transform.mapping import fit_name
from firelake.transform.moments import epoch_us
from firelake.transform.restore import RowRestorer
from tests.helpers.transform_parts import POSITION, reader_of

CONTRACT = """
version = 1
[events."track:order_completed"]
description = "An event."
"""
PRESETS = """
[sources.web]
preset = "segment"
[sources.bus]
preset = "cloudevents"
"""
LOGS = """
[sources.logs]
when = { "meta.kind" = "log" }
derived_id = ["log", "meta.at"]
fixed_name = "log:line"
created_at = { field = "meta.at", format = "ms" }
"""
SEGMENT = {
    "messageId": "m-1",
    "type": "track",
    "event": "Order Completed",
    "originalTimestamp": "2026-01-15T12:30:00.995+01:00",
    "timestamp": "2026-01-15T11:30:01Z",
    "event_name": "theirs",
    "properties": {"revenue": 1234.5},
}


def contract_of(sources: str) -> EventContract:
    return parse_contract(CONTRACT + sources)


def row_of(contract: EventContract, event: object) -> dict[str, Any]:
    reading = reader_of(contract).read(json.dumps(event).encode(), POSITION)
    assert not reading.problems
    return json.loads(reading.events[0].row)


def test_a_segment_call_has_the_time_that_its_copies_share() -> None:
    row = row_of(contract_of(PRESETS), SEGMENT)
    assert (row["event_uuid"], row["event_name"]) == ("m-1", "track:order_completed")
    assert row["created_datetime"] == "2026-01-15 11:30:00.995"
    assert json.loads(row["extras"])["properties"] == {"revenue": 1234.5}


def test_a_cloud_event_is_known_by_its_source_and_id_together() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "/a|b", "type": "com.Shop.Paid"}
    row = row_of(contract_of(PRESETS), {**event, "time": "2026-01-15T12:00:00.123456789Z"})
    assert (row["event_uuid"], row["event_name"]) == (r"/a\|b|1", "com_shop_paid")
    assert row["created_datetime"] == "2026-01-15 12:00:00.123"


def test_a_cloud_event_without_time_is_refused_by_the_name_of_its_field() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "/a", "type": "x"}
    reading = reader_of(contract_of(PRESETS)).read(json.dumps(event).encode(), POSITION)
    assert [(each.reason, each.path) for each in reading.problems] == [(Reason.CREATED_AT, "time")]


def test_equal_log_lines_have_one_derived_id_and_others_have_another() -> None:
    contract = contract_of(LOGS)
    lines = [
        {"log": text, "meta": {"kind": "log", "at": "1768478400123"}} for text in ("a", "a", "b")
    ]
    first, second, third = (row_of(contract, line)["event_uuid"] for line in lines)
    assert first == second != third


def test_an_event_that_no_source_knows_is_read_as_ever() -> None:
    plain = {"event_uuid": "p", "event_name": "track:order_completed", "created_at": 1768478400}
    assert row_of(contract_of(PRESETS), plain)["event_uuid"] == "p"


def test_the_examples_of_the_page_are_contracts() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sources.md").read_text()
    example, _, batches = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    event = {"kind": "reading", "sequence": 7, "device": {"id": "d|1", "at": 1768478400123}}
    row = row_of(contract_of(example), event)
    assert (row["event_uuid"], row["event_name"]) == (r"d\|1|7", "meter:read")
    call = {"messageId": "1", "type": "page", "timestamp": "2026-01-15T11:59:59Z"}
    row = row_of(contract_of(batches), {"writeKey": "k", "batch": [call]})
    assert (row["event_uuid"], row["event_name"]) == ("k|1", "page")


def test_rows_of_one_ga4_hit_are_events_of_their_own() -> None:
    contract = contract_of('[sources.site]\npreset = "ga4"\n')
    row: dict[str, object] = {
        "event_name": "page_view",
        "event_timestamp": "1768478400123456",
        "event_params": [],
    }
    hits = [{**row, "user_pseudo_id": None, "batch_event_index": each} for each in ("1", "2")]
    first, second = (row_of(contract, hit) for hit in hits)
    assert first["event_uuid"] != second["event_uuid"]
    assert first["created_at"] == 1768478400.123456


VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)


@given(
    st.dictionaries(
        st.sampled_from(["event_uuid", "event_name", "created_at", "$firelake_source", "x", "ü"]),
        VALUES,
    )
)
def test_a_row_gives_the_event_back_as_it_was_sent(more: dict[str, Any]) -> None:
    contract = contract_of(PRESETS)
    event = {**SEGMENT, **more}
    restored = RowRestorer(contract).restore(json.dumps(row_of(contract, event)))
    assert json.loads(restored) == event


@pytest.mark.parametrize(
    ("text", "time_format", "expected_us"),
    [
        ("1768478400", "s", 1_768_478_400_000_000),
        ("1768478400.1234567", "s", 1_768_478_400_123_456),
        ("1768478400123", "ms", 1_768_478_400_123_000),
        ("1768478400123456789", "ns", 1_768_478_400_123_456),
        ("2026-01-15T12:00:00", "iso8601_utc", 1_768_478_400_000_000),
        ("2026-01-15 12:00:00.5 UTC", "iso8601", 1_768_478_400_500_000),
        ("2026-01-15T07:00:00-0500", "iso8601", 1_768_478_400_000_000),
        ("2026-01-15T12:00:00", "iso8601", None),
        ("2026-02-30T12:00:00Z", "iso8601", None),
        ("15/Jan/2026:13:00:00 +0100", "clf", 1_768_478_400_000_000),
        ("2026-01-15T12:00:00Z", "clf", None),
        ("Sun Nov 29 10:00:20 2026", "%a %b %d %H:%M:%S %Y", 1_795_946_420_000_000),
        ("29.11.2026 01:00:20 PM", "%d.%m.%Y %I:%M:%S %p", 1_795_957_220_000_000),
        ("29.11.2026 12:00 am", "%d.%m.%Y %I:%M %p", 1_795_910_400_000_000),
        ("29.11.2026 13:00 PM", "%d.%m.%Y %I:%M %p", None),
        ("2026-11-29 5h", "%Y-%m-%d %Hh", 1_795_928_400_000_000),
        (
            "2026.11.29 AD at 10:00:12,1234567 +01:00",
            "%Y.%m.%d AD at %H:%M:%S,%f %z",
            1_795_942_812_123_456,
        ),
        ("2026.11.29 10:00:12", "%Y.%m.%d %H:%M:%S %z", None),
        ("2026.11.31 10:00:12", "%Y.%m.%d %H:%M:%S", None),
        ("29/Mai/2026:13:00:00 +0100", "clf", None),
        ("NaN", "s", None),
        ("", "ms", None),
    ],
)
def test_a_time_is_read_as_the_contract_says(
    text: str, time_format: str, expected_us: int | None
) -> None:
    assert epoch_us(text, time_format) == expected_us


@pytest.mark.parametrize(
    ("sent", "name"),
    [("a:b__c", "a:b__c"), ("Order Completed", "order_completed"), ("OrderPaid", "order_paid"),
     ("$pageview", "pageview"), ("😀", "u1f600"), ("$", "u24")],
)  # fmt: skip
def test_a_name_is_made_fit_by_one_rule(sent: str, name: str) -> None:
    assert fit_name(sent) == name


def test_a_name_that_would_become_one_given_to_another_is_refused() -> None:
    names = '[sources.web]\npreset = "segment"\nnames = { "track:Paid" = "track:paid" }\n'
    event = json.dumps({**SEGMENT, "event": "paid"}).encode()
    (problem,) = reader_of(contract_of(names)).read(event, POSITION).problems
    assert problem.reason is Reason.EVENT_NAME


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('[sources.x]\npreset = "none"\n', "must be one of segment"),
        (
            '[sources.x]\npreset = "segment"\ncreated_at = { field = "a", format = "%Y %q" }\n',
            "must be .* a form such as",
        ),
        (
            '[sources.x]\npreset = "segment"\ncreated_at = { field = "a", format = "%H:%M" }\n',
            "must be .* a form such as",
        ),
        ('[sources.x]\npreset = "segment"\nid = "a[b"\n', "must be a path such as"),
        ('[sources.x]\npreset = "segment"\nidd = "a"\n', "unknown key"),
        ('[sources.x]\nwhen = ["a"]\nid = "a"\nname = "b"\n', "created_at"),
        ('[sources.x]\npreset = "segment"\nnames = { a = "z", b = "z" }\n', "two names become"),
    ],
)
def test_a_wrong_source_is_named_with_how_to_mend_it(source: str, rule: str) -> None:
    with pytest.raises(ContractFileError, match=rule):
        contract_of(source)
