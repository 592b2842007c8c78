"""What components and the whole program register, recorded; and literals that tests share."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import yaml

from firelake.infra.components.part import LakeContext
from firelake.infra.config import LakeConfig
from firelake.infra.naming import Names
from firelake.infra.program import program
from tests.helpers.contracts import TINY_FILE
from tests.helpers.pulumi_recorder import run, zip_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.helpers.pulumi_recorder import Recording, Resource

ROOT = Path(__file__).parents[4]
ACCOUNT_ID = "111122223333"
NAMES = Names("firelake", "dev", ACCOUNT_ID, "us-east-1")
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
BUCKET = "firelake-dev-111122223333-us-east-1"
START = {"startDate": "2026-11-01"}
PROTECTED = {"isProtected": True}
TODAY = date(2026, 11, 30)
# Any file will do: the program hands its path and its hash on, and never looks into it.
ZIP_PATH = Path(__file__)


def config_of(**values: object) -> LakeConfig:
    """A configuration, from the keys that Pulumi users write."""
    return LakeConfig.parse({**START, **values})


def context_of(**values: object) -> LakeContext:
    """What a part is made from, with some settings; to be made within a program."""
    return LakeContext(
        names=NAMES,
        placed=pulumi.Output.from_input(NAMES),
        config=config_of(**values),
        key_arn=KEY_ARN,
    )


def recorded(component: Callable[[], pulumi.ComponentResource]) -> Recording:
    """What one component registers."""

    def make() -> None:
        component()

    return run(make)


def children(recording: Recording) -> list[tuple[str, str]]:
    """Type and name of every resource but the component itself, sorted by name.

    Every one of them must be the component's own child, which `pulumi preview` shows under it.
    """
    (component,) = (each for each in recording.resources if each.type.startswith("firelake:"))
    made = [each for each in recording.resources if each is not component]
    strangers = [each.name for each in made if each.parent != component.name]
    assert not strangers
    return sorted(((_short(each.type), each.name) for each in made), key=lambda pair: pair[1])


def outputs_of(recording: Recording) -> Mapping[str, object]:
    """What the one component of a recording gives out."""
    (outputs,) = recording.deployment.component_outputs.values()
    return outputs


def document(resource: Resource, key: str = "policy") -> dict[str, Any]:
    """A JSON text among the inputs, read."""
    read: dict[str, Any] = json.loads(resource.inputs[key])
    return read


def stack_config(stack: str) -> dict[str, Any]:
    """The configuration in the committed file of a stack."""
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8")
    read: dict[str, Any] = yaml.safe_load(text)["config"]
    return read


def deployed(stack: str = "dev", /, **values: object) -> Recording:
    """What the whole program registers for a committed stack, with some settings of its own.

    The contract has one event: a hundred take ten times as long.
    """
    return deployed_with(TINY_FILE, stack, **values)


def deployed_with(contract_file: Path, stack: str = "dev", /, **values: object) -> Recording:
    """The same of a contract; a recording is made once for all tests, as nothing changes it."""
    changed = {f"firelake:{key}": value for key, value in values.items()}
    config = json.dumps({**stack_config(stack), **changed}, sort_keys=True)
    return _deployed(stack, config, contract_file)


@cache
def _deployed(stack: str, config: str, contract_file: Path) -> Recording:
    return run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, contract_file),
        json.loads(config),
        stack=stack,
    )


def _short(type_: str) -> str:
    return type_.rpartition(":")[2]
