"""Which API calls the AWS provider makes to create each resource type: a table.

Only what the calls are told by inputs stands here, so that inputs can be checked before any call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_A_KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
_A_ZIP = b"PK"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an API operation.

    `service` is botocore's name. `names` are those of `spell`. `inputs` are the top-level inputs
    that only this call takes, and without any of which it is not made; None is all that no other
    call takes. `shared` are inputs of other calls that it needs too. `fixed` are parameters that
    no input tells, such as the id of what an earlier call made.
    """

    service: str
    operation: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: frozenset[str] | None = None
    shared: frozenset[str] = frozenset()
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])


def _extra(
    service: str,
    operation: str,
    *inputs: str,
    name: str = "",
    names: Mapping[str, str] | None = None,
    fixed: Mapping[str, object] | None = None,
) -> Call:
    """Returns a call for these inputs; with `name` it takes the resource's name under that one."""
    shared = frozenset({"name"} if name else ())
    named = {**({"name": name} if name else {}), **(names or {})}
    return Call(service, operation, named, frozenset(inputs), shared, fixed or {})


def _within(structure: str, *names: str) -> dict[str, str]:
    """Returns names that a structure has in capitals."""
    return {name: f"{structure}.{name[0].upper()}{name[1:]}" for name in names}


def _bucket_part(operation: str, **names: str) -> tuple[Call, ...]:
    return (Call("s3", operation, names),)


# Inputs that no API has: what the provider itself does by them.
PROVIDERS_OWN: Mapping[str, frozenset[str]] = {
    "aws:athena/workgroup:Workgroup": frozenset({"forceDestroy"}),
    "aws:cloudwatch/eventTarget:EventTarget": frozenset({"forceDestroy"}),
    "aws:iam/role:Role": frozenset({"forceDetachPolicies"}),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": frozenset({"destination"}),
    "aws:kinesis/stream:Stream": frozenset({"enforceConsumerDeletion"}),
    "aws:lambda/function:Function": frozenset({"code", "sourceCodeHash"}),
    "aws:s3/bucket:Bucket": frozenset({"forceDestroy"}),
    "aws:sns/topicSubscription:TopicSubscription": frozenset(
        {"confirmationTimeoutInMinutes", "endpointAutoConfirms"}
    ),
}

_FIREHOSE_S3 = {
    "bufferingSize": "BufferingHints.SizeInMBs",
    "bufferingInterval": "BufferingHints.IntervalInSeconds",
    "kmsKeyArn": "EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN",
}
_FIREHOSE = {
    "name": "DeliveryStreamName",
    "kinesisSourceConfiguration": "KinesisStreamSourceConfiguration",
    "extendedS3Configuration": "ExtendedS3DestinationConfiguration",
    "extendedS3Configuration.dynamicPartitioningConfiguration.retryDuration": (
        "RetryOptions.DurationInSeconds"
    ),
    **{f"extendedS3Configuration.{key}": value for key, value in _FIREHOSE_S3.items()},
    **{
        f"extendedS3Configuration.s3BackupConfiguration.{key}": value
        for key, value in _FIREHOSE_S3.items()
    },
}
_ALARM = {
    "name": "AlarmName",
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "metricQueries": "Metrics",
    "metricQueries.metric": "MetricStat",
    "metricQueries.metric.dimensions": "Metric.Dimensions",
    "metricQueries.metric.metricName": "Metric.MetricName",
    "metricQueries.metric.namespace": "Metric.Namespace",
}
_GLUE_TABLE = _within(
    "TableInput",
    *("description", "name", "owner", "parameters", "partitionKeys", "retention"),
    *("storageDescriptor", "tableType", "targetTable", "viewExpandedText", "viewOriginalText"),
)

CALLS: Mapping[str, tuple[Call, ...]] = {
    "aws:appautoscaling/policy:Policy": (
        Call("application-autoscaling", "PutScalingPolicy", {"name": "PolicyName"}),
    ),
    "aws:appautoscaling/target:Target": (
        Call("application-autoscaling", "RegisterScalableTarget"),
    ),
    "aws:athena/namedQuery:NamedQuery": (
        Call("athena", "CreateNamedQuery", {"query": "QueryString"}),
    ),
    "aws:athena/workgroup:Workgroup": (
        Call(
            "athena",
            "CreateWorkGroup",
            {"configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn": "KmsKey"},
        ),
        _extra("athena", "UpdateWorkGroup", "state", name="WorkGroup"),
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": (Call("cloudwatch", "PutCompositeAlarm"),),
    "aws:cloudwatch/dashboard:Dashboard": (Call("cloudwatch", "PutDashboard"),),
    "aws:cloudwatch/eventRule:EventRule": (Call("events", "PutRule"),),
    "aws:cloudwatch/eventTarget:EventTarget": (
        Call("events", "PutTargets", {"targets.targetId": "Id"}),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        Call("logs", "CreateLogGroup", {"name": "logGroupName"}),
        _extra("logs", "PutRetentionPolicy", "retentionInDays", name="logGroupName"),
    ),
    "aws:cloudwatch/logStream:LogStream": (
        Call("logs", "CreateLogStream", {"name": "logStreamName"}),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (Call("cloudwatch", "PutMetricAlarm", _ALARM),),
    "aws:dynamodb/table:Table": (
        Call(
            "dynamodb",
            "CreateTable",
            {
                "name": "TableName",
                "attributes": "AttributeDefinitions",
                "attributes.name": "AttributeName",
                "attributes.type": "AttributeType",
                "readCapacity": "ProvisionedThroughput.ReadCapacityUnits",
                "writeCapacity": "ProvisionedThroughput.WriteCapacityUnits",
                "serverSideEncryption": "SSESpecification",
                "serverSideEncryption.kmsKeyArn": "KMSMasterKeyId",
            },
        ),
        _extra(
            "dynamodb",
            "UpdateTimeToLive",
            "ttl",
            name="TableName",
            names={"ttl": "TimeToLiveSpecification"},
        ),
        _extra(
            "dynamodb",
            "UpdateContinuousBackups",
            "pointInTimeRecovery",
            name="TableName",
            names={
                "pointInTimeRecovery": "PointInTimeRecoverySpecification",
                "pointInTimeRecovery.enabled": "PointInTimeRecoveryEnabled",
            },
        ),
    ),
    "aws:glue/catalogDatabase:CatalogDatabase": (
        Call(
            "glue",
            "CreateDatabase",
            _within("DatabaseInput", "name", "description", "locationUri", "parameters"),
        ),
    ),
    "aws:glue/catalogTable:CatalogTable": (Call("glue", "CreateTable", _GLUE_TABLE),),
    "aws:glue/crawler:Crawler": (
        Call(
            "glue",
            "CreateCrawler",
            {
                "catalogTargets": "Targets.CatalogTargets",
                "s3Targets": "Targets.S3Targets",
                "securityConfiguration": "CrawlerSecurityConfiguration",
            },
        ),
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (
        Call(
            "iam",
            "CreateOpenIDConnectProvider",
            {"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"},
        ),
    ),
    "aws:iam/policy:Policy": (
        Call("iam", "CreatePolicy", {"name": "PolicyName", "policy": "PolicyDocument"}),
    ),
    "aws:iam/role:Role": (
        Call(
            "iam",
            "CreateRole",
            {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
        ),
    ),
    "aws:iam/rolePolicy:RolePolicy": (
        Call(
            "iam",
            "PutRolePolicy",
            {"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"},
        ),
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (
        Call("iam", "AttachRolePolicy", {"role": "RoleName"}),
    ),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        Call("firehose", "CreateDeliveryStream", _FIREHOSE),
    ),
    "aws:kinesis/stream:Stream": (
        Call(
            "kinesis",
            "CreateStream",
            {"name": "StreamName", "warmThroughputMibPs": "WarmThroughputMiBps"},
        ),
        _extra(
            "kinesis",
            "IncreaseStreamRetentionPeriod",
            "retentionPeriod",
            name="StreamName",
            names={"retentionPeriod": "RetentionPeriodHours"},
        ),
        _extra(
            "kinesis",
            "StartStreamEncryption",
            "encryptionType",
            "kmsKeyId",
            name="StreamName",
            names={"kmsKeyId": "KeyId"},
        ),
        _extra("kinesis", "EnableEnhancedMonitoring", "shardLevelMetrics", name="StreamName"),
    ),
    "aws:kinesis/resourcePolicy:ResourcePolicy": (Call("kinesis", "PutResourcePolicy"),),
    "aws:kms/alias:Alias": (Call("kms", "CreateAlias", {"name": "AliasName"}),),
    "aws:kms/key:Key": (
        Call("kms", "CreateKey", {"customerMasterKeySpec": "KeySpec"}),
        _extra(
            "kms",
            "EnableKeyRotation",
            "enableKeyRotation",
            "rotationPeriodInDays",
            fixed={"KeyId": _A_KEY_ID},
        ),
        _extra(
            "kms",
            "ScheduleKeyDeletion",
            "deletionWindowInDays",
            names={"deletionWindowInDays": "PendingWindowInDays"},
            fixed={"KeyId": _A_KEY_ID},
        ),
    ),
    "aws:lakeformation/permissions:Permissions": (
        Call(
            "lakeformation",
            "GrantPermissions",
            {
                "database": "Resource.Database",
                "principal": "Principal.DataLakePrincipalIdentifier",
                "table": "Resource.Table",
                "table.wildcard": "TableWildcard",
            },
        ),
    ),
    "aws:lambda/alias:Alias": (Call("lambda", "CreateAlias"),),
    "aws:lambda/function:Function": (
        Call(
            "lambda",
            "CreateFunction",
            {"name": "FunctionName"},
            fixed={"Code": {"ZipFile": _A_ZIP}},
        ),
        _extra(
            "lambda",
            "PutFunctionConcurrency",
            "reservedConcurrentExecutions",
            name="FunctionName",
        ),
    ),
    "aws:lambda/permission:Permission": (
        Call("lambda", "AddPermission", {"function": "FunctionName"}),
    ),
    "aws:s3/bucket:Bucket": (
        Call("s3", "CreateBucket", {"objectLockEnabled": "ObjectLockEnabledForBucket"}),
        Call(
            "s3",
            "PutBucketTagging",
            {"tags": "Tagging.TagSet"},
            inputs=frozenset({"tags"}),
            shared=frozenset({"bucket"}),
        ),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _bucket_part(
        "PutBucketLifecycleConfiguration", rules="LifecycleConfiguration.Rules"
    ),
    "aws:s3/bucketNotification:BucketNotification": _bucket_part(
        "PutBucketNotificationConfiguration",
        eventbridge="NotificationConfiguration.EventBridgeConfiguration",
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _bucket_part(
        "PutBucketOwnershipControls", rule="OwnershipControls.Rules"
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _bucket_part("PutBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _bucket_part(
        "PutPublicAccessBlock",
        **_within(
            "PublicAccessBlockConfiguration",
            *("blockPublicAcls", "blockPublicPolicy"),
            *("ignorePublicAcls", "restrictPublicBuckets"),
        ),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        Call(
            "s3",
            "PutBucketEncryption",
            {
                "rules": "ServerSideEncryptionConfiguration.Rules",
                "rules.blockedEncryptionTypes": "BlockedEncryptionTypes.EncryptionType",
            },
        ),
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _bucket_part("PutBucketVersioning"),
    "aws:scheduler/schedule:Schedule": (Call("scheduler", "CreateSchedule"),),
    "aws:sfn/stateMachine:StateMachine": (Call("stepfunctions", "CreateStateMachine"),),
    "aws:sns/topic:Topic": (
        Call(
            "sns",
            "CreateTopic",
            _within("Attributes", "displayName", "kmsMasterKeyId", "policy"),
        ),
    ),
    "aws:sns/topicPolicy:TopicPolicy": (
        Call(
            "sns",
            "SetTopicAttributes",
            {"arn": "TopicArn", "policy": "AttributeValue"},
            fixed={"AttributeName": "Policy"},
        ),
    ),
    "aws:sns/topicSubscription:TopicSubscription": (
        Call("sns", "Subscribe", {"topic": "TopicArn"}),
    ),
}
