"""The table of what MiniStack's IAM is told otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firelake.local.provision.iam_differences import DIFFERENCES, as_put

TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/claims"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(*actions: str, **others: object) -> dict[str, Any]:
    made = {"Effect": "Allow", "Action": list(actions), "Resource": [TABLE]}
    return {**made, **others}


def put(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    document: dict[str, Any] = json.loads(as_put(policy(*statements)))
    assert document["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = document["Statement"]
    return found


def test_a_policy_without_a_difference_is_put_letter_by_letter() -> None:
    document = policy(statement("dynamodb:BatchGetItem", Sid="Claims")) + "\n"
    assert as_put(document) == document


def test_partiql_is_allowed_by_its_calls_beside_what_else_is_allowed() -> None:
    asked = statement("dynamodb:BatchGetItem", "dynamodb:PartiQLInsert", Sid="Claims")
    assert put(asked) == [
        {
            "Sid": "Claims",
            "Effect": "Allow",
            "Action": ["dynamodb:BatchGetItem"],
            "Resource": [TABLE],
        },
        {
            "Sid": "ClaimsLocal",
            "Effect": "Allow",
            "Action": ["dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"],
            "Resource": "*",
        },
    ]


@pytest.mark.parametrize("kind", ["Delete", "Insert", "Select", "Update"])
def test_a_statement_of_partiql_alone_becomes_one_of_its_calls(kind: str) -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert put(statement(f"dynamodb:PartiQL{kind}", Condition=condition)) == [
        {
            "Effect": "Allow",
            "Action": ["dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"],
            "Resource": "*",
            "Condition": condition,
        }
    ]


def test_an_action_that_is_written_as_a_text_is_found_too() -> None:
    asked = {"Effect": "Allow", "Action": "dynamodb:PartiQLInsert", "Resource": TABLE}
    assert [each["Resource"] for each in put(asked)] == ["*"]


def test_the_refusal_of_requests_without_tls_is_left_out() -> None:
    tls = {"Bool": {"aws:SecureTransport": "false"}}
    refused = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    kept = {**refused, "Condition": {"Null": {"s3:x-amz-server-side-encryption": "false"}}}
    assert put({**refused, "Condition": tls}, kept) == [kept]


@pytest.mark.parametrize(
    ("effect", "condition"),
    [
        ("Allow", {"Bool": {"aws:SecureTransport": "false"}}),
        ("Deny", {"Bool": {"aws:SecureTransport": "true"}}),
        (
            "Deny",
            {"Bool": {"aws:SecureTransport": "false"}, "Null": {"aws:PrincipalArn": "true"}},
        ),
    ],
    ids=["an allowance", "with TLS", "with a second condition"],
)
def test_nothing_but_that_very_refusal_is_left_out(
    effect: str, condition: dict[str, dict[str, str]]
) -> None:
    asked = statement("s3:PutObject", Effect=effect, Condition=condition)
    assert put(asked) == [asked]


def test_a_condition_that_is_not_known_is_left_out_and_its_statement_kept() -> None:
    condition = {"Null": {"s3:if-none-match": "false"}}
    assert put(statement("s3:PutObject", Sid="Backfill", Condition=condition)) == [
        statement("s3:PutObject", Sid="Backfill")
    ]
    other = statement("s3:PutObject", Condition={**condition, "Bool": {"a": "true"}})
    assert put(other) == [other]


def test_each_difference_has_a_reason_of_its_own() -> None:
    reasons = [difference.reason for difference in DIFFERENCES]
    assert len(set(reasons)) == len(reasons) == 4
    assert all(len(reason) > 50 for reason in reasons)
