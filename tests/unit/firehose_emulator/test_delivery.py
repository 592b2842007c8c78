"""Tests of the way of records through a delivery, with hours in milliseconds: facts 14."""

from __future__ import annotations

import base64
import json
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pytest

from firehose_emulator.delivery import Delivery
from firehose_emulator.errors import InvocationError, StateError
from firehose_emulator.settings import ErrorGeneration
from tests.fakes.firehose_world import SHARD, START_MS, FakeWorld
from tests.helpers.firehose_settings import FUNCTION, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_P = ParamSpec("_P")
_T = TypeVar("_T")

_CHILD = "shardId-000000000001"


@pytest.fixture
def world(tmp_path: Path) -> FakeWorld:
    return FakeWorld(settings(), tmp_path)


def sizes(world: FakeWorld) -> list[int]:
    """How many records each call of the function had."""
    return [len(event["records"]) for event in world.function.events]


# --- reading ------------------------------------------------------------------------------------


def test_what_came_before_the_streams_creation_is_not_read(world: FakeWorld) -> None:
    """Facts 5: reading begins at the creation of the delivery stream."""
    world.stream.put(b'{"id":"old"}', START_MS - 1)
    world.stream.put(b'{"id":"new"}', START_MS)
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["new"]


def test_a_shard_is_read_twice_a_second_with_a_backup_and_once_without(world: FakeWorld) -> None:
    """Facts 5: GetRecords once a second, twice where source records are kept."""
    reads: list[int] = []
    page = world.stream.page
    world.stream.page = lambda *asked: (reads.append(world.now_ms), page(*asked))[1]  # type: ignore[method-assign]
    world.run(10, step_s=0.1)
    assert len(reads) == 21
    world.restart()
    world.settings = replace(world.settings, backup=None)
    reads.clear()
    world.run(10, step_s=0.1)
    assert len(reads) == 11


def test_failures_of_kinesis_and_expired_iterators_move_nothing(world: FakeWorld) -> None:
    """Facts 5: denied or failed reads do not advance the checkpoint."""
    world.put({"id": "a"})
    world.stream.failures, world.stream.expired = 5, 2
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["a"]


def test_a_shards_children_are_read_after_its_end(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.run(5)
    world.stream.closed.add(SHARD)
    world.put({"id": "b"}, _CHILD)
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["a", "b"]
    checkpoints = json.loads((world.state / "checkpoints.json").read_text())["shards"]
    assert checkpoints[SHARD] == {"after": "1000", "is_finished": True}
    assert checkpoints[_CHILD] == {"after": "1000", "is_finished": False}
    world.restart()
    world.run(10)
    assert world.delivery.status().records_read == 0


def test_a_state_folder_of_another_stream_is_refused(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.run(1000)
    world.restart()
    world.settings = replace(world.settings, created_at_ms=START_MS + 1)
    with pytest.raises(StateError, match="use another state folder"):
        world.run(1)


def test_broken_checkpoints_are_refused(world: FakeWorld) -> None:
    (world.state / "checkpoints.json").write_text("{")
    with pytest.raises(StateError, match="holds no checkpoints"):
        world.run(1)


# --- batches ------------------------------------------------------------------------------------


def test_a_batch_is_sent_at_its_age(world: FakeWorld) -> None:
    """Facts 1.3 and 14.2: 30 s are configured."""
    world.put({"id": "a"})
    world.run(29.5)
    assert sizes(world) == []
    world.run(2)
    assert sizes(world) == [1]


def test_a_batch_is_sent_before_it_exceeds_its_size(world: FakeWorld) -> None:
    world.with_processing(batch_size_bytes=100)
    for _ in range(5):
        world.put(b'{"id":"' + b"x" * 31 + b'"}')  # 40 bytes
    world.run(2)
    assert sizes(world) == [2, 2]
    world.run(31)
    assert sizes(world) == [2, 2, 1]


def test_a_record_larger_than_a_batch_is_one(world: FakeWorld) -> None:
    world.with_processing(batch_size_bytes=10)
    for name in "ab":
        world.put({"id": name * 50})
    world.run(2)
    assert sizes(world) == [1, 1]


class _Waiting(Executor):
    """Runs nothing until it is told to; reads and lists run at once."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()
        if "Invocations" in fn.__qualname__:
            self.waiting.append((future, lambda: fn(*args, **kwargs)))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


class _NotReading(_Waiting):
    """Lists shards, and reads none."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        return Future() if "ShardReader" in fn.__qualname__ else super().submit(fn, *args, **kwargs)


def test_what_was_read_and_not_answered_is_bounded_however_far_behind_it_is(
    world: FakeWorld,
) -> None:
    """MiniStack gives as many records at once as are asked for, however large they are."""
    world.executor = _Waiting()
    world.settings = replace(world.settings, backup=None)
    world.with_processing(batch_size_bytes=500_000)
    held_bytes: list[int] = []
    for record_count in (300, 1200):
        for _ in range(record_count):
            world.put(b"x" * 50_000)
        world.run(30)
        held_bytes.append(world.delivery.status().held_bytes)
    # Ten batches, and what the page that filled the tenth had beyond it.
    assert held_bytes[0] == held_bytes[1]
    assert 5_000_000 <= held_bytes[0] <= 5_000_000 + 5_000_000


@pytest.mark.parametrize(
    ("data_bytes", "limit"),
    [
        pytest.param(0, 2500, id="empty"),
        pytest.param(100, 2500, id="small"),
        pytest.param(1024, 2048, id="a kilobyte"),
        pytest.param(50_000, 41, id="packed"),
        pytest.param(1024 * 1024, 2, id="the largest"),
    ],
)
def test_a_page_is_asked_for_by_the_size_of_the_records_in_the_last_one(
    world: FakeWorld, data_bytes: int, limit: int
) -> None:
    world.run(1)
    for _ in range(3):
        world.put(b"x" * data_bytes)
    world.run(2)
    assert set(world.stream.limits) == {100, limit}


def test_five_batches_of_a_shard_are_at_the_function_at_once(world: FakeWorld) -> None:
    """Facts 1.3: at most five outstanding invocations per shard."""
    executor = _Waiting()
    world.executor = executor
    world.with_processing(batch_size_bytes=1)
    for index in range(8):
        world.put({"id": str(index)})
        world.put({"id": str(index)}, _CHILD)
    world.run(3)
    assert len(executor.waiting) == 10
    future, work = executor.waiting[0]
    future.set_result(work())
    world.run(1)
    assert len(executor.waiting) == 11
    for future, work in executor.waiting[1:]:
        future.set_result(work())
    executor.waiting.clear()
    world.run(1)
    assert len(executor.waiting) == 5


@pytest.mark.parametrize(
    ("most", "at_once"),
    [
        pytest.param(6, 3 + 3, id="shared out"),
        pytest.param(1, 1 + 1, id="one a shard at least"),
        pytest.param(100, 5 + 5, id="no more than Firehose's five"),
    ],
)
def test_fewer_batches_can_be_at_the_function_at_once(
    world: FakeWorld, most: int, at_once: int
) -> None:
    executor = _Waiting()
    world.executor = executor
    world.with_processing(batch_size_bytes=1)
    world.with_switches(max_invocations=most)
    for index in range(8):
        world.put({"id": str(index)})
        world.put({"id": str(index)}, _CHILD)
    world.run(3)
    assert len(executor.waiting) == at_once


# --- failures of the function -------------------------------------------------------------------


def failures(count: int, code: str = "Lambda.FunctionError") -> list[InvocationError]:
    return [InvocationError(f"failure {index}", code) for index in range(count)]


def test_a_retry_has_another_invocation_id_and_the_same_records(world: FakeWorld) -> None:
    """Facts 1.1: identical record ids and bytes."""
    world.put({"id": "a"})
    world.function.failures = failures(2)
    world.run(60)
    first, second, third = world.function.events
    assert first["records"] == second["records"] == third["records"]
    assert len({event["invocationId"] for event in world.function.events}) == 3


def test_a_batch_that_fails_to_the_end_goes_to_the_errors_as_it_was_sent(world: FakeWorld) -> None:
    """Facts 1.4 and 1.5: one more try than there are retries."""
    world.with_processing(retries=3)
    sent = [world.put({"id": "a"}), world.put(b"no JSON")]
    world.function.failures = failures(4, "Lambda.FunctionTimedOut")
    world.run(1000)
    assert len(world.function.events) == 4
    lines = world.error_lines("processing-failed")
    assert [base64.b64decode(line["rawData"]) for line in lines] == [each.data for each in sent]
    assert {line["errorCode"] for line in lines} == {"Lambda.FunctionTimedOut"}
    assert {line["errorMessage"] for line in lines} == {"failure 3"}
    assert {line["attemptsMade"] for line in lines} == {4}
    assert world.rows() == []


def test_retries_wait_longer_each_time_up_to_a_limit(world: FakeWorld) -> None:
    world.with_switches(retry_delay_s=1, max_retry_delay_s=4)
    world.put({"id": "a"})
    world.function.failures = failures(5)
    times: list[int] = []
    invoke = world.function.invoke
    world.function.invoke = lambda payload: (times.append(world.now_ms), invoke(payload))[1]  # type: ignore[method-assign]
    world.run(60, step_s=0.25)
    waits = [(after - before) / 1000 for before, after in pairwise(times)]
    # A quarter of a second later each, when the failure is seen.
    assert waits == [1.25, 2.25, 4.25, 4.25, 4.25]


def test_the_line_of_a_failed_record_has_the_form_that_was_seen(world: FakeWorld) -> None:
    """Facts 1.5, the newer form."""
    world.put(b"x")
    world.run(1000)
    (stored,) = world.store.under("errors/type=processing-failed/dt=2026-09-21/")
    assert stored.body == (
        b'{"rawData":"eA==","errorCode":"Lambda.ProcessingFailedStatus",'
        b'"errorMessage":"ProcessingFailed status set for record","attemptsMade":1,'
        b'"arrivalTimestamp":1790000000000,"attemptEndingTimestamp":1790000031000,'
        b'"lambdaARN":"' + FUNCTION.encode() + b'"}\n'
    )
    assert "." not in stored.key.rpartition("/")[2]


def test_the_line_of_a_failed_record_can_have_the_documented_form(world: FakeWorld) -> None:
    """Facts 1.5, the older form."""
    world.with_switches(error_generation=ErrorGeneration.DOCUMENTED)
    world.put(b"x")
    world.put({"t": ""})
    world.run(1000)
    (line,) = world.error_lines("processing-failed")
    assert list(line) == [
        "attemptsMade",
        "arrivalTimestamp",
        "errorCode",
        "errorMessage",
        "attemptEndingTimestamp",
        "rawData",
        "lambdaArn",
    ]
    (line,) = world.error_lines("metadata-extraction-failed")
    assert "lambdaArn" not in line
    assert line["errorMessage"] == "partitionKeys values must not be null or empty"


def test_a_dropped_record_is_in_the_backup_alone(world: FakeWorld) -> None:
    """Facts 1.2: neither an object nor an error object."""
    world.put({"drop": True})
    world.run(1000)
    assert [each.key.partition("/")[0] for each in world.store.objects] == ["raw"]
    assert world.delivery.status().is_idle


# --- the process --------------------------------------------------------------------------------


def test_a_restart_goes_on_after_what_is_stored(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.run(1000)
    world.put({"id": "b"})
    world.run(100)
    world.restart()
    world.run(2000)
    assert [row["id"] for row in world.rows()] == ["a", "b"]
    assert world.backup() == b'{"id": "a"}{"id": "b"}'


def test_a_mistake_of_ours_ends_the_delivery(world: FakeWorld) -> None:
    def fail(_payload: bytes) -> bytes:
        raise ZeroDivisionError

    world.function.invoke = fail  # type: ignore[method-assign]
    world.put({"id": "a"})
    with pytest.raises(ZeroDivisionError):
        world.run(1000)


def test_the_status_tells_until_when_everything_is_stored(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.run(100)
    status = world.delivery.status()
    assert (status.records_read, status.is_idle, status.shards) == (1, False, 1)
    assert status.delivered_until_ms == START_MS
    assert status.held_bytes == 22  # the row and the source record
    world.run(1000)
    status = world.delivery.status()
    assert status.is_idle
    assert status.delivered_until_ms == world.now_ms - 500
    assert status.held_bytes == 0


def test_a_stream_that_is_behind_is_not_idle(world: FakeWorld) -> None:
    world.stream.is_lagging = True
    world.run(10)
    assert not world.delivery.status().is_idle
    assert world.delivery.status().delivered_until_ms == START_MS


def test_a_delivery_that_has_read_nothing_yet_is_not_idle(world: FakeWorld) -> None:
    world.run(10)
    assert world.delivery.status().is_idle
    world.restart()
    world.put({"id": "a"})
    world.executor = _NotReading()
    world.run(10)
    status = world.delivery.status()
    assert (status.shards, status.records_read, status.is_idle) == (1, 0, False)


def test_a_delivery_that_has_not_begun_knows_nothing(world: FakeWorld) -> None:
    delivery = Delivery(world.settings, world.ports(), world.state, world.executor)
    assert delivery.status().delivered_until_ms == START_MS
    assert not delivery.status().is_idle
