"""Access: three policies to attach, attached to nobody, and small enough for IAM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from firelake.infra import iam
from firelake.infra.components.access import Access
from firelake.infra.name_rules import name_problems
from firelake.infra.naming import Names
from tests.unit.infra.components.recordings import (
    KEY_ARN,
    NAMES,
    children,
    context_of,
    document,
    outputs_of,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.pulumi_recorder import Recording

    Statements = Callable[[Names, str], list[iam.Statement]]

# A managed policy has room for so many characters, white space aside:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAX_POLICY_CHARACTERS = 6144


def record(**values: object) -> Recording:
    return recorded(lambda: Access("access", context_of(**values)))


def test_there_are_three_policies_and_nobody_has_them() -> None:
    assert children(record()) == [
        ("Policy", "access-analyst"),
        ("Policy", "access-operator"),
        ("Policy", "access-producer"),
    ]


@pytest.mark.parametrize(
    ("who", "description", "statements"),
    [
        ("producer", "Puts events on the stream", iam.producer_statements),
        (
            "analyst",
            "Queries events; sees neither raw records nor errors",
            iam.analyst_statements,
        ),
        (
            "operator",
            "Queries everything, reads errors and raw records, and puts events back",
            iam.operator_statements,
        ),
    ],
    ids=["producer", "analyst", "operator"],
)
def test_each_policy_has_the_statements_of_whom_it_is_for(
    who: str, description: str, statements: Statements
) -> None:
    policy = record(tags={"owner": "data"}).only("Policy", f"access-{who}")
    assert document(policy) == iam.policy(statements(NAMES, KEY_ARN))
    assert {key: value for key, value in policy.inputs.items() if key != "policy"} == {
        "name": f"firelake-dev-{who}",
        "description": description,
        "tags": {"owner": "data"},
    }


@pytest.mark.parametrize(
    "statements",
    [iam.producer_statements, iam.analyst_statements, iam.operator_statements],
    ids=["producer", "analyst", "operator"],
)
def test_a_policy_fits_into_iam_with_the_longest_names_that_are_allowed(
    statements: Statements,
) -> None:
    names = Names("firelake", "x" * 26, "111122223333", "ap-southeast-1", "aws-us-gov")
    assert list(name_problems(names)) == []
    text = json.dumps(iam.policy(statements(names, KEY_ARN)), separators=(",", ":"))
    assert len(text) <= MAX_POLICY_CHARACTERS


def test_it_gives_out_the_arns_of_the_policies() -> None:
    assert outputs_of(record()) == {
        "producerPolicyArn": "arn:aws:iam::111122223333:policy/firelake-dev-producer",
        "analystPolicyArn": "arn:aws:iam::111122223333:policy/firelake-dev-analyst",
        "operatorPolicyArn": "arn:aws:iam::111122223333:policy/firelake-dev-operator",
    }


def test_another_description_replaces_no_policy_that_somebody_bears() -> None:
    policies = record().all("Policy")
    assert [each.registration.ignored_changes for each in policies] == [("description",)] * 3
