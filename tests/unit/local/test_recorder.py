"""The recorder of programs, which tests of components stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest

from firelake.formats.emulation import ProvisionError
from firelake.formats.service_models.operations import CALLS
from tests.helpers.pulumi_recorder import MADE, run

if TYPE_CHECKING:
    from collections.abc import Callable


class Store(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("firelake:test:Store", name)
        child = pulumi.ResourceOptions(parent=self)
        self.bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket="lake",
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=self.bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=child,
        )
        self.register_outputs({"bucket": self.bucket.bucket})


def one_store() -> None:
    store = Store("store")
    aws.s3.BucketPolicy(
        "policy",
        bucket="lake",
        policy="{}",
        opts=pulumi.ResourceOptions(depends_on=[store]),
    )
    pulumi.export("arn", store.bucket.arn)


def test_a_recording_has_every_resource_with_its_place_in_the_program() -> None:
    recording = run(one_store)
    assert recording.names == [
        ("aws:s3/bucket:Bucket", "store-bucket"),
        ("aws:s3/bucketPolicy:BucketPolicy", "policy"),
        ("aws:s3/bucketVersioning:BucketVersioning", "store-versioning"),
        ("firelake:test:Store", "store"),
    ]
    bucket = recording.only("Bucket")
    assert (bucket.name, bucket.parent, bucket.protect) == ("store-bucket", "store", True)
    versioning = recording.only("aws:s3/bucketVersioning:BucketVersioning")
    assert versioning.inputs == {
        "bucket": "lake",
        "versioningConfiguration": {"status": "Enabled"},
    }
    assert (versioning.protect, versioning.depends_on) == (False, ("store-bucket",))
    policy = recording.only("BucketPolicy", "policy")
    assert (policy.parent, policy.depends_on) == ("", ("store-bucket", "store-versioning"))
    assert recording.outputs == {"arn": "arn:aws:s3:::lake"}


@pytest.mark.parametrize(
    ("type_", "name"), [("Topic", None), ("Bucket", "other")], ids=["of the type", "of the name"]
)
def test_only_fails_where_there_is_none(type_: str, name: str | None) -> None:
    with pytest.raises(AssertionError, match="found"):
        run(one_store).only(type_, name)


def test_only_fails_where_there_are_several() -> None:
    def program() -> None:
        for number in range(2):
            aws.sns.Topic(f"topic{number}", name=f"topic{number}")

    with pytest.raises(AssertionError, match=r"topic0.*topic1"):
        run(program).only("Topic")


def test_a_program_sees_account_region_stack_and_configuration() -> None:
    def program() -> None:
        pulumi.export("account", aws.get_caller_identity().account_id)
        pulumi.export("region", aws.get_region().region)
        pulumi.export("partition", aws.get_partition().partition)
        pulumi.export("stack", f"{pulumi.get_project()}/{pulumi.get_stack()}")
        pulumi.export("stream", pulumi.Config().require_object("stream"))

    recording = run(
        program,
        {"stream": {"retentionHours": 48}},
        stack="prod",
        account_id="444455556666",
        region="eu-west-1",
    )
    assert recording.outputs == {
        "account": "444455556666",
        "region": "eu-west-1",
        "partition": "aws",
        "stack": "firelake/prod",
        "stream": {"retentionHours": 48},
    }


def test_outputs_are_as_the_provider_gives_them() -> None:
    def program() -> None:
        bucket = aws.s3.Bucket("bucket", bucket="lake")
        stream = aws.kinesis.Stream("stream", name="events")
        role = aws.iam.Role("role", name="transform", assume_role_policy="{}")
        function = aws.lambda_.Function(
            "function",
            name="transform",
            role=role.arn,
            code=pulumi.FileArchive("function.zip"),
            handler="firelake.transform.handler",
            runtime="python3.13",
        )
        database = aws.glue.CatalogDatabase("database", name="lake")
        pulumi.export("bucket", [bucket.id, bucket.arn, bucket.bucket_regional_domain_name])
        pulumi.export("stream", [stream.id, stream.arn])
        pulumi.export("role", [role.id, role.arn])
        pulumi.export("function", [function.id, function.arn, function.qualified_arn])
        pulumi.export("database", [database.id, database.arn, database.catalog_id])

    function = "arn:aws:lambda:us-east-1:111122223333:function:transform"
    stream = "arn:aws:kinesis:us-east-1:111122223333:stream/events"
    assert run(program).outputs == {
        "bucket": ["lake", "arn:aws:s3:::lake", "lake.s3.us-east-1.amazonaws.com"],
        "stream": [stream, stream],
        "role": ["transform", "arn:aws:iam::111122223333:role/transform"],
        "function": ["transform", function, f"{function}:1"],
        "database": [
            "111122223333:lake",
            "arn:aws:glue:us-east-1:111122223333:database/lake",
            "111122223333",
        ],
    }


@pytest.mark.parametrize(
    ("program", "error"),
    [
        pytest.param(
            lambda: aws.sqs.Queue("queue", name="late"),
            "the recorder does not know 'aws:sqs/queue:Queue'",
            id="an unknown type",
        ),
        pytest.param(
            aws.get_regions,
            "the recorder does not know the function 'aws:index/getRegions:getRegions'",
            id="an unknown function",
        ),
        pytest.param(
            lambda: aws.sns.Topic("topic"), "CreateTopic.Name is missing", id="no explicit name"
        ),
        pytest.param(
            lambda: aws.sns.Topic("topic", name="one", fifo_topic=True),
            "CreateTopic.fifoTopic is not a member of CreateTopicInput",
            id="an input that the table of calls does not know",
        ),
        pytest.param(
            lambda: aws.kinesis.Stream("stream", name="events", encryption_type="KSM"),
            "StartStreamEncryption.EncryptionType must be one of NONE, KMS, not 'KSM'",
            id="a value that AWS does not have",
        ),
    ],
)
def test_a_mistake_of_a_program_is_refused(program: Callable[[], Any], error: str) -> None:
    with pytest.raises(ProvisionError, match=error):
        run(program)


def test_the_recorder_and_the_table_of_calls_know_the_same_types() -> None:
    assert MADE.keys() - {"pulumi:providers:aws"} == CALLS.keys()
