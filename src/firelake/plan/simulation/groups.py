"""Shards in groups: what they take, what Firehose reads of them, and the batches that makes.

The shards of a group fill and close their batches together; with as many groups as shards each is
one shard, to which the rules of `firehose_emulator.source` apply to the letter.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.plan.limits import (
    READ_INTERVAL_S,
    READ_PAGE_RECORDS,
    SHARD_BYTES_PER_S,
    SHARD_READ_BYTES_PER_S,
    SHARD_RECORDS_PER_S,
)
from firelake.plan.simulation.cohorts import shorten
from firelake.send.records import PARTITION_KEY_LENGTH

if TYPE_CHECKING:
    import numpy as np

    from firelake.plan.simulation.cohorts import Cohort

# What Firehose reads ahead of the function, beside the batches that are there; as in local/.
_MOST_WAITING: Final = 5
_WRITE_BURST_S: Final = 1.0


@dataclass(slots=True, eq=False)
class Batch:
    """A batch of each shard of a group.

    Attributes:
        period_s: Time since the group's last one: over so long are the batches of its shards
            spread in truth.
    """

    group: Group
    period_s: float = 0.0
    cohorts: list[Cohort] = field(default_factory=list["Cohort"])
    size_bytes: float = 0.0

    @property
    def records(self) -> int:
        """Records in it."""
        return sum(each.total for each in self.cohorts)

    @property
    def events(self) -> float:
        """Events in it."""
        return sum(each.total * each.events for each in self.cohorts)


@dataclass(slots=True, eq=False)
class Group:
    """Shards that are alike.

    Attributes:
        shards: How many they are; changes as an on-demand stream grows.
        write_shards: So many shards' worth of records is taken.
        batch_bytes: A shard's batch is closed before it exceeds this.
        at_producers: What Kinesis has not taken yet.
        in_stream: What Firehose has not read yet.
        waiting: Batches that are not at the function yet.
        in_flight: Batches at the function.
        throttled: Records that Kinesis refused when they were first sent.
        waiting_records: Records that wait at producers.
    """

    number: int
    shards: float
    write_shards: float
    batch_bytes: float
    batch_interval_s: float
    random: np.random.Generator
    at_producers: deque[Cohort] = field(default_factory=deque["Cohort"])
    in_stream: deque[Cohort] = field(default_factory=deque["Cohort"])
    waiting: deque[Batch] = field(default_factory=deque["Batch"])
    in_flight: int = 0
    throttled: int = 0
    waiting_records: int = 0
    _page: list[Cohort] = field(default_factory=list["Cohort"])
    _open: Batch | None = None
    _opened_s: float = 0.0
    _closed_s: float = 0.0
    _taken_s: float = 0.0
    _record_room: float = 0.0
    _byte_room: float = 0.0

    def put(self, cohort: Cohort, now_s: float) -> None:
        """Sends records; what was refused earlier goes first."""
        came = cohort.total
        if came:
            self.at_producers.append(cohort)
            self.waiting_records += came
        self._accept(now_s)
        self.throttled += min(came, self.waiting_records)
        shorten(self.at_producers)
        shorten(self.in_stream)

    def _accept(self, now_s: float) -> None:
        passed_s, self._taken_s = now_s - self._taken_s, now_s
        records_per_s = self.write_shards * SHARD_RECORDS_PER_S
        bytes_per_s = self.write_shards * SHARD_BYTES_PER_S
        self._record_room = min(
            self._record_room + records_per_s * passed_s, records_per_s * _WRITE_BURST_S
        )
        self._byte_room = min(
            self._byte_room + bytes_per_s * passed_s, bytes_per_s * _WRITE_BURST_S
        )
        while self.at_producers:
            first = self.at_producers[0]
            each_bytes = first.record_bytes + PARTITION_KEY_LENGTH
            room = int(min(self._record_room, self._byte_room / each_bytes))
            if room < 1:
                break
            taken = first.take(room, self.random)
            self._record_room -= taken.total
            self.waiting_records -= taken.total
            self._byte_room -= taken.total * each_bytes
            self.in_stream.append(taken)
            if not first.total:
                self.at_producers.popleft()

    def take_page(self, now_s: float) -> int:
        """Puts what was read last into batches, and returns how many records that were."""
        page, self._page = self._page, []
        records = sum(each.total for each in page)
        for cohort in page:
            self._add(cohort, now_s)
        return records

    def close_if_due(self, now_s: float) -> None:
        """Closes the batch at its age."""
        if self._open is not None and now_s - self._opened_s >= self.batch_interval_s:
            self._close(now_s)

    def read(self) -> None:
        """Reads a page, unless batches wait already; it comes with the next step."""
        if len(self.waiting) >= _MOST_WAITING:
            return
        records = int(self.shards * READ_PAGE_RECORDS)
        left_bytes = self.shards * SHARD_READ_BYTES_PER_S * READ_INTERVAL_S
        while self.in_stream and records > 0 and left_bytes > 0:
            first = self.in_stream[0]
            wanted = min(records, max(1, int(left_bytes / first.record_bytes)))
            taken = first.take(wanted, self.random)
            records -= taken.total
            left_bytes -= taken.size_bytes
            self._page.append(taken)
            if not first.total:
                self.in_stream.popleft()

    @property
    def held_records(self) -> int:
        """Records that Kinesis has taken and Firehose has not sent to the function."""
        batches = [*self.waiting, *([self._open] if self._open else [])]
        cohorts = [*self.in_stream, *self._page, *(each for b in batches for each in b.cohorts)]
        return sum(each.total for each in cohorts)

    def _add(self, cohort: Cohort, now_s: float) -> None:
        limit = self.batch_bytes * self.shards
        rest = cohort.take(cohort.total, self.random)
        while rest.total:
            batch = self._open
            fitting = int((limit - (batch.size_bytes if batch else 0.0)) / rest.record_bytes)
            if batch is not None and fitting < 1:
                self._close(now_s)
                continue
            if batch is None:
                batch = self._open = Batch(self)
                self._opened_s = now_s
            piece = rest.take(max(1, fitting), self.random)
            batch.cohorts.append(piece)
            batch.size_bytes += piece.size_bytes
            if batch.size_bytes >= limit:
                self._close(now_s)

    def _close(self, now_s: float) -> None:
        if self._open is not None:
            self._open.period_s, self._closed_s = now_s - self._closed_s, now_s
            self.waiting.append(self._open)
            self._open = None
