"""Parameters of API calls against AWS's service models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from firelake.formats.emulation import InputError
from firelake.formats.service_models.constraints import (
    operation_model,
    refuse_violations,
    violations,
)

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient

CREATE_STREAM = {"StreamName": "events"}
ALIAS = {"AliasName": "alias/lake", "TargetKeyId": "1234"}
ROLE = {"RoleName": "transform", "AssumeRolePolicyDocument": "{}"}
FUNCTION: dict[str, object] = {
    "FunctionName": "f",
    "Role": "arn:aws:iam::111122223333:role/f",
    "Code": {},
}
ALARM = {"AlarmName": "late", "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}
WORKGROUP = {"Name": "lake"}


def found(service: str, operation: str, parameters: object) -> list[str]:
    shape = operation_model(service, operation).input_shape
    assert shape is not None
    return list(violations(shape, parameters, operation))


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        pytest.param("kinesis", "CreateStream", CREATE_STREAM, id="a structure"),
        pytest.param("kinesis", "CreateStream", CREATE_STREAM | {"Tags": {"a": "b"}}, id="a map"),
        pytest.param("kms", "CreateAlias", ALIAS, id="patterns"),
        pytest.param("lambda", "CreateFunction", FUNCTION, id="an enumeration left out"),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"Runtime": "python3.13", "Architectures": ["arm64"]},
            id="enumerations",
        ),
        pytest.param(
            "lambda", "CreateFunction", FUNCTION | {"Code": {"ZipFile": b"PK"}}, id="bytes"
        ),
        pytest.param("cloudwatch", "PutMetricAlarm", ALARM | {"Threshold": 3}, id="int for double"),
        pytest.param(
            "athena",
            "CreateNamedQuery",
            {"Name": "n", "Database": "d", "QueryString": "SELECT 1"},
            id="a token that botocore makes up",
        ),
    ],
)
def test_parameters_as_modelled_are_let_through(
    service: str, operation: str, parameters: object
) -> None:
    assert found(service, operation, parameters) == []


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        pytest.param(
            "kinesis", "CreateStream", {}, ["CreateStream.StreamName is missing"], id="missing"
        ),
        pytest.param(
            "kinesis",
            "CreateStream",
            CREATE_STREAM | {"Shards": 1},
            ["CreateStream.Shards is not a member of CreateStreamInput"],
            id="unknown",
        ),
        pytest.param(
            "kinesis",
            "CreateStream",
            CREATE_STREAM | {"StreamModeDetails": {"StreamMode": "ONDEMAND"}},
            [
                (
                    "CreateStream.StreamModeDetails.StreamMode must be one of PROVISIONED, "
                    "ON_DEMAND, not 'ONDEMAND'"
                ),
            ],
            id="enumeration, nested",
        ),
        pytest.param(
            "kinesis",
            "StartStreamEncryption",
            {"StreamName": "events", "EncryptionType": "KSM", "KeyId": "key"},
            ["StartStreamEncryption.EncryptionType must be one of NONE, KMS, not 'KSM'"],
            id="enumeration",
        ),
        pytest.param(
            "kinesis",
            "CreateStream",
            {"StreamName": "my events"},
            ["CreateStream.StreamName must match [a-zA-Z0-9_.-]+, " + "which 'my events' does not"],
            id="pattern",
        ),
        pytest.param(
            "iam",
            "CreateRole",
            ROLE | {"RoleName": "r" * 65},
            ["CreateRole.RoleName has 65 characters, more than the 64 that there may be"],
            id="too long",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            ALARM | {"AlarmName": ""},
            ["PutMetricAlarm.AlarmName has 0 characters, fewer than the 1 that there must be"],
            id="too short",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"MemorySize": 64},
            ["CreateFunction.MemorySize is 64, fewer than the 128 that there must be"],
            id="too small",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            ALARM | {"EvaluationPeriods": "72"},
            ["PutMetricAlarm.EvaluationPeriods must be of type integer, not '72'"],
            id="str for int",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            ALARM | {"EvaluationPeriods": True},
            ["PutMetricAlarm.EvaluationPeriods must be of type integer, not True"],
            id="bool for int",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"Architectures": ["arm64", "x86_64"]},
            ["CreateFunction.Architectures has 2 members, more than the 1 that there may be"],
            id="too many members",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"Architectures": "arm64"},
            ["CreateFunction.Architectures must be a list, not 'arm64'"],
            id="str for list",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"Environment": {"Variables": ["a"]}},
            ["CreateFunction.Environment.Variables must be a map, not ['a']"],
            id="list for map",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"Environment": {"Variables": {"1A": "x", "B": 2}}},
            [
                (
                    "the key '1A' of CreateFunction.Environment.Variables must match "
                    "[a-zA-Z]([a-zA-Z0-9_])+, which '1A' does not"
                ),
                (
                    "the key 'B' of CreateFunction.Environment.Variables must match "
                    "[a-zA-Z]([a-zA-Z0-9_])+, which 'B' does not"
                ),
                "CreateFunction.Environment.Variables['B'] must be of type string, not 2",
            ],
            id="keys and values of a map",
        ),
        pytest.param(
            "lambda",
            "CreateFunction",
            FUNCTION | {"Environment": "x"},
            ["CreateFunction.Environment must be a structure, not 'x'"],
            id="str for structure",
        ),
        pytest.param(
            "athena",
            "CreateWorkGroup",
            WORKGROUP | {"Configuration": {"BytesScannedCutoffPerQuery": 9_999_999}},
            [
                (
                    "CreateWorkGroup.Configuration.BytesScannedCutoffPerQuery is 9999999, "
                    "fewer than the 10000000 that there must be"
                ),
            ],
            id="too small, nested",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            {"AlarmName": "late", "ComparisonOperator": "Greater"},
            [
                (
                    "PutMetricAlarm.ComparisonOperator must be one of "
                    "GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, "
                    "LessThanOrEqualToThreshold, LessThanLowerOrGreaterThanUpperThreshold, "
                    "LessThanLowerThreshold, GreaterThanUpperThreshold, not 'Greater'"
                ),
            ],
            id="another enumeration",
        ),
        pytest.param(
            "glue",
            "CreateDatabase",
            {"DatabaseInput": {"Name": "a\nb"}},
            [
                (
                    "CreateDatabase.DatabaseInput.Name must match "
                    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*, "
                    r"which 'a\nb' does not"
                ),
            ],
            id="a pattern that Python has to be told",
        ),
    ],
)
def test_parameters_that_are_not_as_modelled_are_named(
    service: str, operation: str, parameters: object, expected: list[str]
) -> None:
    assert found(service, operation, parameters) == expected


def test_a_long_value_is_shown_by_its_beginning() -> None:
    (message,) = found("kinesis", "CreateStream", {"StreamName": "!" * 100})
    assert message.endswith(f"which '{'!' * 79}... does not")


@pytest.fixture
def firehose() -> FirehoseClient:
    # botocore finds the endpoint unreachable as soon as a call is really made.
    return boto3.client(  # pyright: ignore[reportUnknownMemberType] (boto3-stubs' overloads)
        "firehose",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_client_that_refuses_violations_makes_no_wrong_call(firehose: FirehoseClient) -> None:
    refuse_violations(firehose)
    with pytest.raises(InputError) as caught:
        firehose.create_delivery_stream(
            DeliveryStreamName="my delivery",
            DeliveryStreamType="Kinesis",  # pyright: ignore[reportArgumentType]
        )
    assert str(caught.value).split("; ") == [
        (
            "CreateDeliveryStream.DeliveryStreamName must match [a-zA-Z0-9_.-]+, "
            "which 'my delivery' does not"
        ),
        (
            "CreateDeliveryStream.DeliveryStreamType must be one of DirectPut, "
            "KinesisStreamAsSource, MSKAsSource, DatabaseAsSource, not 'Kinesis'"
        ),
    ]


def test_a_client_that_refuses_violations_lets_right_calls_go_out(firehose: FirehoseClient) -> None:
    refuse_violations(firehose)
    went_out: list[str] = []

    def note(request: object, **_others: object) -> None:
        went_out.append(type(request).__name__)
        message = "far enough"
        raise RuntimeError(message)

    firehose.meta.events.register("before-send.firehose.*", note)
    with pytest.raises(RuntimeError, match="far enough"):
        firehose.create_delivery_stream(DeliveryStreamName="delivery")
    assert went_out == ["AWSPreparedRequest"]
