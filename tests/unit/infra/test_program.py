"""The whole program: what a stack is made of, what depends on what, and what is refused."""

from __future__ import annotations

import json
import runpy
import sys
from datetime import date
from typing import TYPE_CHECKING

import pulumi
import pytest
import yaml

from firelake.catalog.errors import LimitError
from firelake.contract.errors import ContractFileError, FieldTypeError
from firelake.formats.service_models.requests import constraint_violations
from firelake.infra.entry import run as run_for_pulumi
from firelake.infra.errors import ConfigError, ConfigProblem, PackageError
from firelake.infra.program import program
from firelake.local.nets.annotations import annotation_violations
from tests.helpers.contracts import LEARNING_FILE, TINY_FILE
from tests.helpers.foreign_contracts import TINY
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.recordings import (
    ROOT,
    START,
    TODAY,
    ZIP_PATH,
    deployed,
    deployed_with,
)
from tests.unit.infra.components.stack_resources import (
    OF_AUTOSCALING,
    OF_CRAWLER,
    OF_EMAIL,
    OF_HISTORY,
    PARTITION_COUNT,
    RESOURCES,
    STACKS,
    VIEWS,
    WITHOUT_CRAWLER,
    every_stack,
)

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.infra.config_sections import TransformConfig
    from tests.helpers.pulumi_recorder import Recording


EXPECTED = {
    "dev": RESOURCES,
    "prod": RESOURCES,
    "month": RESOURCES,
    "hour": RESOURCES - PARTITION_COUNT,
    "provisioned": RESOURCES | OF_AUTOSCALING,
    "no crawler": RESOURCES - OF_CRAWLER,
    "email": RESOURCES | OF_EMAIL,
    "history": RESOURCES | OF_HISTORY,
}
VIEW_OF_PING = ("aws:glue/catalogTable:CatalogTable", "firelake-catalog-event_ping")


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_is_made_of_exactly_these(name: str) -> None:
    stack, values = STACKS[name]
    names = deployed(stack, **values).names
    assert len(names) == len(set(names))
    assert set(names) == EXPECTED[name] | {VIEW_OF_PING}


def test_there_is_one_typed_view_an_event() -> None:
    names = deployed_with(LEARNING_FILE).names
    assert len(names) == len(set(names))
    assert set(names) == RESOURCES | VIEWS
    assert len(VIEWS) == 100


def test_prod_protects_what_holds_data_and_what_would_leave_a_gap() -> None:
    assert protected(deployed("prod")) == {
        "firelake-claims-table",
        "firelake-delivery-delivery-stream",
        "firelake-lake-bucket",
        "firelake-lake-key",
        "firelake-stream-stream",
    }


def test_dev_protects_nothing_and_can_be_destroyed_with_all_that_came_into_it() -> None:
    dev = deployed("dev")
    assert protected(dev) == set()
    assert not [each.name for each in dev.resources if each.registration.is_retained_on_delete]
    assert dev.only("Bucket").inputs["forceDestroy"] is True
    assert [each.inputs["forceDestroy"] for each in dev.all("Workgroup")] == [True, True]
    assert dev.only("Table").inputs["deletionProtectionEnabled"] is False


def protected(recording: Recording) -> set[str]:
    return {each.name for each in recording.resources if each.protect}


def test_the_function_waits_for_every_table_and_for_the_claims() -> None:
    dev = deployed()
    tables = {each.name for each in dev.all("CatalogTable")}
    assert tables | {"firelake-claims-table"} < before(dev, "firelake-transform-function")


def test_firehose_waits_for_all_that_it_reads_calls_and_writes() -> None:
    assert {
        "firelake-catalog-events",
        "firelake-delivery-policy",
        "firelake-lake-encryption",
        "firelake-lake-policy",
        "firelake-stream-stream",
        "firelake-transform-function",
        "firelake-transform-policy",
    } < before(deployed(), "firelake-delivery-delivery-stream")


def before(recording: Recording, name: str) -> set[str]:
    """All that must be there before a resource: its parents', too, and so on."""
    by_name = {each.name: each for each in recording.resources}
    found: set[str] = set()
    left = [name]
    while left:
        resource = by_name[left.pop()]
        further = {*resource.depends_on, *([resource.parent] if resource.parent else [])} - found
        found |= further
        left += further
    return found


@every_stack
def test_every_input_is_of_the_provider_and_of_the_api(
    stack: str, values: dict[str, object]
) -> None:
    found = [
        f"{resource.name}: {violation}"
        for resource in deployed(stack, **values).resources
        if resource.registration.is_custom
        for violations in (annotation_violations, constraint_violations)
        for violation in violations(resource.type, resource.inputs)
    ]
    assert found == []


@every_stack
def test_no_statement_allows_everything_and_no_managed_policy_of_aws_is_attached(
    stack: str, values: dict[str, object]
) -> None:
    recording = deployed(stack, **values)
    policies = [*recording.all("aws:iam/policy:Policy"), *recording.all("RolePolicy")]
    actions = [
        action
        for policy in policies
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        for action in statement["Action"]
    ]
    assert len(policies) == len(recording.all("RolePolicy")) + 3
    assert [action for action in actions if "*" in action] == []
    assert recording.all("RolePolicyAttachment") == []
    assert not [each.name for each in recording.all("Role") if "managedPolicyArns" in each.inputs]


def test_a_stack_gives_out_what_others_need_of_it() -> None:
    outputs = dict(deployed("prod").outputs)
    assert outputs.pop("keyArn").startswith("arn:aws:kms:us-east-1:111122223333:key/")
    assert outputs == {
        "alarmPrefix": "firelake-prod",
        "alarmTopicArn": "arn:aws:sns:us-east-1:111122223333:firelake-prod-alarms",
        "analystPolicyArn": "arn:aws:iam::111122223333:policy/firelake-prod-analyst",
        "bucket": "firelake-prod-111122223333-us-east-1",
        "claimsTable": "firelake-prod-claims",
        "crawler": "firelake-prod-events",
        "dashboard": "firelake-prod",
        "database": "firelake_prod",
        "dedupeDays": 14,
        "deliveryStream": "firelake-prod-delivery",
        "functionName": "firelake-prod-transform",
        "granularity": "day",
        "latenessDays": 7,
        "namePrefix": "firelake-prod",
        "operatorPolicyArn": "arn:aws:iam::111122223333:policy/firelake-prod-operator",
        "producerPolicyArn": "arn:aws:iam::111122223333:policy/firelake-prod-producer",
        "region": "us-east-1",
        "retentionHours": 72,
        "settleSeconds": 571,
        "streamName": "firelake-prod-events",
        "workgroup": "firelake-prod",
        "analystWorkgroup": "firelake-prod-analysts",
    }
    assert deployed("prod").deployment.secret_outputs == frozenset()


def test_a_stack_says_that_producers_are_to_pack_where_it_is_told_so() -> None:
    packed = deployed("dev", stream={"takesPackedRecords": True})
    assert packed.outputs["takesPackedRecords"] == 1


def test_without_a_crawler_none_is_given_out() -> None:
    assert deployed("dev", **WITHOUT_CRAWLER).outputs.get("crawler") is None


@every_stack
def test_pulumi_warns_of_nothing(stack: str, values: dict[str, object]) -> None:
    assert deployed(stack, **values).deployment.warnings == ()


def test_a_second_run_registers_the_same() -> None:
    again = run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, TINY_FILE),
        {
            **START,
            "permissionsBoundary": "firelake-boundary-dev",
            "delivery": {"bufferIntervalS": 60, "rawBufferIntervalS": 60},
        },
    )
    first = deployed()
    assert {each.name: _plain(each.inputs) for each in again.resources} == {
        each.name: _plain(each.inputs) for each in first.resources
    }
    assert again.outputs == first.outputs


def _plain(inputs: object) -> object:
    return json.loads(json.dumps(inputs, default=lambda archive: archive.path))


COMPONENTS = (
    "Access",
    "Catalog",
    "Claims",
    "Delivery",
    "Storage",
    "Stream",
    "Transform",
    "Watch",
)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The components that a program makes; they are made up, so that it cannot get far."""
    names: list[str] = []
    for name in COMPONENTS:

        def make(*_args: object, name: str = name) -> None:
            names.append(name)

        monkeypatch.setattr(f"firelake.infra.lake.{name}", make)
    return names


def zip_of(_config: TransformConfig, _contract_file: Path) -> Path:
    return ZIP_PATH


def test_what_is_refused_is_refused_before_anything_is_made(made: list[str]) -> None:
    wrong = {**START, "dedupeDays": 11, "stream": {"mode": "provisioned"}}
    with pytest.raises(ConfigError) as raised:
        run(lambda: program(zip_of, lambda: TODAY, TINY_FILE), wrong)
    assert [problem.key for problem in raised.value.problems] == [
        "dedupeDays",
        "stream.shardCount",
    ]
    assert made == []


def test_a_zip_that_cannot_be_built_is_told_before_anything_is_made(made: list[str]) -> None:
    def no_zip(_config: TransformConfig, _contract_file: Path) -> Path:
        message = "no zip"
        raise PackageError(message)

    with pytest.raises(PackageError, match="no zip"):
        run(lambda: program(no_zip, lambda: TODAY, TINY_FILE), START)
    assert made == []


def test_what_is_not_refused_begins_with_the_lake(made: list[str]) -> None:
    # The made-up lake has no key, which is where the program stops.
    with pytest.raises(AttributeError):
        run(lambda: program(zip_of, lambda: TODAY, TINY_FILE), START)
    assert made == ["Storage"]


def test_the_zip_is_asked_for_once_with_the_functions_settings_and_the_contract(
    tmp_path: Path,
) -> None:
    contract = tmp_path / "mine.toml"
    contract.write_text(TINY)
    asked: list[tuple[TransformConfig, Path]] = []

    def remember(config: TransformConfig, contract_file: Path) -> Path:
        asked.append((config, contract_file))
        return ZIP_PATH

    run(
        lambda: program(remember, lambda: TODAY, contract),
        {**START, "transform": {"pythonVersion": "3.12", "architecture": "x86_64"}},
    )
    ((config, contract_file),) = asked
    assert (config.python_version, config.architecture) == ("3.12", "x86_64")
    assert contract_file == contract


def test_a_contract_that_cannot_be_used_is_told_before_anything_is_made(
    made: list[str], tmp_path: Path
) -> None:
    contract = tmp_path / "mine.toml"
    with pytest.raises(PackageError, match=r"mine\.toml' cannot be read: No such file"):
        run(lambda: program(zip_of, lambda: TODAY, contract), START)
    contract.write_text("version = 0")
    with pytest.raises(ContractFileError, match=r"mine\.toml has 2 problems"):
        run(lambda: program(zip_of, lambda: TODAY, contract), START)
    assert made == []


def test_the_day_of_the_deployment_decides_about_the_start_date(made: list[str]) -> None:
    day_before = START["startDate"]
    with pytest.raises(ConfigError, match="startDate"):
        run(lambda: program(zip_of, lambda: date.fromisoformat(day_before), TINY_FILE), START)
    assert made == []


@pytest.mark.parametrize(
    ("folder", "module"),
    [
        ("infra", "firelake.infra.program"),
        ("infra/bootstrap", "firelake.infra.bootstrap.program"),
    ],
)
def test_pulumi_finds_the_program_from_the_folder_that_it_runs_in(
    folder: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(f"{module}.program", lambda: calls.append(module))
    monkeypatch.chdir(ROOT / folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    runpy.run_path(str(ROOT / folder), run_name="__main__")
    assert calls == [module]
    assert sys.path[0] == str(ROOT / "src")


def test_pulumi_makes_an_environment_of_what_stands_beside_each_program() -> None:
    # EnsureVenv: https://github.com/pulumi/pulumi/blob/v3.274.1/sdk/python/toolchain/pip.go
    project, bootstrap = (
        yaml.safe_load((ROOT / folder / "Pulumi.yaml").read_text("utf-8"))
        for folder in (".", "infra/bootstrap")
    )
    assert (project["name"], project["main"]) == ("firelake", "infra")
    assert project["runtime"] == {"name": "python", "options": {"virtualenv": ".venv"}}
    assert bootstrap["runtime"] == {"name": "python", "options": {"virtualenv": "../../.venv"}}
    assert "\npulumi==" in (ROOT / "infra" / "requirements.txt").read_text("utf-8")
    beside_bootstrap = (ROOT / "infra" / "bootstrap" / "requirements.txt").read_text("utf-8")
    assert beside_bootstrap == "--requirement ../requirements.txt\n"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PackageError("no wheel fits"), "no wheel fits"),
        (
            ConfigError((ConfigProblem("latenessDays", "0", "must be 1 or more"),)),
            "the configuration has 1 problem:\n  latenessDays: 0: must be 1 or more",
        ),
        (FieldTypeError("no such type: text"), "no such type: text"),
        (LimitError("the table is too large"), "the table is too large"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_what_a_user_did_pulumi_shows_the_message_alone(error: Exception, text: str) -> None:
    def program_that_fails() -> None:
        raise error

    with pytest.raises(pulumi.RunError) as raised:
        run_for_pulumi(program_that_fails)
    assert str(raised.value) == text


def test_an_error_of_the_program_itself_keeps_its_traceback() -> None:
    def program_that_fails() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        run_for_pulumi(program_that_fails)


def test_no_module_of_the_programs_folder_hides_another_of_its_name() -> None:
    # Python looks into the folder of the program first, so `import config` would find ours.
    assert [each.name for each in (ROOT / "infra").rglob("*.py")] == ["__main__.py", "__main__.py"]
