"""Buffers: one for each partition, one for each kind of error, one for the source records.

A buffer is written when it is large enough or old enough. What it holds counts as stored only when
all of its objects are. https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firehose_emulator.objects import Content, Kind, ObjectWriter, S3Object
from firehose_emulator.spool import Held, Spool
from firelake.formats.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from firehose_emulator.records import Batch, SourceRecord
    from firehose_emulator.settings import DeliverySettings, Output

_LOG: Final = logging.getLogger(__name__)

# Making a file of a buffer takes a core and some memory: so many are made at once.
_WRITES_AT_ONCE: Final = 2


@dataclass(slots=True, eq=False)
class _Buffer:
    content: Content
    spool: Spool
    opened_ms: int
    batches: set[Batch] = field(default_factory=set["Batch"])


@dataclass(slots=True, eq=False)
class _Write:
    """A closed buffer until its last object is stored."""

    buffer: _Buffer
    objects: list[S3Object] | None = None
    written: int = 0
    failures: int = 0
    next_ms: int = 0
    future: Future[None] | None = None


class Buffers:
    """All buffers of a delivery stream, open and on their way into S3."""

    def __init__(
        self,
        settings: DeliverySettings,
        writer: ObjectWriter,
        folder: Path,
        submit: Callable[[Callable[[], None]], Future[None]],
    ) -> None:
        """Begin with none.

        Args:
            settings: Sizes and intervals.
            writer: Makes and writes objects.
            folder: Holds what is too large for memory.
            submit: Runs something in another thread.
        """
        self._settings = settings
        self._writer = writer
        self._folder = folder
        self._submit = submit
        self._open: dict[Content, _Buffer] = {}
        self._writes: list[_Write] = []
        # By partition: how many buffers it has, open or on their way.
        self._active: Counter[Content] = Counter()
        self.held_bytes = 0

    def add(
        self, content: Content, batch: Batch, record: SourceRecord, data: bytes, now_ms: int
    ) -> None:
        """Hold a record until its buffer is written.

        Args:
            content: Which buffer.
            batch: What the record is of.
            record: The source record.
            data: What will be written of it.
            now_ms: The time, Unix time.
        """
        size_bytes = self._output(content).buffer_size_bytes
        buffer = self._open.get(content)
        if buffer is not None and buffer.spool.data_bytes + len(data) > size_bytes:
            self._close(buffer)
            buffer = None
        if buffer is None:
            buffer = self._open[content] = _Buffer(content, Spool(self._folder), now_ms)
            if content.prefix is not None:
                self._active[content] += 1
        if batch not in buffer.batches:
            buffer.batches.add(batch)
            _count_open(batch, content, 1)
        held = Held(data, record.arrival_ms, record.sequence_number, record.subsequence_number)
        buffer.spool.append(held)
        self.held_bytes += len(data)
        if buffer.spool.data_bytes >= size_bytes:
            self._close(buffer)

    @property
    def waiting_bytes(self) -> int:
        """How many bytes of closed buffers are in memory."""
        return sum(write.buffer.spool.memory_bytes for write in self._writes)

    @property
    def active_partitions(self) -> int:
        """How many evaluated prefixes have something that is not stored yet."""
        return len(self._active)

    def is_active(self, content: Content) -> bool:
        """Whether something of a partition is not stored yet."""
        return content in self._active

    def step(self, now_ms: int) -> list[tuple[Kind, int]]:
        """Close what is due, start and end writes.

        Args:
            now_ms: The time, Unix time.

        Returns:
            Of each buffer stored since the last step its kind and the arrival of its oldest
            record, Unix time.
        """
        for buffer in list(self._open.values()):
            if now_ms - buffer.opened_ms >= self._interval_ms(buffer.content):
                self._close(buffer)
        stored = list(self._ended(now_ms))
        running = sum(write.future is not None for write in self._writes)
        for write in self._writes:
            if running >= _WRITES_AT_ONCE:
                break
            if write.future is None and now_ms >= write.next_ms:
                write.future = self._submit(lambda write=write: self._run(write))
                running += 1
        return stored

    def close(self) -> None:
        """Give up what is held; the stream still has it."""
        for buffer in (*self._open.values(), *(write.buffer for write in self._writes)):
            buffer.spool.close()
        for write in self._writes:
            for each in write.objects or ():
                each.body.close()

    def _close(self, buffer: _Buffer) -> None:
        del self._open[buffer.content]
        self._writes.append(_Write(buffer))

    def _run(self, write: _Write) -> None:
        """In another thread: make the objects unless they are made, write those not written."""
        if write.objects is None:
            write.objects = self._writer.make(write.buffer.content, write.buffer.spool)
        while write.written < len(write.objects):
            self._writer.put(write.objects[write.written])
            write.written += 1

    def _ended(self, now_ms: int) -> Iterator[tuple[Kind, int]]:
        for write in [each for each in self._writes if each.future is not None]:
            if write.future is None or not write.future.done():
                continue
            future, write.future = write.future, None
            error = future.exception()
            if isinstance(error, OSError | SchemaError):
                self._retry_later(write, error, now_ms)
                continue
            future.result()  # any other error is a mistake of ours: it ends the process
            self._writes.remove(write)
            yield write.buffer.content.kind, self._release(write.buffer)

    def _retry_later(self, write: _Write, error: Exception, now_ms: int) -> None:
        """Firehose writes until S3 takes it; the stream keeps what comes meanwhile."""
        write.failures += 1
        delay_ms = self._settings.switches.retry_delay_ms(write.failures)
        write.next_ms = now_ms + delay_ms
        again_s, content = delay_ms / 1000, write.buffer.content
        _LOG.warning("%s not written, again in %.1f s: %s", content, again_s, error)

    def _release(self, buffer: _Buffer) -> int:
        for batch in buffer.batches:
            _count_open(batch, buffer.content, -1)
        self.held_bytes -= buffer.spool.data_bytes
        if buffer.content.prefix is not None:
            self._active[buffer.content] -= 1
            self._active += Counter()  # forgets what has none left
        oldest_ms = buffer.spool.oldest_arrival_ms or 0
        buffer.spool.close()
        return oldest_ms

    def _output(self, content: Content) -> Output:
        return self._settings.output(is_backup=content.kind is Kind.BACKUP)

    def _interval_ms(self, content: Content) -> int:
        interval_s = self._output(content).buffer_interval_s
        sooner_s = self._settings.switches.flush_sooner_s
        return round(1000 * (interval_s if sooner_s is None else min(interval_s, sooner_s)))


def _count_open(batch: Batch, content: Content, change: int) -> None:
    if content.kind is Kind.BACKUP:
        batch.backups_open += change
    else:
        batch.deliveries_open += change
