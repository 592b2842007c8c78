"""The producer of apps: every event is on the stream once, or the app is told that it is not."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

import firelake
from firelake.contract.layout import Granularity
from firelake.send.async_producer import AsyncProducer
from firelake.send.event_bytes import EventError
from firelake.send.outbox import ProducerUseError
from firelake.send.pack import PartitionJudge
from firelake.send.producer import Producer, Undelivered, UndeliveredError
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Callable

THROTTLED = "ProvisionedThroughputExceededException"


class Kinesis:
    """Takes records as a client of Kinesis does, but for those that `refuse` gives a code for."""

    def __init__(
        self, refuse: Callable[[str, int], str | None] = lambda _key, _times: None
    ) -> None:
        self._refuse = refuse
        self._lock = threading.Lock()
        self._attempts: Counter[str] = Counter()
        self.taken: list[tuple[str, bytes]] = []
        self.calls: list[int] = []
        # Where a test clears it, calls wait.
        self.is_open = threading.Event()
        self.is_open.set()
        self.was_called = threading.Event()

    def put_records(self, *, Records: list[dict[str, Any]], StreamName: str) -> object:  # noqa: N803 -- AWS's names
        assert StreamName == "events"
        assert self.is_open.wait(20)
        answers: list[dict[str, str]] = []
        with self._lock:
            self.calls.append(len(Records))
            for record in Records:
                key = record["PartitionKey"]
                code = self._refuse(key, self._attempts[key])
                self._attempts[key] += 1
                answers.append({} if code is None else {"ErrorCode": code})
                if code is None:
                    self.taken.append((key, record["Data"]))
        self.was_called.set()
        return {"Records": answers}

    @property
    def ids(self) -> list[str]:
        return sorted(
            json.loads(line)["event_uuid"] for _, data in self.taken for line in data.splitlines()
        )


def producer(kinesis: object, **settings: Any) -> Producer:  # noqa: ANN401 -- Producer's own
    return Producer("events", client=cast("Any", kinesis), **settings)


def event(number: int) -> dict[str, object]:
    return {
        "event_uuid": f"id-{number:05d}",
        "event_name": "a:b",
        "created_at": 1_790_000_000 + number,
    }


def test_events_of_many_threads_are_each_on_the_stream_once_whatever_is_refused() -> None:
    kinesis = Kinesis(lambda key, times: THROTTLED if times < int(key[-1]) % 2 else None)
    with producer(kinesis) as sends:

        def send(first: int) -> None:
            for number in range(first, first + 700):
                sends.send(event(number))

        threads = [threading.Thread(target=send, args=(first,)) for first in range(0, 2800, 700)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert kinesis.ids == [f"id-{number:05d}" for number in range(2800)]
    assert all(f'"{key}"'.encode() in data for key, data in kinesis.taken)
    assert (sends.tally.events, sends.tally.refused, sends.tally.codes) == (
        2800,
        0,
        {THROTTLED: 1400},
    )


def test_a_call_carries_500_events_and_ends_each_with_a_newline() -> None:
    kinesis = Kinesis()
    with producer(kinesis, linger_s=60) as sends:
        for number in range(1200):
            sends.send(event(number))
    assert sorted(kinesis.calls) == [200, 500, 500]
    assert {data.count(b"\n") for _, data in kinesis.taken} == {1}
    assert {data[-1:] for _, data in kinesis.taken} == {b"\n"}


def test_an_event_leaves_by_itself_soon() -> None:
    kinesis = Kinesis()
    with producer(kinesis) as sends:
        sends.send(event(1))
        assert kinesis.was_called.wait(20)
        assert kinesis.calls == [1]


def test_flush_returns_once_kinesis_has_everything() -> None:
    kinesis = Kinesis(lambda _key, times: THROTTLED if times == 0 else None)
    with producer(kinesis, linger_s=60) as sends:
        for number in range(3):
            sends.send(event(number))
        sends.flush()
        assert kinesis.ids == ["id-00000", "id-00001", "id-00002"]


def test_a_sender_waits_while_kinesis_is_slower() -> None:
    kinesis = Kinesis()
    kinesis.is_open.clear()
    sent: list[int] = []

    def send() -> None:
        for number in range(6000):
            sends.send(event(number))
            sent.append(number)

    with producer(kinesis, linger_s=60) as sends:
        thread = threading.Thread(target=send)
        thread.start()
        thread.join(1)
        # Four calls of 500 in flight, and the event that filled the fifth waits.
        assert len(sent) == 2499
        kinesis.is_open.set()
        thread.join(20)
    assert len(kinesis.ids) == len(set(kinesis.ids)) == 6000


def test_what_kinesis_never_takes_is_given_to_the_callback_with_the_reason() -> None:
    told: list[Undelivered] = []
    kinesis = Kinesis(lambda key, _times: THROTTLED if key == "id-00001" else None)
    with producer(kinesis, patience_s=0, undelivered=told.append) as sends:
        for number in range(3):
            sends.send(event(number))
    assert told == [
        Undelivered(
            b'{"event_uuid":"id-00001","event_name":"a:b","created_at":1790000001}', THROTTLED
        )
    ]
    assert kinesis.ids == ["id-00000", "id-00002"]


def test_without_a_callback_the_next_call_raises_with_the_events_and_once() -> None:
    kinesis = Kinesis(lambda key, _times: THROTTLED if key == "id-00001" else None)
    with producer(kinesis, patience_s=0, linger_s=60) as sends:
        sends.send(event(0))
        sends.send(event(1))
        with pytest.raises(UndeliveredError, match="does not have 1 event,") as raised:
            sends.flush()
        assert [json.loads(each.event)["event_uuid"] for each in raised.value.events] == [
            "id-00001"
        ]
        sends.send(event(2))
    assert kinesis.ids == ["id-00000", "id-00002"]


def test_a_stream_that_is_not_there_is_told_for_each_event_and_later_calls_are_tried_again() -> (
    None
):
    error = {"Error": {"Code": "ResourceNotFoundException", "Message": "no stream"}}
    failures = [ClientError(cast("Any", error), "PutRecords")]

    def refuse(_key: str, _times: int) -> None:
        if failures:
            raise failures.pop()

    kinesis, told = Kinesis(refuse), list[Undelivered]()
    with producer(kinesis, linger_s=60, undelivered=told.append) as sends:
        sends.send(event(0))
        sends.flush()
        assert [each.why for each in told] == [
            "stream 'events': ResourceNotFoundException: no stream"
        ]
        sends.send(event(1))
    assert kinesis.ids == ["id-00001"]


def test_packed_events_of_one_partition_share_a_record_under_the_first_ones_key() -> None:
    kinesis = Kinesis()
    judge = PartitionJudge(LEARNING, lateness_days=365, granularity=Granularity.MONTH)
    now_s = int(time.time())
    with producer(kinesis, pack=judge, linger_s=60) as sends:
        for number in range(60):
            name = ("quite:new", "other:new")[number % 2]
            sends.send(event(number) | {"event_name": name, "created_at": now_s})
        sends.send(event(60) | {"created_at": "no time"})
    assert len(kinesis.ids) == 61
    assert sorted(data.count(b"\n") for _, data in kinesis.taken) == [1, 60]
    assert {key for key, _ in kinesis.taken} == {"id-00000", "id-00060"}


def test_an_event_that_cannot_be_sent_is_refused_at_once_and_alone() -> None:
    kinesis = Kinesis()
    with producer(kinesis) as sends:
        sends.send(event(0))
        with pytest.raises(EventError, match="nan"):
            sends.send(event(1) | {"price": float("nan")})
        sends.send(event(2))
    assert kinesis.ids == ["id-00000", "id-00002"]


def test_a_closed_producer_takes_nothing_and_closes_again() -> None:
    sends = producer(Kinesis())
    sends.close()
    sends.close()
    with pytest.raises(ProducerUseError, match="closed"):
        sends.send(event(0))


def test_what_a_callback_did_not_take_is_raised_by_the_next_call() -> None:
    def broken(given_up: Undelivered) -> None:
        if b"id-00001" not in given_up.event:
            raise ZeroDivisionError

    sends = producer(Kinesis(lambda _key, _times: THROTTLED), patience_s=0, undelivered=broken)
    for number in range(3):
        sends.send(event(number))
    with pytest.raises(UndeliveredError) as raised:
        sends.flush()
    assert [json.loads(each.event)["event_uuid"] for each in raised.value.events] == [
        "id-00000",
        "id-00002",
    ]
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    sends.close()


@pytest.mark.parametrize("method", ["send", "flush", "close"])
def test_a_callback_that_calls_its_producer_is_refused_and_not_stuck(method: str) -> None:
    def again(given_up: Undelivered) -> None:
        getattr(sends, method)(*([given_up.event] if method == "send" else []))

    sends = producer(Kinesis(lambda _key, _times: THROTTLED), patience_s=0, undelivered=again)
    sends.send(event(0))
    with pytest.raises(UndeliveredError) as raised:
        sends.flush()
    assert "called its producer" in str(raised.value.__cause__)
    sends.close()


def test_an_event_loop_sends_and_is_never_held_up() -> None:
    kinesis = Kinesis()
    kinesis.is_open.clear()
    ticks: list[int] = []

    async def tick() -> None:
        while len(ticks) < 50:
            ticks.append(len(kinesis.taken))
            await asyncio.sleep(0.001)
        kinesis.is_open.set()

    async def run() -> None:
        async with AsyncProducer("events", client=kinesis) as sends:
            beating = asyncio.create_task(tick())
            for number in range(4000):
                await sends.send(event(number))
            await sends.flush()
            await beating

    asyncio.run(run())
    # While Kinesis took nothing, the loop went on.
    assert ticks == [0] * 50
    assert kinesis.ids == [f"id-{number:05d}" for number in range(4000)]


@pytest.mark.parametrize("name", firelake.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(firelake, name).__name__ == name
