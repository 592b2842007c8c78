"""What the roles that move days by themselves may do: function, state machine and schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.in_force import IN_FORCE_KEY
from firelake.contract.layout import (
    ERASURES_PREFIX,
    ERRORS_PREFIX,
    EVENTS_PREFIX,
    HISTORY_PREFIX,
    OPERATOR_RESULTS_PREFIX,
    RECEIPTS_PREFIX,
)
from firelake.contract.names import (
    BACKFILL_LEASE_KEY,
    TABLE_ERASURES,
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
    TABLE_EVENTS_RECENT,
    VIEW_EVENTS_UNIQUE,
)
from firelake.infra.iam.people import list_objects, read_objects
from firelake.infra.iam.statements import allow, allow_key, allow_log

if TYPE_CHECKING:
    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names


def mover_statements(names: Names, key_arn: str, *, has_erasures: bool = False) -> list[Statement]:
    """Let the function read answers, raise the watermark, and remove files that have moved.

    Of errors and receipts it may see names alone, and when they expire.

    It runs no statement: the state machine does. Who fetches an answer reads it from S3 in its own
    name: https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
        has_erasures: Whether anything may be erased: it notes how far erasures are, and removes
            receipts of errors that have expired.
    """
    listed = [EVENTS_PREFIX, ERRORS_PREFIX, RECEIPTS_PREFIX]
    removed, encrypt = [EVENTS_PREFIX], ""
    if has_erasures:
        listed.append(ERASURES_PREFIX)
        removed.append(RECEIPTS_PREFIX)
        encrypt = "GenerateDataKey"
    register = [names.objects_arn(ERASURES_PREFIX)]
    tables = (TABLE_EVENTS, TABLE_EVENTS_HISTORY, TABLE_EVENTS_RECENT, VIEW_EVENTS_UNIQUE)
    above = [names.catalog_arn, names.database_arn]
    return [
        allow("Tables", "glue:GetTable", [*above, *map(names.table_arn, tables)]),
        allow("Watermark", "glue:UpdateTable", [*above, names.table_arn(TABLE_EVENTS_RECENT)]),
        allow("Answers", "athena:GetQueryResults", [names.workgroup_arn]),
        allow("AnswerObjects", "s3:GetObject", [names.objects_arn(OPERATOR_RESULTS_PREFIX)]),
        list_objects(names, "Event", listed),
        allow("Expiry", "s3:GetLifecycleConfiguration", [names.bucket_arn]),
        allow("MovedObjects", "s3:DeleteObject", [names.objects_arn(each) for each in removed]),
        *allow_key("BucketKey", f"kms:Decrypt {encrypt}", key_arn, names, "s3"),
        *([allow("Register", "s3:GetObject PutObject", register)] if has_erasures else ()),
        allow(
            "Lease",
            "dynamodb:DeleteItem GetItem PutItem",
            [names.claims_table_arn],
            _of_item(BACKFILL_LEASE_KEY),
        ),
        allow("Settings", "dynamodb:GetItem", [names.claims_table_arn], _of_item(IN_FORCE_KEY)),
        *allow_key("ClaimsKey", "kms:Decrypt", key_arn, names, "dynamodb"),
        allow_log(names, names.mover_log_group),
    ]


def move_machine_statements(
    names: Names, key_arn: str, *, has_erasures: bool = False
) -> list[Statement]:
    """Let the state machine call the function, and Athena copy in its name.

    Of Glue's tables it changes that of history alone, by each commit, and of objects those below
    `history/` and of results: files of events are read.
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-getting-started.html

    Args:
        names: The stack's names.
        key_arn: ARN of the stack's KMS key.
        has_erasures: Whether statements leave out what the register of erasures names.
    """
    above = [names.catalog_arn, names.database_arn]
    register = [ERASURES_PREFIX] if has_erasures else []
    tables = [TABLE_EVENTS, TABLE_EVENTS_HISTORY, *([TABLE_ERASURES] if has_erasures else [])]
    written = [names.objects_arn(each) for each in (HISTORY_PREFIX, OPERATOR_RESULTS_PREFIX)]
    return [
        allow("Function", "lambda:InvokeFunction", [names.mover_arn]),
        allow(
            "Statements",
            "athena:GetDataCatalog GetQueryExecution StartQueryExecution StopQueryExecution",
            [names.workgroup_arn, names.data_catalog_arn],
        ),
        allow(
            "Schema",
            "glue:BatchGetPartition GetDatabase GetPartition GetPartitions GetTable GetTables",
            [*above, *map(names.table_arn, tables)],
        ),
        # https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
        allow(
            "DefaultDatabase", "glue:GetDatabase", [names.catalog_arn, names.default_database_arn]
        ),
        allow(
            "HistoryTable",
            "glue:CreateTable UpdateTable",
            [*above, names.table_arn(TABLE_EVENTS_HISTORY)],
        ),
        *read_objects(
            names, "Event", [EVENTS_PREFIX, HISTORY_PREFIX, OPERATOR_RESULTS_PREFIX, *register]
        ),
        # What Athena wants of the place of its results:
        # https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
        allow("ResultPlace", "s3:GetBucketLocation ListBucketMultipartUploads", [names.bucket_arn]),
        allow(
            "WrittenObjects", "s3:AbortMultipartUpload ListMultipartUploadParts PutObject", written
        ),
        allow("HistoryObjects", "s3:DeleteObject", [names.objects_arn(HISTORY_PREFIX)]),
        *allow_key("BucketKey", "kms:Decrypt GenerateDataKey", key_arn, names, "s3"),
        # AWS lets nobody narrow these: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
        allow(
            "LogDelivery",
            "logs:CreateLogDelivery DeleteLogDelivery DescribeLogGroups "
            "DescribeResourcePolicies GetLogDelivery ListLogDeliveries PutResourcePolicy "
            "UpdateLogDelivery",
            ["*"],
        ),
        allow_log(names, names.move_machine_log_group),
    ]


def move_schedule_statements(names: Names, _key_arn: str) -> list[Statement]:
    """Let the schedule start a move, and nothing else.

    Args:
        names: The stack's names.
    """
    return [allow("Start", "states:StartExecution", [names.move_machine_arn])]


def _of_item(key: str) -> dict[str, dict[str, str | list[str]]]:
    return {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [key]}}
