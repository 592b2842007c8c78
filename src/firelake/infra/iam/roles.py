"""What the roles of the function, of Firehose and of the crawler may do, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.layout import ERRORS_PREFIX, EVENTS_PREFIX, RAW_PREFIX
from firelake.contract.names import TABLE_EVENTS
from firelake.infra.iam.statements import allow, allow_key, allow_log

if TYPE_CHECKING:
    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names


def function_statements(names: Names, key_arn: str, *, has_pages: bool = False) -> list[Statement]:
    """Let the function claim ids and write its log.

    The three actions are what DynamoDB checks for `INSERT` and `UPDATE` in BatchExecuteStatement,
    and for BatchGetItem; no id is ever deleted, and no table scanned, by the function. Claims on
    pages take UpdateItem beside them.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html

    DynamoDB decrypts the table's key in the caller's name, for writes as well as for reads:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    and https://github.com/aws/aws-cdk/issues/10010

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
        has_pages: Whether the schedule of claims has pages.
    """
    on_pages = "UpdateItem" if has_pages else ""
    return [
        allow(
            "Claims",
            f"dynamodb:BatchGetItem PartiQLInsert PartiQLUpdate {on_pages}",
            [names.claims_table_arn],
        ),
        *allow_key("ClaimsKey", "kms:Decrypt", key_arn, names, "dynamodb"),
        allow_log(names, names.function_log_group),
        *_network(names),
    ]


def _network(names: Names) -> list[Statement]:
    """Let Lambda put the function into a VPC, where it runs in one.

    Interfaces are of Lambda's making, with ids that nobody knows before; what they are asked by
    works on all resources alone.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    """
    if not names.existing.subnet_ids:
        return []
    return [
        allow(
            "Network",
            "ec2:AssignPrivateIpAddresses CreateNetworkInterface DeleteNetworkInterface "
            "UnassignPrivateIpAddresses",
            [names.network_arn(kind) for kind in ("network-interface", "security-group", "subnet")],
        ),
        allow("NetworkState", "ec2:DescribeNetworkInterfaces DescribeSubnets", ["*"]),
    ]


def delivery_statements(names: Names, key_arn: str) -> list[Statement]:
    """Let Firehose read the stream, call the function, read the schema and write the lake.

    Follows https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html with objects
    narrowed to the three prefixes that Firehose writes. Glue checks the catalog, the database and
    the table of each call.

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
    """
    delivery_log = names.log_group_arn(names.delivery_log_group)
    return [
        allow(
            "Stream",
            "kinesis:DescribeStream GetRecords GetShardIterator ListShards",
            [names.stream_arn],
        ),
        *allow_key("StreamKey", "kms:Decrypt", key_arn, names, "kinesis"),
        allow(
            "Function", "lambda:GetFunctionConfiguration InvokeFunction", [names.function_alias_arn]
        ),
        allow(
            "Schema",
            "glue:GetTable GetTableVersion GetTableVersions",
            [names.catalog_arn, names.database_arn, names.table_arn(TABLE_EVENTS)],
        ),
        allow(
            "Bucket",
            "s3:GetBucketLocation ListBucket ListBucketMultipartUploads",
            [names.bucket_arn],
        ),
        allow(
            "Objects",
            "s3:AbortMultipartUpload GetObject PutObject",
            [
                names.objects_arn(EVENTS_PREFIX),
                names.objects_arn(RAW_PREFIX),
                names.objects_arn(ERRORS_PREFIX),
            ],
        ),
        *allow_key("BucketKey", "kms:Decrypt GenerateDataKey", key_arn, names, "s3"),
        allow(
            "Log",
            "logs:PutLogEvents",
            [
                f"{delivery_log}:log-stream:{names.delivery_log_stream}",
                f"{delivery_log}:log-stream:{names.backup_log_stream}",
            ],
        ),
    ]


def crawler_statements(names: Names, key_arn: str) -> list[Statement]:
    """Let the crawler read `events/` and register partitions of the table `events`.

    A scoped-down AWSGlueServiceRole
    (https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html). `glue:UpdateTable` and
    `glue:CreateTable` stay absent: Firehose converts by the newest version of the table, which only
    the Pulumi program may write. Whether a crawler that only adds partitions does without is
    unconfirmed, and `firelake verify` looks (`crawler-rights`).

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
    """
    events = f"{names.folder}{EVENTS_PREFIX}"
    return [
        allow(
            "Partitions",
            "glue:BatchCreatePartition BatchGetPartition BatchUpdatePartition "
            "CreatePartition GetDatabase GetPartition GetPartitions GetTable GetTables "
            "UpdatePartition",
            [names.catalog_arn, names.database_arn, names.table_arn(TABLE_EVENTS)],
        ),
        allow("BucketPlace", "s3:GetBucketLocation", [names.bucket_arn]),
        allow(
            "EventNames",
            "s3:ListBucket",
            [names.bucket_arn],
            # With and without the slash: a crawler lists what its target's path begins with.
            {"StringLike": {"s3:prefix": [events.rstrip("/"), f"{events}*"]}},
        ),
        allow("Events", "s3:GetObject", [names.objects_arn(EVENTS_PREFIX)]),
        *allow_key("BucketKey", "kms:Decrypt", key_arn, names, "s3"),
        allow(
            "Log",
            "logs:CreateLogGroup CreateLogStream PutLogEvents",
            [f"{names.crawlers_log_group_arn}:*"],
        ),
    ]
