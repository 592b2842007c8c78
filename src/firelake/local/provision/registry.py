"""Which function makes which resource type: every type that the program registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.local.provision import (
    assigned_ids,
    dynamodb,
    firehose,
    glue,
    iam,
    kinesis,
    kms,
    lambda_,
    s3,
)
from firelake.local.provision.simple import simple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.provision.simple import Provisioner

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
    "aws:athena/namedQuery:NamedQuery": assigned_ids.named_query,
    "aws:athena/workgroup:Workgroup": simple("{name}", "athena", "workgroup/{name}"),
    "aws:cloudwatch/dashboard:Dashboard": simple(
        "{dashboardName}", dashboardArn="arn:aws:cloudwatch::{account}:dashboard/{dashboardName}"
    ),
    "aws:cloudwatch/eventRule:EventRule": simple("{name}", "events", "rule/{name}"),
    "aws:cloudwatch/logGroup:LogGroup": simple("{name}", "logs", "log-group:{name}"),
    "aws:cloudwatch/logStream:LogStream": simple(
        "{name}", "logs", "log-group:{logGroupName}:log-stream:{name}"
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": simple("{name}", "cloudwatch", "alarm:{name}"),
    "aws:dynamodb/table:Table": dynamodb.table,
    "aws:glue/catalogDatabase:CatalogDatabase": simple(
        "{account}:{name}", "glue", "database/{name}", catalogId="{account}"
    ),
    "aws:glue/catalogTable:CatalogTable": simple(
        "{account}:{databaseName}:{name}",
        "glue",
        "table/{databaseName}/{name}",
        catalogId="{account}",
    ),
    "aws:glue/crawler:Crawler": glue.crawler,
    "aws:iam/policy:Policy": iam.policy,
    "aws:iam/role:Role": iam.role,
    "aws:iam/rolePolicy:RolePolicy": simple(
        "{role}:{name}", policy_of="PutRolePolicy.PolicyDocument"
    ),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": firehose.delivery_stream,
    "aws:kinesis/stream:Stream": kinesis.stream,
    "aws:kinesis/resourcePolicy:ResourcePolicy": simple("{resourceArn}"),
    "aws:kms/alias:Alias": simple(
        "{name}", "kms", "{name}", targetKeyArn="arn:aws:kms:{region}:{account}:key/{targetKeyId}"
    ),
    "aws:kms/key:Key": kms.key,
    "aws:lakeformation/permissions:Permissions": glue.permissions,
    "aws:lambda/alias:Alias": lambda_.alias,
    "aws:lambda/function:Function": lambda_.function,
    "aws:s3/bucket:Bucket": s3.bucket,
    "aws:s3/bucketPolicy:BucketPolicy": simple("{bucket}", policy_of="PutBucketPolicy.Policy"),
    "aws:scheduler/schedule:Schedule": assigned_ids.schedule,
    "aws:sfn/stateMachine:StateMachine": assigned_ids.state_machine,
    "aws:sns/topic:Topic": assigned_ids.topic,
    "aws:sns/topicPolicy:TopicPolicy": simple(
        "{arn}", policy_of="SetTopicAttributes.AttributeValue", owner="{account}"
    ),
    "aws:sns/topicSubscription:TopicSubscription": assigned_ids.topic_subscription,
    **{f"aws:s3/{part}": simple("{bucket}") for part in _BUCKET_PARTS},
}
