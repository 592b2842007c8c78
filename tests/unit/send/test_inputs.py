"""Inputs of produce: what backfill reads is read, what is no JSON is refused before it is sent."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.operations.errors import InputError
from firelake.send.inputs import documents_to_send
from firelake.send.records import Outgoing, fault_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENTS = [{"event_uuid": "ü-1", "a": {"b": [1, "}{"]}}, {"event_uuid": "u-2"}]
LINES = b"".join(json.dumps(each).encode() + b"\n" for each in EVENTS)
# 103 bytes; produce goes by the first MiB.
BROKEN = b"{bad" + b"x" * 97 + b"}\n"
SPREAD = b"\n".join(json.dumps(each, indent=2).encode() for each in EVENTS)


def reading(*readings: bytes) -> Callable[[], bytes]:
    rest = iter([*readings, b""])
    return lambda: next(rest)


def outgoing(*readings: bytes) -> list[Outgoing]:
    return [each for chunk in documents_to_send(reading(*readings), "input") for each in chunk]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(LINES, id="lines"),
        pytest.param(LINES.replace(b"\n", b""), id="nothing between"),
        pytest.param(LINES.replace(b"\n", b"\r\n"), id="another end of lines"),
        pytest.param(SPREAD, id="spread over lines"),
        pytest.param(json.dumps(EVENTS).encode(), id="array"),
        pytest.param(json.dumps(EVENTS, indent="\t").encode(), id="array spread over lines"),
        pytest.param(gzip.compress(LINES), id="gzip"),
        pytest.param(b"".join(map(gzip.compress, LINES.splitlines())), id="members of gzip"),
        pytest.param(b"\xef\xbb\xbf" + LINES, id="byte order mark"),
        pytest.param(LINES.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(gzip.compress(LINES.decode().encode("utf-16-be")), id="UTF-16, gzip"),
    ],
)
@pytest.mark.parametrize("size", [1, 10_000])
def test_what_backfill_reads_is_sent_one_event_a_line(body: bytes, size: int) -> None:
    found = outgoing(*(body[at : at + size] for at in range(0, len(body), size)))
    assert [json.loads(each.payload) for each in found] == EVENTS
    assert [each.fault for each in found] == [None, None]
    assert not any(b"\n" in each.payload or b"\r" in each.payload for each in found)


def test_an_event_on_one_line_is_sent_as_it_is_spelled() -> None:
    assert [each.payload for each in outgoing(b' {"a": 1.50,\t"a":2} ')] == [b'{"a": 1.50,\t"a":2}']


def test_nothing_is_nothing() -> None:
    assert outgoing(b" \n") == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'id,json\n1,"{""a"": 1}"\n', id="CSV"),
        pytest.param(b'id,json\n1,{"a": 1}\n', id="CSV with objects"),
        pytest.param(b'2026-01-01T00:00:00Z {"a": 1}\n', id="log"),
        pytest.param(b"PK\x03\x04\x14\0\0\0", id="zip"),
        pytest.param(b"PAR1\x15\x04", id="Parquet"),
        pytest.param(b'"text"\n{"a":1}', id="text"),
        pytest.param(b"[1, 2, 3]", id="array of numbers"),
        pytest.param("id,ü\n".encode("utf-16"), id="CSV in UTF-16"),
        pytest.param(BROKEN * 18_000, id="nothing but broken objects"),
        pytest.param(gzip.compress(b"id,name\n1,x\n"), id="CSV, gzip"),
        pytest.param(gzip.compress(LINES)[:15], id="gzip that is cut off at once"),
        pytest.param(b"event_uuid: u-1\n", id="YAML"),
    ],
)
def test_what_is_no_json_is_refused_before_anything_is_given(body: bytes) -> None:
    chunks = documents_to_send(reading(body, LINES), "'events.csv'")
    with pytest.raises(InputError, match=r"^'events.csv' is not sent, .*: line 1 \(byte \d\): "):
        next(chunks)


def test_what_cannot_be_sent_is_told_with_its_place_and_the_others_are_given() -> None:
    good = b'{"a":1}'
    large = b'{"a":"' + b"x" * 1_048_576 + b'"}'
    body = b"\n".join([good, b'{"a":tru', good, b"[1]", b'"b"', b'{"c":"\xff"}', large, b"x", good])
    found = outgoing(body)
    assert [each.payload for each in found if fault_of(each) is None] == [good] * 3
    assert [(each.place, fault_of(each)) for each in found if fault_of(each)] == [
        ("line 2 (byte 8)", "it is no JSON (8 bytes)"),
        ("line 4 (byte 26)", "it is no JSON object"),
        ("line 5 (byte 29)", "it is no JSON object"),
        ("line 6 (byte 33)", "it is not UTF-8"),
        ("line 7 (byte 43)", "it has 1,048,584 bytes, and a record holds at most 1,048,559"),
        ("line 8 (byte 1,048,628)", "it is no JSON (1 bytes)"),
    ]


def test_gzip_that_ends_too_early_is_told_after_what_it_holds() -> None:
    body = gzip.compress(b"".join(b'{"n":%d}\n' % number for number in range(50_000)))
    *good, last = outgoing(body[: len(body) // 2])
    assert len(good) > 1000
    assert all(each.fault is None for each in good)
    assert last.fault == "its gzip ends too early: from here on it is not read"


def test_events_are_given_before_the_next_reading_waits() -> None:
    asked: list[int] = []
    given: list[bytes] = []

    def read() -> bytes:
        asked.append(len(given))
        return [b'{"a":1}\n{"b"', b":2}", b""][len(asked) - 1]

    chunks: Iterator[list[Outgoing]] = documents_to_send(read, "input")
    for chunk in chunks:
        given += [each.payload for each in chunk]
    assert given == [b'{"a":1}', b'{"b":2}']
    assert next(documents_to_send(reading(b'{"a":1}\n', b'{"b":2}'), "input")) == [
        Outgoing(b'{"a":1}', place="line 1 (byte 0)")
    ]


def test_what_reading_raises_is_raised_after_what_was_read() -> None:
    readings = iter([b'{"a":1}'])
    message = "the disk is gone"

    def read() -> bytes:
        for piece in readings:
            return piece
        raise InputError(message)

    chunks = documents_to_send(read, "input")
    assert next(chunks)[0].payload == b'{"a":1}'
    with pytest.raises(InputError, match="the disk is gone"):
        next(chunks)


@given(st.binary(max_size=100))
def test_any_bytes_are_given_or_refused(data: bytes) -> None:
    try:
        found = outgoing(data)
    except InputError:
        return
    assert all(each.place for each in found)
