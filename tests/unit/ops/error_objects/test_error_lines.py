"""Lines and bodies of error objects: every form that was seen is read, whatever else is told."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.error_objects import bodies
from ops.error_objects.bodies import BodyError, numbered_lines, plain_pieces
from ops.error_objects.lines import ErrorRecord, Place, Unreadable, parse_line
from tests.unit.ops.error_objects.object_samples import NOON_MS, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[3] / "data" / "error_objects"
PLACE = Place("errors/type=processing-failed/dt=2026-11-22/x", 7)
EVENT = (
    b'{"event_uuid": "u-1", "event_name": "other:done", "created_at": 1795348740,'
    b' "colour": "red"}\n'
)


def parsed(line: bytes) -> ErrorRecord | Unreadable:
    return parse_line(line, PLACE, "processing-failed", opened_ms=NOON_MS - 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("processing-failed-2019", "Lambda.FunctionTimedOut"),
        ("processing-failed-2026", "Lambda.ProcessingFailedStatus"),
        ("processing-failed-quoted-numbers", "Lambda.FunctionError"),
    ],
)
def test_both_generations_hold_the_record_as_it_was_sent(name: str, code: str) -> None:
    record = parsed((DATA / f"{name}.ndjson").read_bytes())
    assert isinstance(record, ErrorRecord)
    assert (record.place, record.error_type, record.code) == (PLACE, "processing-failed", code)
    assert (record.arrived_ms, record.data) == (NOON_MS, EVENT)
    assert record.message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("format-conversion-failed", "DataFormatConversion.MalformedData"),
        ("metadata-extraction-failed", "DynamicPartitioning.MetadataExtractionFailed"),
        ("activePartitionExceeded", "DynamicPartitioning.ActivePartitionsLimitExceeded"),
    ],
)
def test_the_types_after_the_function_hold_its_row(name: str, code: str) -> None:
    record = parsed((DATA / f"{name}.ndjson").read_bytes())
    assert isinstance(record, ErrorRecord)
    assert record.code == code
    assert record.data.startswith(b'{"ingested_at":"2026-11-22 12:00:00.000",')


def test_a_line_needs_nothing_but_what_failed() -> None:
    record = parsed(b'{"rawData": "", "later": [1]}')
    assert isinstance(record, ErrorRecord)
    assert (record.data, record.code, record.message) == (b"", "", "")
    assert record.arrived_ms == NOON_MS - 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"{}",
        b'{"rawData": null}',
        b'{"rawData": "a"}',
        b'{"rawData": "*AAA"}',
        b'{"rawData": "", "arrivalTimestamp": "yesterday"}',
        b'{"rawData": "", "arrivalTimestamp": -1}',
        b'{"rawData": "", "arrivalTimestamp": 1e300}',
        b'{"rawData": ""}{"rawData": ""}',
        b'{"rawData": ' + b"[" * 100_000,
    ],
    ids=lambda line: repr(line[:40]),
)
def test_what_is_no_line_is_told_with_its_place(line: bytes) -> None:
    found = parsed(line)
    assert isinstance(found, Unreadable)
    assert found.place == PLACE
    assert found.why.startswith("it is no line of Firehose's: ")


@given(st.binary(max_size=60))
def test_no_bytes_make_the_reader_of_lines_fail(line: bytes) -> None:
    assert isinstance(parsed(line), ErrorRecord | Unreadable)


@given(st.binary(max_size=200))
def test_whatever_failed_comes_out_as_it_went_in(data: bytes) -> None:
    record = parsed(line_of(data))
    assert isinstance(record, ErrorRecord)
    assert record.data == data


def lines_of(body: bytes, size: int = 7) -> list[tuple[int, bytes]]:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return list(numbered_lines(plain_pieces(chunks)))


def test_lines_are_numbered_as_they_stand_and_blank_ones_left_out() -> None:
    assert lines_of(b"one\r\n\n  \nfour\nfive") == [(1, b"one"), (4, b"four"), (5, b"five")]


def test_an_empty_object_has_no_lines() -> None:
    assert lines_of(b"") == []
    assert lines_of(gzip.compress(b"")) == []


@given(
    st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b""))),
    st.integers(1, 50),
)
def test_gzip_is_unpacked_whatever_the_name_and_in_several_members(
    lines: list[bytes], size: int
) -> None:
    packed = b"".join(gzip.compress(line + b"\n") for line in lines)
    plain = b"".join(line + b"\n" for line in lines)
    assert lines_of(packed, size) == list(numbered_lines([plain]))


def test_a_body_of_one_byte_is_no_gzip() -> None:
    assert lines_of(b"\x1f") == [(1, b"\x1f")]


def test_gzip_that_ends_too_early_gives_what_it_has_and_tells() -> None:
    body = gzip.compress(b"".join(b"%d\n" % number for number in range(100_000)))
    found: list[tuple[int, bytes]] = []
    with pytest.raises(BodyError, match="gzip ends too early"):
        found.extend(numbered_lines(plain_pieces([body[: len(body) // 2]])))
    assert found[0] == (1, b"0")
    assert found[-1] == (len(found), b"%d" % (len(found) - 1))
    assert len(found) > 10_000


def test_damaged_gzip_is_told() -> None:
    body = bytearray(gzip.compress(b"one\n" * 1000))
    body[20] ^= 0xFF
    with pytest.raises(BodyError, match="gzip is damaged"):
        lines_of(bytes(body))


def test_a_line_without_an_end_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_LINE_BYTES", 100)
    taken = 0

    def chunks() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 60
            yield b"x" * 60

    with pytest.raises(BodyError, match="line 1 is longer than 100 bytes"):
        list(numbered_lines(chunks()))
    assert taken == 120


def test_gzip_that_unpacks_to_very_much_is_unpacked_in_pieces() -> None:
    packed = gzip.compress(b"\0" * 50_000_000)
    sizes = [len(piece) for piece in plain_pieces([packed])]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 262_144


def test_a_record_is_read_from_json_with_its_members_in_any_order() -> None:
    members = json.loads(line_of(b"x"))
    line = json.dumps(dict(reversed(members.items()))).encode()
    record = parsed(line)
    assert isinstance(record, ErrorRecord)
    assert record.data == base64.b64decode(members["rawData"])
