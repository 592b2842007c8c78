"""Where each record of an answered batch goes: a partition, a kind of error, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firehose_emulator.error_objects import (
    EXTRACTION_FAILED,
    PARTITIONS_EXCEEDED,
    PARTITIONS_EXCEEDED_MESSAGE,
    ErrorType,
    Failed,
    partitioning_failed_line,
    processing_failed_line,
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


class Router:
    """Puts what the function made of records into buffers.

    Attributes:
        is_limit_exceeded: Whether a record found no partition since this was last set to False.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        buffers: Buffers,
        evaluator: PrefixEvaluator,
        metrics: Metrics,
    ) -> None:
        """Name where records go.

        Args:
            settings: Whether there are partitions, and how many.
            buffers: Hold what is put into them until it is stored.
            evaluator: Of the destination's prefix.
            metrics: Told how much the function let pass.
        """
        self.is_limit_exceeded = False
        self._settings = settings
        self._buffers = buffers
        self._evaluator = evaluator
        self._metrics = metrics

    def back_up(self, batch: Batch, now_ms: int) -> None:
        """Keep the source records as they came, whatever becomes of them."""
        if self._settings.backup is None:
            return
        for record in batch.records:
            self._buffers.add(Content(Kind.BACKUP), batch, record, record.data, now_ms)

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
                self._fail(batch, record, verdict, answered.attempts, now_ms)
        batch.records = []
        batch.is_routed = True
        if self._settings.processing is not None:
            self._metrics.add(Metric.PROCESSED_RECORDS, passed)
            self._metrics.add(Metric.PROCESSED_BYTES, passed_bytes)

    def _deliver(self, batch: Batch, record: SourceRecord, row: Row, now_ms: int) -> None:
        content = Content(Kind.ROWS)
        if self._settings.is_partitioned:
            try:
                prefix = self._evaluator.evaluate(
                    Moment(record.arrival_ms, partition_keys=row.partition_keys)
                )
            except DatePatternError as error:
                failure = Failure(EXTRACTION_FAILED, str(error))
                error_type = ErrorType.METADATA_EXTRACTION_FAILED
                self._divert(batch, record, row, failure, error_type, now_ms)
                return
            content = Content(Kind.ROWS, prefix)
            if self._is_one_too_many(content):
                self.is_limit_exceeded = True
                failure = Failure(PARTITIONS_EXCEEDED, PARTITIONS_EXCEEDED_MESSAGE)
                error_type = ErrorType.ACTIVE_PARTITION_EXCEEDED
                self._divert(batch, record, row, failure, error_type, now_ms)
                return
        self._buffers.add(content, batch, record, row.data, now_ms)

    def _is_one_too_many(self, content: Content) -> bool:
        limit = self._settings.switches.active_partition_limit
        return not self._buffers.is_active(content) and self._buffers.active_partitions >= limit

    def _divert(  # noqa: PLR0913, PLR0917 - all of what a line tells
        self,
        batch: Batch,
        record: SourceRecord,
        row: Row,
        failure: Failure,
        error_type: ErrorType,
        now_ms: int,
    ) -> None:
        """Send what the function made of a record to the errors."""
        failed = Failed(
            data=row.data,
            code=failure.code,
            message=failure.message,
            attempts=1,
            arrival_ms=record.arrival_ms,
            ended_ms=now_ms,
        )
        line = partitioning_failed_line(failed, self._settings.switches.error_generation)
        content = Content(Kind.ERRORS, error_type=error_type)
        self._buffers.add(content, batch, record, line, now_ms)

    def _fail(
        self, batch: Batch, record: SourceRecord, failure: Failure, attempts: int, now_ms: int
    ) -> None:
        """Send a record as it came to the errors."""
        failed = Failed(
            data=record.data,
            code=failure.code,
            message=failure.message,
            attempts=attempts,
            arrival_ms=record.arrival_ms,
            ended_ms=now_ms,
        )
        processing = self._settings.processing
        line = processing_failed_line(
            failed,
            processing.function_arn if processing is not None else "",
            self._settings.switches.error_generation,
        )
        content = Content(Kind.ERRORS, error_type=ErrorType.PROCESSING_FAILED)
        self._buffers.add(content, batch, record, line, now_ms)
