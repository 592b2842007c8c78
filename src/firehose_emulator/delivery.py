"""The loop that joins the parts: read, call the function, hold, write, move the checkpoints.

One thread runs it; what waits for others runs elsewhere and is looked at in the next step. A
checkpoint moves only over batches all of whose output is stored, so the process may end at any
moment: what was not stored is read again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from firehose_emulator.checkpoints import Checkpoint, CheckpointFile
from firehose_emulator.errors import SourceError
from firehose_emulator.faults import EveryNth, with_faults
from firehose_emulator.invocations import Invocations
from firehose_emulator.metrics import Metric, Metrics
from firehose_emulator.objects import Kind, ObjectWriter
from firehose_emulator.partition import Buffers
from firehose_emulator.records import Batch
from firehose_emulator.routes import Router
from firehose_emulator.source import Batcher, ShardReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from firehose_emulator.ports import Ports
    from firehose_emulator.settings import DeliverySettings

_T = TypeVar("_T")
_LOG: Final = logging.getLogger(__name__)

CHECKPOINTS_FILE: Final = "checkpoints.json"

# Firehose reads each shard once a second, and twice where it keeps source records as well.
_READ_INTERVAL_MS: Final = 1000
_READ_INTERVAL_WITH_BACKUP_MS: Final = 500
_LIST_INTERVAL_MS: Final = 60_000
_METRICS_INTERVAL_MS: Final = 60_000
# Of a shard, beside those at the function: more would only take memory.
_MAX_WAITING_BATCHES: Final = 5
# Of closed buffers in memory: where rows come faster than files are made, they would add up.
_MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
# Where nothing tells of a batch's size, because there is no function.
_BATCH_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a delivery is getting on, since the process began.

    Attributes:
        at_ms: The moment that this is of, Unix time.
        records_read: Records read, those of aggregates each, repeated ones again.
        held_bytes: Bytes that were read and are not stored yet, in memory or in files.
        batches_at_function: Batches sent to the function and not answered.
        delivered_until_ms: Of everything that arrived before this moment the rows or the errors
            are stored, Unix time.
        is_idle: Whether all that was read is stored, and there was nothing more to read.
        shards: How many shards are read.
    """

    at_ms: int
    records_read: int
    held_bytes: int
    batches_at_function: int
    delivered_until_ms: int
    is_idle: bool
    shards: int


@dataclass(frozen=True, slots=True)
class _Shard:
    reader: ShardReader
    batcher: Batcher


class Delivery:
    """One delivery stream at work."""

    def __init__(
        self, settings: DeliverySettings, ports: Ports, state: Path, executor: Executor
    ) -> None:
        """Read the checkpoints; nothing else is done before the first step.

        Args:
            settings: All that the stream is told.
            ports: The world.
            state: Folder that outlives the process; nobody else writes there.
            executor: Runs what waits for others.

        Raises:
            StateError: The folder holds the state of another stream.
            DatePatternError: A prefix cannot be read.
        """
        self._settings = settings
        self._ports = ports = with_faults(ports, settings.switches.faults)
        self._executor = executor
        self._metrics = Metrics(settings.name, settings.source_stream)
        spool = state / "spool"
        spool.mkdir(parents=True, exist_ok=True)
        self._checkpoint_file = CheckpointFile(
            state / CHECKPOINTS_FILE,
            settings.arn,
            settings.source_stream_arn,
            settings.created_at_ms,
        )
        self._checkpoints = self._checkpoint_file.read()
        writer = ObjectWriter(settings, ports, self._metrics, spool)
        self._buffers = Buffers(settings, writer, spool, self._submit)
        self._router = Router(
            settings,
            self._buffers,
            writer.evaluator(settings.destination.prefix),
            self._metrics,
        )
        self._invocations = Invocations(settings, ports, self._metrics, self._submit)
        self._is_repeated = EveryNth(settings.switches.faults.batch_delivered_twice)
        self._shards: dict[str, _Shard] = {}
        self._listing: Future[Sequence[str]] | None = None
        self._list_next_ms = 0
        self._metrics_next_ms = ports.now_ms() + self._metrics_interval_ms()
        self._publishing: Future[None] | None = None
        self._records_read = 0

    def step(self) -> None:
        """Do all that can be done now without waiting.

        Raises:
            Exception: Whatever is no fault of the world's; the delivery is then at its end.
        """
        now_ms = self._ports.now_ms()
        self._list_shards(now_ms)
        for shard in self._shards.values():
            self._read(shard, now_ms)
            self._send(shard, now_ms)
        for answered in self._invocations.step(now_ms):
            self._router.route(answered, now_ms)
        for kind, oldest_ms in self._buffers.step(now_ms):
            is_backup = kind is Kind.BACKUP
            metric = Metric.BACKUP_FRESHNESS if is_backup else Metric.DELIVERY_FRESHNESS
            self._metrics.add(metric, max(now_ms - oldest_ms, 0) / 1000)
        self._move_checkpoints()
        if now_ms >= self._metrics_next_ms:
            self._publish(now_ms)

    def close(self) -> None:
        """Give up what is not stored: the next process reads it again."""
        self._buffers.close()

    def status(self) -> Status:
        """Tell how the delivery is getting on."""
        readers = [shard.reader for shard in self._shards.values()]
        return Status(
            at_ms=self._ports.now_ms(),
            records_read=self._records_read,
            held_bytes=self._buffers.held_bytes
            + sum(shard.batcher.held_bytes for shard in self._shards.values()),
            batches_at_function=self._invocations.count,
            delivered_until_ms=self._until_ms(Batch.is_delivered),
            is_idle=bool(readers)
            and all(shard.batcher.is_idle for shard in self._shards.values())
            and all(reader.is_at_end or reader.is_caught_up for reader in readers),
            shards=len(readers),
        )

    def _submit(self, work: Callable[[], _T]) -> Future[_T]:
        return self._executor.submit(work)

    def _list_shards(self, now_ms: int) -> None:
        if self._listing is None and now_ms >= self._list_next_ms:
            self._list_next_ms = now_ms + _LIST_INTERVAL_MS
            self._listing = self._submit(self._ports.stream.shard_ids)
        if self._listing is None or not self._listing.done():
            return
        listing, self._listing = self._listing, None
        error = listing.exception()
        if isinstance(error, SourceError):
            _LOG.warning("shards not listed: %s", error)
            self._list_next_ms = now_ms + _READ_INTERVAL_MS
            return
        for shard_id in listing.result():
            if shard_id not in self._shards:
                self._shards[shard_id] = self._shard(shard_id)

    def _shard(self, shard_id: str) -> _Shard:
        settings, processing = self._settings, self._settings.processing
        checkpoint = self._checkpoints.get(shard_id, Checkpoint())
        reader = ShardReader(self._ports.stream, shard_id, checkpoint, settings.created_at_ms)
        interval_s = processing.batch_interval_s if processing is not None else 0
        if settings.switches.flush_sooner_s is not None:
            interval_s = min(interval_s, settings.switches.flush_sooner_s)
        size_bytes = processing.batch_size_bytes if processing is not None else _BATCH_BYTES
        return _Shard(reader, Batcher(shard_id, checkpoint, size_bytes, round(interval_s * 1000)))

    def _read(self, shard: _Shard, now_ms: int) -> None:
        was_at_end = shard.reader.is_at_end
        records = shard.reader.take(now_ms)
        for record in records:
            shard.batcher.add(record, now_ms)
        if records:
            self._records_read += len(records)
            read_bytes = sum(len(record.data) for record in records)
            for metric in (Metric.READ_RECORDS, Metric.INCOMING_RECORDS):
                self._metrics.add(metric, len(records))
            for metric in (Metric.READ_BYTES, Metric.INCOMING_BYTES):
                self._metrics.add(metric, read_bytes)
        if shard.reader.is_at_end and not was_at_end:
            self._list_next_ms = now_ms  # its children may be there
        shard.batcher.close_if_due(now_ms, is_at_end=shard.reader.is_at_end)
        self._metrics.add(Metric.MILLIS_BEHIND_LATEST, shard.reader.millis_behind_latest)
        if not self._is_full() and len(shard.batcher.waiting) < _MAX_WAITING_BATCHES:
            has_backup = self._settings.backup is not None
            interval_ms = _READ_INTERVAL_WITH_BACKUP_MS if has_backup else _READ_INTERVAL_MS
            shard.reader.start(now_ms, interval_ms, self._submit)

    def _is_full(self) -> bool:
        """Whether nothing is to be read until something is stored."""
        buffers = self._buffers
        return (
            buffers.held_bytes >= self._settings.switches.max_held_bytes
            or buffers.waiting_bytes >= _MAX_WAITING_BYTES
        )

    def _send(self, shard: _Shard, now_ms: int) -> None:
        waiting = shard.batcher.waiting
        while waiting and self._invocations.has_room(shard.reader.shard_id, len(self._shards)):
            batch = waiting.popleft()
            if not batch.is_repeat and self._is_repeated.strikes():
                shard.batcher.repeat(batch)
            self._router.back_up(batch, now_ms)
            self._invocations.start(batch)

    def _move_checkpoints(self) -> None:
        moved = False
        for shard_id, shard in self._shards.items():
            if shard.batcher.advance(is_at_end=shard.reader.is_at_end):
                self._checkpoints[shard_id] = shard.batcher.checkpoint
                moved = True
        if moved:
            self._checkpoint_file.write(self._checkpoints)

    def _until_ms(self, is_done: Callable[[Batch], bool]) -> int:
        """The moment before which everything that arrived was read and is done."""
        if not self._shards:
            return self._settings.created_at_ms
        now_ms = self._ports.now_ms()
        moments: list[int] = []
        for shard in self._shards.values():
            read_until_ms = now_ms if shard.reader.is_at_end else shard.reader.known_until_ms
            oldest_ms = shard.batcher.oldest_arrival_ms(is_done)
            moments.append(read_until_ms if oldest_ms is None else min(read_until_ms, oldest_ms))
        return min(moments)

    def _age_s(self, is_done: Callable[[Batch], bool]) -> float:
        return max(self._ports.now_ms() - self._until_ms(is_done), 0) / 1000

    def _metrics_interval_ms(self) -> int:
        sooner_s = self._settings.switches.flush_sooner_s
        if sooner_s is None:
            return _METRICS_INTERVAL_MS
        return min(_METRICS_INTERVAL_MS, max(1000, round(sooner_s * 1000)))

    def _publish(self, now_ms: int) -> None:
        if self._publishing is not None and not self._publishing.done():
            return
        self._metrics_next_ms = now_ms + self._metrics_interval_ms()
        self._metrics.add(Metric.PARTITIONS, self._buffers.active_partitions)
        self._metrics.add(Metric.PARTITIONS_EXCEEDED, self._router.is_limit_exceeded)
        self._router.is_limit_exceeded = False
        # Nothing older than the greatest value of a data point is missing at its moment.
        self._metrics.add_where_known(Metric.DELIVERY_FRESHNESS, self._age_s(Batch.is_delivered))
        self._metrics.add_where_known(Metric.BACKUP_FRESHNESS, self._age_s(Batch.is_backed_up))
        data = self._metrics.take(now_ms)
        self._publishing = self._submit(lambda: self._ports.metrics.put(data))
