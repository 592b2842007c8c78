"""What the stacks of the tests are made of: settings, and the type and name of every resource."""

from __future__ import annotations

from typing import Final

import pytest

from firelake.contract.names import view_name
from tests.helpers.contracts import LEARNING

PROVISIONED: Final[dict[str, object]] = {
    "stream": {"mode": "provisioned", "shardCount": 2},
    "claims": {
        "mode": "provisioned",
        "minWriteUnits": 5,
        "maxWriteUnits": 500,
        "minReadUnits": 2,
        "maxReadUnits": 40,
    },
}
WITHOUT_CRAWLER: Final[dict[str, object]] = {"catalog": {"hasCrawler": False}}
WITH_HISTORY: Final[dict[str, object]] = {"catalog": {"hasHistory": True}}
WITH_EMAIL: Final[dict[str, object]] = {"watch": {"alarmEmail": "lake@example.org"}}
# An hour has many partitions, and so the lateness is short.
HOURLY: Final[dict[str, object]] = {
    "granularity": "hour",
    "latenessDays": 1,
    "dedupeDays": 6,
    "delivery": {"acceptPartitionOverflow": True},
}
STACKS: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "dev": ("dev", {}),
    "prod": ("prod", {}),
    "month": ("dev", {"granularity": "month"}),
    "hour": ("dev", HOURLY),
    "provisioned": ("dev", PROVISIONED),
    "no crawler": ("dev", WITHOUT_CRAWLER),
    "email": ("dev", WITH_EMAIL),
    "history": ("dev", WITH_HISTORY),
}
every_stack = pytest.mark.parametrize(("stack", "values"), STACKS.values(), ids=STACKS)

ALARMS: Final = (
    "backup-failures",
    "claims-read-throttles",
    "claims-write-throttles",
    "conversion-failures",
    "crawler-failures",
    "data-freshness",
    "delivery-failures",
    "error-objects",
    "function-duration",
    "function-errors",
    "function-throttles",
    "invalid-events",
    "iterator-age",
    "no-delivery",
    "no-incoming-records",
    "partition-count",
    "partition-overflow",
    "stream-write-throttles",
)
# All of a stack but the typed views, which the contract tells.
RESOURCES: Final = {
    ("firelake:index:Lake", "firelake"),
    ("firelake:access:Access", "firelake-access"),
    ("aws:iam/policy:Policy", "firelake-access-analyst"),
    ("aws:iam/policy:Policy", "firelake-access-operator"),
    ("aws:iam/policy:Policy", "firelake-access-producer"),
    ("firelake:catalog:Catalog", "firelake-catalog"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-analyst-query-contract_drift"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-analyst-query-file_sizes"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-analyst-query-freshness"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-analyst-query-rows_by_type_and_day"),
    ("aws:athena/workgroup:Workgroup", "firelake-catalog-analyst-workgroup"),
    ("aws:glue/crawler:Crawler", "firelake-catalog-crawler"),
    ("aws:iam/rolePolicy:RolePolicy", "firelake-catalog-crawler-policy"),
    ("aws:iam/role:Role", "firelake-catalog-crawler-role"),
    ("aws:glue/catalogDatabase:CatalogDatabase", "firelake-catalog-database"),
    ("aws:glue/catalogTable:CatalogTable", "firelake-catalog-events"),
    ("aws:glue/catalogTable:CatalogTable", "firelake-catalog-events_errors"),
    ("aws:glue/catalogTable:CatalogTable", "firelake-catalog-events_raw"),
    ("aws:glue/catalogTable:CatalogTable", "firelake-catalog-events_unique"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-query-contract_drift"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-query-duplicates_in_raw"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-query-errors_by_code"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-query-file_sizes"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-query-freshness"),
    ("aws:athena/namedQuery:NamedQuery", "firelake-catalog-query-rows_by_type_and_day"),
    ("aws:athena/workgroup:Workgroup", "firelake-catalog-workgroup"),
    ("firelake:claims:Claims", "firelake-claims"),
    ("aws:dynamodb/table:Table", "firelake-claims-table"),
    ("firelake:delivery:Delivery", "firelake-delivery"),
    ("aws:cloudwatch/logStream:LogStream", "firelake-delivery-backup-log"),
    ("aws:cloudwatch/logStream:LogStream", "firelake-delivery-delivery-log"),
    (
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        "firelake-delivery-delivery-stream",
    ),
    ("aws:cloudwatch/logGroup:LogGroup", "firelake-delivery-log"),
    ("aws:iam/rolePolicy:RolePolicy", "firelake-delivery-policy"),
    ("aws:iam/role:Role", "firelake-delivery-role"),
    ("firelake:lake:Lake", "firelake-lake"),
    ("aws:kms/alias:Alias", "firelake-lake-alias"),
    ("aws:s3/bucket:Bucket", "firelake-lake-bucket"),
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "firelake-lake-encryption",
    ),
    ("aws:kms/key:Key", "firelake-lake-key"),
    ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "firelake-lake-lifecycle"),
    ("aws:s3/bucketNotification:BucketNotification", "firelake-lake-notification"),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "firelake-lake-ownership"),
    ("aws:s3/bucketPolicy:BucketPolicy", "firelake-lake-policy"),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "firelake-lake-public-access"),
    ("aws:s3/bucketVersioning:BucketVersioning", "firelake-lake-versioning"),
    ("firelake:stream:Stream", "firelake-stream"),
    ("aws:kinesis/stream:Stream", "firelake-stream-stream"),
    ("firelake:transform:Transform", "firelake-transform"),
    ("aws:lambda/alias:Alias", "firelake-transform-alias"),
    ("aws:lambda/function:Function", "firelake-transform-function"),
    ("aws:cloudwatch/logGroup:LogGroup", "firelake-transform-log"),
    ("aws:iam/rolePolicy:RolePolicy", "firelake-transform-policy"),
    ("aws:iam/role:Role", "firelake-transform-role"),
    ("firelake:watch:Watch", "firelake-watch"),
    ("aws:cloudwatch/eventRule:EventRule", "firelake-watch-crawler-failures-rule"),
    ("aws:cloudwatch/dashboard:Dashboard", "firelake-watch-dashboard"),
    ("aws:cloudwatch/eventRule:EventRule", "firelake-watch-error-objects-rule"),
    ("aws:sns/topic:Topic", "firelake-watch-topic"),
    ("aws:sns/topicPolicy:TopicPolicy", "firelake-watch-topic-policy"),
    *(("aws:cloudwatch/metricAlarm:MetricAlarm", f"firelake-watch-{key}-alarm") for key in ALARMS),
}
OF_AUTOSCALING: Final = {
    ("aws:appautoscaling/policy:Policy", "firelake-claims-read-scaling"),
    ("aws:appautoscaling/target:Target", "firelake-claims-read-target"),
    ("aws:appautoscaling/policy:Policy", "firelake-claims-write-scaling"),
    ("aws:appautoscaling/target:Target", "firelake-claims-write-target"),
}
OF_CRAWLER: Final = {each for each in RESOURCES if "crawler" in each[1]}
OF_HISTORY: Final = {
    ("aws:glue/catalogTable:CatalogTable", "firelake-catalog-events_recent"),
    ("firelake:moves:Moves", "firelake-moves"),
    ("aws:lambda/function:Function", "firelake-moves-function"),
    ("aws:iam/rolePolicy:RolePolicy", "firelake-moves-function-policy"),
    ("aws:iam/role:Role", "firelake-moves-function-role"),
    ("aws:cloudwatch/logGroup:LogGroup", "firelake-moves-log"),
    ("aws:sfn/stateMachine:StateMachine", "firelake-moves-machine"),
    ("aws:cloudwatch/logGroup:LogGroup", "firelake-moves-machine-log"),
    ("aws:iam/rolePolicy:RolePolicy", "firelake-moves-machine-policy"),
    ("aws:iam/role:Role", "firelake-moves-machine-role"),
    ("aws:scheduler/schedule:Schedule", "firelake-moves-schedule"),
    ("aws:iam/rolePolicy:RolePolicy", "firelake-moves-schedule-policy"),
    ("aws:iam/role:Role", "firelake-moves-schedule-role"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "firelake-watch-move-failures-alarm"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "firelake-watch-no-move-alarm"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "firelake-watch-errors-expiring-alarm"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "firelake-watch-erasures-late-alarm"),
}
OF_EMAIL: Final = {("aws:sns/topicSubscription:TopicSubscription", "firelake-watch-email")}
PARTITION_COUNT: Final = {
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "firelake-watch-partition-count-alarm")
}
VIEWS: Final = {
    ("aws:glue/catalogTable:CatalogTable", f"firelake-catalog-{view_name(name)}")
    for name in LEARNING.events
}
