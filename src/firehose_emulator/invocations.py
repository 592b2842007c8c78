"""Batches at the function: sent, tried again, and answered.

Tries of one batch follow each other; several batches of a shard may be at the function at once.
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firehose_emulator.errors import InvocationError
from firehose_emulator.invoke import Failure, Row, Verdict, event, verdicts
from firehose_emulator.metrics import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from firehose_emulator.metrics import Metrics
    from firehose_emulator.ports import Ports
    from firehose_emulator.records import Batch
    from firehose_emulator.settings import DeliverySettings, Processing

_LOG: Final = logging.getLogger(__name__)

# https://docs.aws.amazon.com/firehose/latest/dev/limits.html: outstanding invocations per shard.
MAX_IN_FLIGHT: Final = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """A batch whose fate is known.

    Attributes:
        batch: The batch.
        verdicts: What becomes of each of its records, in their order.
        attempts: How often the function was called for it.
    """

    batch: Batch
    verdicts: list[Verdict]
    attempts: int


@dataclass(slots=True, eq=False)
class _Call:
    batch: Batch
    attempts: int = 0
    next_ms: int = 0
    started_ms: int = 0
    future: Future[list[Verdict]] | None = None


@dataclass(slots=True)
class Invocations:
    """All batches at the function.

    Attributes:
        settings: The function and how often it is tried.
        ports: The function and the clock.
        metrics: Told of every call.
        submit: Runs something in another thread.
    """

    settings: DeliverySettings
    ports: Ports
    metrics: Metrics
    submit: Callable[[Callable[[], list[Verdict]]], Future[list[Verdict]]]
    _calls: list[_Call] = field(init=False, default_factory=list[_Call])

    def start(self, batch: Batch) -> None:
        """Take a batch to the function."""
        self._calls.append(_Call(batch))

    def has_room(self, shard_id: str, shard_count: int) -> bool:
        """Whether another batch of a shard may be at the function.

        Args:
            shard_id: The shard.
            shard_count: How many shards there are.
        """
        most = self.settings.switches.max_invocations
        share = MAX_IN_FLIGHT if most is None else max(1, most // shard_count)
        in_flight = sum(call.batch.shard_id == shard_id for call in self._calls)
        return in_flight < min(share, MAX_IN_FLIGHT)

    @property
    def count(self) -> int:
        """How many batches are at the function."""
        return len(self._calls)

    def step(self, now_ms: int) -> list[Answered]:
        """Make the calls that are due, and give the batches that were answered."""
        answered = list(self._answered(now_ms))
        for call in self._calls:
            if call.future is None and now_ms >= call.next_ms:
                call.attempts += 1
                call.started_ms = now_ms
                call.future = self.submit(lambda batch=call.batch: self._run(batch))
        return answered

    def _run(self, batch: Batch) -> list[Verdict]:
        """In another thread."""
        if self.settings.processing is None:
            return [Row(record.data, {}) for record in batch.records]
        payload = event(batch, self.settings, self.ports.new_uuid())
        return verdicts(batch, self.ports.function.invoke(payload))

    def _answered(self, now_ms: int) -> Iterator[Answered]:
        for call in [each for each in self._calls if each.future is not None]:
            if call.future is None or not call.future.done():
                continue
            future, call.future = call.future, None
            error = future.exception()
            failed = error if isinstance(error, InvocationError) else None
            processing = self.settings.processing
            if processing is not None:
                self.metrics.add(Metric.EXECUTE_SUCCESS, failed is None)
                self.metrics.add(Metric.EXECUTE_DURATION, now_ms - call.started_ms)
            if failed is not None and processing is not None:
                if self._tries_again(call, failed, processing, now_ms):
                    continue
                found: list[Verdict] = [Failure(failed.code, str(failed))] * len(call.batch.records)
            else:
                found = future.result()
            self._calls.remove(call)
            yield Answered(call.batch, found, call.attempts)

    def _tries_again(
        self, call: _Call, error: InvocationError, processing: Processing, now_ms: int
    ) -> bool:
        """Put off the next try."""
        if call.attempts > processing.retries:
            _LOG.error("%s after %d attempts: %s", error.code, call.attempts, error)
            return False
        delay_ms = self.settings.switches.retry_delay_ms(call.attempts)
        call.next_ms = now_ms + delay_ms
        _LOG.warning("%s, attempt %d, again in %.1f s", error.code, call.attempts, delay_ms / 1000)
        return True
