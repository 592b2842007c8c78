"""Tests of what the roles that move days may do, compared whole."""

from __future__ import annotations

from typing import cast

from firelake.infra.iam import (
    move_machine_statements,
    move_schedule_statements,
    mover_statements,
)
from firelake.infra.naming import Names

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/11112222-3333-4444-5555-666677778888"
BUCKET = "arn:aws:s3:::firelake-dev-111122223333-eu-central-1"
GLUE = "arn:aws:glue:eu-central-1:111122223333"
CLAIMS = "arn:aws:dynamodb:eu-central-1:111122223333:table/firelake-dev-claims"
WORKGROUP = "arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev"


def allowed(
    sid: str, actions: list[str], resources: list[str], condition: object = None
) -> dict[str, object]:
    statement: dict[str, object] = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": resources,
    }
    return statement | ({"Condition": condition} if condition else {})


def via(service: str) -> dict[str, dict[str, str]]:
    return {"StringEquals": {"kms:ViaService": f"{service}.eu-central-1.amazonaws.com"}}


def test_the_function_reads_answers_raises_the_watermark_and_removes_files() -> None:
    lease = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [_padded("backfill-lease")]}}
    settings = {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [_padded("settings-in-force")]}
    }
    tables = [f"{GLUE}:catalog", f"{GLUE}:database/firelake_dev"]
    table = f"{GLUE}:table/firelake_dev"
    assert mover_statements(NAMES, KEY_ARN) == [
        allowed(
            "Tables",
            ["glue:GetTable"],
            [
                *tables,
                f"{table}/events",
                f"{table}/events_history",
                f"{table}/events_recent",
                f"{table}/events_unique",
            ],
        ),
        allowed("Watermark", ["glue:UpdateTable"], [*tables, f"{table}/events_recent"]),
        allowed("Answers", ["athena:GetQueryResults"], [WORKGROUP]),
        allowed("AnswerObjects", ["s3:GetObject"], [f"{BUCKET}/athena/operators/*"]),
        allowed(
            "EventNames",
            ["s3:ListBucket"],
            [BUCKET],
            {"StringLike": {"s3:prefix": ["events/*", "errors/*", "errors-replayed/*"]}},
        ),
        allowed("Expiry", ["s3:GetLifecycleConfiguration"], [BUCKET]),
        allowed("MovedObjects", ["s3:DeleteObject"], [f"{BUCKET}/events/*"]),
        allowed("BucketKey", ["kms:Decrypt"], [KEY_ARN], via("s3")),
        allowed(
            "Lease",
            ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
            [CLAIMS],
            lease,
        ),
        allowed("Settings", ["dynamodb:GetItem"], [CLAIMS], settings),
        allowed("ClaimsKey", ["kms:Decrypt"], [KEY_ARN], via("dynamodb")),
        allowed(
            "Log",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [("arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/firelake-dev-mover:*")],
        ),
    ]


def test_the_state_machine_calls_the_function_and_writes_history_alone() -> None:
    found = {each["Sid"]: each for each in move_machine_statements(NAMES, KEY_ARN)}
    assert found["Function"] == allowed(
        "Function",
        ["lambda:InvokeFunction"],
        ["arn:aws:lambda:eu-central-1:111122223333:function:firelake-dev-mover"],
    )
    assert found["Statements"] == allowed(
        "Statements",
        [
            "athena:GetDataCatalog",
            "athena:GetQueryExecution",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ],
        [WORKGROUP, "arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog"],
    )
    changing = {
        (action, resource)
        for each in found.values()
        for action in _texts(each["Action"])
        for resource in _texts(each["Resource"])
        if action in {"glue:CreateTable", "glue:UpdateTable", "s3:DeleteObject", "s3:PutObject"}
    }
    above = (f"{GLUE}:catalog", f"{GLUE}:database/firelake_dev")
    assert changing == {
        *(
            (f"glue:{verb}Table", resource)
            for verb in ("Create", "Update")
            for resource in (*above, f"{GLUE}:table/firelake_dev/events_history")
        ),
        ("s3:DeleteObject", f"{BUCKET}/history/*"),
        ("s3:PutObject", f"{BUCKET}/history/*"),
        ("s3:PutObject", f"{BUCKET}/athena/operators/*"),
    }
    assert found["EventObjects"] == allowed(
        "EventObjects",
        ["s3:GetObject"],
        [f"{BUCKET}/events/*", f"{BUCKET}/history/*", f"{BUCKET}/athena/operators/*"],
    )
    assert set(found) == {
        *("Function", "Statements", "Schema", "DefaultDatabase", "HistoryTable"),
        *("EventNames", "EventObjects", "ResultPlace", "WrittenObjects", "HistoryObjects"),
        *("BucketKey", "LogDelivery", "Log"),
    }
    assert found["LogDelivery"] == allowed(
        "LogDelivery",
        [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
        ],
        ["*"],
    )
    log = (
        "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/vendedlogs/states/firelake-dev-move"
    )
    assert found["Log"] == allowed(
        "Log", ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log}:*"]
    )


def test_the_schedule_starts_moves_and_does_nothing_else() -> None:
    assert move_schedule_statements(NAMES, KEY_ARN) == [
        allowed(
            "Start",
            ["states:StartExecution"],
            ["arn:aws:states:eu-central-1:111122223333:stateMachine:firelake-dev-move"],
        )
    ]


def _padded(name: str) -> str:
    return f"firelake-{name}".ljust(160, "-")


def _texts(value: object) -> list[str]:
    return cast("list[str]", value)


def test_the_register_of_erasures_is_read_by_statements_and_written_by_the_function_alone() -> None:
    def about(statements: list[dict[str, object]], folder: str) -> list[str]:
        found = [each for each in statements if f"/{folder}/*" in str(each["Resource"])]
        return sorted(action for each in found for action in cast("list[str]", each["Action"]))

    machine = move_machine_statements(NAMES, KEY_ARN, has_erasures=True)
    function = mover_statements(NAMES, KEY_ARN, has_erasures=True)
    assert about(machine, "erasures") == ["s3:GetObject"]
    assert about(function, "erasures") == ["s3:GetObject", "s3:PutObject"]
    assert about(function, "errors-replayed") == ["s3:DeleteObject"]
    assert about(move_machine_statements(NAMES, KEY_ARN), "erasures") == []
    assert about(mover_statements(NAMES, KEY_ARN), "erasures") == []
