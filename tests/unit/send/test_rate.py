"""Chunks of what is to be sent, no faster than wanted."""

from __future__ import annotations

import pytest

from firelake.send.rate import at_rate, chunked
from firelake.send.records import Outgoing
from tests.unit.cli.fakes import FakeTime


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
