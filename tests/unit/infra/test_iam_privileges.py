"""Tests of all policies: no wildcard without a named reason, and nothing that a linter finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from firelake.infra.iam import (
    analyst_statements,
    bucket_policy,
    crawler_statements,
    delivery_statements,
    function_statements,
    key_policy,
    move_machine_statements,
    move_schedule_statements,
    mover_statements,
    operator_statements,
    policy,
    producer_statements,
    topic_policy,
)
from firelake.infra.naming import Names
from firelake.infra.own_names import Existing
from tests.helpers.policy_linter import lint

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
IN_A_VPC = Names(
    *("firelake", "dev", "111122223333", "eu-central-1"),
    existing=Existing(subnet_ids=("subnet-00000000",)),
)
KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/11112222-3333-4444-5555-666677778888"

IDENTITIES: dict[str, Callable[[Names, str], list[dict[str, object]]]] = {
    "function": function_statements,
    "delivery": delivery_statements,
    "crawler": crawler_statements,
    "mover": mover_statements,
    "move machine": move_machine_statements,
    "move schedule": move_schedule_statements,
    "producer": producer_statements,
    "analyst": analyst_statements,
    "operator": operator_statements,
}
DOCUMENTS: dict[str, dict[str, object]] = {
    **{who: policy(statements(NAMES, KEY_ARN)) for who, statements in IDENTITIES.items()},
    "function in a VPC": policy(function_statements(IN_A_VPC, KEY_ARN)),
    "key": key_policy(NAMES),
    "bucket": bucket_policy(NAMES, KEY_ARN),
    "topic": topic_policy(NAMES),
}

# Every statement that allows `*`, with the reason.
ALLOWED_ON_EVERYTHING = {
    ("analyst", "Console"): "AWS has no resource for the lists with which the console begins",
    ("operator", "Console"): "as the analyst's",
    ("operator", "Freshness"): "AWS has no resource for metrics",
    ("move machine", "LogDelivery"): "AWS has no resource for them, says Step Functions' page",
    ("function in a VPC", "NetworkState"): "works on all resources alone, says Lambda's page",
    ("key", "Account"): "in a key's policy the resource is the key itself",
    ("key", "Alarms"): "in a key's policy the resource is the key itself",
}
ALLOWED_WILDCARD_ACTIONS = {
    ("key", "Account"): "AWS's default: without it IAM has no say over the key, for ever",
}


def statements_of(who: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", DOCUMENTS[who]["Statement"])


def listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else cast("list[str]", value)


def allowing(part: str, *, found: Callable[[str], bool]) -> set[tuple[str, str]]:
    return {
        (who, cast("str", statement["Sid"]))
        for who in DOCUMENTS
        for statement in statements_of(who)
        if statement["Effect"] == "Allow" and any(map(found, listed(statement[part])))
    }


def test_nothing_is_allowed_on_everything_without_a_named_reason() -> None:
    assert allowing("Resource", found=lambda each: each == "*") == ALLOWED_ON_EVERYTHING.keys()


def test_no_wildcard_of_actions_is_allowed_without_a_named_reason() -> None:
    assert allowing("Action", found=lambda each: "*" in each) == ALLOWED_WILDCARD_ACTIONS.keys()


def test_every_other_resource_is_the_stacks_own() -> None:
    shared = {
        "arn:aws:glue:eu-central-1:111122223333:catalog",
        "arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog",
        "arn:aws:glue:eu-central-1:111122223333:database/default",
        "arn:aws:logs:eu-central-1:111122223333:log-group:/aws-glue/crawlers:*",
        # Of a function in a VPC: the interfaces that Lambda makes.
        "arn:aws:ec2:eu-central-1:111122223333:network-interface/*",
        "arn:aws:ec2:eu-central-1:111122223333:security-group/*",
        "arn:aws:ec2:eu-central-1:111122223333:subnet/*",
    }
    foreign = {
        resource
        for who in DOCUMENTS
        for statement in statements_of(who)
        for resource in listed(statement["Resource"])
        if "firelake-dev" not in resource and "firelake_dev" not in resource
    }
    assert foreign == shared | {KEY_ARN, "*"}


def test_the_key_is_used_through_one_service_at_a_time() -> None:
    for who in IDENTITIES:
        for statement in statements_of(who):
            if any(action.startswith("kms:") for action in listed(statement["Action"])):
                condition = cast("dict[str, dict[str, str]]", statement["Condition"])
                service = condition["StringEquals"]["kms:ViaService"].partition(".")[0]
                assert service in {"dynamodb", "kinesis", "s3"}, (who, statement)
                assert statement["Resource"] == [KEY_ARN]


@pytest.mark.parametrize("who", DOCUMENTS)
def test_statements_have_names_of_their_own(who: str) -> None:
    names = [cast("str", statement["Sid"]) for statement in statements_of(who)]
    assert len(set(names)) == len(names)
    assert all(name.isalnum() for name in names)


@pytest.mark.parametrize("who", [who for who in DOCUMENTS if who != "key"])
def test_the_linter_finds_nothing(who: str) -> None:
    assert lint(DOCUMENTS[who]) == []


def test_the_linter_finds_in_the_keys_policy_that_it_is_about_one_key() -> None:
    findings = lint(DOCUMENTS["key"])
    assert {finding.partition(":")[0] for finding in findings} == {"RESOURCE_STAR"}
