"""Tests of what producers, analysts and operators may do, compared whole."""

from __future__ import annotations

import json
from typing import cast

import pytest

from firelake.infra.iam import analyst_statements, operator_statements, policy, producer_statements
from firelake.infra.naming import Names

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/11112222-3333-4444-5555-666677778888"
BUCKET_ARN = "arn:aws:s3:::firelake-dev-111122223333-eu-central-1"
STREAM_ARN = "arn:aws:kinesis:eu-central-1:111122223333:stream/firelake-dev-events"

ANALYST = [
    {
        "Sid": "Query",
        "Effect": "Allow",
        "Action": [
            "athena:BatchGetNamedQuery",
            "athena:BatchGetQueryExecution",
            "athena:GetNamedQuery",
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:GetQueryResultsStream",
            "athena:GetQueryRuntimeStatistics",
            "athena:GetWorkGroup",
            "athena:ListNamedQueries",
            "athena:ListQueryExecutions",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ],
        "Resource": ["arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev-analysts"],
    },
    {
        "Sid": "Catalog",
        "Effect": "Allow",
        "Action": [
            "athena:GetDataCatalog",
            "athena:GetDatabase",
            "athena:GetTableMetadata",
            "athena:ListDatabases",
            "athena:ListTableMetadata",
        ],
        "Resource": ["arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog"],
    },
    {
        "Sid": "Console",
        "Effect": "Allow",
        "Action": ["athena:ListDataCatalogs", "athena:ListWorkGroups"],
        "Resource": ["*"],
    },
    {
        "Sid": "Schema",
        "Effect": "Allow",
        "Action": [
            "glue:BatchGetPartition",
            "glue:GetDatabase",
            "glue:GetDatabases",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
        ],
        "Resource": [
            "arn:aws:glue:eu-central-1:111122223333:catalog",
            "arn:aws:glue:eu-central-1:111122223333:database/firelake_dev",
            "arn:aws:glue:eu-central-1:111122223333:table/firelake_dev/*",
        ],
    },
    {
        "Sid": "DefaultDatabase",
        "Effect": "Allow",
        "Action": ["glue:GetDatabase", "glue:GetDatabases"],
        "Resource": [
            "arn:aws:glue:eu-central-1:111122223333:catalog",
            "arn:aws:glue:eu-central-1:111122223333:database/default",
        ],
    },
    {
        "Sid": "EventNames",
        "Effect": "Allow",
        "Action": ["s3:ListBucket"],
        "Resource": [BUCKET_ARN],
        "Condition": {"StringLike": {"s3:prefix": ["events/*", "athena/analysts/*"]}},
    },
    {
        "Sid": "EventObjects",
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": [f"{BUCKET_ARN}/events/*", f"{BUCKET_ARN}/athena/analysts/*"],
    },
    {
        "Sid": "ResultPlace",
        "Effect": "Allow",
        "Action": ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
        "Resource": [BUCKET_ARN],
    },
    {
        "Sid": "Results",
        "Effect": "Allow",
        "Action": [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
        ],
        "Resource": [f"{BUCKET_ARN}/athena/analysts/*"],
    },
    {
        "Sid": "BucketKey",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": [KEY_ARN],
        "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
    },
]
# An operator queries as an analyst does, in both workgroups and with both places of results.
QUERIES_OF_OPERATORS = json.loads(
    json.dumps(ANALYST)
    .replace(
        '"arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev-analysts"',
        '"arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev", '
        '"arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev-analysts"',
    )
    .replace('"athena/analysts/*"', '"athena/operators/*", "athena/analysts/*"')
    .replace(
        f'"{BUCKET_ARN}/athena/analysts/*"',
        f'"{BUCKET_ARN}/athena/operators/*", "{BUCKET_ARN}/athena/analysts/*"',
    )
)


def test_a_producer_puts_events_on_the_stream() -> None:
    assert producer_statements(NAMES, KEY_ARN) == [
        {
            "Sid": "Send",
            "Effect": "Allow",
            "Action": ["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"],
            "Resource": [STREAM_ARN],
        },
        {
            "Sid": "StreamKey",
            "Effect": "Allow",
            "Action": ["kms:GenerateDataKey"],
            "Resource": [KEY_ARN],
            "Condition": {"StringEquals": {"kms:ViaService": "kinesis.eu-central-1.amazonaws.com"}},
        },
    ]


def test_an_analyst_queries_events() -> None:
    assert analyst_statements(NAMES, KEY_ARN) == ANALYST


def test_who_asks_a_view_reads_the_register_of_erasures_and_writes_nothing_there() -> None:
    register = f"{BUCKET_ARN}/erasures/*"
    found = [
        (statement["Sid"], statement["Action"])
        for statement in analyst_statements(NAMES, KEY_ARN, has_erasures=True)
        if register in cast("list[str]", statement["Resource"])
        or '"erasures/*"' in json.dumps(statement.get("Condition"))
    ]
    assert found == [("EventNames", ["s3:ListBucket"]), ("EventObjects", ["s3:GetObject"])]


def test_an_operator_writes_the_register_of_erasures() -> None:
    written = {
        "Sid": "Erasures",
        "Effect": "Allow",
        "Action": ["s3:DeleteObject", "s3:PutObject"],
        "Resource": [f"{BUCKET_ARN}/erasures/*"],
    }
    assert written in operator_statements(NAMES, KEY_ARN, has_erasures=True)
    assert written not in operator_statements(NAMES, KEY_ARN)


@pytest.mark.parametrize(
    "prefix", ["raw", "errors", "errors-replayed", "athena/operators", "claims", "stream"]
)
def test_an_analyst_reaches_nothing_else(prefix: str) -> None:
    resources = [
        resource
        for statement in analyst_statements(NAMES, KEY_ARN)
        for resource in cast("list[str]", statement["Resource"])
    ]
    assert not [each for each in resources if f"/{prefix}/" in each or each.endswith(f"-{prefix}")]
    assert f'"{prefix}/*"' not in json.dumps(analyst_statements(NAMES, KEY_ARN))


def test_an_operator_also_reads_what_failed_and_puts_events_back() -> None:
    assert operator_statements(NAMES, KEY_ARN) == [
        *QUERIES_OF_OPERATORS,
        {
            "Sid": "Expiry",
            "Effect": "Allow",
            "Action": ["s3:GetLifecycleConfiguration"],
            "Resource": [BUCKET_ARN],
        },
        {
            "Sid": "ErrorNames",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [BUCKET_ARN],
            "Condition": {"StringLike": {"s3:prefix": ["errors/*", "raw/*", "errors-replayed/*"]}},
        },
        {
            "Sid": "ErrorObjects",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [
                f"{BUCKET_ARN}/errors/*",
                f"{BUCKET_ARN}/raw/*",
                f"{BUCKET_ARN}/errors-replayed/*",
            ],
        },
        {
            "Sid": "Receipts",
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": [f"{BUCKET_ARN}/errors-replayed/*"],
        },
        {
            "Sid": "Claims",
            "Effect": "Allow",
            "Action": ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:GetItem"],
            "Resource": ["arn:aws:dynamodb:eu-central-1:111122223333:table/firelake-dev-claims"],
        },
        {
            "Sid": "Lease",
            "Effect": "Allow",
            "Action": ["dynamodb:PutItem"],
            "Resource": ["arn:aws:dynamodb:eu-central-1:111122223333:table/firelake-dev-claims"],
            "Condition": {
                "ForAllValues:StringEquals": {
                    "dynamodb:LeadingKeys": ["firelake-backfill-lease" + 137 * "-"]
                }
            },
        },
        {
            "Sid": "Backfill",
            "Effect": "Allow",
            "Action": ["s3:PutObject"],
            "Resource": [f"{BUCKET_ARN}/events/*"],
            "Condition": {"Null": {"s3:if-none-match": "false"}},
        },
        {
            "Sid": "ClaimsKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY_ARN],
            "Condition": {
                "StringEquals": {"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}
            },
        },
        {
            "Sid": "Stream",
            "Effect": "Allow",
            "Action": [
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:PutRecords",
            ],
            "Resource": [STREAM_ARN],
        },
        {
            "Sid": "StreamKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [KEY_ARN],
            "Condition": {"StringEquals": {"kms:ViaService": "kinesis.eu-central-1.amazonaws.com"}},
        },
        {
            "Sid": "Freshness",
            "Effect": "Allow",
            "Action": ["cloudwatch:GetMetricData"],
            "Resource": ["*"],
        },
    ]


def test_an_operator_writes_no_claim_and_overwrites_no_file_of_events() -> None:
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "s3:PutObject"}
    conditions = {
        statement["Sid"]: statement.get("Condition")
        for statement in operator_statements(NAMES, KEY_ARN)
        if not writes.isdisjoint(cast("list[str]", statement["Action"]))
    }
    assert conditions.keys() == {"Results", "Receipts", "Lease", "Backfill"}
    assert conditions["Lease"]
    assert conditions["Backfill"]


def test_the_longest_names_leave_every_managed_policy_below_6144_characters() -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, blanks not counted
    names = Names("p" * 25, "stack", "111122223333", "ap-southeast-1")
    document = policy(operator_statements(names, KEY_ARN))
    assert len(json.dumps(document, separators=(",", ":"))) < 6144
