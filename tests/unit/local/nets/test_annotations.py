"""Resolved inputs against pulumi-aws's own annotations."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from firelake.formats.emulation import UnknownTypeError
from firelake.formats.service_models.operations import CALLS
from firelake.local.nets.annotations import annotation_violations

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
FUNCTION = "aws:lambda/function:Function"
TABLE = "aws:dynamodb/table:Table"
TOPIC = "aws:sns/topic:Topic"
VERSIONS = "aws:s3/bucketVersioning:BucketVersioning"


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        pytest.param(TOPIC, {}, id="nothing where nothing is required"),
        pytest.param(TOPIC, {"name": "one", "tags": {"a": "b"}}, id="a string and a map"),
        pytest.param(
            VERSIONS,
            {"bucket": "lake", "versioningConfiguration": {"status": "Enabled"}},
            id="a nested object",
        ),
        pytest.param(
            TABLE,
            {"attributes": [{"name": "id", "type": "S"}], "hashKey": "id", "readCapacity": 5},
            id="a list of objects and an integer",
        ),
        pytest.param(
            FUNCTION,
            {"role": "arn", "code": pulumi.FileArchive("f.zip"), "runtime": "python3.13"},
            id="an archive and a text that has an enumeration too",
        ),
        pytest.param(
            "aws:appautoscaling/policy:Policy",
            {
                "resourceId": "table/claims",
                "scalableDimension": "dynamodb:table:WriteCapacityUnits",
                "serviceNamespace": "dynamodb",
                "targetTrackingScalingPolicyConfiguration": {"targetValue": 70},
            },
            id="a whole number where any number may be",
        ),
    ],
)
def test_inputs_as_annotated_are_let_through(token: str, inputs: dict[str, object]) -> None:
    assert list(annotation_violations(token, inputs)) == []


@pytest.mark.parametrize(
    ("token", "inputs", "violations"),
    [
        pytest.param(
            TOPIC,
            {"nmae": "one"},
            ["nmae is not a property of TopicArgs"],
            id="an unknown input",
        ),
        pytest.param(
            TOPIC,
            {"display_name": "One"},
            ["display_name is not a property of TopicArgs"],
            id="a name that was not translated",
        ),
        pytest.param(TOPIC, {"name": 1}, ["name must be a string, not 1"], id="int for str"),
        pytest.param(
            TOPIC,
            {"fifoTopic": "true"},
            ["fifoTopic must be a boolean, not 'true'"],
            id="str for bool",
        ),
        pytest.param(
            TABLE,
            {"readCapacity": "5"},
            ["readCapacity must be an integer, not '5'"],
            id="str for int",
        ),
        pytest.param(
            TABLE,
            {"readCapacity": True},
            ["readCapacity must be an integer, not True"],
            id="bool for int",
        ),
        pytest.param(
            TABLE,
            {"readCapacity": 0.5},
            ["readCapacity must be an integer, not 0.5"],
            id="float for int",
        ),
        pytest.param(
            TOPIC, {"tags": {"a": 1}}, ["tags['a'] must be a string, not 1"], id="a map of others"
        ),
        pytest.param(TOPIC, {"tags": ["a"]}, ["tags must be a map, not ['a']"], id="list for map"),
        pytest.param(
            FUNCTION,
            {"role": "arn", "architectures": "arm64"},
            ["architectures must be a list, not 'arm64'"],
            id="scalar for list",
        ),
        pytest.param(
            FUNCTION,
            {"role": "arn", "architectures": ["arm64", 1]},
            ["architectures[1] must be a string, not 1"],
            id="a wrong member of a list",
        ),
        pytest.param(
            FUNCTION,
            {"role": "arn", "code": "function.zip"},
            ["code must be an archive, not 'function.zip'"],
            id="a path for an archive",
        ),
        pytest.param(FUNCTION, {}, ["role is missing"], id="a missing input"),
        pytest.param(
            VERSIONS,
            {"bucket": "lake", "versioningConfiguration": {}},
            ["versioningConfiguration.status is missing"],
            id="a missing nested input",
        ),
        pytest.param(
            VERSIONS,
            {"bucket": "lake", "versioningConfiguration": "Enabled"},
            [
                "versioningConfiguration must be an object of "
                + aws.s3.BucketVersioningVersioningConfigurationArgs.__name__
                + ", not 'Enabled'"
            ],
            id="scalar for object",
        ),
        pytest.param(
            FIREHOSE,
            {
                "destination": "extended_s3",
                "extendedS3Configuration": {
                    "bucketArn": "arn",
                    "roleArn": "arn",
                    "processingConfiguration": {"processors": [{"type": "Lambda", "retries": 3}]},
                },
            },
            [
                (
                    "extendedS3Configuration.processingConfiguration.processors[0].retries is not "
                    "a property of FirehoseDeliveryStreamExtendedS3Configuration"
                    "ProcessingConfigurationProcessorArgs"
                )
            ],
            id="an unknown input five levels down",
        ),
    ],
)
def test_inputs_that_are_not_as_annotated_are_named(
    token: str, inputs: dict[str, object], violations: list[str]
) -> None:
    assert list(annotation_violations(token, inputs)) == violations


@pytest.mark.parametrize(
    "token", ["aws:s3/bucket:Bukket", "aws:s4/bucket:Bucket", "azure:a/b:C", "Bucket"]
)
def test_a_type_that_no_package_has_is_an_error(token: str) -> None:
    with pytest.raises(UnknownTypeError, match=f"no installed Pulumi package has .* '{token}'"):
        list(annotation_violations(token, {}))


# --- what is private to Pulumi, and may change with any release ---------------------------------


@pytest.mark.parametrize("token", sorted(CALLS))
def test_every_type_of_the_program_has_annotations_that_the_net_reads(token: str) -> None:
    (violation,) = [
        each for each in annotation_violations(token, {"noSuchInput": 1}) if "missing" not in each
    ]
    assert violation.startswith("noSuchInput is not a property of ")


@pytest.mark.parametrize("package", ["pulumi", "pulumi-aws"])
def test_pulumi_is_pinned_to_the_release_that_is_installed(package: str) -> None:
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text())
    pins = project["project"]["optional-dependencies"]["deploy"]
    assert f"{package}=={importlib.metadata.version(package)}" in pins
