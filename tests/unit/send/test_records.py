"""Calls of PutRecords keep AWS's limits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firelake.send.records import Batcher, Outgoing, Record, fault_of

KEY = "0123456789abcdef"


def record(size_bytes: int) -> Record:
    return Record(bytes(size_bytes - len(KEY)), KEY, 1)


def batches_of(records: list[Record]) -> list[list[Record]]:
    batcher = Batcher()
    batches = [batch for each in records if (batch := batcher.add(each)) is not None]
    rest = batcher.flush()
    return [*batches, rest] if rest else batches


def test_a_call_takes_500_records() -> None:
    assert [len(batch) for batch in batches_of([record(100)] * 1001)] == [500, 500, 1]


def test_a_call_takes_5_megabytes_with_its_partition_keys() -> None:
    assert [len(batch) for batch in batches_of([record(1_000_000)] * 6)] == [5, 1]


def test_a_call_takes_no_byte_more() -> None:
    assert [len(batch) for batch in batches_of([*[record(1_000_000)] * 4, record(1_000_001)])] == [
        4,
        1,
    ]


@given(st.lists(st.sampled_from([17, 5_000, 50_000, 600_000, 1_048_576]), max_size=1200))
def test_every_record_goes_into_one_call_in_order_and_no_call_passes_a_limit(
    sizes: list[int],
) -> None:
    records = [record(size) for size in sizes]
    batches = batches_of(records)
    assert [each for batch in batches for each in batch] == records
    assert all(1 <= len(batch) <= 500 for batch in batches)
    assert all(sum(each.size_bytes for each in batch) <= 5_000_000 for batch in batches)


def test_a_record_takes_a_mebibyte_of_key_event_and_newline() -> None:
    largest = 1_048_576 - 16 - 1
    assert fault_of(Outgoing(bytes(largest))) is None
    assert fault_of(Outgoing(bytes(largest + 1))) is not None
