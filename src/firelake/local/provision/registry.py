"""Which function makes which resource type: every type that the program registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.local.provision import (
    answered,
    dynamodb,
    firehose,
    glue,
    iam,
    kinesis,
    kms,
    lambda_,
    s3,
)
from firelake.local.provision.sent import sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.provision.sent import Provisioner

_BUCKET_PARTS = (
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "bucketNotification:BucketNotification",
    "bucketOwnershipControls:BucketOwnershipControls",
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "bucketVersioning:BucketVersioning",
)

PROVISIONERS: Final[Mapping[str, Provisioner]] = {
    "aws:appautoscaling/policy:Policy": dynamodb.scaling_policy,
    "aws:appautoscaling/target:Target": dynamodb.scaling_target,
    "aws:athena/namedQuery:NamedQuery": answered.named_query,
    "aws:athena/workgroup:Workgroup": sent("{name}", "athena", "workgroup/{name}"),
    "aws:cloudwatch/dashboard:Dashboard": sent(
        "{dashboardName}", dashboardArn="arn:aws:cloudwatch::{account}:dashboard/{dashboardName}"
    ),
    "aws:cloudwatch/eventRule:EventRule": sent("{name}", "events", "rule/{name}"),
    "aws:cloudwatch/logGroup:LogGroup": sent("{name}", "logs", "log-group:{name}"),
    "aws:cloudwatch/logStream:LogStream": sent(
        "{name}", "logs", "log-group:{logGroupName}:log-stream:{name}"
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": sent("{name}", "cloudwatch", "alarm:{name}"),
    "aws:dynamodb/table:Table": dynamodb.table,
    "aws:glue/catalogDatabase:CatalogDatabase": sent(
        "{account}:{name}", "glue", "database/{name}", catalogId="{account}"
    ),
    "aws:glue/catalogTable:CatalogTable": sent(
        "{account}:{databaseName}:{name}",
        "glue",
        "table/{databaseName}/{name}",
        catalogId="{account}",
    ),
    "aws:glue/crawler:Crawler": glue.crawler,
    "aws:iam/policy:Policy": iam.policy,
    "aws:iam/role:Role": iam.role,
    "aws:iam/rolePolicy:RolePolicy": sent(
        "{role}:{name}", policy_of="PutRolePolicy.PolicyDocument"
    ),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": firehose.delivery_stream,
    "aws:kinesis/stream:Stream": kinesis.stream,
    "aws:kinesis/resourcePolicy:ResourcePolicy": sent("{resourceArn}"),
    "aws:kms/alias:Alias": sent(
        "{name}", "kms", "{name}", targetKeyArn="arn:aws:kms:{region}:{account}:key/{targetKeyId}"
    ),
    "aws:kms/key:Key": kms.key,
    "aws:lakeformation/permissions:Permissions": glue.permissions,
    "aws:lambda/alias:Alias": lambda_.alias,
    "aws:lambda/function:Function": lambda_.function,
    "aws:s3/bucket:Bucket": s3.bucket,
    "aws:s3/bucketPolicy:BucketPolicy": sent("{bucket}", policy_of="PutBucketPolicy.Policy"),
    "aws:scheduler/schedule:Schedule": answered.schedule,
    "aws:sfn/stateMachine:StateMachine": answered.state_machine,
    "aws:sns/topic:Topic": answered.topic,
    "aws:sns/topicPolicy:TopicPolicy": sent(
        "{arn}", policy_of="SetTopicAttributes.AttributeValue", owner="{account}"
    ),
    "aws:sns/topicSubscription:TopicSubscription": answered.topic_subscription,
    **{f"aws:s3/{part}": sent("{bucket}") for part in _BUCKET_PARTS},
}
