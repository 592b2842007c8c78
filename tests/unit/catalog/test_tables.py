"""The tables: whole, at every granularity, and within what Glue takes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.catalog.errors import LimitError
from firelake.catalog.tables import ERROR_TYPES, events_errors_table, events_raw_table, events_table
from firelake.contract.events import Event, EventContract, Field
from firelake.contract.layout import (
    Granularity,
    errors_prefix,
    events_partition_prefix,
    parse_errors_key,
    raw_prefix,
)
from firelake.contract.types import parse_type
from tests.helpers.contracts import LEARNING
from tests.strategies.contracts import contracts
from tests.unit.catalog.samples import CONTRACT, lake, refusals


def located(template: str, **values: str) -> str:
    """The location of a partition, as Athena makes it of the template."""
    for key, value in values.items():
        template = template.replace(f"${{{key}}}", value)
    return template


def test_the_table_of_events_is_projected_parquet() -> None:
    table = events_table(CONTRACT, lake())
    columns = table["StorageDescriptor"]["Columns"]
    assert table == {
        "Name": "events",
        "Description": (
            "Events as they were delivered, by type and time of creation. Firehose may deliver one"
            " twice: the views leave such copies out."
        ),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            "parquet.compression": "SNAPPY",
            "projection.enabled": "true",
            "projection.event_type.type": "enum",
            "projection.event_type.values": "payment,ping,unregistered",
            "projection.dt.type": "date",
            "projection.dt.format": "yyyy-MM-dd",
            "projection.dt.range": "2026-11-01,NOW+1DAYS",
            "projection.dt.interval": "1",
            "projection.dt.interval.unit": "DAYS",
            "storage.location.template": (
                "s3://a-bucket/events/event_type=${event_type}/dt=${dt}/"
            ),
        },
        "PartitionKeys": [
            {
                "Name": "event_type",
                "Type": "string",
                "Comment": (
                    "First part of event_name; unregistered where the contract does not know it."
                ),
            },
            {
                "Name": "dt",
                "Type": "string",
                "Comment": "When the event happened, in UTC, as yyyy-MM-dd.",
            },
        ],
        "StorageDescriptor": {
            "Columns": columns,
            "Location": "s3://a-bucket/events/",
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": (
                    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
                ),
                "Parameters": {"serialization.format": "1"},
            },
        },
    }
    assert columns[0] == {
        "Name": "event_uuid",
        "Type": "string",
        "Comment": "Identity of the event; every copy of it has the same.",
    }
    assert columns[-3:] == [
        {"Name": "line_amounts", "Type": "array<decimal(12,2)>", "Comment": "Amount of each line."},
        {
            "Name": "response",
            "Type": "string",
            "Comment": "JSON text. Answer of the provider.",
        },
        {
            "Name": "extras",
            "Type": "string",
            "Comment": (
                "JSON text of the fields that the contract does not declare, and for a while of"
                " those that it came to declare, which have a column, too; null where there are"
                " none."
            ),
        },
    ]
    assert len(columns) == 19


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        (Granularity.MONTH, ("yyyy-MM", "2026-11,NOW+1DAYS", "MONTHS")),
        (Granularity.DAY, ("yyyy-MM-dd", "2026-11-01,NOW+1DAYS", "DAYS")),
        (Granularity.HOUR, ("yyyy-MM-dd-HH", "2026-11-01-00,NOW+1DAYS", "HOURS")),
    ],
)
def test_the_granularity_decides_how_events_are_projected(
    granularity: Granularity, expected: tuple[str, str, str]
) -> None:
    parameters = events_table(CONTRACT, lake(granularity))["Parameters"]
    assert expected == (
        parameters["projection.dt.format"],
        parameters["projection.dt.range"],
        parameters["projection.dt.interval.unit"],
    )


@pytest.mark.parametrize("granularity", Granularity)
def test_raw_records_and_errors_have_the_same_partitions_at_every_granularity(
    granularity: Granularity,
) -> None:
    assert events_raw_table(lake(granularity)) == events_raw_table(lake())
    assert events_errors_table(lake(granularity)) == events_errors_table(lake())


def test_raw_records_are_read_as_lines_by_hour_of_arrival() -> None:
    table = events_raw_table(lake())
    assert table["StorageDescriptor"] == {
        "Columns": [
            {
                "Name": "record",
                "Type": "string",
                "Comment": (
                    "A line as it came: as a rule one event's JSON, several where a producer packs"
                    " them."
                ),
            }
        ],
        "Location": "s3://a-bucket/raw/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {
                "serialization.format": "1",
                "serialization.last.column.takes.rest": "true",
            },
        },
    }
    assert table["Parameters"] == {
        "EXTERNAL": "TRUE",
        "compressionType": "gzip",
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "2026-11-01,NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
        "projection.hour.type": "integer",
        "projection.hour.range": "0,23",
        "projection.hour.digits": "2",
        "storage.location.template": "s3://a-bucket/raw/dt=${dt}/hour=${hour}/",
    }
    assert [(key["Name"], key["Type"]) for key in table.get("PartitionKeys", [])] == [
        ("dt", "string"),
        ("hour", "string"),
    ]


def test_errors_are_read_as_json_by_type_and_day() -> None:
    table = events_errors_table(lake())
    storage = table["StorageDescriptor"]
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"serialization.format": "1"},
    }
    assert table["Parameters"] == {
        "EXTERNAL": "TRUE",
        "classification": "json",
        "projection.enabled": "true",
        "projection.type.type": "enum",
        "projection.type.values": (
            "processing-failed,format-conversion-failed,metadata-extraction-failed,"
            "activePartitionExceeded,decompression-failed"
        ),
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "2026-11-01,NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
        "storage.location.template": "s3://a-bucket/errors/type=${type}/dt=${dt}/",
    }
    assert [(key["Name"], key["Type"]) for key in table.get("PartitionKeys", [])] == [
        ("type", "string"),
        ("dt", "string"),
    ]
    assert [(each["Name"], each["Type"]) for each in storage["Columns"]] == [
        ("rawdata", "string"),
        ("errorcode", "string"),
        ("errormessage", "string"),
        ("lasterrorcode", "string"),
        ("lasterrormessage", "string"),
        ("attemptsmade", "bigint"),
        ("arrivaltimestamp", "bigint"),
        ("attemptendingtimestamp", "bigint"),
        ("lambdaarn", "string"),
        ("sequencenumber", "string"),
        ("subsequencenumber", "bigint"),
        ("datacatalogtable", "string"),
    ]


@pytest.mark.parametrize(
    "keys",
    [
        (
            "attemptsMade arrivalTimestamp errorCode errorMessage attemptEndingTimestamp rawData"
            " lambdaArn"
        ),
        (
            "rawData errorCode errorMessage attemptsMade arrivalTimestamp attemptEndingTimestamp"
            " lambdaARN"
        ),
        (
            "attemptsMade arrivalTimestamp lastErrorCode lastErrorMessage attemptEndingTimestamp"
            " rawData sequenceNumber subSequenceNumber dataCatalogTable"
        ),
    ],
    ids=["processing-failed-2022", "processing-failed-2026", "format-conversion-failed"],
)
def test_every_key_of_an_error_object_has_a_column(keys: str) -> None:
    columns = {each["Name"] for each in events_errors_table(lake())["StorageDescriptor"]["Columns"]}
    assert {key.lower() for key in keys.split()} <= columns


def test_a_partition_lies_where_the_layout_has_it() -> None:
    arrival = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
    tables = (events_table(CONTRACT, lake()), events_raw_table(lake()), events_errors_table(lake()))
    events, raw, errors = (table["Parameters"]["storage.location.template"] for table in tables)
    bucket = "s3://a-bucket/"
    assert located(events, event_type="payment", dt="2026-11-22") == (
        bucket + events_partition_prefix("payment", "2026-11-22")
    )
    assert located(raw, dt="2026-11-22", hour="07") == bucket + raw_prefix(arrival)
    assert located(errors, type="processing-failed", dt="2026-11-22") == (
        bucket + errors_prefix("processing-failed", date(2026, 11, 22))
    )


@pytest.mark.parametrize("error_type", ERROR_TYPES)
def test_the_layout_knows_every_error_type(error_type: str) -> None:
    key = errors_prefix(error_type, date(2026, 11, 22)) + "a-file"
    assert parse_errors_key(key).error_type == error_type


@pytest.mark.parametrize("granularity", Granularity)
def test_glue_takes_the_tables_of_a_hundred_events(granularity: Granularity) -> None:
    assert len(LEARNING.events) == 100
    for table in (
        events_table(LEARNING, lake(granularity)),
        events_raw_table(lake(granularity)),
        events_errors_table(lake(granularity)),
    ):
        request = {"DatabaseName": "a_lake", "TableInput": table}
        assert refusals("glue", "CreateTable", request) == []


@given(contracts(), st.sampled_from(Granularity))
def test_glue_takes_the_table_of_any_contract(
    contract: EventContract, granularity: Granularity
) -> None:
    request = {"DatabaseName": "a_lake", "TableInput": events_table(contract, lake(granularity))}
    assert refusals("glue", "CreateTable", request) == []


def test_a_contract_with_too_many_event_types_is_refused() -> None:
    field = Field("a", parse_type("string"), "A field.", 1)
    names = [f"{number:0>200}" for number in range(2548)]
    events = {name: Event(name, (), ("a",), "An event.") for name in names}
    contract = EventContract(1, {"a": field}, events, tuple(names))
    with pytest.raises(LimitError, match=r"events: its parameter projection.event_type.values has"):
        events_table(contract, lake())
    fewer = EventContract(1, {"a": field}, events, tuple(names[:-1]))
    assert len(events_table(fewer, lake())["Parameters"]["projection.event_type.values"]) < 512_001
