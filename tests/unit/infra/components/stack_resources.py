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
    ("firelake:access:Access", "access"),
    ("aws:iam/policy:Policy", "access-analyst"),
    ("aws:iam/policy:Policy", "access-operator"),
    ("aws:iam/policy:Policy", "access-producer"),
    ("firelake:catalog:Catalog", "catalog"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-analyst-query-contract_drift"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-analyst-query-file_sizes"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-analyst-query-freshness"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-analyst-query-rows_by_type_and_day"),
    ("aws:athena/workgroup:Workgroup", "catalog-analyst-workgroup"),
    ("aws:glue/crawler:Crawler", "catalog-crawler"),
    ("aws:iam/rolePolicy:RolePolicy", "catalog-crawler-policy"),
    ("aws:iam/role:Role", "catalog-crawler-role"),
    ("aws:glue/catalogDatabase:CatalogDatabase", "catalog-database"),
    ("aws:glue/catalogTable:CatalogTable", "catalog-events"),
    ("aws:glue/catalogTable:CatalogTable", "catalog-events_errors"),
    ("aws:glue/catalogTable:CatalogTable", "catalog-events_raw"),
    ("aws:glue/catalogTable:CatalogTable", "catalog-events_unique"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-query-contract_drift"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-query-duplicates_in_raw"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-query-errors_by_code"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-query-file_sizes"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-query-freshness"),
    ("aws:athena/namedQuery:NamedQuery", "catalog-query-rows_by_type_and_day"),
    ("aws:athena/workgroup:Workgroup", "catalog-workgroup"),
    ("firelake:claims:Claims", "claims"),
    ("aws:dynamodb/table:Table", "claims-table"),
    ("firelake:delivery:Delivery", "delivery"),
    ("aws:cloudwatch/logStream:LogStream", "delivery-backup-log"),
    ("aws:cloudwatch/logStream:LogStream", "delivery-delivery-log"),
    (
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        "delivery-delivery-stream",
    ),
    ("aws:cloudwatch/logGroup:LogGroup", "delivery-log"),
    ("aws:iam/rolePolicy:RolePolicy", "delivery-policy"),
    ("aws:iam/role:Role", "delivery-role"),
    ("firelake:lake:Lake", "lake"),
    ("aws:kms/alias:Alias", "lake-alias"),
    ("aws:s3/bucket:Bucket", "lake-bucket"),
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "lake-encryption",
    ),
    ("aws:kms/key:Key", "lake-key"),
    ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "lake-lifecycle"),
    ("aws:s3/bucketNotification:BucketNotification", "lake-notification"),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "lake-ownership"),
    ("aws:s3/bucketPolicy:BucketPolicy", "lake-policy"),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "lake-public-access"),
    ("aws:s3/bucketVersioning:BucketVersioning", "lake-versioning"),
    ("firelake:stream:Stream", "stream"),
    ("aws:kinesis/stream:Stream", "stream-stream"),
    ("firelake:transform:Transform", "transform"),
    ("aws:lambda/alias:Alias", "transform-alias"),
    ("aws:lambda/function:Function", "transform-function"),
    ("aws:cloudwatch/logGroup:LogGroup", "transform-log"),
    ("aws:iam/rolePolicy:RolePolicy", "transform-policy"),
    ("aws:iam/role:Role", "transform-role"),
    ("firelake:watch:Watch", "watch"),
    ("aws:cloudwatch/eventRule:EventRule", "watch-crawler-failures-rule"),
    ("aws:cloudwatch/dashboard:Dashboard", "watch-dashboard"),
    ("aws:cloudwatch/eventRule:EventRule", "watch-error-objects-rule"),
    ("aws:sns/topic:Topic", "watch-topic"),
    ("aws:sns/topicPolicy:TopicPolicy", "watch-topic-policy"),
    *(("aws:cloudwatch/metricAlarm:MetricAlarm", f"watch-{key}-alarm") for key in ALARMS),
}
OF_AUTOSCALING: Final = {
    ("aws:appautoscaling/policy:Policy", "claims-read-scaling"),
    ("aws:appautoscaling/target:Target", "claims-read-target"),
    ("aws:appautoscaling/policy:Policy", "claims-write-scaling"),
    ("aws:appautoscaling/target:Target", "claims-write-target"),
}
OF_CRAWLER: Final = {each for each in RESOURCES if "crawler" in each[1]}
OF_EMAIL: Final = {("aws:sns/topicSubscription:TopicSubscription", "watch-email")}
PARTITION_COUNT: Final = {("aws:cloudwatch/metricAlarm:MetricAlarm", "watch-partition-count-alarm")}
VIEWS: Final = {
    ("aws:glue/catalogTable:CatalogTable", f"catalog-{view_name(name)}") for name in LEARNING.events
}
