"""The tables: `events`, `events_raw`, `events_errors`, and `erasures` where anything can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.catalog.columns import Column, events_columns, partition_columns
from firelake.catalog.deployed_table import NOTHING_INHERITED
from firelake.catalog.erasures import DELETED_AT, DIGEST, ERASED_AT, ERASURE, FIELD
from firelake.catalog.history_table import with_watermark
from firelake.catalog.limits import require_limits
from firelake.catalog.projection import NOW, TOMORROW, by_date, by_enum, by_integer, projected
from firelake.catalog.table_input import SerDeInfo, TableInput, column_inputs
from firelake.contract.layout import (
    ERASURES_PREFIX,
    ERRORS_PREFIX,
    EVENTS_PREFIX,
    RAW_PREFIX,
    Granularity,
)
from firelake.contract.names import (
    DT,
    ERROR_TYPE,
    EVENT_TYPE,
    HOUR,
    TABLE_ERASURES,
    TABLE_EVENTS,
    TABLE_EVENTS_ERRORS,
    TABLE_EVENTS_RAW,
    TABLE_EVENTS_RECENT,
    UNREGISTERED,
)
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.catalog.deployed_table import Inheritance
    from firelake.catalog.location import LakeLocation
    from firelake.contract.events import EventContract

RAW_RECORD: Final = "record"

# What Firehose writes for `!{firehose:error-output-type}` to S3, as far as its guide or observed
# error objects tell. A type that is missing here is invisible to Athena, though not to a listing
# of the prefix. https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html,
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
ERROR_TYPES: Final = (
    "processing-failed",
    "format-conversion-failed",
    "metadata-extraction-failed",
    "activePartitionExceeded",
    "decompression-failed",
)

_EXTERNAL: Final = {"EXTERNAL": "TRUE"}
_PARQUET_SERDE: Final = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_PARQUET_INPUT: Final = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
_PARQUET_OUTPUT: Final = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
_JSON_SERDE: Final = "org.openx.data.jsonserde.JsonSerDe"
_LINES_SERDE: Final = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_TEXT_INPUT: Final = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT: Final = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

_STRING: Final = FieldType(Kind.STRING)
_BIGINT: Final = FieldType(Kind.BIGINT)
_DOUBLE: Final = FieldType(Kind.DOUBLE)

_RAW_COLUMNS: Final = (
    Column(
        RAW_RECORD,
        _STRING,
        "A line as it came: as a rule one event's JSON, several where a producer packs them.",
    ),
)

# Firehose has written two sorts of error objects: those before conversion (errorCode) and those of
# conversion (lastErrorCode). `lambdaArn` of the one release and `lambdaARN` of the other meet in
# one column, as the SerDe knows no case.
# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html,
# https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
_ERRORS_COLUMNS: Final = (
    Column(
        "rawdata",
        _STRING,
        "Base64 of what failed: of the record as it was sent; after the function, of its output.",
    ),
    Column("errorcode", _STRING, "Code of a failure before conversion."),
    Column("errormessage", _STRING, "Text of a failure before conversion."),
    Column("lasterrorcode", _STRING, "Code of a failed conversion to Parquet."),
    Column("lasterrormessage", _STRING, "Text of a failed conversion to Parquet."),
    Column("attemptsmade", _BIGINT, "How often Firehose tried."),
    Column("arrivaltimestamp", _BIGINT, "Arrival, Unix time in milliseconds."),
    Column("attemptendingtimestamp", _BIGINT, "End of the last try, Unix time in milliseconds."),
    Column("lambdaarn", _STRING, "The function that was called, where one was."),
    Column("sequencenumber", _STRING, "Sequence number of the record, where conversion failed."),
    Column(
        "subsequencenumber", _BIGINT, "Subsequence number of the record, where conversion failed."
    ),
    Column(
        "datacatalogtable",
        _STRING,
        "JSON text of the Glue table that conversion went by, with its version.",
    ),
)

_ERASURES_COLUMNS: Final = (
    Column(ERASURE, _STRING, "The erasure that it is of, as firelake erase names it."),
    Column(FIELD, _STRING, "The column by which rows are found."),
    Column(DIGEST, _STRING, "SHA-256 of database, column and value, in hexadecimal digits."),
    Column(ERASED_AT, _DOUBLE, "Moment of the erasure, Unix time: what came later is shown."),
    Column(
        DELETED_AT,
        _DOUBLE,
        "When history had none of its rows any more, for good, Unix time; null until then.",
    ),
)


def events_table(
    contract: EventContract, lake: LakeLocation, inherited: Inheritance = NOTHING_INHERITED
) -> TableInput:
    """Render the table of the events that arrived, whose schema Firehose converts by as well.

    Args:
        inherited: What the table that is deployed tells.

    Raises:
        LimitError: The contract makes a table larger than Glue takes.
    """
    *declared, extras = events_columns(contract)
    return _table(
        name=TABLE_EVENTS,
        description="Events as they were delivered, by type and time of creation. Firehose may"
        " deliver one twice: the views leave such copies out.",
        location=lake.uri(EVENTS_PREFIX),
        columns=(*declared, *inherited.columns, extras),
        keys=partition_columns(lake.granularity),
        parameters={
            "classification": "parquet",
            "parquet.compression": "SNAPPY",
            **inherited.parameters,
            **projected(
                lake,
                EVENTS_PREFIX,
                {
                    EVENT_TYPE: by_enum(
                        (*sorted({*contract.event_types, *inherited.event_types}), UNREGISTERED)
                    ),
                    DT: by_date(lake.granularity, lake.start_date, TOMORROW),
                },
            ),
        },
        formats=(_PARQUET_INPUT, _PARQUET_OUTPUT),
        serde={
            "SerializationLibrary": _PARQUET_SERDE,
            "Parameters": {"serialization.format": "1"},
        },
    )


def events_recent_table(events: TableInput, watermark: str) -> TableInput:
    """Render the table of the files that no move has taken: `events` from a watermark on.

    Args:
        events: The table `events`.
        watermark: The first `dt` whose files the views read.
    """
    return {
        **events,
        "Name": TABLE_EVENTS_RECENT,
        "Description": "Events whose files no move has taken into events_history: the views read"
        " both.",
        "Parameters": with_watermark(events["Parameters"], watermark),
    }


def events_raw_table(lake: LakeLocation) -> TableInput:
    """Render the table of the records as they came, a line a row.

    It reads lines, not JSON: a JSON SerDe takes one object a line, so that the second of two
    packed events would be lost, fails on the broken records for which one looks here, and turns
    keys to lower case. A line shows what was sent; the JSON functions of Athena take it apart.
    """
    return _table(
        name=TABLE_EVENTS_RAW,
        description="Every record as it came, by hour of arrival (UTC), before any check. Kept for"
        " a while only. Restrict dt, or Athena lists every hour since the start.",
        location=lake.uri(RAW_PREFIX),
        columns=_RAW_COLUMNS,
        keys=(
            Column(DT, _STRING, f"Day of arrival, in UTC, as {Granularity.DAY.pattern}."),
            Column(HOUR, _STRING, "Hour of arrival, in UTC, 00 to 23."),
        ),
        parameters={
            "compressionType": "gzip",
            **projected(
                lake,
                RAW_PREFIX,
                {DT: by_date(Granularity.DAY, lake.start_date, NOW), HOUR: by_integer(0, 23, 2)},
            ),
        },
        formats=(_TEXT_INPUT, _TEXT_OUTPUT),
        serde={
            "SerializationLibrary": _LINES_SERDE,
            # Columns end at U+0001, which no JSON holds unescaped. Should a broken record hold
            # one, the only column takes the rest of the line too.
            "Parameters": {
                "serialization.format": "1",
                "serialization.last.column.takes.rest": "true",
            },
        },
    )


def events_errors_table(lake: LakeLocation) -> TableInput:
    """Render the table of what could not be transformed, partitioned or converted.

    A line that is no JSON fails the query: it must not vanish from a count of errors.
    """
    keys: Mapping[str, Mapping[str, str]] = {
        ERROR_TYPE: by_enum(ERROR_TYPES),
        DT: by_date(Granularity.DAY, lake.start_date, NOW),
    }
    return _table(
        name=TABLE_EVENTS_ERRORS,
        description="Error objects of Firehose, by type of error and day of arrival (UTC), also of"
        " events that were put back since.",
        location=lake.uri(ERRORS_PREFIX),
        columns=_ERRORS_COLUMNS,
        keys=(
            Column(ERROR_TYPE, _STRING, "The stage that failed, as Firehose calls it."),
            Column(DT, _STRING, f"Day of arrival, in UTC, as {Granularity.DAY.pattern}."),
        ),
        parameters={"classification": "json", **projected(lake, ERRORS_PREFIX, keys)},
        formats=(_TEXT_INPUT, _TEXT_OUTPUT),
        serde={
            "SerializationLibrary": _JSON_SERDE,
            "Parameters": {"serialization.format": "1"},
        },
    )


def erasures_table(lake: LakeLocation) -> TableInput:
    """Render the register of erasures, which the views go by: a line of JSON an entry."""
    return _table(
        name=TABLE_ERASURES,
        description="What has been erased and is not gone yet, by digests of the values: the views"
        " hide its rows.",
        location=lake.uri(ERASURES_PREFIX),
        columns=_ERASURES_COLUMNS,
        keys=(),
        parameters={"classification": "json"},
        formats=(_TEXT_INPUT, _TEXT_OUTPUT),
        serde={
            "SerializationLibrary": _JSON_SERDE,
            "Parameters": {"serialization.format": "1"},
        },
    )


def _table(  # noqa: PLR0913 -- each is a part of a table
    *,
    name: str,
    description: str,
    location: str,
    columns: tuple[Column, ...],
    keys: tuple[Column, ...],
    parameters: Mapping[str, str],
    formats: tuple[str, str],
    serde: SerDeInfo,
) -> TableInput:
    return require_limits(
        {
            "Name": name,
            "Description": description,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {**_EXTERNAL, **parameters},
            "PartitionKeys": column_inputs(keys),
            "StorageDescriptor": {
                "Columns": column_inputs(columns),
                "Location": location,
                "InputFormat": formats[0],
                "OutputFormat": formats[1],
                "SerdeInfo": serde,
            },
        }
    )
