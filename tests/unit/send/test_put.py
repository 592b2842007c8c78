"""One call until Kinesis has every record: what is sent again, how often, and what is counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.aws.backoff import Waiting
from firelake.operations.errors import StreamError
from firelake.send.put import Pace, Tally, put_all
from firelake.send.records import Record
from tests.unit.cli.fakes import THROTTLED, FakeStream, FakeTime

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORDS = [Record(b"%d\n" % number, str(number), 1) for number in range(4)]


def refused_so_often(times: dict[str, int]) -> FakeStream:
    """A stream that refuses a partition key so many times."""
    return FakeStream(
        lambda record, attempt: THROTTLED if attempt < times.get(record.partition_key, 0) else None
    )


def test_only_the_refused_records_are_sent_again() -> None:
    stream = refused_so_often({"1": 2, "3": 1})
    tally = put_all(RECORDS, stream.put, FakeTime().pace())
    assert stream.calls == [4, 2, 1]
    assert [record.partition_key for record in stream.taken] == ["0", "2", "3", "1"]
    assert tally == Tally(records=4, events=4, retried=3, codes=Counter({THROTTLED: 3}))


def test_pauses_double_up_to_five_seconds() -> None:
    time = FakeTime()
    put_all(RECORDS, refused_so_often({"1": 8}).put, time.pace(jitter=1.0))
    assert time.sleeps_s == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


@pytest.mark.parametrize(
    ("jitter", "pause_s"), [(0.0, 0.05), (0.5, 0.075)], ids=["least", "middle"]
)
def test_chance_takes_up_to_half_of_a_pause(jitter: float, pause_s: float) -> None:
    time = FakeTime()
    put_all(RECORDS, refused_so_often({"1": 1}).put, time.pace(jitter=jitter))
    assert time.sleeps_s == pytest.approx([pause_s])


def test_what_is_still_refused_when_patience_ends_counts_by_its_events() -> None:
    time = FakeTime()
    records = [Record(b"{}\n{}\n{}\n", "a", 3), Record(b"{}\n", "b", 1)]
    stream = refused_so_often({"a": 1000})
    tally = put_all(records, stream.put, time.pace(patience_s=1.0))
    # 0.1 + 0.2 + 0.4 s are slept; 0.8 s more would be more than one second.
    assert (tally.records, tally.events, tally.refused, tally.retried) == (1, 1, 3, 3)
    assert time.now_s == pytest.approx(1000.7)


def test_without_patience_nothing_is_sent_again() -> None:
    stream = refused_so_often({"1": 1})
    tally = put_all(RECORDS, stream.put, FakeTime().pace(patience_s=0.0))
    assert stream.calls == [4]
    assert (tally.events, tally.refused, tally.retried) == (3, 1, 0)


def test_what_no_retry_mends_ends_it_and_keeps_what_was_counted_before() -> None:
    error = StreamError("no such stream", "ResourceNotFoundException")

    def put(records: Sequence[Record]) -> Sequence[str | None]:
        if len(records) == 4:
            return [None, None, THROTTLED, None]
        raise error

    tally = put_all(RECORDS, put, FakeTime().pace())
    assert (tally.events, tally.refused, tally.failure) == (3, 1, error)


def test_tallies_add_up() -> None:
    first, second = StreamError("first"), StreamError("second")
    tally = Tally(1, 2, 3, 4, Counter(a=1), first)
    tally.add(Tally(10, 20, 30, 40, Counter(a=1, b=2), second))
    assert tally == Tally(11, 22, 33, 44, Counter(a=2, b=2), first)


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=20),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 8),
)
def test_each_record_is_taken_once_or_counted_as_refused(
    times: list[int], jitter: float, patience_s: float
) -> None:
    records = [Record(b"%d\n" % number, str(number), 1) for number in range(len(times))]
    stream = refused_so_often({str(number): count for number, count in enumerate(times)})
    time = FakeTime()
    pace = Pace(now_s=time.read, waiting=Waiting(time.sleep, lambda: jitter), patience_s=patience_s)
    tally = put_all(records, stream.put, pace)
    assert len(set(stream.taken)) == len(stream.taken) == tally.records == tally.events
    assert tally.events + tally.refused == len(records)
    assert tally.retried == sum(stream.calls) - len(records)
    assert tally.codes.total() == sum(stream.calls) - tally.records
    assert sum(time.sleeps_s) <= patience_s
