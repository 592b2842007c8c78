"""What the lakes of a bootstrap are called, by the files that configure them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Final, cast

import yaml

from firelake.infra.bootstrap.names import STACKS, BootstrapNames
from firelake.infra.config import LakeConfig
from firelake.infra.config_setting import camel_case
from firelake.infra.errors import ConfigError, ConfigProblem
from firelake.infra.own_names import Existing, OwnNames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAMESPACE: Final = "firelake:"
# What policies of the bootstrap follow from; all else is of the lake's own program.
_READ: Final = ("names", "iamPath", "existing", "permissionsBoundary")
# Of a lake that has nothing else to say; its program checks its own.
_START: Final = {"startDate": "2026-01-01"}


def lake_configs(folder: Path, stacks: tuple[str, ...] = STACKS) -> dict[str, LakeConfig]:
    """Read how the stacks of a project are named.

    Args:
        folder: Where its `Pulumi.<stack>.yaml` are; a stack without one has the usual names.

    Raises:
        ConfigError: A file is none of a stack, or says what no lake may be configured with.
    """
    if not folder.is_dir():
        problem = ConfigProblem("lakeFolder", repr(str(folder)), "is no folder that there is")
        raise ConfigError((problem,))
    return {stack: _lake_config(folder / f"Pulumi.{stack}.yaml") for stack in stacks}


def name_problems(names: BootstrapNames) -> list[ConfigProblem]:
    """List what no role of the bootstrap can be made for.

    Args:
        names: With the configured lakes.
    """
    configured = names.lakes.items()
    return [
        *(each for stack, config in configured for each in _existing_problems(stack, config)),
        *(
            each
            for stack, config in configured
            for each in _boundary_problems(names, stack, config)
        ),
        *_shared_problems(names),
    ]


def _lake_config(file: Path) -> LakeConfig:
    try:
        content: object = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError((ConfigProblem(str(file), "", f"cannot be read: {error}"),)) from error
    given = _mapping(_mapping(content).get("config"))
    values = {
        key: _plain(given[f"{_NAMESPACE}{key}"]) for key in _READ if f"{_NAMESPACE}{key}" in given
    }
    return LakeConfig.parse({**_START, **values})


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _plain(value: object) -> object:
    """A value as Pulumi has it, which knows no dates."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {str(key): _plain(each) for key, each in entries.items()}
    return value.isoformat() if isinstance(value, date) else value


def _existing_problems(stack: str, config: LakeConfig) -> Iterator[ConfigProblem]:
    rule = (
        "the deploy roles of the bootstrap are for what a lake makes itself, and may delete it:"
        " deploy by a role of yours"
    )
    for each in fields(Existing):
        value = getattr(config.existing, each.name)
        if value:
            yield ConfigProblem(f"existing.{camel_case(each.name)} of {stack}", repr(value), rule)


def _boundary_problems(
    names: BootstrapNames, stack: str, config: LakeConfig
) -> Iterator[ConfigProblem]:
    lake, given = names.lake(stack), config.permissions_boundary
    if given is not None and lake.boundary_arn(given) != lake.boundary_arn(lake.boundary):
        rule = f"the deploy role makes no roles but those that bear {lake.boundary}"
        yield ConfigProblem(f"permissionsBoundary of {stack}", repr(given), rule)


def _shared_problems(names: BootstrapNames) -> Iterator[ConfigProblem]:
    """Lists names that two lakes share, or a lake and the bootstrap: one could change the other."""
    lakes = [names.lake(stack) for stack in STACKS]
    ours = {
        names.state_bucket,
        names.key_alias,
        names.preview_role,
        names.drift_role,
        *(names.deploy_role(stack) for stack in STACKS),
        *(each for lake in lakes for each in (lake.boundary, lake.moves_boundary)),
    }
    for each in fields(OwnNames):
        attribute = "alarm_prefix" if each.name == "alarms" else each.name
        for name, count in Counter(str(getattr(lake, attribute)) for lake in lakes).items():
            # The policies of its roles are called as these are, with more behind.
            is_ours = any(name == other or name.startswith(f"{other}-") for other in ours)
            if count > 1 or is_ours:
                what = "another stack's" if count > 1 else "of what the bootstrap makes"
                key = f"names.{camel_case(each.name)}"
                yield ConfigProblem(key, repr(name), f"is {what}, too")
    # Roles are for whatever alarm begins so.
    starts = [f"{lake.alarm_prefix}-" for lake in lakes]
    for start in starts:
        if any(other != start and other.startswith(start) for other in starts):
            rule = "is how another stack's alarms begin, too, with more behind"
            yield ConfigProblem("names.alarms", repr(start), rule)
