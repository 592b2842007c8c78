"""The requests that a resource's inputs become, and the table that tells them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from firelake.formats.emulation import UnknownTypeError
from firelake.formats.service_models.constraints import operation_model
from firelake.formats.service_models.operations import CALLS, PROVIDERS_OWN
from firelake.formats.service_models.requests import api_requests, constraint_violations
from firelake.formats.service_models.spelling import member_shape
from firelake.local.nets.annotations import annotation_violations
from tests.helpers.api_requests import FIREHOSE, GOOD_RESOURCES

if TYPE_CHECKING:
    from botocore.model import Shape

FUNCTION = "aws:lambda/function:Function"
STREAM = "aws:kinesis/stream:Stream"


@pytest.mark.parametrize("token", GOOD_RESOURCES)
def test_good_inputs_become_these_requests(token: str) -> None:
    inputs, requests = GOOD_RESOURCES[token]
    assert list(api_requests(token, inputs)) == requests


@pytest.mark.parametrize("token", GOOD_RESOURCES)
def test_good_inputs_pass_both_nets(token: str) -> None:
    inputs, _ = GOOD_RESOURCES[token]
    assert list(annotation_violations(token, inputs)) == []
    assert list(constraint_violations(token, inputs)) == []


@pytest.mark.parametrize(
    ("token", "inputs", "violation"),
    [
        pytest.param(
            STREAM,
            {"encryptionType": "KSM"},
            "StartStreamEncryption.EncryptionType must be one of NONE, KMS, not 'KSM'",
            id="an encryption type",
        ),
        pytest.param(
            STREAM,
            {"streamModeDetails": {"streamMode": "ONDEMAND"}},
            "CreateStream.StreamModeDetails.StreamMode must be one of PROVISIONED, ON_DEMAND, "
            "not 'ONDEMAND'",
            id="a stream mode",
        ),
        pytest.param(
            STREAM,
            {"shardCount": 0},
            "CreateStream.ShardCount is 0, fewer than the 1 that there must be",
            id="a shard count",
        ),
        pytest.param(
            FUNCTION,
            {"memorySize": 64},
            "CreateFunction.MemorySize is 64, fewer than the 128 that there must be",
            id="a memory size",
        ),
        pytest.param(
            FUNCTION,
            {"loggingConfig": {"logFormat": "json"}},
            "CreateFunction.LoggingConfig.LogFormat must be one of JSON, Text, not 'json'",
            id="a log format",
        ),
        pytest.param(
            FIREHOSE,
            {"extendedS3Configuration": {"bucketArn": "lake", "roleArn": "r"}},
            "CreateDeliveryStream.ExtendedS3DestinationConfiguration.BucketARN must match "
            r"arn:.*:s3:::[\w\.\-]{1,255}, which 'lake' does not",
            id="a bucket's name for its ARN",
        ),
    ],
)
def test_a_wrong_value_is_found_before_any_call(
    token: str, inputs: dict[str, object], violation: str
) -> None:
    good, _ = GOOD_RESOURCES[token]
    assert violation in list(constraint_violations(token, good | inputs))


def test_a_python_that_lambda_does_not_have_is_found() -> None:
    good, _ = GOOD_RESOURCES[FUNCTION]
    (violation,) = constraint_violations(FUNCTION, good | {"runtime": "python9"})
    assert violation.startswith("CreateFunction.Runtime must be one of ")
    assert violation.endswith(", not 'python9'")


@pytest.mark.parametrize("token", sorted(CALLS))
def test_no_input_is_lost_on_the_way_to_a_request(token: str) -> None:
    found = constraint_violations(token, {"noSuchInput": "x"})
    assert [each for each in found if "noSuchInput" in each] != []


NESTED = [
    pytest.param(token, key, id=f"{token} {key}")
    for token, (inputs, _) in GOOD_RESOURCES.items()
    for key, value in inputs.items()
    if isinstance(value, dict) and key != "tags"
]


@pytest.mark.parametrize(("token", "key"), NESTED)
def test_no_nested_input_is_lost_on_the_way_to_a_request(token: str, key: str) -> None:
    good, _ = GOOD_RESOURCES[token]
    found = constraint_violations(token, good | {key: good[key] | {"noSuchInput": "x"}})
    assert [each for each in found if "noSuchInput" in each] != []


def test_what_the_provider_does_itself_is_in_no_request() -> None:
    requests = api_requests(
        "aws:s3/bucket:Bucket",
        {"bucket": "lake", "forceDestroy": True, "region": "eu-west-1", "tags": {}},
    )
    assert [(each.operation, each.parameters) for each in requests] == [
        ("CreateBucket", {"Bucket": "lake"})
    ]


def test_rotation_that_is_off_is_not_switched_on() -> None:
    requests = api_requests(
        "aws:kms/key:Key", {"enableKeyRotation": False, "rotationPeriodInDays": 180}
    )
    assert [each.operation for each in requests] == ["CreateKey"]


def test_a_delivery_stream_without_a_source_takes_direct_puts() -> None:
    (request,) = api_requests(FIREHOSE, {"name": "delivery"})
    assert request.parameters == {
        "DeliveryStreamName": "delivery",
        "DeliveryStreamType": "DirectPut",
    }


def test_a_type_that_the_table_does_not_have_is_an_error() -> None:
    with pytest.raises(
        UnknownTypeError, match=r"no API calls are known of .*'aws:sqs/queue:Queue'"
    ):
        api_requests("aws:sqs/queue:Queue", {})


# --- the table itself ---------------------------------------------------------------------------

NAMES = {
    f"{token} {call.operation} {source}": (token, call.service, call.operation, source, target)
    for token, calls in sorted(CALLS.items())
    for call in calls
    for source, target in call.names.items()
}


def shape_at(shape: Shape | None, path: str) -> Shape | None:
    for name in path.split("."):
        while shape is not None and shape.type_name == "list":
            shape = getattr(shape, "member", None)
        shape = None if shape is None else member_shape(shape, name)
    return shape


def nested(path: list[str], in_lists: tuple[bool, ...]) -> object:
    """A value with one member at a path, each object on the way in a list or not."""
    if not path:
        return object()
    inner = {path[0]: nested(path[1:], in_lists[1:])}
    return [inner] if in_lists[0] else inner


@pytest.mark.parametrize(
    ("token", "service", "operation", "source", "target"), NAMES.values(), ids=NAMES
)
def test_every_name_of_the_table_stands_for_a_parameter(
    token: str, service: str, operation: str, source: str, target: str
) -> None:
    shape: Shape | None = operation_model(service, operation).input_shape
    names = {
        name: place
        for call in CALLS[token]
        if call.operation == operation
        for name, place in call.names.items()
    }
    parents = source.split(".")[:-1]
    for depth in range(1, len(parents) + 1):
        parent = ".".join(parents[:depth])
        shape = shape_at(shape, names.get(parent) or own_name(shape, parents[depth - 1]))
    assert shape_at(shape, target) is not None


def own_name(shape: Shape | None, key: str) -> str:
    while shape is not None and shape.type_name == "list":
        shape = getattr(shape, "member", None)
    members: dict[str, Shape] = getattr(shape, "members", {})
    return next(name for name in members if name.lower() == key.lower())


# What the shapers of `requests` make, which no program gives.
MADE_INPUTS = {"targets.targetId": "targetId"}


@pytest.mark.parametrize(
    ("token", "source"), [(token, source) for token, _, _, source, _ in NAMES.values()], ids=NAMES
)
def test_every_name_of_the_table_is_of_an_input_that_there_is(token: str, source: str) -> None:
    first, *rest = MADE_INPUTS.get(source, source).split(".")
    complaint = re.compile(r"(\[0\])?\.".join([first, *rest]) + r" must be ")
    found = [
        violation
        for in_lists in itertools.product([False, True], repeat=len(rest))
        for violation in annotation_violations(token, {first: nested(rest, in_lists)})
    ]
    assert [each for each in found if complaint.match(each)] != []


@pytest.mark.parametrize(
    ("token", "key"),
    [(token, key) for token, keys in sorted(PROVIDERS_OWN.items()) for key in sorted(keys)],
)
def test_what_the_provider_does_itself_is_an_input_that_there_is(token: str, key: str) -> None:
    found = list(annotation_violations(token, {key: object()}))
    assert [each for each in found if "is not a property" in each] == []


@pytest.mark.parametrize("token", sorted(CALLS))
def test_one_call_of_a_type_takes_the_inputs_that_no_other_takes(token: str) -> None:
    assert [call.inputs is None for call in CALLS[token]].count(True) == 1
