"""Delivery: Firehose with partitions by the function's keys, Parquet by Glue, and raw backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.infra import iam
from firelake.infra.components.delivery import Delivery
from tests.unit.infra.components.recordings import (
    KEY_ARN,
    NAMES,
    PROTECTED,
    children,
    context_of,
    document,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

ROLE_ARN = "arn:aws:iam::111122223333:role/firelake-dev-delivery"
ERRORS = "errors/type=!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
LOG_GROUP = "/aws/kinesisfirehose/firelake-dev-delivery"


def record(**values: object) -> Recording:
    return recorded(
        lambda: Delivery(
            "delivery",
            context_of(**values),
            stream_arn=NAMES.stream_arn,
            bucket_arn=NAMES.bucket_arn,
            function_arn=NAMES.function_alias_arn,
            database=NAMES.database,
            table="events",
        )
    )


def test_these_resources_make_the_delivery_and_no_others() -> None:
    assert children(record()) == [
        ("LogStream", "delivery-backup-log"),
        ("LogStream", "delivery-delivery-log"),
        ("FirehoseDeliveryStream", "delivery-delivery-stream"),
        ("LogGroup", "delivery-log"),
        ("RolePolicy", "delivery-policy"),
        ("Role", "delivery-role"),
    ]


def test_firehose_is_configured_so() -> None:
    assert record().only("FirehoseDeliveryStream").inputs == {
        "name": "firelake-dev-delivery",
        "destination": "extended_s3",
        "kinesisSourceConfiguration": {
            "kinesisStreamArn": "arn:aws:kinesis:us-east-1:111122223333:stream/firelake-dev-events",
            "roleArn": ROLE_ARN,
        },
        "extendedS3Configuration": {
            "bucketArn": "arn:aws:s3:::firelake-dev-111122223333-us-east-1",
            "roleArn": ROLE_ARN,
            "prefix": (
                "events/event_type=!{partitionKeyFromLambda:event_type}"
                "/dt=!{partitionKeyFromLambda:dt}/"
            ),
            "errorOutputPrefix": ERRORS,
            "bufferingSize": 128,
            "bufferingInterval": 300,
            "compressionFormat": "UNCOMPRESSED",
            "customTimeZone": "UTC",
            "cloudwatchLoggingOptions": {
                "enabled": True,
                "logGroupName": LOG_GROUP,
                "logStreamName": "S3Delivery",
            },
            "dynamicPartitioningConfiguration": {"enabled": True},
            "processingConfiguration": {
                "enabled": True,
                "processors": [
                    {
                        "type": "Lambda",
                        "parameters": [
                            {
                                "parameterName": "LambdaArn",
                                "parameterValue": (
                                    "arn:aws:lambda:us-east-1:111122223333:function:"
                                    "firelake-dev-transform:deployed"
                                ),
                            },
                            {"parameterName": "NumberOfRetries", "parameterValue": "60"},
                            {"parameterName": "BufferSizeInMBs", "parameterValue": "0.5"},
                            {"parameterName": "BufferIntervalInSeconds", "parameterValue": "30"},
                        ],
                    }
                ],
            },
            "dataFormatConversionConfiguration": {
                "enabled": True,
                "inputFormatConfiguration": {
                    "deserializer": {"openXJsonSerDe": {"caseInsensitive": False}}
                },
                "outputFormatConfiguration": {
                    "serializer": {"parquetSerDe": {"compression": "SNAPPY"}}
                },
                "schemaConfiguration": {
                    "databaseName": "firelake_dev",
                    "tableName": "events",
                    "roleArn": ROLE_ARN,
                },
            },
            "s3BackupMode": "Enabled",
            "s3BackupConfiguration": {
                "bucketArn": "arn:aws:s3:::firelake-dev-111122223333-us-east-1",
                "roleArn": ROLE_ARN,
                "prefix": "raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/",
                "errorOutputPrefix": ERRORS,
                "bufferingSize": 128,
                "bufferingInterval": 300,
                "compressionFormat": "GZIP",
                "cloudwatchLoggingOptions": {
                    "enabled": True,
                    "logGroupName": LOG_GROUP,
                    "logStreamName": "S3Backup",
                },
            },
        },
        "tags": {},
    }


def test_every_setting_of_delivery_reaches_firehose() -> None:
    settings = {
        "bufferSizeMb": 64,
        "bufferIntervalS": 60,
        "rawBufferIntervalS": 120,
        "batchSizeMb": 2,
        "batchIntervalS": 0,
        "transformRetries": 300,
    }
    s3 = record(delivery=settings).only("FirehoseDeliveryStream").inputs["extendedS3Configuration"]
    (processor,) = s3["processingConfiguration"]["processors"]
    parameters = {each["parameterName"]: each["parameterValue"] for each in processor["parameters"]}
    backup = s3["s3BackupConfiguration"]
    assert (s3["bufferingSize"], s3["bufferingInterval"]) == (64, 60)
    assert (backup["bufferingSize"], backup["bufferingInterval"]) == (64, 120)
    assert parameters["BufferSizeInMBs"] == "2"
    assert parameters["BufferIntervalInSeconds"] == "0"
    assert parameters["NumberOfRetries"] == "300"


@pytest.mark.parametrize("granularity", ["month", "day", "hour"])
def test_no_granularity_changes_firehose(granularity: str) -> None:
    first, second = (
        record(**values).only("FirehoseDeliveryStream").inputs
        for values in ({}, {"granularity": granularity})
    )
    assert first == second


def test_only_firehose_for_this_account_takes_the_role_and_only_one_policy_is_in_it() -> None:
    delivery = record()
    role = delivery.only("Role")
    assert document(role, "assumeRolePolicy") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "firehose.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "111122223333"}},
            }
        ],
    }
    assert set(role.inputs) == {"name", "description", "assumeRolePolicy", "tags"}
    policy = delivery.only("RolePolicy")
    assert (policy.inputs["name"], policy.inputs["role"]) == ("delivery", role.inputs["name"])
    assert document(policy) == iam.policy(iam.delivery_statements(NAMES, KEY_ARN))


def test_role_policy_and_log_streams_are_there_when_firehose_looks_for_them() -> None:
    assert record().only("FirehoseDeliveryStream").depends_on == (
        "delivery-backup-log",
        "delivery-delivery-log",
        "delivery-policy",
        "delivery-role",
    )


def test_its_log_is_kept_as_long_as_the_functions() -> None:
    delivery = record(transform={"logRetentionDays": 7})
    assert delivery.only("LogGroup").inputs == {
        "name": LOG_GROUP,
        "retentionInDays": 7,
        "tags": {},
    }
    assert {
        each.inputs["name"]: each.inputs["logGroupName"] for each in delivery.all("LogStream")
    } == {
        "S3Backup": LOG_GROUP,
        "S3Delivery": LOG_GROUP,
    }


def test_a_protected_firehose_is_kept_as_a_new_one_would_leave_a_gap() -> None:
    assert record(**PROTECTED).only("FirehoseDeliveryStream").protect
    assert not record().only("FirehoseDeliveryStream").protect


def test_it_gives_out_the_name_of_the_delivery_stream() -> None:
    assert outputs_of(record()) == {"deliveryStreamName": "firelake-dev-delivery"}
