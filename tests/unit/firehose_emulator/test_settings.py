"""Tests of what a delivery reads from the inputs of its resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from firehose_emulator.errors import UnsupportedSettingError
from firehose_emulator.settings import (
    Compression,
    Conversion,
    DeliverySettings,
    Faults,
    LocalSwitches,
    Output,
    Processing,
)
from firelake.formats.columns import ParquetCompression
from tests.fakes.firehose_world import START_MS
from tests.helpers.firehose_settings import FUNCTION, ROLE, STREAM, inputs, processors, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_settings_hold_what_the_program_asked_for() -> None:
    made = settings()
    assert made == DeliverySettings(
        name="firelake-dev-delivery",
        arn="arn:aws:firehose:us-east-1:123456789012:deliverystream/firelake-dev-delivery",
        account_id="123456789012",
        region="us-east-1",
        source_stream_arn=STREAM,
        source_role_arn=ROLE,
        destination=Output(
            role_arn=ROLE,
            bucket="lake",
            prefix="events/event_type=!{partitionKeyFromLambda:event_type}"
            "/dt=!{partitionKeyFromLambda:dt}/",
            error_output_prefix="errors/type=!{firehose:error-output-type}"
            "/dt=!{timestamp:yyyy-MM-dd}/",
            buffer_size_bytes=134_217_728,
            buffer_interval_s=300,
            compression=Compression.UNCOMPRESSED,
        ),
        is_partitioned=True,
        processing=Processing(
            function_arn=FUNCTION, retries=60, batch_size_bytes=524_288, batch_interval_s=30
        ),
        conversion=Conversion(
            role_arn=ROLE,
            catalog_id="123456789012",
            region="us-east-1",
            database="firelake_dev",
            table="events",
            version_id="LATEST",
            compression=ParquetCompression.SNAPPY,
        ),
        backup=Output(
            role_arn=ROLE,
            bucket="lake",
            prefix="raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
            error_output_prefix="errors/type=!{firehose:error-output-type}"
            "/dt=!{timestamp:yyyy-MM-dd}/",
            buffer_size_bytes=134_217_728,
            buffer_interval_s=900,
            compression=Compression.GZIP,
        ),
        time_zone="UTC",
        created_at_ms=START_MS,
    )
    assert made.source_stream == "firelake-dev-events"


def test_settings_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    made = settings(LocalSwitches(flush_sooner_s=2.5, faults=Faults(write_repeated=3)))
    made.write(tmp_path / "settings.json")
    assert DeliverySettings.read(tmp_path / "settings.json") == made


def test_left_out_buffers_have_the_providers_size_and_interval() -> None:
    """Facts 11.1: 5 MiB and 300 s, which Firehose then refuses for Parquet."""
    given = inputs()
    s3 = given["extendedS3Configuration"]
    del s3["bufferingSize"], s3["bufferingInterval"], s3["customTimeZone"], s3["prefix"]
    made = DeliverySettings.from_inputs(given, created_at_ms=1)
    assert made.destination.buffer_size_bytes == 5_242_880
    assert made.destination.buffer_interval_s == 300
    assert made.time_zone == "UTC"
    assert not made.destination.prefix


def test_the_functions_parameters_have_firehoses_defaults() -> None:
    """Facts 1.3: 3 retries, 1 MiB, 60 s."""
    given = inputs()
    given["extendedS3Configuration"]["processingConfiguration"]["processors"] = processors(
        {"LambdaArn": FUNCTION}
    )
    made = DeliverySettings.from_inputs(given, created_at_ms=1)
    assert made.processing == Processing(
        function_arn=FUNCTION, retries=3, batch_size_bytes=1_048_576, batch_interval_s=60
    )


def test_processing_is_off_and_conversion_on_where_their_switch_is_left_out() -> None:
    """Facts 3.1: the two defaults differ."""
    given = inputs()
    s3 = given["extendedS3Configuration"]
    del s3["processingConfiguration"]["enabled"]
    del s3["dataFormatConversionConfiguration"]["enabled"]
    made = DeliverySettings.from_inputs(given, created_at_ms=1)
    assert made.processing is None
    assert made.conversion is not None


def test_what_is_switched_off_is_not_there() -> None:
    given = inputs()
    s3 = given["extendedS3Configuration"]
    s3["dataFormatConversionConfiguration"]["enabled"] = False
    s3["dynamicPartitioningConfiguration"]["enabled"] = False
    s3["s3BackupMode"] = "Disabled"
    made = DeliverySettings.from_inputs(given, created_at_ms=1)
    assert (made.conversion, made.backup, made.is_partitioned) == (None, None, False)


def _top(given: dict[str, Any]) -> None:
    given["serverSideEncryption"] = {"enabled": True}


def _nested(given: dict[str, Any]) -> None:
    given["extendedS3Configuration"]["s3BackupConfiguration"]["kmsKeyArn"] = "arn"


def _hive(given: dict[str, Any]) -> None:
    conversion = given["extendedS3Configuration"]["dataFormatConversionConfiguration"]
    conversion["inputFormatConfiguration"]["deserializer"] = {"hiveJsonSerDe": {}}


def _other_processor(given: dict[str, Any]) -> None:
    processing = given["extendedS3Configuration"]["processingConfiguration"]
    processing["processors"] = processors({}, "AppendDelimiterToRecord")


def _other_destination(given: dict[str, Any]) -> None:
    given["destination"] = "iceberg"


def _zip(given: dict[str, Any]) -> None:
    given["extendedS3Configuration"]["s3BackupConfiguration"]["compressionFormat"] = "ZIP"


def _no_stream(given: dict[str, Any]) -> None:
    given["kinesisSourceConfiguration"]["kinesisStreamArn"] = "events"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            _top,
            "FirehoseDeliveryStream has inputs with no local meaning: serverSideEncryption",
            id="an unknown input",
        ),
        pytest.param(
            _nested,
            "FirehoseDeliveryStream.extendedS3Configuration.s3BackupConfiguration has inputs with"
            " no local meaning: kmsKeyArn",
            id="an unknown nested input",
        ),
        pytest.param(
            _hive,
            "FirehoseDeliveryStream.extendedS3Configuration.dataFormatConversionConfiguration"
            ".inputFormatConfiguration.deserializer has inputs with no local meaning:"
            " hiveJsonSerDe",
            id="another deserializer",
        ),
        pytest.param(
            _other_processor,
            "FirehoseDeliveryStream.extendedS3Configuration.processingConfiguration.processors[0]"
            ".type is 'AppendDelimiterToRecord': only 'Lambda' is delivered here",
            id="another processor",
        ),
        pytest.param(
            _other_destination,
            "FirehoseDeliveryStream.destination is 'iceberg': only 'extended_s3' is delivered here",
            id="another destination",
        ),
        pytest.param(
            _zip,
            "FirehoseDeliveryStream.extendedS3Configuration.s3BackupConfiguration"
            ".compressionFormat is 'ZIP': delivered here are UNCOMPRESSED, GZIP",
            id="another compression",
        ),
        pytest.param(
            _no_stream,
            "kinesisStreamArn 'events' is no ARN of a stream in Kinesis",
            id="no stream",
        ),
    ],
)
def test_what_this_delivery_does_not_know_is_refused(
    change: Callable[[dict[str, Any]], None], message: str
) -> None:
    given = inputs()
    change(given)
    with pytest.raises(UnsupportedSettingError) as raised:
        DeliverySettings.from_inputs(given, created_at_ms=1)
    assert str(raised.value) == message
