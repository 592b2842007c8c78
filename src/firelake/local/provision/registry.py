"""Which function makes which resource type: every type that the program registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from firelake.local.provision import (
    athena,
    dynamodb,
    firehose,
    glue,
    iam,
    kinesis,
    kms,
    lambda_,
    moves,
    s3,
    watch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.local.provider import Created, Registration
    from firelake.local.provision.place import Place

Provisioner: TypeAlias = "Callable[[Place, Registration], Created]"

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
    "aws:athena/namedQuery:NamedQuery": athena.named_query,
    "aws:athena/workgroup:Workgroup": athena.workgroup,
    "aws:cloudwatch/dashboard:Dashboard": watch.dashboard,
    "aws:cloudwatch/eventRule:EventRule": watch.event_rule,
    "aws:cloudwatch/logGroup:LogGroup": watch.log_group,
    "aws:cloudwatch/logStream:LogStream": watch.log_stream,
    "aws:cloudwatch/metricAlarm:MetricAlarm": watch.metric_alarm,
    "aws:dynamodb/table:Table": dynamodb.table,
    "aws:glue/catalogDatabase:CatalogDatabase": glue.catalog_database,
    "aws:glue/catalogTable:CatalogTable": glue.catalog_table,
    "aws:glue/crawler:Crawler": glue.crawler,
    "aws:iam/policy:Policy": iam.policy,
    "aws:iam/role:Role": iam.role,
    "aws:iam/rolePolicy:RolePolicy": iam.role_policy,
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": firehose.delivery_stream,
    "aws:kinesis/stream:Stream": kinesis.stream,
    "aws:kinesis/resourcePolicy:ResourcePolicy": kinesis.resource_policy,
    "aws:kms/alias:Alias": kms.alias,
    "aws:kms/key:Key": kms.key,
    "aws:lakeformation/permissions:Permissions": glue.permissions,
    "aws:lambda/alias:Alias": lambda_.alias,
    "aws:lambda/function:Function": lambda_.function,
    "aws:s3/bucket:Bucket": s3.bucket,
    "aws:s3/bucketPolicy:BucketPolicy": s3.bucket_policy,
    "aws:scheduler/schedule:Schedule": moves.schedule,
    "aws:sfn/stateMachine:StateMachine": moves.state_machine,
    "aws:sns/topic:Topic": watch.topic,
    "aws:sns/topicPolicy:TopicPolicy": watch.topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": watch.topic_subscription,
    **{f"aws:s3/{part}": s3.bucket_part for part in _BUCKET_PARTS},
}
