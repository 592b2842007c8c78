"""Where each record of an answered batch goes: a partition, a kind of error, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firehose_emulator.error_objects import (
    EXTRACTION_FAILED,
    PARTITIONS_EXCEEDED,
    PARTITIONS_EXCEEDED_MESSAGE,
    ErrorType,
    Failed,
    failed_line,
)
from firehose_emulator.invoke import Failure, Row
from firehose_emulator.metrics import Metric
from firehose_emulator.objects import Content, Kind
from firehose_emulator.prefixes import Moment
from firelake.formats.errors import DatePatternError

if TYPE_CHECKING:
    from firehose_emulator.invocations import Answered
    from firehose_emulator.metrics import Metrics
    from firehose_emulator.partition import Buffers
    from firehose_emulator.prefixes import PrefixEvaluator
    from firehose_emulator.records import Batch, SourceRecord
    from firehose_emulator.settings import DeliverySettings


@dataclass(slots=True)
class Router:
    """Puts what the function made of records into buffers.

    Attributes:
        settings: Whether there are partitions, and how many.
        buffers: Hold what is put into them until it is stored.
        evaluator: Of the destination's prefix.
        metrics: Told how much the function let pass.
        is_limit_exceeded: Whether a record found no partition since this was last set to False.
    """

    settings: DeliverySettings
    buffers: Buffers
    evaluator: PrefixEvaluator
    metrics: Metrics
    is_limit_exceeded: bool = False

    def back_up(self, batch: Batch, now_ms: int) -> None:
        """Keep the source records as they came, whatever becomes of them."""
        if self.settings.backup is None:
            return
        for record in batch.records:
            self.buffers.add(Content(Kind.BACKUP), batch, record, record.data, now_ms)

    def route(self, answered: Answered, now_ms: int) -> None:
        """Put each record of a batch where it belongs; the batch's own records are given up."""
        batch = answered.batch
        passed = passed_bytes = 0
        for record, verdict in zip(batch.records, answered.verdicts, strict=True):
            if isinstance(verdict, Row):
                passed += 1
                passed_bytes += len(record.data)
                self._deliver(batch, record, verdict, now_ms)
            elif isinstance(verdict, Failure):
                failed = _failed(record, record.data, verdict, answered.attempts, now_ms)
                self._fail(batch, record, failed, ErrorType.PROCESSING_FAILED, now_ms)
        batch.records = []
        batch.is_routed = True
        if self.settings.processing is not None:
            self.metrics.add(Metric.PROCESSED_RECORDS, passed)
            self.metrics.add(Metric.PROCESSED_BYTES, passed_bytes)

    def _deliver(self, batch: Batch, record: SourceRecord, row: Row, now_ms: int) -> None:
        content = Content(Kind.ROWS)
        if self.settings.is_partitioned:
            try:
                prefix = self.evaluator.evaluate(
                    Moment(record.arrival_ms, partition_keys=row.partition_keys)
                )
            except DatePatternError as error:
                failure = Failure(EXTRACTION_FAILED, str(error))
                failed = _failed(record, row.data, failure, 1, now_ms)
                error_type = ErrorType.METADATA_EXTRACTION_FAILED
                self._fail(batch, record, failed, error_type, now_ms)
                return
            content = Content(Kind.ROWS, prefix)
            if self._is_one_too_many(content):
                self.is_limit_exceeded = True
                failure = Failure(PARTITIONS_EXCEEDED, PARTITIONS_EXCEEDED_MESSAGE)
                failed = _failed(record, row.data, failure, 1, now_ms)
                error_type = ErrorType.ACTIVE_PARTITION_EXCEEDED
                self._fail(batch, record, failed, error_type, now_ms)
                return
        self.buffers.add(content, batch, record, row.data, now_ms)

    def _is_one_too_many(self, content: Content) -> bool:
        limit = self.settings.switches.active_partition_limit
        return not self.buffers.is_active(content) and self.buffers.active_partitions >= limit

    def _fail(
        self,
        batch: Batch,
        record: SourceRecord,
        failed: Failed,
        error_type: ErrorType,
        now_ms: int,
    ) -> None:
        """Send a record, or what the function made of it, to the errors."""
        function_arn = None
        if error_type is ErrorType.PROCESSING_FAILED:
            processing = self.settings.processing
            function_arn = processing.function_arn if processing is not None else ""
        line = failed_line(failed, self.settings.switches.error_generation, function_arn)
        content = Content(Kind.ERRORS, error_type=error_type)
        self.buffers.add(content, batch, record, line, now_ms)


def _failed(
    record: SourceRecord, data: bytes, failure: Failure, attempts: int, now_ms: int
) -> Failed:
    return Failed(
        data=data,
        code=failure.code,
        message=failure.message,
        attempts=attempts,
        arrival_ms=record.arrival_ms,
        ended_ms=now_ms,
    )
