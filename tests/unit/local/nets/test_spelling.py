"""Inputs of Pulumi resources in the API's spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.formats.service_models.constraints import operation_model
from firelake.formats.service_models.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(
    ("service", "operation", "names", "inputs", "parameters"),
    [
        pytest.param(
            "firehose",
            "CreateDeliveryStream",
            {},
            {"kinesisStreamSourceConfiguration": {"kinesisStreamArn": "s", "roleArn": "r"}},
            {"KinesisStreamSourceConfiguration": {"KinesisStreamARN": "s", "RoleARN": "r"}},
            id="names differ in case alone",
        ),
        pytest.param(
            "kinesis",
            "CreateStream",
            {"name": "StreamName"},
            {"name": "events"},
            {"StreamName": "events"},
            id="another name",
        ),
        pytest.param(
            "s3",
            "PutBucketEncryption",
            {"rules": "ServerSideEncryptionConfiguration.Rules"},
            {"rules": [{"bucketKeyEnabled": True}]},
            {"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": True}]}},
            id="a place further in",
        ),
        pytest.param(
            "firehose",
            "CreateDeliveryStream",
            {
                "s3": "ExtendedS3DestinationConfiguration",
                "s3.size": "BufferingHints.SizeInMBs",
                "s3.interval": "BufferingHints.IntervalInSeconds",
            },
            {"s3": {"size": 128, "interval": 300}},
            {
                "ExtendedS3DestinationConfiguration": {
                    "BufferingHints": {"SizeInMBs": 128, "IntervalInSeconds": 300}
                }
            },
            id="two inputs in one structure",
        ),
        pytest.param(
            "sns",
            "CreateTopic",
            {"displayName": "Attributes.DisplayName"},
            {"displayName": "Alarms"},
            {"Attributes": {"DisplayName": "Alarms"}},
            id="an entry of a map",
        ),
        pytest.param(
            "iam",
            "CreateRole",
            {},
            {"tags": {"owner": "lake"}},
            {"Tags": [{"Key": "owner", "Value": "lake"}]},
            id="a map that is a list of tags",
        ),
        pytest.param(
            "kms",
            "CreateKey",
            {},
            {"tags": {"owner": "lake"}},
            {"Tags": [{"TagKey": "owner", "TagValue": "lake"}]},
            id="a map that is a list of another kind of tags",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            {},
            {"dimensions": {"StreamName": "events"}},
            {"Dimensions": [{"Name": "StreamName", "Value": "events"}]},
            id="a map that is a list of dimensions",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            {},
            {"tags": {"roleArn": "lake"}},
            {"Tags": {"roleArn": "lake"}},
            id="a map whose keys are the user's own",
        ),
        pytest.param(
            "s3",
            "PutBucketOwnershipControls",
            {"rule": "OwnershipControls.Rules"},
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
            {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
            id="a list of one",
        ),
        pytest.param(
            "s3",
            "PutBucketNotificationConfiguration",
            {"eventbridge": "NotificationConfiguration.EventBridgeConfiguration"},
            {"eventbridge": True},
            {"NotificationConfiguration": {"EventBridgeConfiguration": {}}},
            id="a switch that is an empty structure",
        ),
        pytest.param(
            "kinesis",
            "CreateStream",
            {},
            {"streamNam": "events", "streamModeDetails": {"mode": "x"}},
            {"streamNam": "events", "StreamModeDetails": {"mode": "x"}},
            id="what the API does not have stays as it is",
        ),
        pytest.param(
            "kinesis",
            "CreateStream",
            {},
            {"streamModeDetails": "ON_DEMAND", "tags": "x"},
            {"StreamModeDetails": "ON_DEMAND", "Tags": "x"},
            id="a value of another shape stays as it is",
        ),
    ],
)
def test_inputs_become_parameters(
    service: str,
    operation: str,
    names: Mapping[str, str],
    inputs: Mapping[str, object],
    parameters: Mapping[str, object],
) -> None:
    shape = operation_model(service, operation).input_shape
    assert shape is not None
    assert spell(shape, inputs, names) == parameters
