"""What those who send, query and run the lake may do: the managed policies to attach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.layout import (
    ANALYST_RESULTS_PREFIX,
    ERASURES_PREFIX,
    ERRORS_PREFIX,
    EVENTS_PREFIX,
    HISTORY_PREFIX,
    OPERATOR_RESULTS_PREFIX,
    RAW_PREFIX,
    RECEIPTS_PREFIX,
)
from firelake.contract.names import BACKFILL_LEASE_KEY, TABLE_EVENTS_HISTORY, TABLE_EVENTS_RECENT
from firelake.infra.iam.statements import allow, allow_key

if TYPE_CHECKING:
    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names

# Name of the statement without which Athena's console shows nothing.
CONSOLE: Final = "Console"


def producer_statements(names: Names, key_arn: str) -> list[Statement]:
    """Let a producer put events on the stream, and nothing else.

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
    """
    return [
        # Many libraries send single records, and KPL aggregates none if it cannot list the shards.
        allow("Send", "kinesis:ListShards PutRecord PutRecords", [names.stream_arn]),
        # https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
        *allow_key("StreamKey", "kms:GenerateDataKey", key_arn, names, "kinesis"),
    ]


def analyst_statements(
    names: Names, key_arn: str, *, has_history: bool = False, has_erasures: bool = False
) -> list[Statement]:
    """Let an analyst query `events`: neither raw records nor errors, which hold what was sent.

    The tables of those two can be seen, but not their data, nor what operators have asked of them:
    analysts have a workgroup and a place of results of their own.

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
        has_history: Whether there is an Iceberg table, or may be one.
        has_erasures: Whether the views go by the register of erasures.
    """
    return _query_statements(
        names,
        key_arn,
        [names.analyst_workgroup_arn],
        [ANALYST_RESULTS_PREFIX],
        _read_by_views(has_history=has_history, has_erasures=has_erasures),
    )


def _read_by_views(*, has_history: bool, has_erasures: bool) -> list[str]:
    """Returns the prefixes whose objects a view reads in the name of whoever asks it."""
    return [
        EVENTS_PREFIX,
        *([HISTORY_PREFIX] if has_history else []),
        *([ERASURES_PREFIX] if has_erasures else []),
    ]


def _query_statements(
    names: Names, key_arn: str, workgroups: list[str], results: list[str], read: list[str]
) -> list[Statement]:
    """Let somebody query `events`, with results under prefixes.

    Results may be deleted, as `awswrangler` does with those it has read.
    """
    return [
        allow(
            "Query",
            "athena:BatchGetNamedQuery BatchGetQueryExecution GetNamedQuery "
            "GetQueryExecution GetQueryResults GetQueryResultsStream "
            "GetQueryRuntimeStatistics GetWorkGroup ListNamedQueries ListQueryExecutions "
            "StartQueryExecution StopQueryExecution",
            workgroups,
        ),
        allow(
            "Catalog",
            "athena:GetDataCatalog GetDatabase GetTableMetadata ListDatabases ListTableMetadata",
            [names.data_catalog_arn],
        ),
        # Athena's console begins with these two, which AWS lets nobody narrow.
        allow(CONSOLE, "athena:ListDataCatalogs ListWorkGroups", ["*"]),
        allow(
            "Schema",
            "glue:BatchGetPartition GetDatabase GetDatabases GetPartition GetPartitions "
            "GetTable GetTables",
            [names.catalog_arn, names.database_arn, names.table_arn("*")],
        ),
        # Athena wants to see the database `default` of each Region, too; nothing is in it here.
        # https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
        allow(
            "DefaultDatabase",
            "glue:GetDatabase GetDatabases",
            [names.catalog_arn, names.default_database_arn],
        ),
        *read_objects(names, "Event", [*read, *results]),
        # What Athena wants of the place of its results:
        # https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
        allow("ResultPlace", "s3:GetBucketLocation ListBucketMultipartUploads", [names.bucket_arn]),
        allow(
            "Results",
            "s3:AbortMultipartUpload DeleteObject ListMultipartUploadParts PutObject",
            [names.objects_arn(each) for each in results],
        ),
        *allow_key("BucketKey", "kms:Decrypt GenerateDataKey", key_arn, names, "s3"),
    ]


def operator_statements(
    names: Names,
    key_arn: str,
    *,
    has_pages: bool = False,
    has_history: bool = False,
    has_erasures: bool = False,
) -> list[Statement]:
    """Let an operator query everything, look into what failed, and put events back.

    Error objects and raw records are read only: receipts say what became of them. A claim is
    deleted, never written: only the function claims. One on a page is taken off it by UpdateItem,
    which IAM cannot narrow to that, and which is granted where there are pages alone. What is
    written beside it is the lease of backfill, and files of events, none of them over another: a
    write without `If-None-Match` is not allowed.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
        has_pages: Whether the schedule of claims has pages.
        has_history: Whether there is an Iceberg table, or may be one.
        has_erasures: Whether anything may be erased.
    """
    on_pages = "UpdateItem" if has_pages else ""
    return [
        *_query_statements(
            names,
            key_arn,
            [names.workgroup_arn, names.analyst_workgroup_arn],
            [OPERATOR_RESULTS_PREFIX, ANALYST_RESULTS_PREFIX],
            _read_by_views(has_history=has_history, has_erasures=has_erasures),
        ),
        # When what failed expires, and when all is gone of what was erased.
        allow("Expiry", "s3:GetLifecycleConfiguration", [names.bucket_arn]),
        *(_erasure_statements(names) if has_erasures else ()),
        *(_move_statements(names) if has_history else ()),
        *read_objects(names, "Error", [ERRORS_PREFIX, RAW_PREFIX, RECEIPTS_PREFIX]),
        allow("Receipts", "s3:PutObject", [names.objects_arn(RECEIPTS_PREFIX)]),
        allow(
            "Claims",
            f"dynamodb:BatchGetItem DeleteItem GetItem {on_pages}",
            [names.claims_table_arn],
        ),
        allow(
            "Lease",
            "dynamodb:PutItem",
            [names.claims_table_arn],
            {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [BACKFILL_LEASE_KEY]}},
        ),
        allow(
            "Backfill",
            "s3:PutObject",
            [names.objects_arn(EVENTS_PREFIX)],
            {"Null": {"s3:if-none-match": "false"}},
        ),
        *allow_key("ClaimsKey", "kms:Decrypt", key_arn, names, "dynamodb"),
        allow(
            "Stream",
            "kinesis:DescribeStreamSummary GetRecords GetShardIterator ListShards PutRecords",
            [names.stream_arn],
        ),
        *allow_key("StreamKey", "kms:Decrypt GenerateDataKey", key_arn, names, "kinesis"),
        # Replay asks how fresh the lake is; AWS lets nobody narrow the metrics that may be read.
        allow("Freshness", "cloudwatch:GetMetricData", ["*"]),
    ]


def _erasure_statements(names: Names) -> list[Statement]:
    """Let an operator write the register of erasures, and end what is in it.

    Receipts of error objects that have expired go before they would expire themselves.
    """
    objects = [names.objects_arn(ERASURES_PREFIX)]
    return [
        allow("Erasures", "s3:DeleteObject PutObject", objects),
        allow("OldReceipts", "s3:DeleteObject", [names.objects_arn(RECEIPTS_PREFIX)]),
    ]


def _move_statements(names: Names) -> list[Statement]:
    """Let an operator move files: Athena acts in the name of whoever asks it.

    Files of `events` are removed, never written over. Of Glue's tables two are changed: that of
    history by each commit, and the one whose range says from where on the views read files.
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-getting-started.html
    """
    return [
        allow(
            "HistoryTables",
            "glue:CreateTable UpdateTable",
            [
                names.catalog_arn,
                names.database_arn,
                names.table_arn(TABLE_EVENTS_HISTORY),
                names.table_arn(TABLE_EVENTS_RECENT),
            ],
        ),
        allow(
            "HistoryObjects",
            "s3:AbortMultipartUpload DeleteObject PutObject",
            [names.objects_arn(HISTORY_PREFIX)],
        ),
        allow("MovedObjects", "s3:DeleteObject", [names.objects_arn(EVENTS_PREFIX)]),
    ]


def read_objects(names: Names, what: str, prefixes: list[str]) -> list[Statement]:
    """Let somebody list and read the objects under prefixes.

    Args:
        names: The stack's names.
        what: What the statements' names begin with.
        prefixes: Behind the lake's folder.
    """
    return [
        list_objects(names, what, prefixes),
        allow(f"{what}Objects", "s3:GetObject", [names.objects_arn(each) for each in prefixes]),
    ]


def list_objects(names: Names, what: str, prefixes: list[str]) -> Statement:
    """Let somebody list the objects under prefixes; the arguments are those of `read_objects`."""
    listed = [f"{names.folder}{prefix}*" for prefix in prefixes]
    like = {"StringLike": {"s3:prefix": listed}}
    return allow(f"{what}Names", "s3:ListBucket", [names.bucket_arn], like)
