"""Pieces of input to events: packed, spread over lines, invalid, not closed yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.events import parse_contract
from contract.layout import Granularity
from ops.backfill.reading import Found, PieceReader
from ops.backfill.slices import Piece, digest_of_chunk
from tests.strategies.records import records
from tests.unit.ops.backfill.runs import CLOSING, CONTRACT_TEXT, DAY_S, T0_S, line
from transform.events import EventReader

CONTRACT = parse_contract(CONTRACT_TEXT)
READER = PieceReader(
    EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY),
    CLOSING,
    (T0_S + 30 * DAY_S) * 1000,
)


def read(*data: bytes) -> Found:
    return READER.read([Piece(f"input {number}", 1, each) for number, each in enumerate(data)])


def uuids(found: Found) -> list[str]:
    return [event.event_uuid for event in found.events]


def reasons(found: Found) -> list[tuple[str, int, str]]:
    return [(each.source, each.line, each.problems[0].reason.value) for each in found.invalid]


def test_each_line_is_an_event_with_its_place() -> None:
    found = read(line("a") + b"\n \t\r\n" + line("b"), line("c", name="ping"))
    assert uuids(found) == ["a", "b", "c"]
    assert (found.sources, found.lines) == ([0, 0, 1], [1, 4, 1])
    assert found.count == 3


def test_events_packed_in_one_line_are_read_by_themselves_whatever_their_partitions() -> None:
    text = line("a").strip() + line("b", T0_S + DAY_S, "ping").strip() + b'{"event_uuid":1}'
    found = read(text + line("c"))
    assert uuids(found) == ["a", "b", "c"]
    assert [event.dt for event in found.events] == ["2026-01-15", "2026-01-16", "2026-01-15"]
    assert reasons(found) == [("input 0", 1, "event_uuid")]
    assert found.count == 4


def test_an_event_spread_over_lines_is_put_together() -> None:
    spread = json.dumps(json.loads(line("a", note={"text": "{\n["})), indent=1).encode()
    found = read(spread + b"\n" + line("b") + spread.replace(b'"a"', b'"c"'))
    assert uuids(found) == ["a", "b", "c"]
    assert found.lines[0] == 1
    assert not found.invalid


def test_what_is_no_json_costs_only_its_own_line() -> None:
    found = read(line("a") + b'{"event_uuid": "cut\n' + line("b") + b"\xff\xfe\n" + line("c"))
    assert uuids(found) == ["a", "b", "c"]
    assert reasons(found) == [("input 0", 2, "not_json"), ("input 0", 4, "not_utf8")]
    assert found.invalid[0].payload == b'{"event_uuid": "cut'


def test_an_event_that_is_not_closed_is_counted_and_its_creation_kept() -> None:
    young_s = T0_S + 25 * DAY_S + 0.5
    found = read(line("a") + line("young", young_s) + line("closed", T0_S + 18 * DAY_S - 1))
    assert uuids(found) == ["a", "closed"]
    assert (found.later, found.latest_s) == (1, young_s)


def test_an_event_of_the_future_is_invalid() -> None:
    assert reasons(read(line("a", T0_S + 40 * DAY_S))) == [("input 0", 1, "too_early")]


def test_positions_tell_the_content_and_the_number_of_the_event() -> None:
    data = line("a") + b"{}\n" + line("b")
    digest = digest_of_chunk([Piece("", 1, data)])
    rows = [json.loads(event.row) for event in read(data).events]
    assert [row["stream_position"] for row in rows] == [
        f"backfill:{digest}:0#0",
        f"backfill:{digest}:2#0",
    ]
    assert rows == [json.loads(event.row) for event in read(data).events]


@pytest.mark.parametrize("depth", [5, 500])
def test_brackets_that_never_close_are_invalid_line_by_line(depth: int) -> None:
    found = read(b'{"a":[\n' * depth + line("a"))
    assert uuids(found) == ["a"]
    assert [each.line for each in found.invalid] == list(range(1, depth + 1))


@settings(max_examples=40)
@given(st.lists(records(CONTRACT), max_size=4))
def test_any_bytes_are_read_and_counted(several: list[bytes]) -> None:
    found = READER.read([Piece("input", 1, each) for each in several])
    assert len(found.events) == len(found.lines) == len(found.sources)
    assert found.count == len(found.events) + len(found.invalid) + found.later
    assert len({event.owner for event in found.events}) == len(found.events)
    now = datetime.fromtimestamp(T0_S + 30 * DAY_S, UTC).timestamp()
    assert all(CLOSING.is_closed(event.created_at_s, now) for event in found.events)
