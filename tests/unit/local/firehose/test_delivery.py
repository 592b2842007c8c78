"""Tests of the way of records through a delivery, with hours in milliseconds: facts 14."""

from __future__ import annotations

import base64
import json
from concurrent.futures import Executor, Future
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pytest

from local.firehose.delivery import Delivery
from local.firehose.errors import InvocationError, SchemaError, StateError
from local.firehose.ports import Column
from local.firehose.settings import ErrorGeneration, LocalSwitches
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


def with_destination(world: FakeWorld, **changes: Any) -> None:  # noqa: ANN401 - of many types
    destination = replace(world.settings.destination, **changes)
    world.settings = replace(world.settings, destination=destination)


def with_processing(world: FakeWorld, **changes: Any) -> None:  # noqa: ANN401 - of many types
    assert world.settings.processing is not None
    processing = replace(world.settings.processing, **changes)
    world.settings = replace(world.settings, processing=processing)


def with_switches(world: FakeWorld, **changes: Any) -> None:  # noqa: ANN401 - of many types
    world.settings = replace(world.settings, switches=LocalSwitches(**changes))


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
    world.stream.page = lambda iterator: (reads.append(world.now_ms), page(iterator))[1]  # type: ignore[method-assign]
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
    with_processing(world, batch_size_bytes=100)
    for _ in range(5):
        world.put(b'{"id":"' + b"x" * 31 + b'"}')  # 40 bytes
    world.run(2)
    assert sizes(world) == [2, 2]
    world.run(31)
    assert sizes(world) == [2, 2, 1]


def test_a_record_larger_than_a_batch_is_one(world: FakeWorld) -> None:
    with_processing(world, batch_size_bytes=10)
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


def test_five_batches_of_a_shard_are_at_the_function_at_once(world: FakeWorld) -> None:
    """Facts 1.3: at most five outstanding invocations per shard."""
    executor = _Waiting()
    world.executor = executor
    with_processing(world, batch_size_bytes=1)
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
    with_processing(world, retries=3)
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
    with_switches(world, retry_delay_s=1, max_retry_delay_s=4)
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
    with_switches(world, error_generation=ErrorGeneration.DOCUMENTED)
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


# --- partitions and buffers ---------------------------------------------------------------------


def test_each_partition_has_its_own_object(world: FakeWorld) -> None:
    """Facts 2 and 3.5: one Parquet file for each flush of a partition."""
    for index in range(6):
        world.put({"id": str(index), "t": "ab"[index % 2], "d": "2026-09-2" + str(index // 3)})
    world.run(400)
    prefixes = sorted(each.key.rpartition("/")[0] for each in world.store.under("events/"))
    assert prefixes == [
        "events/event_type=a/dt=2026-09-20",
        "events/event_type=a/dt=2026-09-21",
        "events/event_type=b/dt=2026-09-20",
        "events/event_type=b/dt=2026-09-21",
    ]
    assert all(each.key.endswith(".parquet") for each in world.store.under("events/"))
    assert {each.content_encoding for each in world.store.under("events/")} == {"hadoop-snappy"}


def test_a_buffer_is_written_at_its_age_and_not_before(world: FakeWorld) -> None:
    """Facts 2: size and interval apply to each partition by itself."""
    world.put({"id": "a", "t": "one"})
    world.run(100)
    world.put({"id": "b", "t": "two"})
    world.run(230)  # 30 s to the function and 300 s in the buffer
    assert world.store.under("events/") == []
    world.run(5)
    assert [row["id"] for row in world.rows()] == ["a"]
    world.run(100)
    assert [row["id"] for row in world.rows()] == ["a", "b"]


def test_a_buffer_is_written_at_its_size(world: FakeWorld) -> None:
    with_destination(world, buffer_size_bytes=100)
    for index in range(7):
        world.put({"id": str(index), "pad": "x" * 25})  # 47 bytes
    world.run(40)
    assert [len(each.rows()) for each in world.store.under("events/")] == [2, 2, 2]
    world.run(300)
    assert len(world.rows()) == 7


def test_a_switch_lets_buffers_and_batches_go_sooner(world: FakeWorld) -> None:
    with_switches(world, flush_sooner_s=2)
    world.put({"id": "a"})
    world.run(6)
    assert [row["id"] for row in world.rows()] == ["a"]
    assert world.backup() == b'{"id": "a"}'
    assert world.delivery.status().is_idle


def test_objects_are_named_after_their_oldest_record(world: FakeWorld) -> None:
    """Facts 4: arrival of the oldest record in the object."""
    world.put({"id": "a"})
    world.run(3600)
    world.put({"id": "b"})
    world.run(1000)
    names = [each.key.rpartition("/")[2] for each in world.store.under("events/")]
    assert [name[:43] for name in names] == [
        "firelake-dev-delivery-1-2026-09-21-14-13-20",
        "firelake-dev-delivery-1-2026-09-21-15-13-20",
    ]
    assert [each.key[:24] for each in world.store.under("raw/")] == [
        "raw/dt=2026-09-21/hour=1",
        "raw/dt=2026-09-21/hour=1",
    ]


def test_records_for_one_partition_too_many_go_to_the_errors(world: FakeWorld) -> None:
    """Facts 2 and 1.6: diverted, neither blocked nor tried again, as the function gave them."""
    with_switches(world, active_partition_limit=2)
    for name in ("a", "b", "c", "a"):
        world.put({"id": name, "t": name})
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["a", "a", "b"]
    (line,) = world.error_lines("activePartitionExceeded")
    assert json.loads(base64.b64decode(line["rawData"])) == {"id": "c", "t": "c"}
    assert line["errorCode"] == "DynamicPartitioning.ActivePartitionsLimitExceeded"
    assert "lambdaARN" not in line
    assert world.metrics.greatest("PartitionCountExceeded") == 1
    assert world.metrics.greatest("PartitionCount") == 2


def test_a_partition_that_is_delivered_makes_room(world: FakeWorld) -> None:
    with_switches(world, active_partition_limit=1)
    world.put({"id": "a", "t": "a"})
    world.run(400)
    world.put({"id": "b", "t": "b"})
    world.run(400)
    assert [row["id"] for row in world.rows()] == ["a", "b"]


def test_a_partition_that_cannot_be_delivered_stays_active(world: FakeWorld) -> None:
    with_switches(world, active_partition_limit=1)
    world.put({"id": "a", "t": "a"})
    world.store.failures = 1000
    world.run(400)
    world.put({"id": "b", "t": "b"})
    world.run(400)
    world.store.failures = 0
    world.run(400)
    assert [row["id"] for row in world.rows()] == ["a"]
    assert len(world.error_lines("activePartitionExceeded")) == 1


def test_without_partitioning_and_conversion_rows_are_written_as_they_are(
    world: FakeWorld,
) -> None:
    with_destination(world, prefix="plain/", error_output_prefix="")
    world.settings = replace(world.settings, conversion=None, is_partitioned=False, backup=None)
    world.put(b'{"id":"a"}\n')
    world.put(b'{"id":"b"}\n')
    world.run(400)
    (stored,) = world.store.objects
    assert stored.key.startswith("plain/2026/09/21/14/firelake-dev-delivery-1-2026-09-21-14-13-20-")
    assert "." not in stored.key
    assert stored.body == b'{"id":"a"}\n{"id":"b"}\n'


def test_without_a_function_records_are_delivered_as_they_came(world: FakeWorld) -> None:
    with_destination(world, prefix="plain/")
    world.settings = replace(world.settings, processing=None, is_partitioned=False)
    world.put({"id": "a"})
    world.run(1000)
    (stored,) = world.store.under("plain/")
    assert stored.rows() == [{"id": "a"}]
    assert world.function.events == []


# --- conversion ---------------------------------------------------------------------------------


def test_a_record_that_cannot_be_converted_goes_to_the_errors_alone(world: FakeWorld) -> None:
    """Facts 1.7: the record as the function gave it, with its place in the stream."""
    for row in ({"id": "a"}, {"id": "b", "n": "oops"}, {"id": "c"}):
        world.put(row)
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["a", "c"]
    (line,) = world.error_lines("format-conversion-failed")
    assert json.loads(base64.b64decode(line.pop("rawData"))) == {"id": "b", "n": "oops"}
    assert line == {
        "attemptsMade": 1,
        "arrivalTimestamp": 1_790_000_000_000,
        "lastErrorCode": "DataFormatConversion.MalformedData",
        "lastErrorMessage": 'Data does not match the schema. For input string: "oops"',
        "attemptEndingTimestamp": 1_790_000_331_000,
        "sequenceNumber": "1001",
        "subSequenceNumber": 0,
        "dataCatalogTable": {
            "catalogId": "123456789012",
            "databaseName": "firelake_dev",
            "tableName": "events",
            "region": "us-east-1",
            "versionId": "LATEST",
            "catalogArn": None,
            "roleArn": "arn:aws:iam::123456789012:role/firelake-dev-delivery",
        },
    }


def test_a_new_column_is_in_the_next_object(world: FakeWorld) -> None:
    """Facts 3.1: the newest version of the table."""
    world.put({"id": "a", "extra": "x"})
    world.run(400)
    world.schema.table = [*world.schema.table, Column("extra", "string")]
    world.put({"id": "b", "extra": "y"})
    world.run(400)
    assert world.rows() == [{"id": "a"}, {"id": "b", "extra": "y"}]


def test_a_table_that_cannot_be_read_is_waited_for(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.schema.error = SchemaError("denied")
    world.run(2000)
    assert world.store.under("events/") == []
    assert not world.delivery.status().is_idle
    world.schema.error = None
    world.run(60)
    assert [row["id"] for row in world.rows()] == ["a"]


def test_without_the_table_records_go_to_the_errors(world: FakeWorld) -> None:
    """Facts 1.7: `DataFormatConversion.EntityNotFound`."""
    world.put({"id": "a"})
    world.schema.error = SchemaError("Entity Not Found", is_missing=True)
    world.run(1000)
    (line,) = world.error_lines("format-conversion-failed")
    assert line["lastErrorCode"] == "DataFormatConversion.EntityNotFound"
    assert world.rows() == []


# --- S3 -----------------------------------------------------------------------------------------


def test_s3_is_tried_until_it_is_back_and_the_stream_waits(world: FakeWorld) -> None:
    """Facts 5: what comes meanwhile stays in the stream."""
    with_switches(world, max_held_bytes=100)
    with_processing(world, batch_size_bytes=1)
    for index in range(20):
        world.put({"id": f"{index:02d}"})
    world.stream.page_size = 2
    world.store.failures = 10**6
    world.run(7200)
    read = world.delivery.status().records_read
    assert read < 20
    assert not (world.state / "checkpoints.json").exists()
    world.store.failures = 0
    world.run(7200)
    assert [row["id"] for row in world.rows()] == [f"{index:02d}" for index in range(20)]


def test_a_write_whose_answer_was_lost_is_repeated_under_the_same_name(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.store.failures, world.store.after_effect = 3, True
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["a"]


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


def test_a_delivery_that_has_not_begun_knows_nothing(world: FakeWorld) -> None:
    delivery = Delivery(world.settings, world.ports(), world.state, world.executor)
    assert delivery.status().delivered_until_ms == START_MS
    assert not delivery.status().is_idle
