"""Deletes a resource from the embedded cloud, by the call that AWS has for its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.local.provision.place import Place

    Call = tuple[str, str, dict[str, Any]]
    Calls = Callable[[str, Mapping[str, Any]], Call]


def _by_name(service: str, operation: str, parameter: str) -> Calls:
    return lambda _, state: (service, operation, {parameter: state["name"]})


def _by_id(service: str, operation: str, parameter: str) -> Calls:
    return lambda id_, _: (service, operation, {parameter: id_})


_CALLS: Final[Mapping[str, Calls]] = {
    "aws:athena/namedQuery:NamedQuery": _by_id("athena", "DeleteNamedQuery", "NamedQueryId"),
    "aws:athena/workgroup:Workgroup": lambda _, state: (
        "athena",
        "DeleteWorkGroup",
        {"WorkGroup": state["name"], "RecursiveDeleteOption": True},
    ),
    "aws:cloudwatch/dashboard:Dashboard": lambda _, state: (
        "cloudwatch",
        "DeleteDashboards",
        {"DashboardNames": [state["dashboardName"]]},
    ),
    "aws:cloudwatch/eventRule:EventRule": _by_name("events", "DeleteRule", "Name"),
    "aws:cloudwatch/logGroup:LogGroup": _by_name("logs", "DeleteLogGroup", "logGroupName"),
    "aws:cloudwatch/logStream:LogStream": lambda _, state: (
        "logs",
        "DeleteLogStream",
        {"logGroupName": state["logGroupName"], "logStreamName": state["name"]},
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda _, state: (
        "cloudwatch",
        "DeleteAlarms",
        {"AlarmNames": [state["name"]]},
    ),
    "aws:dynamodb/table:Table": _by_name("dynamodb", "DeleteTable", "TableName"),
    "aws:glue/catalogDatabase:CatalogDatabase": _by_name("glue", "DeleteDatabase", "Name"),
    "aws:glue/catalogTable:CatalogTable": lambda _, state: (
        "glue",
        "DeleteTable",
        {"DatabaseName": state["databaseName"], "Name": state["name"]},
    ),
    "aws:glue/crawler:Crawler": _by_name("glue", "DeleteCrawler", "Name"),
    "aws:iam/policy:Policy": _by_id("iam", "DeletePolicy", "PolicyArn"),
    "aws:iam/role:Role": _by_name("iam", "DeleteRole", "RoleName"),
    "aws:iam/rolePolicy:RolePolicy": lambda _, state: (
        "iam",
        "DeleteRolePolicy",
        {"RoleName": state["role"], "PolicyName": state["name"]},
    ),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _by_name(
        "firehose", "DeleteDeliveryStream", "DeliveryStreamName"
    ),
    "aws:kinesis/resourcePolicy:ResourcePolicy": _by_id(
        "kinesis", "DeleteResourcePolicy", "ResourceARN"
    ),
    "aws:kinesis/stream:Stream": _by_name("kinesis", "DeleteStream", "StreamName"),
    "aws:kms/alias:Alias": _by_name("kms", "DeleteAlias", "AliasName"),
    "aws:kms/key:Key": lambda id_, _: (
        "kms",
        "ScheduleKeyDeletion",
        {"KeyId": id_, "PendingWindowInDays": 7},
    ),
    "aws:lambda/alias:Alias": lambda _, state: (
        "lambda",
        "DeleteAlias",
        {"FunctionName": state["functionName"], "Name": state["name"]},
    ),
    "aws:lambda/function:Function": _by_name("lambda", "DeleteFunction", "FunctionName"),
    "aws:s3/bucket:Bucket": _by_id("s3", "DeleteBucket", "Bucket"),
    "aws:s3/bucketPolicy:BucketPolicy": _by_id("s3", "DeleteBucketPolicy", "Bucket"),
    "aws:sns/topic:Topic": _by_id("sns", "DeleteTopic", "TopicArn"),
    "aws:sns/topicSubscription:TopicSubscription": _by_id("sns", "Unsubscribe", "SubscriptionArn"),
}
# These go with what they belong to, or are kept by this process alone.
_WITH_ANOTHER: Final = frozenset({
    "aws:appautoscaling/policy:Policy", "aws:appautoscaling/target:Target",
    "aws:lakeformation/permissions:Permissions", "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketNotification:BucketNotification",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:sns/topicPolicy:TopicPolicy",
})  # fmt: skip


def delete(place: Place, type_: str, id_: str, state: Mapping[str, Any]) -> None:
    """Deletes a resource.

    Args:
        place: Where it is.
        type_: Its type, by Pulumi's token.
        id_: Its id.
        state: Its inputs and outputs.

    Raises:
        KeyError: It is of a type that nothing here deletes.
        botocore.exceptions.ClientError: MiniStack refused.
    """
    if type_ not in _WITH_ANOTHER:
        place.clients.call(*_CALLS[type_](id_, state))
