"""Pieces of input to events: packed, spread over lines, invalid, not closed yet."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.formats.documents import documents
from firelake.history.backfill.reading import Found, PieceReader
from firelake.history.backfill.slices import Piece, digest_of_chunk
from firelake.transform.events import EventReader
from tests.strategies.records import records
from tests.unit.history.runs import CLOSING, CONTRACT_TEXT, DAY_S, T0_S, line, pieces_of

CONTRACT = parse_contract(CONTRACT_TEXT)
READER = PieceReader(
    EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY),
    CLOSING,
    (T0_S + 30 * DAY_S) * 1000,
)


def read(*data: bytes) -> Found:
    return READER.read(pieces_of(*data))


def uuids(found: Found) -> list[str]:
    return [event.event_uuid for event in found.events]


def reasons(found: Found) -> list[tuple[str, int, str]]:
    return [
        (each.source, each.document.line, each.problems[0].reason.value) for each in found.invalid
    ]


def test_each_line_is_an_event() -> None:
    found = read(line("a") + b"\n \t\r\n" + line("b"), line("c", name="ping"))
    assert uuids(found) == ["a", "b", "c"]
    assert found.count == 3


def test_events_packed_in_one_line_are_read_by_themselves_whatever_their_partitions() -> None:
    text = line("a").strip() + line("b", T0_S + DAY_S, "ping").strip() + b'{"event_uuid":1}'
    found = read(text + line("c"))
    assert uuids(found) == ["a", "b", "c"]
    assert [event.dt for event in found.events] == ["2026-01-15", "2026-01-16", "2026-01-15"]
    assert reasons(found) == [("input 0", 1, "event_uuid")]
    assert found.count == 4


def test_every_item_of_a_wrapper_is_read_whatever_their_partitions() -> None:
    sources = '[sources.web]\npreset = "segment_batch"\n'
    reader = PieceReader(
        EventReader(
            parse_contract(CONTRACT_TEXT + sources),
            lateness_days=None,
            granularity=Granularity.DAY,
        ),
        CLOSING,
        (T0_S + 30 * DAY_S) * 1000,
    )
    call = {"type": "page", "messageId": "1", "timestamp": "2026-01-15T12:00:00Z"}
    items = [call, {**call, "messageId": None}, {**call, "messageId": "2", "type": "ping"}]
    found = reader.read(pieces_of(json.dumps({"batch": items}).encode() + line("c")))
    assert uuids(found) == ["1", "2", "c"]
    assert len({event.owner for event in found.events}) == 3
    (invalid,) = found.invalid
    assert json.loads(invalid.document.data) == {"batch": [items[1]]}


def test_an_event_spread_over_lines_is_put_together() -> None:
    spread = json.dumps(json.loads(line("a", note={"text": "{\n["})), indent=1).encode()
    found = read(spread + b"\n" + line("b") + spread.replace(b'"a"', b'"c"'))
    assert uuids(found) == ["a", "b", "c"]
    assert not found.invalid


def test_without_lines_what_is_broken_costs_itself_alone() -> None:
    found = read(b'{"event_uuid": "cut'.join(line(uuid).strip() for uuid in "abc"))
    assert uuids(found) == ["a", "b", "c"]
    assert [each.document.offset for each in found.invalid] == [
        len(line("a")) - 1,
        2 * len(line("a")) + 17,
    ]


def test_what_is_no_json_costs_only_its_own_line() -> None:
    found = read(line("a") + b'{"event_uuid": "cut\n' + line("b") + b"\xff\xfe\n" + line("c"))
    assert uuids(found) == ["a", "b", "c"]
    assert reasons(found) == [("input 0", 2, "not_json"), ("input 0", 4, "not_utf8")]
    assert found.invalid[0].document.data == b'{"event_uuid": "cut'


def test_an_event_that_is_not_closed_is_counted_and_its_creation_kept() -> None:
    young_s = T0_S + 25 * DAY_S + 0.5
    found = read(line("a") + line("young", young_s) + line("closed", T0_S + 18 * DAY_S - 1))
    assert uuids(found) == ["a", "closed"]
    assert (found.later, found.latest_s) == (1, young_s)


def test_an_event_of_the_future_is_invalid() -> None:
    assert reasons(read(line("a", T0_S + 40 * DAY_S))) == [("input 0", 1, "too_early")]


def test_positions_tell_the_content_and_the_number_of_the_event() -> None:
    data = line("a") + b"{}\n" + line("b")
    digest = digest_of_chunk(pieces_of(data))
    rows = [json.loads(event.row) for event in read(data).events]
    assert [row["stream_position"] for row in rows] == [
        f"backfill:{digest}:0#0",
        f"backfill:{digest}:2#0",
    ]
    assert rows == [json.loads(event.row) for event in read(data).events]


def test_a_document_that_is_too_long_is_invalid_and_told_so() -> None:
    (found,) = documents([b'{"a":"' + b"x" * 99 + b'"}'], max_bytes=50)
    invalid = READER.read([Piece("input", (found,))]).invalid
    assert [(each.place, each.problems[0].expected) for each in invalid] == [
        ("line 1 (byte 0)", "a document of at most 50 bytes")
    ]


@settings(max_examples=40)
@given(st.lists(records(CONTRACT), max_size=4))
def test_any_bytes_are_read_and_counted(several: list[bytes]) -> None:
    found = READER.read(pieces_of(*several))
    assert found.count == len(found.events) + len(found.invalid) + found.later
    assert len({event.owner for event in found.events}) == len(found.events)
    now = datetime.fromtimestamp(T0_S + 30 * DAY_S, UTC).timestamp()
    assert all(CLOSING.is_closed(event.created_at_s, now) for event in found.events)
