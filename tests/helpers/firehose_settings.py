"""Inputs and settings of a delivery stream like the one that the program makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from firehose_emulator.settings import DeliverySettings, LocalSwitches
from firelake.contract.layout import (
    ERRORS_FIREHOSE_PREFIX,
    EVENTS_FIREHOSE_PREFIX,
    RAW_FIREHOSE_PREFIX,
)
from tests.fakes.firehose_world import START_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLE = "arn:aws:iam::123456789012:role/firelake-dev-delivery"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/firelake-dev-events"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:firelake-dev-transform:$LATEST"

PARAMETERS = {
    "LambdaArn": FUNCTION,
    "NumberOfRetries": "60",
    "BufferSizeInMBs": "0.5",
    "BufferIntervalInSeconds": "30",
}
_LOGGING = {"enabled": True, "logGroupName": "/aws/kinesisfirehose/x", "logStreamName": "S3"}


def processors(parameters: Mapping[str, str], kind: str = "Lambda") -> list[dict[str, Any]]:
    return [
        {
            "type": kind,
            "parameters": [
                {"parameterName": name, "parameterValue": value}
                for name, value in parameters.items()
            ],
        }
    ]


def inputs() -> dict[str, Any]:
    """Resolved inputs, by wire names, of a delivery stream with everything that Firelake uses."""
    return {
        "name": "firelake-dev-delivery",
        "destination": "extended_s3",
        "tags": {"project": "firelake"},
        "kinesisSourceConfiguration": {"kinesisStreamArn": STREAM, "roleArn": ROLE},
        "extendedS3Configuration": {
            "bucketArn": "arn:aws:s3:::lake",
            "roleArn": ROLE,
            "prefix": EVENTS_FIREHOSE_PREFIX,
            "errorOutputPrefix": ERRORS_FIREHOSE_PREFIX,
            "bufferingSize": 128,
            "bufferingInterval": 300,
            "compressionFormat": "UNCOMPRESSED",
            "customTimeZone": "UTC",
            "cloudwatchLoggingOptions": dict(_LOGGING),
            "dynamicPartitioningConfiguration": {"enabled": True},
            "processingConfiguration": {"enabled": True, "processors": processors(PARAMETERS)},
            "dataFormatConversionConfiguration": {
                "enabled": True,
                "inputFormatConfiguration": {"deserializer": {"openXJsonSerDe": {}}},
                "outputFormatConfiguration": {
                    "serializer": {"parquetSerDe": {"compression": "SNAPPY"}}
                },
                "schemaConfiguration": {
                    "databaseName": "firelake_dev",
                    "tableName": "events",
                    "roleArn": ROLE,
                },
            },
            "s3BackupMode": "Enabled",
            "s3BackupConfiguration": {
                "bucketArn": "arn:aws:s3:::lake",
                "roleArn": ROLE,
                "prefix": RAW_FIREHOSE_PREFIX,
                "errorOutputPrefix": ERRORS_FIREHOSE_PREFIX,
                "bufferingSize": 128,
                "bufferingInterval": 900,
                "compressionFormat": "GZIP",
                "cloudwatchLoggingOptions": dict(_LOGGING),
            },
        },
    }


def settings(switches: LocalSwitches | None = None, **changes: object) -> DeliverySettings:
    """Settings from those inputs, created when a fake world starts."""
    made = DeliverySettings.from_inputs(inputs(), created_at_ms=START_MS, switches=switches)
    changed: DeliverySettings = cast("Any", replace)(made, **changes)
    return changed
