"""Producing as a whole: everything that is read is accepted once, whatever is refused."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.operations.errors import InputError, StreamError
from firelake.send.outbox import Outlet
from firelake.send.pack import PackedEvents, SingleEvents
from firelake.send.produce import Production, produce
from firelake.send.put import Tally
from firelake.send.records import Outgoing
from tests.unit.cli.fakes import THROTTLED, FakeStream, FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.send.pack import Packer
    from firelake.send.put import PutRecords
    from firelake.send.records import Record


def outlet(put: PutRecords, *, packed: bool = False, patience_s: float = 1e9) -> Outlet:
    numbers = itertools.count()

    def key() -> str:
        return f"{next(numbers):016x}"

    packer: Packer = SingleEvents(key)
    if packed:
        packer = PackedEvents(lambda payload, _: (payload[:1].decode(), "2026-01-15"), key)
    return Outlet(
        packer=packer,
        put=put,
        pace=FakeTime().pace(patience_s),
        now_ms=lambda: time.monotonic_ns() // 1_000_000,
    )


def chunks_of(payloads: list[bytes], size: int = 100) -> Iterator[list[Outgoing]]:
    for start in range(0, len(payloads), size):
        yield [Outgoing(payload) for payload in payloads[start : start + size]]


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=40),
    st.integers(1, 1500),
    st.integers(1, 700),
    st.booleans(),
)
def test_every_event_is_accepted_once_whatever_is_refused(
    refusals: list[int], count: int, chunk_size: int, packed: bool
) -> None:
    """Record number n is refused as often as the list says, going round."""

    def refuse(record: Record, attempt: int) -> str | None:
        times = refusals[int(record.partition_key, 16) % len(refusals)]
        return THROTTLED if attempt < times else None

    stream = FakeStream(refuse)
    payloads = [b"%c%d" % (b"abc"[number % 3], number) for number in range(count)]
    production = produce(chunks_of(payloads, chunk_size), outlet(stream.put, packed=packed))
    assert stream.lines == sorted(payloads)
    assert production.is_complete
    assert production.tally.events == count
    assert production.tally.records == len(stream.taken)
    assert production.tally.retried == sum(stream.calls) - len(stream.taken)


def test_the_reading_is_sent_in_as_few_calls_as_the_limits_allow() -> None:
    stream = FakeStream()
    produce([[Outgoing(b"%d" % number) for number in range(1700)]], outlet(stream.put))
    assert sorted(stream.calls) == [200, 500, 500, 500]


def test_what_stays_refused_is_counted_and_makes_it_incomplete() -> None:
    stream = FakeStream(lambda record, _: THROTTLED if record.data == b"7\n" else None)
    payloads = [b"%d" % number for number in range(10)]
    production = produce(chunks_of(payloads), outlet(stream.put, patience_s=1.0))
    assert production.tally == Tally(9, 9, 3, 1, Counter({THROTTLED: 4}))
    assert not production.is_complete


def test_an_event_that_no_record_holds_is_counted_and_the_others_are_sent() -> None:
    stream = FakeStream()
    production = produce(chunks_of([b"a", b"b" * 1_048_560, b"c"]), outlet(stream.put))
    assert stream.lines == [b"a", b"c"]
    assert (production.left, production.is_complete) == (1, False)
    assert production.first_left == ["it has 1,048,560 bytes, and a record holds at most 1,048,559"]


def test_records_leave_in_time_while_the_input_is_silent() -> None:
    arrived, stream = Event(), FakeStream()

    def put(records: Sequence[Record]) -> Sequence[str | None]:
        arrived.set()
        return stream.put(records)

    def silent() -> Iterator[list[Outgoing]]:
        yield [Outgoing(b"a1"), Outgoing(b"a2")]
        assert arrived.wait(10), "nothing was sent before the input ended"
        yield [Outgoing(b"a3")]

    assert produce(silent(), outlet(put, packed=True)).tally.records == 2
    assert [record.data for record in stream.taken] == [b"a1\na2\n", b"a3\n"]


def test_an_unmendable_failure_ends_it_without_further_calls() -> None:
    error = StreamError("no such stream")
    calls: list[int] = []

    def put(records: Sequence[Record]) -> Sequence[str | None]:
        calls.append(len(records))
        raise error

    def endless() -> Iterator[list[Outgoing]]:
        while True:
            yield [Outgoing(b"a")] * 500

    production = produce(endless(), outlet(put))
    assert production.tally.failure is error
    assert not production.is_complete
    assert production.tally.events == 0
    assert production.tally.refused >= 500
    assert len(calls) <= 8


def test_an_interruption_ends_it_with_what_was_sent_counted() -> None:
    stream = FakeStream()
    shown: list[int] = []

    def endless() -> Iterator[list[Outgoing]]:
        while True:
            yield [Outgoing(b"a")] * 500

    def interrupt(production: Production) -> None:
        shown.append(production.tally.events)
        if len(shown) == 3:
            raise KeyboardInterrupt

    production = produce(endless(), outlet(stream.put), interrupt)
    assert production.is_interrupted
    assert not production.is_complete
    assert production.tally.events == len(stream.taken) == shown[-1] > 0


def test_what_reading_raises_is_raised_after_what_was_read_is_sent() -> None:
    stream = FakeStream()

    def broken() -> Iterator[list[Outgoing]]:
        yield [Outgoing(b"a")]
        message = "the disk is gone"
        raise InputError(message)

    with pytest.raises(InputError, match="the disk is gone"):
        produce(broken(), outlet(stream.put))
    assert stream.lines == [b"a"]


def test_what_sending_raises_is_not_hidden() -> None:
    def put(records: Sequence[Record]) -> Sequence[str | None]:
        raise ZeroDivisionError(len(records))

    with pytest.raises(ZeroDivisionError):
        produce(chunks_of([b"a"]), outlet(put))


def test_no_more_calls_are_in_flight_than_wanted() -> None:
    stream = FakeStream()
    in_flight: list[int] = []
    most: list[int] = []

    def put(records: Sequence[Record]) -> Sequence[str | None]:
        in_flight.append(1)
        most.append(len(in_flight))
        time.sleep(0.01)
        in_flight.pop()
        return stream.put(records)

    produce(chunks_of([b"a"] * 10_000, 500), outlet(put))
    assert 2 <= max(most) <= 4
    assert len(stream.taken) == 10_000
