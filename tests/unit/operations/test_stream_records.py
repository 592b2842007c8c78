"""Records of a stream: every shard, in the time that is asked for, aggregates taken apart."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any, cast

import pytest
from aws_kinesis_agg.aggregator import RecordAggregator

from firelake.operations.errors import StreamError
from firelake.operations.stream_records import StreamRecords
from tests.unit.cli.stream_fakes import FakeKinesis
from tests.unit.failures.errors.object_samples import NOON, refusal

HOUR = timedelta(hours=1)
SINCE, UNTIL = NOON - HOUR, NOON + HOUR


def stream_of(kinesis: FakeKinesis, slept: list[float] | None = None) -> StreamRecords:
    return StreamRecords(cast("Any", kinesis), "events", ([] if slept is None else slept).append)


def test_every_shard_is_read_until_the_time_ends_or_nothing_is_left() -> None:
    kinesis = FakeKinesis(
        {
            "closed": [(NOON, b"a"), (NOON, b"b"), (NOON, b"c")],
            "open": [(NOON, b"d")],
            "busy": [(SINCE - HOUR, b"-"), (NOON, b"e"), (UNTIL, b"f"), (NOON, b"g"), (NOON, b"h")],
        }
    )
    slept: list[float] = []
    found = list(stream_of(kinesis, slept).read(SINCE, UNTIL))
    assert [record.data for record in found] == [b"a", b"b", b"c", b"d", b"e", b"g"]
    assert (found[3].place, found[3].arrived) == ("open:0", NOON)
    assert kinesis.since == [SINCE] * 3
    assert set(slept) == {0.4}


def test_a_sample_takes_a_page_of_each_shard_in_turn() -> None:
    kinesis = FakeKinesis(
        {name: [(NOON, b"%b%d" % (name.encode(), number)) for number in range(4)] for name in "xyz"}
    )
    found = islice(stream_of(kinesis).read_evenly(SINCE, UNTIL), 8)
    assert [each.data for each in found] == [b"x0", b"x1", b"y0", b"y1", b"z0", b"z1", b"x2", b"x3"]
    assert len(list(stream_of(kinesis).read_evenly(SINCE, UNTIL))) == 12


def test_the_shards_of_a_stream_may_be_more_than_one_answer_holds() -> None:
    kinesis = FakeKinesis({f"shard-{number}": [(NOON, b"%d" % number)] for number in range(1001)})
    assert len(list(stream_of(kinesis).read(SINCE, UNTIL))) == 1001


def test_aggregates_of_producers_are_taken_apart() -> None:
    aggregator = cast("Any", RecordAggregator)()
    for number in range(3):
        aggregator.add_user_record("p", b"%d" % number)
    data: bytes = aggregator.clear_and_get().get_contents()[2]
    kinesis = FakeKinesis({"open": [(NOON, data), (NOON, b"plain")]})
    found = list(stream_of(kinesis).read(SINCE, UNTIL))
    assert [each.data for each in found] == [b"0", b"1", b"2", b"plain"]
    assert [each.place for each in found] == ["open:0"] * 3 + ["open:1"]


@pytest.mark.parametrize(
    "operation", ["describe_stream_summary", "list_shards", "get_shard_iterator", "get_records"]
)
def test_a_stream_that_refuses_is_an_error(operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = refusal("ResourceNotFoundException")

    def refuse(*_: object, **__: object) -> object:
        raise error

    monkeypatch.setattr(FakeKinesis, operation, refuse)
    kinesis = FakeKinesis({"open": [(NOON, b"a")]})
    with pytest.raises(StreamError, match=r"stream 'events' cannot be read: .*NotFound"):
        list(stream_of(kinesis).read(SINCE, UNTIL))
