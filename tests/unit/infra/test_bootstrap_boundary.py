"""Tests that a deploy role, whatever it combines, stays within the boundary of its stack."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
import yaml

from firelake.infra.bootstrap.boundary import boundary_statements, moves_boundary_statements
from firelake.infra.bootstrap.lake_statements import deploy_statements
from firelake.infra.bootstrap.names import BOOTSTRAP_PROJECT, STACKS, BootstrapNames
from firelake.infra.bootstrap.program import program
from firelake.infra.bootstrap.resource_types import Bundle
from firelake.infra.bootstrap.statements import state_write_statements
from firelake.infra.iam import (
    crawler_statements,
    delivery_statements,
    function_statements,
    move_machine_statements,
    move_schedule_statements,
    mover_statements,
    policy,
)
from firelake.infra.iam.statements import allow
from firelake.infra.program import program as lake
from tests.helpers.contracts import LESSONS_FILE
from tests.helpers.iam_world import ADMINISTRATOR_ACCESS, IAM, Account, RoleState, escapes
from tests.helpers.policy_linter import lint
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.recordings import ROOT, START, TODAY, ZIP_PATH, deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.infra.iam import Statement
    from firelake.infra.naming import Names

NAMES = BootstrapNames("111122223333", "us-east-1")
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BOUNDARY = {stack: f"{IAM}policy/firelake-boundary-{stack}" for stack in STACKS}
MOVES_BOUNDARY = {stack: f"{IAM}policy/firelake-moves-boundary-{stack}" for stack in STACKS}
OF_PEOPLE = [f"{IAM}policy/firelake-dev-{name}" for name in ("analyst", "operator", "producer")]
LAKE_ROLES = [
    f"{IAM}role/firelake-dev-{name}"
    for name in ("crawler", "delivery", "transform", "move", "move-schedule", "mover")
]
GITHUB = f"{IAM}role/firelake-github-deploy-dev"
OF_GITHUB = [f"{IAM}policy/firelake-github-deploy-dev-{bundle}" for bundle in Bundle]


def granted(stack: str) -> list[Statement]:
    statements = [
        each for bundle in Bundle for each in deploy_statements(bundle, NAMES.lake(stack))
    ]
    return [*statements, *state_write_statements(NAMES, KEY, stack)]


def account(stack: str, lake_role: RoleState) -> Account:
    def of_stack(arn: str) -> str:
        return arn.replace("-dev", f"-{stack}")

    other = "prod" if stack == "dev" else "dev"
    return Account(
        roles={
            **{of_stack(arn): lake_role for arn in LAKE_ROLES},
            # The attacker's own role, and one of a person who bears a policy of the lake.
            of_stack(GITHUB): RoleState(
                is_there=True, is_usable=True, attached=frozenset(map(of_stack, OF_GITHUB))
            ),
            f"{IAM}role/analyst": RoleState(
                is_there=True, is_usable=True, attached=frozenset(map(of_stack, OF_PEOPLE))
            ),
            f"{IAM}role/administrator": RoleState(is_there=True, is_administrator=True),
            f"{IAM}role/firelake-{other}-transform": RoleState(is_there=True),
            f"{IAM}role/firelake-{stack}-new": RoleState(is_there=False),
        },
        policies=frozenset(
            {
                *BOUNDARY.values(),
                *MOVES_BOUNDARY.values(),
                *map(of_stack, OF_PEOPLE),
                *map(of_stack, OF_GITHUB),
            }
        ),
    )


LAKE_ROLE_STATES = {
    "not made yet": RoleState(is_there=False),
    "within the boundary": RoleState(is_there=True, is_usable=True, boundary=BOUNDARY["dev"]),
    "made before there was a boundary": RoleState(is_there=True, is_usable=True),
}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("state", LAKE_ROLE_STATES)
def test_no_combination_of_what_is_granted_leaves_the_boundary(stack: str, state: str) -> None:
    role = LAKE_ROLE_STATES[state]
    if role.boundary:
        role = RoleState(is_there=True, is_usable=True, boundary=BOUNDARY[stack])
    assert escapes(granted(stack), account(stack, role)) == []


WAYS_OUT = {
    "roles without a boundary": allow("X", "iam:CreateRole iam:PutRolePolicy", LAKE_ROLES),
    "a role beyond the stack's names": allow(
        "X", "iam:CreateRole iam:PutRolePolicy", [f"{IAM}role/firelake-dev-*"]
    ),
    "the boundary taken off": allow("X", "iam:DeleteRolePermissionsBoundary", LAKE_ROLES),
    "another boundary": allow("X", "iam:PutRolePermissionsBoundary", LAKE_ROLES),
    "the boundary rewritten": allow("X", "iam:CreatePolicyVersion", [BOUNDARY["dev"]]),
    "an older boundary": allow("X", "iam:SetDefaultPolicyVersion", [BOUNDARY["dev"]]),
    "a policy of people rewritten": allow("X", "iam:CreatePolicyVersion", OF_PEOPLE),
    "one's own policy rewritten": allow("X", "iam:CreatePolicyVersion", [f"{IAM}policy/*"]),
    "a policy put into one's own role": allow("X", "iam:PutRolePolicy", [GITHUB]),
    "a policy of AWS attached to it": allow("X", "iam:AttachRolePolicy", [GITHUB]),
    "another role's trust": allow("X", "iam:UpdateAssumeRolePolicy", [f"{IAM}role/*"]),
    "another role assumed": allow("X", "sts:AssumeRole", [f"{IAM}role/*"]),
    "another role passed": allow("X", "iam:PassRole", [f"{IAM}role/*"]),
    "a user": allow("X", "iam:CreateUser iam:AttachUserPolicy", [f"{IAM}user/*"]),
    "another's key": allow("X", "iam:CreateAccessKey", [f"{IAM}user/*"]),
    "another trust of GitHub": allow(
        "X", "iam:AddClientIDToOpenIDConnectProvider", [f"{IAM}oidc-provider/*"]
    ),
}


@pytest.mark.parametrize("extra", WAYS_OUT.values(), ids=WAYS_OUT)
def test_the_search_finds_each_way_out_that_one_statement_more_would_open(
    extra: Statement,
) -> None:
    state = LAKE_ROLE_STATES["within the boundary"]
    assert escapes([*granted("dev"), extra], account("dev", state)) != []


def test_the_search_finds_the_way_out_of_the_statements_without_their_condition() -> None:
    weakened = [
        {key: value for key, value in each.items() if key != "Condition"} for each in granted("dev")
    ]
    assert f"{LAKE_ROLES[0]}: CreateRole() > PutRolePolicy()" in escapes(
        weakened, account("dev", LAKE_ROLE_STATES["not made yet"])
    )


def test_a_boundary_that_were_the_administrators_would_bind_nobody() -> None:
    state = RoleState(is_there=True, is_usable=True, boundary=ADMINISTRATOR_ACCESS)
    within = allow("X", "iam:PutRolePolicy", LAKE_ROLES)
    assert escapes([within], account("dev", state)) != []


@pytest.mark.parametrize("stack", STACKS)
def test_the_boundary_lets_each_role_do_what_it_must(stack: str) -> None:
    names = NAMES.lake(stack)
    within = boundary_statements(names)
    of_function = partial(function_statements, has_pages=True)
    for statements in (of_function, delivery_statements, crawler_statements):
        for needed in statements(names, KEY):
            resources = [
                "arn:aws:kms:us-east-1:111122223333:key/*" if each == KEY else each
                for each in cast("list[str]", needed["Resource"])
            ]
            assert any(
                (each["Action"], each["Resource"]) == (needed["Action"], resources)
                for each in within
            ), needed["Sid"]


@pytest.mark.parametrize("stack", STACKS)
def test_the_boundary_of_moves_lets_each_role_do_what_it_must(stack: str) -> None:
    names = NAMES.lake(stack)
    within = moves_boundary_statements(names)
    for statements in (
        mover_statements(names, KEY, has_erasures=True),
        move_machine_statements(names, KEY, has_erasures=True),
        move_schedule_statements(names, KEY),
    ):
        for needed in statements:
            resources = [
                "arn:aws:kms:us-east-1:111122223333:key/*" if each == KEY else each
                for each in cast("list[str]", needed["Resource"])
            ]
            assert any(
                each["Resource"] == resources
                and set(cast("list[str]", each["Action"]))
                >= set(cast("list[str]", needed["Action"]))
                for each in within
            ), needed["Sid"]


@pytest.mark.parametrize(
    ("statements_of", "count"), [(boundary_statements, 4), (moves_boundary_statements, 2)]
)
@pytest.mark.parametrize("stack", STACKS)
def test_the_boundary_allows_no_change_of_rights_and_nothing_of_another_stack(
    stack: str, statements_of: Callable[[Names], list[Statement]], count: int
) -> None:
    statements = statements_of(NAMES.lake(stack))
    actions = {action for each in statements for action in cast("list[str]", each["Action"])}
    assert {action for action in actions if action.startswith(("iam:", "sts:"))} == set()
    text = json.dumps(statements)
    other = "prod" if stack == "dev" else "dev"
    assert f"-{other}" not in text
    assert f"_{other}" not in text
    keys = [each for each in statements if "key/*" in json.dumps(each["Resource"])]
    assert len(keys) == count
    for each in keys:
        conditions = cast("dict[str, dict[str, object]]", each["Condition"])
        assert conditions["ForAllValues:StringEquals"] == {
            "kms:ResourceAliases": [f"alias/firelake-{stack}"]
        }
        assert conditions["StringEqualsIfExists"] == {
            "aws:ResourceTag/firelake:stack": f"firelake-{stack}"
        }


@pytest.mark.parametrize("statements_of", [boundary_statements, moves_boundary_statements])
@pytest.mark.parametrize("stack", STACKS)
def test_the_boundary_is_a_policy_that_aws_takes(
    stack: str, statements_of: Callable[[Names], list[Statement]]
) -> None:
    document = policy(statements_of(NAMES.lake(stack)))
    assert len(json.dumps(document, separators=(",", ":"))) <= 6144
    findings = [
        each for each in lint(document) if "Unknown condition kms:ResourceAliases" not in each
    ]
    assert findings == []


def test_the_bootstrap_makes_a_boundary_for_each_stack_with_or_without_github() -> None:
    made = run(program, project=BOOTSTRAP_PROJECT, stack="account").all("aws:iam/policy:Policy")
    assert [each.inputs["name"] for each in made] == [
        "firelake-boundary-dev",
        "firelake-moves-boundary-dev",
        "firelake-boundary-prod",
        "firelake-moves-boundary-prod",
    ]


def test_a_bootstrap_for_another_project_names_everything_after_it() -> None:
    recording = run(
        program,
        {"githubSubject": "repo:someone/shop", "project": "shop"},
        project=BOOTSTRAP_PROJECT,
        stack="account",
    )
    text = json.dumps([each.inputs for each in recording.resources], default=str)
    assert "shop-github-deploy-dev" in text
    assert "shop-boundary-prod" in text
    assert "/.pulumi/stacks/shop/dev.*" in text
    assert re.findall(r"firelake-(?!bootstrap|backfill-lease|settings)[a-z-]+", text) == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_role_of_a_committed_stack_bears_the_boundary(stack: str) -> None:
    committed = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8"))["config"]
    assert committed["firelake:permissionsBoundary"] == f"firelake-boundary-{stack}"
    roles = deployed(stack).all("aws:iam/role:Role")
    assert {each.inputs["name"]: each.inputs["permissionsBoundary"] for each in roles} == {
        f"firelake-{stack}-{name}": BOUNDARY[stack] for name in ("crawler", "delivery", "transform")
    }


def test_roles_that_move_days_bear_a_boundary_of_their_own() -> None:
    roles = deployed("dev", catalog={"hasHistory": True}).all("aws:iam/role:Role")
    borne = {each.inputs["name"]: each.inputs["permissionsBoundary"] for each in roles}
    assert borne == {
        **{
            f"firelake-dev-{name}": BOUNDARY["dev"] for name in ("crawler", "delivery", "transform")
        },
        **{
            f"firelake-dev-{name}": MOVES_BOUNDARY["dev"]
            for name in ("move", "move-schedule", "mover")
        },
    }


def test_a_boundary_that_is_not_the_bootstraps_is_that_of_every_role() -> None:
    config = {"catalog": {"hasHistory": True}, "permissionsBoundary": "limit"}
    roles = deployed("dev", **config).all("aws:iam/role:Role")
    assert {each.inputs["permissionsBoundary"] for each in roles} == {f"{IAM}policy/limit"}


def test_a_stack_without_the_setting_makes_roles_without_a_boundary() -> None:
    made = run(lambda: lake(zip_at(ZIP_PATH), lambda: TODAY, LESSONS_FILE), START)
    roles = made.all("aws:iam/role:Role")
    assert [each.inputs.get("permissionsBoundary") for each in roles] == [None] * 3
