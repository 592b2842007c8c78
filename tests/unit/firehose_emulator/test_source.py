"""Tests of batches and of how checkpoints move over them: facts 14.1."""

from __future__ import annotations

from firehose_emulator.checkpoints import Checkpoint
from firehose_emulator.records import Batch, SourceRecord
from firehose_emulator.source import Batcher
from tests.fakes.firehose_world import SHARD


def batcher(size_bytes: int = 1) -> Batcher:
    return Batcher(SHARD, Checkpoint("100"), size_bytes, 1000)


def record(sequence_number: int, part: int = 0, *, is_last: bool = True) -> SourceRecord:
    return SourceRecord(str(sequence_number), part, "key", sequence_number, b"x", is_last)


def store(batch: Batch) -> None:
    batch.is_routed = True


def test_a_checkpoint_moves_over_stored_batches_up_to_the_first_that_is_not() -> None:
    made = batcher()
    for number in (101, 102, 103):
        made.add(record(number), 0)
    first, second, third = made.waiting
    store(third)
    assert not made.advance(is_at_end=False)
    store(first)
    assert made.advance(is_at_end=False)
    assert made.checkpoint == Checkpoint("101")
    store(second)
    assert made.advance(is_at_end=False)
    assert made.checkpoint == Checkpoint("103")
    assert made.is_idle


def test_a_batch_is_stored_when_rows_errors_and_source_records_are() -> None:
    made = batcher()
    made.add(record(101), 0)
    (batch,) = made.waiting
    batch.deliveries_open, batch.backups_open = 1, 1
    store(batch)
    assert not made.advance(is_at_end=False)
    batch.deliveries_open = 0
    assert batch.is_delivered()
    assert not made.advance(is_at_end=False)
    batch.backups_open = 0
    assert made.advance(is_at_end=False)


def test_a_checkpoint_stays_before_an_aggregate_that_is_stored_in_part() -> None:
    made = batcher()
    made.add(record(101), 0)
    made.add(record(102, 0, is_last=False), 0)
    made.add(record(102, 1), 0)
    for batch in list(made.waiting)[:2]:
        store(batch)
    assert made.advance(is_at_end=False)
    assert made.checkpoint == Checkpoint("101")
    store(made.waiting[2])
    assert made.advance(is_at_end=False)
    assert made.checkpoint == Checkpoint("102")


def test_a_repeated_batch_holds_the_checkpoint_and_never_moves_it_back() -> None:
    made = batcher()
    made.add(record(101), 0)
    made.add(record(102), 0)
    first, second = made.waiting
    made.repeat(first)
    again = made.waiting[2]
    assert again.records == first.records
    store(first)
    store(second)
    assert made.advance(is_at_end=False)
    assert made.checkpoint == Checkpoint("101")
    store(again)
    assert made.advance(is_at_end=False)
    assert made.checkpoint == Checkpoint("102")


def test_a_closed_shard_is_finished_when_all_of_it_is_stored() -> None:
    made = batcher(size_bytes=10)
    made.add(record(101), 0)
    assert not made.advance(is_at_end=True)
    made.close_if_due(0, is_at_end=True)
    assert not made.advance(is_at_end=True)
    store(made.waiting[0])
    assert made.advance(is_at_end=True)
    assert made.checkpoint == Checkpoint("101", is_finished=True)
    assert not made.advance(is_at_end=True)


def test_the_oldest_record_that_is_not_done_is_known_wherever_it_is() -> None:
    made = batcher(size_bytes=2)
    assert made.oldest_arrival_ms(Batch.is_delivered) is None
    made.add(record(105), 0)
    assert made.oldest_arrival_ms(Batch.is_delivered) == 105
    made.add(record(103), 0)
    made.add(record(104), 0)
    assert made.oldest_arrival_ms(Batch.is_delivered) == 103
    store(made.waiting[0])
    assert made.oldest_arrival_ms(Batch.is_delivered) == 104
