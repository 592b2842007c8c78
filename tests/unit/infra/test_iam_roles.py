"""Tests of what the roles may do, compared whole."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import cast

from firelake.infra.iam import (
    crawler_statements,
    delivery_statements,
    function_statements,
    policy,
    trust,
)
from firelake.infra.naming import Names
from tests.helpers.policy_linter import lint

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/11112222-3333-4444-5555-666677778888"
BUCKET_ARN = "arn:aws:s3:::firelake-dev-111122223333-eu-central-1"
TRANSFORM = Path(__file__).parents[3] / "src" / "firelake" / "transform"


def test_the_function_claims_and_logs() -> None:
    assert function_statements(NAMES, KEY_ARN) == [
        {
            "Sid": "Claims",
            "Effect": "Allow",
            "Action": ["dynamodb:BatchGetItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"],
            "Resource": ["arn:aws:dynamodb:eu-central-1:111122223333:table/firelake-dev-claims"],
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
            "Sid": "Log",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [
                (
                    "arn:aws:logs:eu-central-1:111122223333:log-group:"
                    "/aws/lambda/firelake-dev-transform:*"
                )
            ],
        },
    ]


# The IAM actions behind each call of the function: PartiQL is checked verb by verb.
ACTIONS_OF_CALLS = {
    "batch_get_item": {"dynamodb:BatchGetItem"},
    "batch_execute_statement": set[str](),
}
ACTIONS_OF_VERBS = {
    "INSERT": "dynamodb:PartiQLInsert",
    "UPDATE": "dynamodb:PartiQLUpdate",
    "DELETE": "dynamodb:PartiQLDelete",
    "SELECT": "dynamodb:PartiQLSelect",
}


def called_methods(tree: ast.AST) -> set[str]:
    """Names of the methods that are called on something named `client`."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {
        call.attr
        for call in calls
        if isinstance(call, ast.Attribute) and ast.unparse(call.value).endswith("client")
    }


def partiql_verbs(tree: ast.AST) -> set[str]:
    """Verbs of the texts that begin as a PartiQL statement does."""
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found = [re.match(r'(INSERT|UPDATE|DELETE|SELECT) .*"', str(text)) for text in texts]
    return {match[1] for match in found if match}


def test_the_function_may_do_on_dynamodb_what_its_code_does_and_nothing_more() -> None:
    trees = [ast.parse(path.read_text()) for path in sorted(TRANSFORM.glob("*.py"))]
    needed = set[str]().union(
        *(ACTIONS_OF_CALLS[call] for tree in trees for call in called_methods(tree)),
        {ACTIONS_OF_VERBS[verb] for tree in trees for verb in partiql_verbs(tree)},
    )
    granted = cast("list[str]", function_statements(NAMES, KEY_ARN)[0]["Action"])
    assert needed == set(granted)


def test_firehose_reads_the_stream_calls_the_function_and_writes_three_prefixes() -> None:
    log_group = (
        "arn:aws:logs:eu-central-1:111122223333:log-group:"
        "/aws/kinesisfirehose/firelake-dev-delivery"
    )
    assert delivery_statements(NAMES, KEY_ARN) == [
        {
            "Sid": "Stream",
            "Effect": "Allow",
            "Action": [
                "kinesis:DescribeStream",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
            ],
            "Resource": ["arn:aws:kinesis:eu-central-1:111122223333:stream/firelake-dev-events"],
        },
        {
            "Sid": "StreamKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY_ARN],
            "Condition": {"StringEquals": {"kms:ViaService": "kinesis.eu-central-1.amazonaws.com"}},
        },
        {
            "Sid": "Function",
            "Effect": "Allow",
            "Action": ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
            "Resource": [
                "arn:aws:lambda:eu-central-1:111122223333:function:firelake-dev-transform:deployed"
            ],
        },
        {
            "Sid": "Schema",
            "Effect": "Allow",
            "Action": ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
            "Resource": [
                "arn:aws:glue:eu-central-1:111122223333:catalog",
                "arn:aws:glue:eu-central-1:111122223333:database/firelake_dev",
                "arn:aws:glue:eu-central-1:111122223333:table/firelake_dev/events",
            ],
        },
        {
            "Sid": "Bucket",
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            "Resource": [BUCKET_ARN],
        },
        {
            "Sid": "Objects",
            "Effect": "Allow",
            "Action": ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
            "Resource": [f"{BUCKET_ARN}/events/*", f"{BUCKET_ARN}/raw/*", f"{BUCKET_ARN}/errors/*"],
        },
        {
            "Sid": "BucketKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [KEY_ARN],
            "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
        },
        {
            "Sid": "Log",
            "Effect": "Allow",
            "Action": ["logs:PutLogEvents"],
            "Resource": [
                f"{log_group}:log-stream:S3Delivery",
                f"{log_group}:log-stream:S3Backup",
            ],
        },
    ]


def test_the_crawler_reads_events_and_registers_partitions() -> None:
    assert crawler_statements(NAMES, KEY_ARN) == [
        {
            "Sid": "Partitions",
            "Effect": "Allow",
            "Action": [
                "glue:BatchCreatePartition",
                "glue:BatchGetPartition",
                "glue:BatchUpdatePartition",
                "glue:CreatePartition",
                "glue:GetDatabase",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:GetTable",
                "glue:GetTables",
                "glue:UpdatePartition",
            ],
            "Resource": [
                "arn:aws:glue:eu-central-1:111122223333:catalog",
                "arn:aws:glue:eu-central-1:111122223333:database/firelake_dev",
                "arn:aws:glue:eu-central-1:111122223333:table/firelake_dev/events",
            ],
        },
        {
            "Sid": "BucketPlace",
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation"],
            "Resource": [BUCKET_ARN],
        },
        {
            "Sid": "EventNames",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [BUCKET_ARN],
            "Condition": {"StringLike": {"s3:prefix": ["events", "events/*"]}},
        },
        {
            "Sid": "Events",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [f"{BUCKET_ARN}/events/*"],
        },
        {
            "Sid": "BucketKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEY_ARN],
            "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
        },
        {
            "Sid": "Log",
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": ["arn:aws:logs:eu-central-1:111122223333:log-group:/aws-glue/crawlers:*"],
        },
    ]


def test_a_service_may_assume_its_role() -> None:
    assert trust("lambda.amazonaws.com") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }


def test_firehose_may_assume_its_role_for_its_own_account_alone() -> None:
    assert trust("firehose.amazonaws.com", external_id="111122223333") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "firehose.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "111122223333"}},
            }
        ],
    }


def test_the_linter_would_find_an_action_and_a_resource_that_do_not_exist() -> None:
    def issues(action: str, resource: str) -> list[str]:
        findings = lint(policy([{"Effect": "Allow", "Action": [action], "Resource": [resource]}]))
        return [finding.partition(":")[0] for finding in findings]

    assert issues("s3:ReadObject", f"{BUCKET_ARN}/*") == ["UNKNOWN_ACTION"]
    assert issues("s3:GetObject", BUCKET_ARN) == ["RESOURCE_MISMATCH"]
    assert issues("s3:GetObject", f"{BUCKET_ARN}/*") == []
