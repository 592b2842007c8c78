"""Tests that the roles of GitHub may do what the lake's program takes of IAM."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

import pytest

from firelake.infra.bootstrap.lake_statements import (
    deploy_actions,
    deploy_statements,
)
from firelake.infra.bootstrap.names import BootstrapNames
from firelake.infra.bootstrap.resource_types import RESOURCE_TYPES, UNCONFINED, Bundle, Place
from firelake.infra.program import program as lake
from tests.helpers.contracts import LESSONS_FILE
from tests.helpers.policy_linter import parliament
from tests.helpers.pulumi_recorder import run, zip_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.infra.bootstrap.resource_types import ResourceType
    from firelake.infra.iam import Statement
    from tests.helpers.pulumi_recorder import Recording

NAMES = BootstrapNames("111122223333", "us-east-1")
# All that a stack may have beyond the defaults.
EVERYTHING: dict[str, object] = {
    "startDate": "2026-11-01",
    "claims": {
        "mode": "provisioned",
        "minWriteUnits": 5,
        "maxWriteUnits": 50,
        "minReadUnits": 5,
        "maxReadUnits": 50,
    },
    "watch": {"alarmEmail": "alarms@example.com"},
    "stream": {"producerAccounts": ["444455556666"]},
    "catalog": {"hasLakeFormation": True, "hasHistory": True},
}
ARN = "arn:aws:{}:us-east-1:111122223333:{}"
GLOBAL = "arn:aws:{}::111122223333:{}"
# The ARN of one resource of each place, as AWS's service authorization reference forms it.
EXAMPLES = {
    Place.ALARMS: ARN.format("cloudwatch", "alarm:firelake-dev-data-freshness"),
    Place.BUCKET: "arn:aws:s3:::firelake-dev-111122223333-us-east-1",
    Place.CRAWLER: ARN.format("glue", "crawler/firelake-dev-events"),
    Place.DASHBOARD: GLOBAL.format("cloudwatch", "dashboard/firelake-dev"),
    Place.DATABASE: ARN.format("glue", "table/firelake_dev/events"),
    Place.DELIVERY: ARN.format("firehose", "deliverystream/firelake-dev-delivery"),
    Place.EVENT_RULES: ARN.format("events", "rule/firelake-dev-error-objects"),
    Place.FUNCTION: ARN.format("lambda", "function:firelake-dev-transform"),
    Place.KEY: ARN.format("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    Place.KEY_ALIAS: ARN.format("kms", "alias/firelake-dev"),
    Place.LOGS: ARN.format("logs", "log-group:/aws/lambda/firelake-dev-transform:log-stream:x"),
    Place.MOVE_MACHINE: ARN.format("states", "stateMachine:firelake-dev-move"),
    Place.MOVE_SCHEDULE: ARN.format("scheduler", "schedule/default/firelake-dev-move"),
    Place.POLICIES: GLOBAL.format("iam", "policy/firelake-dev-operator"),
    Place.ROLES: GLOBAL.format("iam", "role/firelake-dev-delivery"),
    Place.SCALING: ARN.format("application-autoscaling", "scalable-target/0ec51234567890abcdef"),
    Place.STREAM: ARN.format("kinesis", "stream/firelake-dev-events"),
    Place.TABLE: ARN.format("dynamodb", "table/firelake-dev-claims"),
    Place.TOPIC: ARN.format("sns", "firelake-dev-alarms"),
    Place.WORKGROUP: ARN.format("athena", "workgroup/firelake-dev"),
}
# The definitions have no resource for these two, but AWS names the stream when it refuses them.
ON_THE_STREAM = {"kinesis:UpdateShardCount", "kinesis:UpdateStreamMode"}
# The definitions at hand are older.
NEWER = {"kinesis:UpdateStreamWarmThroughput"}


def of_all_bundles(stack: str) -> list[Statement]:
    return [each for bundle in Bundle for each in deploy_statements(bundle, NAMES.lake(stack))]


def allowed(statements: Iterable[Statement], action: str, arn: str) -> bool:
    return any(
        action in cast("list[str]", each["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in cast("list[str]", each["Resource"]))
        for each in statements
    )


def iam_definitions() -> dict[str, list[str]]:
    """Action to the types of its resources, of which an empty text stands for none."""
    return {
        f"{service['prefix']}:{privilege['privilege']}": [
            resource["resource_type"] for resource in privilege["resource_types"]
        ]
        for service in parliament().iam_definition
        for privilege in service["privileges"]
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    zip_path = tmp_path_factory.mktemp("zip") / "function.zip"
    zip_path.write_bytes(b"made up")
    return run(lambda: lake(zip_at(zip_path), contract_file=LESSONS_FILE), EVERYTHING)


def test_the_table_has_the_types_of_the_lakes_program_and_no_others(recorded: Recording) -> None:
    registered = {type_ for type_, _ in recorded.names if type_.startswith("aws:")}
    assert {type_.type_name for type_ in RESOURCE_TYPES} == registered


def test_types_that_the_program_tags_may_be_tagged_and_no_others(recorded: Recording) -> None:
    tagged = {each.type for each in recorded.resources if each.inputs.get("tags")}
    taggable = {
        type_.type_name
        for type_ in RESOURCE_TYPES
        if any("Tag" in action for action in type_.writes)
    }
    assert taggable == tagged


def test_every_action_of_the_table_is_one_of_iams() -> None:
    definitions = iam_definitions()
    actions = {
        action
        for type_ in RESOURCE_TYPES
        for action in (*type_.reads, *type_.writes, *type_.deletes)
    }
    assert actions - definitions.keys() == NEWER


def test_an_action_is_unconfined_only_where_iam_knows_no_resource_for_it() -> None:
    definitions = iam_definitions()
    actions = {
        action
        for type_ in RESOURCE_TYPES
        for action in (*type_.reads, *type_.writes, *type_.deletes)
    }
    assert {action for action in actions - NEWER if definitions[action] == [""]} == (
        UNCONFINED.keys() | ON_THE_STREAM
    )


@pytest.mark.parametrize("type_", RESOURCE_TYPES, ids=lambda type_: type_.type_name)
def test_the_deploy_role_may_make_read_change_and_delete_each_type(type_: ResourceType) -> None:
    statements = of_all_bundles("dev")
    refused = [
        action
        for action in deploy_actions(type_, "dev")
        if not allowed(statements, action, EXAMPLES[type_.place])
    ]
    assert refused == []


def test_the_deploy_role_may_not_touch_another_stack() -> None:
    statements = [each for each in of_all_bundles("dev") if each["Sid"] != "Unconfined"]
    # A key's and a scaling target's ARN do not tell whose they are: their conditions do.
    places = EXAMPLES.keys() - {Place.KEY, Place.SCALING}
    others = {
        place: EXAMPLES[place].replace("firelake-dev", "firelake-prod").replace("_dev", "_prod")
        for place in places
    }
    touched = [
        (type_.type_name, action)
        for type_ in RESOURCE_TYPES
        if type_.place in others
        for action in deploy_actions(type_, "dev")
        if allowed(statements, action, others[type_.place])
    ]
    assert touched == []


def test_what_holds_data_cannot_be_deleted_with_the_deploy_role_of_prod() -> None:
    statements = of_all_bundles("prod")
    actions = {
        action for statement in statements for action in cast("list[str]", statement["Action"])
    }
    deletes = {action for type_ in RESOURCE_TYPES if type_.holds_data for action in type_.deletes}
    assert actions & deletes == set()


def test_a_role_is_passed_to_one_service_only() -> None:
    passed = [
        (statement["Resource"], statement["Condition"])
        for statement in of_all_bundles("dev")
        if "iam:PassRole" in cast("list[str]", statement["Action"])
    ]
    role = "arn:aws:iam::111122223333:role/firelake-dev-{}"
    assert passed == [
        (
            [role.format(name) for name in passed_names],
            {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}},
        )
        for passed_names, service in (
            (("transform", "mover"), "lambda"),
            (("delivery",), "firehose"),
            (("crawler",), "glue"),
            (("move",), "states"),
            (("move-schedule",), "scheduler"),
        )
    ]
