"""JSON lines are read as they come, whole, and no faster than wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.lines import at_rate, chunked, json_lines
from ops.records import MAX_DATA_BYTES, Outgoing, fits_a_record
from tests.unit.ops.fakes import FakeTime


def lines_of(*readings: bytes) -> list[bytes]:
    rest = iter([*readings, b""])
    return [each.payload for chunk in json_lines(lambda: next(rest)) for each in chunk]


@pytest.mark.parametrize(
    ("readings", "lines"),
    [
        ([b'{"a":1}\n{"b":2}\n'], [b'{"a":1}', b'{"b":2}']),
        ([b'{"a":1}\n{"b":2}'], [b'{"a":1}', b'{"b":2}']),
        ([b'{"a"', b":1", b'}\n{"b":2}\n'], [b'{"a":1}', b'{"b":2}']),
        ([b'{"a":1}\r\n \t\r\n\n{"b":2}\r\n'], [b'{"a":1}', b'{"b":2}']),
        ([b"\xff\x00\n\x0c\n"], [b"\xff\x00", b"\x0c"]),
        ([], []),
    ],
    ids=["lines", "no newline at the end", "in pieces", "blank lines", "no JSON", "nothing"],
)
def test_lines_are_given_as_they_are_and_blank_ones_left_out(
    readings: list[bytes], lines: list[bytes]
) -> None:
    assert lines_of(*readings) == lines


def test_lines_come_as_soon_as_they_are_read() -> None:
    readings = iter([b"1\n2", b"3\n", b""])
    chunks = json_lines(lambda: next(readings))
    assert next(chunks) == [Outgoing(b"1")]
    assert next(chunks) == [Outgoing(b"23")]


@pytest.mark.parametrize("filler", [b"a", b" "], ids=["text", "spaces"])
def test_an_endless_line_is_neither_kept_in_memory_nor_taken_for_one_that_fits(
    filler: bytes,
) -> None:
    lines = lines_of(b"first\n", *[filler * 500_000] * 5, b"\nlast\n")
    assert [len(line) for line in lines] == [5, MAX_DATA_BYTES, 4]
    assert not fits_a_record(Outgoing(lines[1]))


@given(
    st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line)),
    st.lists(st.integers(1, 7), min_size=1),
)
def test_where_readings_end_does_not_matter(lines: list[bytes], sizes: list[int]) -> None:
    content = b"".join(line + b"\n" for line in lines)
    readings: list[bytes] = []
    while content:
        size = sizes[len(readings) % len(sizes)]
        readings.append(content[:size])
        content = content[size:]
    stripped = [line.strip(b" \t\r") for line in lines]
    assert lines_of(*readings) == [line for line in stripped if line]


def test_no_moment_sees_more_than_the_rate_allows() -> None:
    time = FakeTime()
    chunks = [[Outgoing(b"%d" % number) for number in range(100)]] * 3
    seen = 0
    for chunk in at_rate(chunks, 40.0, time.read, time.sleep):
        seen += len(chunk)
        assert seen <= (time.now_s - 1000) * 40 + 1
    assert seen == 300
    assert time.now_s - 1000 == pytest.approx(299 / 40, abs=0.051)


def test_a_low_rate_waits_from_event_to_event() -> None:
    time = FakeTime()
    sent_at = [
        (time.now_s, [each.payload for each in chunk])
        for chunk in at_rate(
            [[Outgoing(b"a"), Outgoing(b"b")], [Outgoing(b"c")]], 0.5, time.read, time.sleep
        )
    ]
    assert sent_at == [(1000.0, [b"a"]), (1002.0, [b"b"]), (1004.0, [b"c"])]


def test_chunks_hold_so_many_and_the_last_one_the_rest() -> None:
    outgoing = [Outgoing(b"%d" % number) for number in range(7)]
    assert list(chunked(outgoing, 3)) == [outgoing[:3], outgoing[3:6], outgoing[6:]]
