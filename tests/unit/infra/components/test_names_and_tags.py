"""Every name in AWS is given, tells its stack and is short enough; tags are where they can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

import pytest

from firelake.catalog.limits import require_limits
from firelake.formats.service_models.requests import api_requests, constraint_violations
from firelake.infra.name_rules import name_problems
from firelake.infra.naming import Names
from firelake.infra.program import program
from firelake.local.nets.annotations import annotation_violations
from tests.helpers.contracts import LEARNING_FILE, TINY_FILE
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.recordings import START, TODAY, ZIP_PATH, deployed, deployed_with
from tests.unit.infra.components.stack_resources import every_stack

if TYPE_CHECKING:
    from firelake.catalog.table_input import TableInput
    from tests.helpers.pulumi_recorder import Recording, Resource

# By type: the input that is the name, and the one that says in what it lies, where it lies in
# something of the stack; only there a name need not tell the stack.
NAMED: Final = {
    "aws:appautoscaling/policy:Policy": ("name", None),
    "aws:appautoscaling/target:Target": ("scalableDimension", "resourceId"),
    "aws:athena/namedQuery:NamedQuery": ("name", "workgroup"),
    "aws:athena/workgroup:Workgroup": ("name", None),
    "aws:cloudwatch/dashboard:Dashboard": ("dashboardName", None),
    "aws:cloudwatch/eventRule:EventRule": ("name", None),
    "aws:cloudwatch/logGroup:LogGroup": ("name", None),
    "aws:cloudwatch/logStream:LogStream": ("name", "logGroupName"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("name", None),
    "aws:dynamodb/table:Table": ("name", None),
    "aws:glue/catalogDatabase:CatalogDatabase": ("name", None),
    "aws:glue/catalogTable:CatalogTable": ("name", "databaseName"),
    "aws:glue/crawler:Crawler": ("name", None),
    "aws:iam/policy:Policy": ("name", None),
    "aws:iam/role:Role": ("name", None),
    "aws:iam/rolePolicy:RolePolicy": ("name", "role"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ("name", None),
    "aws:kinesis/stream:Stream": ("name", None),
    "aws:kms/alias:Alias": ("name", None),
    # AWS makes up the ids of keys; their descriptions tell them apart.
    "aws:kms/key:Key": ("description", None),
    "aws:lambda/alias:Alias": ("name", "functionName"),
    "aws:lambda/function:Function": ("name", None),
    "aws:s3/bucket:Bucket": ("bucket", None),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ("bucket", None),
    "aws:s3/bucketNotification:BucketNotification": ("bucket", None),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("bucket", None),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket", None),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("bucket", None),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "bucket",
        None,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": ("bucket", None),
    "aws:scheduler/schedule:Schedule": ("name", None),
    "aws:sfn/stateMachine:StateMachine": ("name", None),
    "aws:sns/topic:Topic": ("name", None),
    "aws:sns/topicPolicy:TopicPolicy": ("arn", None),
    "aws:sns/topicSubscription:TopicSubscription": ("endpoint", "topic"),
}
UNTAGGED: Final = {
    "aws:appautoscaling/policy:Policy",
    "aws:athena/namedQuery:NamedQuery",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/logStream:LogStream",
    "aws:glue/catalogTable:CatalogTable",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:lambda/alias:Alias",
    "aws:kms/alias:Alias",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketNotification:BucketNotification",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:scheduler/schedule:Schedule",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
}


def of_aws(recording: Recording) -> list[Resource]:
    return [each for each in recording.resources if each.registration.is_custom]


def full_name(resource: Resource) -> tuple[str, str | None, str]:
    name, place = NAMED[resource.type]
    return (
        resource.type,
        None if place is None else resource.inputs[place],
        resource.inputs[name],
    )


@every_stack
def test_every_name_is_given_and_tells_project_and_stack(
    stack: str, values: dict[str, object]
) -> None:
    found = [full_name(each) for each in of_aws(deployed(stack, **values))]
    anonymous = [
        (place, name)
        for _, place, name in found
        if f"firelake-{stack}" not in (place or name) and f"firelake_{stack}" != (place or name)
    ]
    assert anonymous == []
    assert len(found) == len(set(found))


def test_two_stacks_of_an_account_share_no_name() -> None:
    dev, prod = ({full_name(each) for each in of_aws(deployed(stack))} for stack in ("dev", "prod"))
    assert dev.isdisjoint(prod)


def test_the_longest_name_of_a_stack_that_is_not_refused_is_taken_by_every_service() -> None:
    # 63 characters of the bucket, less account and Region and what stands between.
    longest, too_long = "x" * 31, "x" * 32
    names = [Names("firelake", each, "111122223333", "us-east-1") for each in (longest, too_long)]
    assert [len(list(name_problems(each))) for each in names] == [0, 1]
    recording = run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, TINY_FILE),
        START,
        stack=longest,
    )
    found = [
        f"{each.name}: {violation}"
        for each in of_aws(recording)
        for violation in constraint_violations(each.type, each.inputs)
    ]
    assert found == []


def test_other_partitions_and_regions_are_told_by_the_account_alone() -> None:
    recording = run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, TINY_FILE),
        START,
        region="eu-west-1",
    )
    texts = [
        json.dumps(each.inputs, default=lambda archive: archive.path) for each in of_aws(recording)
    ]
    assert [text for text in texts if "us-east-1" in text] == []
    assert recording.outputs["bucket"] == "firelake-dev-111122223333-eu-west-1"


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_every_resource_that_has_tags_bears_the_stack_and_the_users_tags(stack: str) -> None:
    recording = deployed(stack, tags={"owner": "data"})
    for each in of_aws(recording):
        if each.type in UNTAGGED:
            assert "tags" not in each.inputs
        else:
            tags = {"firelake:stack": f"firelake-{stack}", "owner": "data"}
            assert (each.name, each.inputs["tags"]) == (each.name, tags)


def test_what_bears_no_tags_can_bear_none() -> None:
    for token in UNTAGGED:
        assert "tags is not a property" in " ".join(annotation_violations(token, {"tags": {}}))


def test_no_tag_of_the_user_takes_the_place_of_firelakes_own() -> None:
    # The deploy role knows the key by it.
    key = deployed(tags={"firelake:stack": "mine", "team": "data"}).only("Key")
    assert key.inputs["tags"] == {"firelake:stack": "firelake-dev", "team": "data"}


@pytest.mark.parametrize("granularity", ["day", "month"])
def test_glue_takes_every_table_and_view_of_a_hundred_events(granularity: str) -> None:
    recording = deployed_with(LEARNING_FILE, granularity=granularity)
    tables = recording.all("CatalogTable")
    for table in tables:
        (request,) = api_requests(table.type, table.inputs)
        require_limits(cast("TableInput", request.parameters["TableInput"]))
    assert len(tables) == 104
