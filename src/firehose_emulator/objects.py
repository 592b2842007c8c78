"""A closed buffer on its way into S3: made into objects once, then written until all are there."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from firehose_emulator.convert import Converter
from firehose_emulator.error_objects import ErrorType
from firehose_emulator.metrics import Metric
from firehose_emulator.prefixes import Moment, PrefixEvaluator, object_name
from firehose_emulator.settings import Compression

if TYPE_CHECKING:
    from pathlib import Path

    from firehose_emulator.metrics import Metrics
    from firehose_emulator.ports import Ports
    from firehose_emulator.settings import DeliverySettings, Output
    from firehose_emulator.spool import Spool

_PARQUET: Final = ".parquet"
_GZIP: Final = ".gz"
# Seen on AWS, though the body is an ordinary Parquet file.
_PARQUET_ENCODING: Final = "hadoop-snappy"
_IN_MEMORY_BYTES: Final = 256 * 1024


@unique
class Kind(StrEnum):
    """What a buffer holds."""

    ROWS = "rows"
    ERRORS = "errors"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Content:
    """What a buffer holds and where it goes.

    Attributes:
        kind: What it holds.
        prefix: The evaluated prefix of a partition; None where the prefix is evaluated when the
            object is made, for its oldest record.
        error_type: Which errors, for errors.
    """

    kind: Kind
    prefix: str | None = None
    error_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Object:
    """An object with the name under which it will be written, however often that is tried."""

    kind: Kind
    bucket: str
    key: str
    body: BinaryIO
    content_encoding: str | None
    records: int


class ObjectWriter:
    """Makes objects of buffers and writes them; several threads may use one."""

    def __init__(
        self, settings: DeliverySettings, ports: Ports, metrics: Metrics, folder: Path
    ) -> None:
        """Read the prefixes.

        Args:
            settings: Where objects go.
            ports: The store, the schema, the clock.
            metrics: Told of every write.
            folder: Holds objects before they are in S3.

        Raises:
            DatePatternError: A prefix cannot be read.
        """
        self._settings = settings
        self._ports = ports
        self._metrics = metrics
        self._folder = folder
        self._converter = (
            Converter(ports.schema, settings.conversion, ports.now_ms)
            if settings.conversion is not None
            else None
        )
        self._prefixes = {
            Kind.ROWS: self.evaluator(settings.destination.prefix),
            Kind.ERRORS: self.evaluator(settings.destination.error_output_prefix),
            Kind.BACKUP: self.evaluator(settings.backup.prefix if settings.backup else ""),
        }

    def evaluator(self, prefix: str) -> PrefixEvaluator:
        """Give what evaluates a prefix of this delivery stream.

        Raises:
            DatePatternError: The prefix cannot be read.
        """
        return PrefixEvaluator(prefix, self._settings.time_zone, self._ports.random_string)

    def make(self, content: Content, spool: Spool) -> list[S3Object]:
        """Make the objects of a buffer.

        Raises:
            SchemaError: The Glue table cannot be read for now.
        """
        if content.kind is Kind.ROWS and self._converter is not None:
            return self._make_converted(content, spool, self._converter)
        body, compression = self._file(), self._compression(content.kind)
        _write_plain(body, spool, compression, b"\n" if content.kind is Kind.ERRORS else b"")
        extension = _GZIP if compression is Compression.GZIP else ""
        return [self._object(content, spool, body, spool.count, extension)]

    def put(self, each: S3Object) -> None:
        """Write one object.

        Raises:
            StoreError: S3 did not take it.
        """
        is_backup = each.kind is Kind.BACKUP
        success = Metric.BACKUP_SUCCESS if is_backup else Metric.DELIVERY_SUCCESS
        each.body.seek(0)
        try:
            self._ports.store.put(
                each.bucket, each.key, each.body, content_encoding=each.content_encoding
            )
        except OSError:
            self._metrics.add(success, 0)
            raise
        self._metrics.add(success, 1)
        size_bytes = each.body.seek(0, 2)
        if is_backup:
            self._metrics.add(Metric.BACKUP_RECORDS, each.records)
            self._metrics.add(Metric.BACKUP_BYTES, size_bytes)
        else:
            self._metrics.add(Metric.DELIVERY_RECORDS, each.records)
            self._metrics.add(Metric.DELIVERY_BYTES, size_bytes)
            self._metrics.add(Metric.DELIVERY_OBJECTS, 1)
        each.body.close()

    def _make_converted(
        self, content: Content, spool: Spool, converter: Converter
    ) -> list[S3Object]:
        body, errors = self._file(), self._file()
        try:
            counts = converter.convert(spool, body, errors)
        except BaseException:
            body.close()
            errors.close()
            raise
        objects: list[S3Object] = []
        if counts.records:
            self._metrics.add(Metric.CONVERTED_RECORDS, counts.records)
            self._metrics.add(Metric.CONVERTED_BYTES, counts.records_bytes)
            objects.append(self._object(content, spool, body, counts.records, _PARQUET))
        else:
            body.close()
        if counts.failed:
            self._metrics.add(Metric.NOT_CONVERTED_RECORDS, counts.failed)
            self._metrics.add(Metric.NOT_CONVERTED_BYTES, counts.failed_bytes)
            failures = Content(Kind.ERRORS, error_type=ErrorType.FORMAT_CONVERSION_FAILED)
            objects.append(self._object(failures, spool, errors, counts.failed, ""))
        else:
            errors.close()
        return objects

    def _object(
        self, content: Content, spool: Spool, body: BinaryIO, records: int, extension: str
    ) -> S3Object:
        settings, output = self._settings, self._output(content.kind)
        arrival_ms = spool.oldest_arrival_ms or 0
        prefix = content.prefix
        if prefix is None:
            prefix = self._prefixes[content.kind].evaluate(Moment(arrival_ms, content.error_type))
        name = object_name(
            settings.name, settings.version, arrival_ms, settings.time_zone, self._ports.new_uuid()
        )
        if content.kind is not Kind.ERRORS:  # they were seen without any
            name += output.file_extension or extension
        return S3Object(
            kind=content.kind,
            bucket=output.bucket,
            key=prefix + name,
            body=body,
            content_encoding=_PARQUET_ENCODING if extension == _PARQUET else None,
            records=records,
        )

    def _compression(self, kind: Kind) -> Compression:
        if kind is Kind.ERRORS:
            return Compression.UNCOMPRESSED
        return self._output(kind).compression

    def _output(self, kind: Kind) -> Output:
        return self._settings.output(is_backup=kind is Kind.BACKUP)

    def _file(self) -> BinaryIO:
        file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed when it is in S3
            max_size=_IN_MEMORY_BYTES, dir=str(self._folder)
        )
        return cast("BinaryIO", file)


def _write_plain(body: BinaryIO, spool: Spool, compression: Compression, separator: bytes) -> None:
    """Write the records as they are. Firehose puts nothing between source records."""
    if compression is Compression.GZIP:
        # Without a time, equal records make equal objects.
        with gzip.GzipFile(fileobj=body, mode="wb", mtime=0, compresslevel=6) as file:
            for held in spool:
                file.write(held.data + separator)
    else:
        for held in spool:
            body.write(held.data + separator)
