"""Tests of aggregates of the Kinesis Producer Library: facts 1.1."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from aws_kinesis_agg import aggregator
from hypothesis import given
from hypothesis import strategies as st

from firehose_emulator.deaggregate import deaggregate
from firehose_emulator.records import KinesisRecord, SourceRecord
from firehose_emulator.settings import LocalSwitches
from tests.fakes.firehose_world import SHARD, FakeWorld
from tests.helpers.firehose_settings import settings

_ROOT = Path(__file__).parents[3]
_MAGIC = b"\xf3\x89\x9a\xc2"


def aggregate(*children: tuple[str, bytes]) -> bytes:
    made = cast("Any", aggregator).RecordAggregator()
    for key, data in children:
        made.add_user_record(key, data)
    return made.clear_and_get().get_contents()[2]


def record(data: bytes) -> KinesisRecord:
    return KinesisRecord("1000", "outer", 5, data)


def test_a_plain_record_is_itself() -> None:
    assert deaggregate(record(b"{}")) == [SourceRecord("1000", 0, "outer", 5, b"{}", is_last=True)]


def test_children_have_keys_and_numbers_of_their_own_and_the_place_of_the_whole() -> None:
    made = aggregate(("k0", b'{"a":1}'), ("k1", b""), ("k0", b'{"a":3}'))
    assert deaggregate(record(made)) == [
        SourceRecord("1000", 0, "k0", 5, b'{"a":1}', is_last=False),
        SourceRecord("1000", 1, "k1", 5, b"", is_last=False),
        SourceRecord("1000", 2, "k0", 5, b'{"a":3}', is_last=True),
    ]


def _digested(content: bytes) -> bytes:
    return _MAGIC + content + hashlib.md5(content, usedforsecurity=False).digest()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_MAGIC, id="the magic number alone"),
        pytest.param(_MAGIC + b"x" * 40, id="a digest that does not fit"),
        pytest.param(_digested(b"\xff\xff"), id="no message"),
        pytest.param(_digested(b""), id="no children"),
        pytest.param(_digested(b"\x0a\x01k\x1a\x05\x08\x07\x1a\x01x"), id="a key that is missing"),
    ],
)
def test_what_only_looks_like_an_aggregate_is_a_record_as_it_came(data: bytes) -> None:
    assert deaggregate(record(data)) == [SourceRecord("1000", 0, "outer", 5, data, is_last=True)]


@given(st.lists(st.tuples(st.text(min_size=1), st.binary()), min_size=1, max_size=8))
def test_what_was_put_into_an_aggregate_comes_out(children: list[tuple[str, bytes]]) -> None:
    records = deaggregate(record(aggregate(*children)))
    assert [(each.partition_key, each.data) for each in records] == children


def test_the_library_leaves_the_import_path_as_it_was() -> None:
    code = (
        "import sys; b = list(sys.path); import firehose_emulator.deaggregate; print(b == sys.path)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert process.stdout == "True\n"


def test_an_aggregate_is_read_again_as_a_whole_unless_all_of_it_is_stored(tmp_path: Path) -> None:
    """Facts 14.1: the checkpoint stays before a Kinesis record whose children are not all done."""
    world = FakeWorld(settings(LocalSwitches(flush_sooner_s=1)), tmp_path)
    children = [("k", b'{"id":"' + name + b'"}') for name in (b"a", b"b", b"c")]
    world.put(aggregate(*children))
    world.run(5)
    assert [row["id"] for row in world.rows()] == ["a", "b", "c"]
    assert world.backup() == b'{"id":"a"}{"id":"b"}{"id":"c"}'
    (event,) = world.function.events
    metadata = [each["kinesisRecordMetadata"] for each in event["records"]]
    assert [each["subsequenceNumber"] for each in metadata] == [0, 1, 2]
    assert {each["shardId"] for each in metadata} == {SHARD}
    assert len({each["recordId"] for each in event["records"]}) == 3
