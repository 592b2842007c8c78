"""Tests of what a delivery writes, where and when: facts 2, 3, 4, 5 and 14."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from firehose_emulator import delivery as delivery_module
from firelake.formats.columns import Column
from firelake.formats.errors import SchemaError
from tests.fakes.firehose_world import FakeWorld
from tests.helpers.firehose_settings import settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> FakeWorld:
    return FakeWorld(settings(), tmp_path)


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
    world.with_destination(buffer_size_bytes=100)
    for index in range(7):
        world.put({"id": str(index), "pad": "x" * 25})  # 47 bytes
    world.run(40)
    assert [len(each.rows()) for each in world.store.under("events/")] == [2, 2, 2]
    world.run(300)
    assert len(world.rows()) == 7


def test_a_switch_lets_buffers_and_batches_go_sooner(world: FakeWorld) -> None:
    world.with_switches(flush_sooner_s=2)
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
    world.with_switches(active_partition_limit=2)
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
    world.with_switches(active_partition_limit=1)
    world.put({"id": "a", "t": "a"})
    world.run(400)
    world.put({"id": "b", "t": "b"})
    world.run(400)
    assert [row["id"] for row in world.rows()] == ["a", "b"]


def test_a_partition_that_cannot_be_delivered_stays_active(world: FakeWorld) -> None:
    world.with_switches(active_partition_limit=1)
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
    world.with_destination(prefix="plain/", error_output_prefix="")
    world.settings = replace(world.settings, conversion=None, is_partitioned=False, backup=None)
    world.put(b'{"id":"a"}\n')
    world.put(b'{"id":"b"}\n')
    world.run(400)
    (stored,) = world.store.objects
    assert stored.key.startswith("plain/2026/09/21/14/firelake-dev-delivery-1-2026-09-21-14-13-20-")
    assert "." not in stored.key
    assert stored.body == b'{"id":"a"}\n{"id":"b"}\n'


def test_without_a_function_records_are_delivered_as_they_came(world: FakeWorld) -> None:
    world.with_destination(prefix="plain/")
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
    world.with_switches(max_held_bytes=100)
    world.with_processing(batch_size_bytes=1)
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


def test_the_stream_waits_while_much_of_what_is_to_be_written_is_in_memory(
    world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each buffer may be small: with many partitions they add up, as do those that S3 refuses."""
    monkeypatch.setattr(delivery_module, "_MAX_WAITING_BYTES", 20_000)
    world.with_switches(flush_sooner_s=1)
    world.with_processing(batch_size_bytes=1)
    world.stream.page_size = 1
    for index in range(100):
        world.put({"id": f"{index:02d}" + "x" * 1000, "t": f"t{index}"})
    world.store.failures = 10**6
    world.run(120)
    status = world.delivery.status()
    assert 20_000 <= status.held_bytes < 30_000
    assert status.records_read < 20
    world.store.failures = 0
    world.run(120)
    assert len(world.rows()) == 100


def test_a_write_whose_answer_was_lost_is_repeated_under_the_same_name(world: FakeWorld) -> None:
    world.put({"id": "a"})
    world.store.failures, world.store.after_effect = 3, True
    world.run(1000)
    assert [row["id"] for row in world.rows()] == ["a"]
