"""A buffer as a Parquet file, and its records that cannot be in it as lines of errors.

https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from firehose_emulator.error_objects import Failed, conversion_failed_line
from firehose_emulator.rows import RowReader
from firelake.formats.errors import ConversionError, SchemaError
from firelake.formats.parquet import ParquetWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from firehose_emulator.ports import SchemaSource
    from firehose_emulator.settings import Conversion
    from firehose_emulator.spool import Held, Spool

_ROWS_AT_ONCE: Final = 4096  # as Python objects
_TABLE_MISSING: Final = "DataFormatConversion.EntityNotFound"


@dataclass(slots=True)
class Converted:
    """What became of the records of a buffer: how many, and their bytes as JSON."""

    records: int = 0
    records_bytes: int = 0
    failed: int = 0
    failed_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Converter:
    """Converts by the table as it is when a buffer is closed.

    Attributes:
        schema: The Glue catalog.
        conversion: How records become rows, and rows a file.
        now_ms: The time, Unix time.
    """

    schema: SchemaSource
    conversion: Conversion
    now_ms: Callable[[], int]

    def convert(self, spool: Spool, body: BinaryIO, errors: BinaryIO) -> Converted:
        """Convert a buffer; one record's failure is no other's.

        Args:
            spool: The records.
            body: Gets the Parquet file; without one record it is to be thrown away.
            errors: Gets the lines of the records that failed.

        Raises:
            SchemaError: The table cannot be read for now.
        """
        counts = Converted()
        try:
            columns = self.schema.columns()
            reader = RowReader(columns, self.conversion)
        except SchemaError as error:
            if not error.is_missing:
                raise
            for held in spool:
                self._fail(held, ConversionError(str(error), _TABLE_MISSING), errors, counts)
            return counts
        writer = ParquetWriter(body, columns, self.conversion.compression)
        rows: list[dict[str, Any]] = []
        for held in spool:
            try:
                rows += reader.rows(held.data)
            except ConversionError as error:
                self._fail(held, error, errors, counts)
                continue
            counts.records += 1
            counts.records_bytes += len(held.data)
            if len(rows) >= _ROWS_AT_ONCE:
                writer.write(rows)
                rows = []
        if rows:
            writer.write(rows)
        writer.close()
        return counts

    def _fail(
        self, held: Held, error: ConversionError, errors: BinaryIO, counts: Converted
    ) -> None:
        failed = Failed(
            data=held.data,
            code=error.code,
            message=str(error),
            attempts=1,
            arrival_ms=held.arrival_ms,
            ended_ms=self.now_ms(),
        )
        line = conversion_failed_line(
            failed, held.sequence_number, held.subsequence_number, self.conversion
        )
        errors.write(line + b"\n")
        counts.failed += 1
        counts.failed_bytes += len(held.data)
