"""What a delivery is told: the resolved inputs of the delivery stream, and switches of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

import msgspec

from firehose_emulator.errors import UnsupportedSettingError
from firehose_emulator.inputs import Inputs
from firelake.formats.columns import ParquetCompression

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What the AWS provider sends for what a program leaves out; Firehose's own defaults differ.
# https://www.pulumi.com/registry/packages/aws/api-docs/kinesis/firehosedeliverystream/
PROVIDER_BUFFERING_SIZE_MB: Final = 5
PROVIDER_BUFFERING_INTERVAL_S: Final = 300

_MIB: Final = 1024 * 1024
_ARN: Final = re.compile(
    r"arn:(?P<partition>[a-z-]+):kinesis:(?P<region>[a-z0-9-]+):"
    r"(?P<account>[0-9]{12}):stream/(?P<name>[a-zA-Z0-9_.-]+)"
)


@unique
class Compression(StrEnum):
    """How objects that are not converted are compressed."""

    UNCOMPRESSED = "UNCOMPRESSED"
    GZIP = "GZIP"


@unique
class ErrorGeneration(StrEnum):
    """Which of the two observed forms the lines of error objects have."""

    DOCUMENTED = "documented"
    OBSERVED_2026 = "observed-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where objects go, and when.

    Attributes:
        role_arn: The role that writes.
        bucket: Name of the bucket.
        prefix: Prefix expression of the objects.
        error_output_prefix: Prefix expression of error objects.
        buffer_size_bytes: A buffer of this size is written.
        buffer_interval_s: A buffer of this age is written.
        compression: How objects that are not converted are compressed.
        file_extension: Takes the place of the usual extension; empty for that one.
    """

    role_arn: str
    bucket: str
    prefix: str
    error_output_prefix: str
    buffer_size_bytes: int
    buffer_interval_s: float
    compression: Compression = Compression.UNCOMPRESSED
    file_extension: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """How the function is called.

    Attributes:
        function_arn: The function, with its qualifier.
        retries: How often a batch is tried again after the first time.
        batch_size_bytes: A batch of this size is sent.
        batch_interval_s: A batch of this age is sent.
    """

    function_arn: str
    retries: int = 3
    batch_size_bytes: int = _MIB
    batch_interval_s: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How records become Parquet.

    Attributes:
        role_arn: The role that reads the schema.
        catalog_id: The account of the Glue catalog.
        region: The Region of the Glue catalog.
        database: The Glue database.
        table: The Glue table whose columns the files get.
        version_id: Version of the table, or `LATEST`.
        compression: How pages are compressed.
        case_insensitive: Whether keys are lowercased before they are looked up.
        dots_to_underscores: Whether dots in keys become underscores.
        json_keys: The JSON key of a column that has another one, by column.
    """

    role_arn: str
    catalog_id: str
    region: str
    database: str
    table: str
    version_id: str = "LATEST"
    compression: ParquetCompression = ParquetCompression.SNAPPY
    case_insensitive: bool = True
    dots_to_underscores: bool = False
    json_keys: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Faults to make on purpose; a number n makes it every n-th time, 0 never.

    Attributes:
        function_times_out: The function has run, with all its effects, when its time-out is told.
        response_lost: The function has run, with all its effects, but its answer does not arrive.
        batch_delivered_twice: A batch goes through the function twice, as after a shard re-read.
        write_repeated: An object is written twice, under two names.
        s3_down_after_s: S3 refuses writes from this many seconds after the start on.
        s3_down_for_s: For how long S3 refuses writes, in seconds.
    """

    function_times_out: int = 0
    response_lost: int = 0
    batch_delivered_twice: int = 0
    write_repeated: int = 0
    s3_down_after_s: float = 0
    s3_down_for_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSwitches:
    """What Firehose does not let one set; `src/firelake/local/GAPS.md` tells why each is here.

    Attributes:
        flush_sooner_s: Greatest interval of every buffer and of batches, in seconds, in place of
            the 60 s that are Firehose's least; None leaves the intervals as configured.
        active_partition_limit: How many partitions may have a buffer at once: Firehose's quota.
        max_invocations: How many batches may be at the function at once, shared out evenly among
            the shards, of which each has one; None for Firehose's own five a shard.
        max_held_bytes: While this much is held in buffers, the stream is not read.
        retry_delay_s: Wait before the first retry of a batch, doubled from each to the next.
        max_retry_delay_s: Longest wait between two tries of a batch or of a write.
        error_generation: The form of the lines of error objects.
        faults: Faults to make on purpose.
    """

    flush_sooner_s: float | None = None
    active_partition_limit: int = 500
    max_invocations: int | None = None
    max_held_bytes: int = 1024 * _MIB
    retry_delay_s: float = 1.0
    max_retry_delay_s: float = 30.0
    error_generation: ErrorGeneration = ErrorGeneration.OBSERVED_2026
    faults: Faults = Faults()

    def retry_delay_ms(self, failures: int) -> int:
        """Returns the wait after so many failures in a row, in milliseconds.

        How long Firehose waits is unconfirmed.
        """
        doubled_s = self.retry_delay_s * 2 ** min(failures - 1, 30)
        return round(min(doubled_s, self.max_retry_delay_s) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """All that one delivery stream needs to know.

    Attributes:
        name: Name of the delivery stream.
        arn: Its ARN.
        account_id: The account; also the external id with which roles are assumed.
        region: Its Region.
        source_stream_arn: The Kinesis stream.
        source_role_arn: The role that reads the stream.
        destination: Where rows and errors go.
        is_partitioned: Whether dynamic partitioning is on.
        processing: The function; None where records are delivered as they come.
        conversion: How rows become Parquet; None where they are written as they are.
        backup: Where source records go; None where they are not kept.
        time_zone: Time zone of timestamps in prefixes and object names.
        created_at_ms: When the stream was created, Unix time; it reads what came since.
        version: Version of the configuration, which object names bear.
        switches: What Firehose does not let one set.
    """

    name: str
    arn: str
    account_id: str
    region: str
    source_stream_arn: str
    source_role_arn: str
    destination: Output
    is_partitioned: bool
    processing: Processing | None
    conversion: Conversion | None
    backup: Output | None
    time_zone: str
    created_at_ms: int
    version: int = 1
    switches: LocalSwitches = field(default_factory=LocalSwitches)

    @property
    def source_stream(self) -> str:
        """Name of the Kinesis stream."""
        return self.source_stream_arn.rpartition("/")[2]

    def output(self, *, is_backup: bool) -> Output:
        """Returns where rows and errors go, or source records."""
        return self.backup if is_backup and self.backup is not None else self.destination

    @classmethod
    def from_inputs(
        cls,
        inputs: Mapping[str, object],
        *,
        created_at_ms: int,
        switches: LocalSwitches | None = None,
    ) -> DeliverySettings:
        """Read the resolved inputs of `aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream`.

        Args:
            inputs: The inputs by their wire names (camelCase), which `validate` has passed.
            created_at_ms: When the stream is created, Unix time in milliseconds.
            switches: What Firehose does not let one set; None for its own behaviour.

        Raises:
            UnsupportedSettingError: An input has no meaning here; it is never ignored.
        """
        reader = Inputs(inputs, "FirehoseDeliveryStream")
        reader.ignore("tags", "tagsAll", "region", "timeouts")
        reader.require("destination", "extended_s3")
        source = reader.child("kinesisSourceConfiguration")
        stream_arn, source_role_arn = source.text("kinesisStreamArn"), source.text("roleArn")
        source.finish()
        match = _ARN.fullmatch(stream_arn)
        if match is None:
            message = f"kinesisStreamArn {stream_arn!r} is no ARN of a stream in Kinesis"
            raise UnsupportedSettingError(message)
        name = reader.text("name")
        s3 = reader.child("extendedS3Configuration")
        reader.finish()
        settings = cls(
            name=name,
            arn=f"arn:{match['partition']}:firehose:{match['region']}:{match['account']}"
            f":deliverystream/{name}",
            account_id=match["account"],
            region=match["region"],
            source_stream_arn=stream_arn,
            source_role_arn=source_role_arn,
            destination=_output(s3),
            is_partitioned=_is_partitioned(s3),
            processing=_processing(s3),
            conversion=_conversion(s3, match["account"], match["region"]),
            backup=_backup(s3),
            time_zone=s3.text("customTimeZone", "UTC"),
            created_at_ms=created_at_ms,
            switches=switches or LocalSwitches(),
        )
        s3.finish()
        return settings

    def write(self, path: Path) -> None:
        """Write the settings as JSON, which `read` reads."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self)))

    @classmethod
    def read(cls, path: Path) -> DeliverySettings:
        """Read what `write` wrote.

        Raises:
            msgspec.ValidationError: The file holds something else.
        """
        return msgspec.json.decode(path.read_bytes(), type=cls)


def _output(s3: Inputs) -> Output:
    s3.logging("cloudwatchLoggingOptions")
    return Output(
        role_arn=s3.text("roleArn"),
        bucket=s3.text("bucketArn").rpartition(":")[2],
        prefix=s3.text("prefix", ""),
        error_output_prefix=s3.text("errorOutputPrefix", ""),
        buffer_size_bytes=round(s3.number("bufferingSize", PROVIDER_BUFFERING_SIZE_MB) * _MIB),
        buffer_interval_s=s3.number("bufferingInterval", PROVIDER_BUFFERING_INTERVAL_S),
        compression=s3.choice("compressionFormat", Compression, Compression.UNCOMPRESSED),
        file_extension=s3.text("fileExtension", ""),
    )


def _is_partitioned(s3: Inputs) -> bool:
    partitioning = s3.child("dynamicPartitioningConfiguration")
    # A write is tried until it succeeds: what follows the end of this time on AWS is unconfirmed.
    partitioning.ignore("retryDuration")
    is_enabled = partitioning.flag("enabled", default=False)
    partitioning.finish()
    return is_enabled


def _processing(s3: Inputs) -> Processing | None:
    configuration = s3.child("processingConfiguration")
    is_enabled = configuration.flag("enabled", default=False)
    processors = configuration.children("processors")
    configuration.finish()
    if not is_enabled:
        return None
    found: Processing | None = None
    for processor in processors:
        processor.require("type", "Lambda")
        parameters = {
            each.text("parameterName"): each.text("parameterValue")
            for each in processor.children("parameters")
        }
        processor.finish()
        # Of the role there is one: the destination's, as is Firehose's default.
        values = Inputs(parameters, f"{processor.path}.parameters")
        values.ignore("RoleArn")
        found = Processing(
            function_arn=values.text("LambdaArn"),
            retries=int(values.number("NumberOfRetries", 3)),
            batch_size_bytes=round(values.number("BufferSizeInMBs", 1) * _MIB),
            batch_interval_s=values.number("BufferIntervalInSeconds", 60),
        )
        values.finish()
    return found


def _conversion(s3: Inputs, account_id: str, region: str) -> Conversion | None:
    configuration = s3.child("dataFormatConversionConfiguration")
    if configuration.is_absent or not configuration.flag("enabled", default=True):
        return None
    reading = configuration.child("inputFormatConfiguration").child("deserializer")
    open_x = reading.child("openXJsonSerDe")
    reading.finish()
    writing = configuration.child("outputFormatConfiguration").child("serializer")
    parquet = writing.child("parquetSerDe")
    writing.finish()
    schema = configuration.child("schemaConfiguration")
    configuration.finish()
    # These change the inside of files in ways that no reader sees.
    parquet.ignore("blockSizeBytes", "pageSizeBytes", "maxPaddingBytes", "writerVersion")
    parquet.ignore("enableDictionaryCompression")
    conversion = Conversion(
        role_arn=schema.text("roleArn"),
        catalog_id=schema.text("catalogId", account_id),
        region=schema.text("region", region),
        database=schema.text("databaseName"),
        table=schema.text("tableName"),
        version_id=schema.text("versionId", "LATEST"),
        compression=parquet.choice("compression", ParquetCompression, ParquetCompression.SNAPPY),
        case_insensitive=open_x.flag("caseInsensitive", default=True),
        dots_to_underscores=open_x.flag("convertDotsInJsonKeysToUnderscores", default=False),
        json_keys=open_x.texts("columnToJsonKeyMappings"),
    )
    for each in (open_x, parquet, schema):
        each.finish()
    return conversion


def _backup(s3: Inputs) -> Output | None:
    is_enabled = s3.text("s3BackupMode", "Disabled") == "Enabled"
    configuration = s3.child("s3BackupConfiguration")
    if not is_enabled:
        return None
    backup = _output(configuration)
    configuration.finish()
    return backup
