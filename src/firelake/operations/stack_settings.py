"""The settings of a stack as `pulumi up` would read them: its file, and what is set by hand.

https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import yaml

from firelake.infra.config import SETTINGS
from firelake.infra.config_setting import Kind
from firelake.operations.errors import InputError
from firelake.operations.project_folder import PULUMI_FILE, project_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX: Final = "firelake:"
_ENCRYPTED: Final = "secure"
_STACK: Final = re.compile("[A-Za-z0-9_.-]{1,100}")
_TRUTHS: Final[Mapping[str, object]] = {"true": True, "false": False}
_WHOLE: Final = re.compile("-?(?:0|[1-9][0-9]{0,17})")
_KINDS: Final[Mapping[str, Kind]] = {setting.key: setting.kind for setting in SETTINGS}


def stack_settings(
    stack: str, assignments: Iterable[str] = (), *, folder: Path | None = None
) -> dict[str, object]:
    """Read a stack's file and set single values over it.

    Args:
        stack: Name of the stack; its file is `Pulumi.<stack>.yaml`.
        assignments: `KEY=VALUE` each, as `delivery.bufferIntervalS=60`.
        folder: Where the file is; None for the project of the current folder.

    Returns:
        The settings by Pulumi's keys, as `firelake:startDate` and `aws:region`.

    Raises:
        InputError: There is no such file, it is not one of Pulumi's, it holds what only Pulumi's
            own command can read, or an assignment is none.
    """
    settings = _read(stack, folder or project_folder(Path.cwd()))
    for assignment in assignments:
        _assign(settings, assignment)
    return settings


def stacks_of(folder: Path) -> list[str]:
    """Return the names of the stacks of a project that have a file, sorted."""
    names = (path.name.removeprefix("Pulumi.") for path in folder.glob("Pulumi.*.yaml"))
    return sorted(name.removesuffix(".yaml") for name in names)


def project_name(folder: Path) -> str:
    """Return the name of a project, as its `Pulumi.yaml` has it.

    Raises:
        InputError: The file cannot be read, or has no name.
    """
    file = folder / PULUMI_FILE
    wanted = "is no file of a project: it has no `name`"
    name = _mapping(file, wanted).get("name")
    if not isinstance(name, str):
        message = f"{file} {wanted}"
        raise InputError(message)
    return name


def _read(stack: str, folder: Path) -> dict[str, object]:
    if _STACK.fullmatch(stack) is None:
        message = f"{stack!r} is no name of a stack: letters, digits, '_', '.' and '-' only"
        raise InputError(message)
    file = folder / f"Pulumi.{stack}.yaml"
    if not file.exists():
        known = stacks_of(folder)
        here = f" ({' or '.join(known)})" if known else ""
        message = (
            f"the stack {stack!r} has no file {file}: name another stack by --stack{here}, go to"
            " the folder of a project, or make one by `firelake init`"
        )
        raise InputError(message)
    parts = _mapping(file, "is no file of a stack: it has no `config`")
    if "environment" in parts:
        message = f"{file} imports an environment of Pulumi ESC, which only Pulumi's command reads"
        raise InputError(message)
    config: object = parts.get("config", {})
    if not isinstance(config, Mapping):
        message = f"{file} is no file of a stack: its `config` is no mapping"
        raise InputError(message)
    return {
        _full(str(key)): _plain(value, str(key), file)
        for key, value in cast("Mapping[object, object]", config).items()
    }


def _mapping(file: Path, otherwise: str) -> Mapping[object, object]:
    """Reads a file of Pulumi's, all of which are mappings."""
    try:
        content: object = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{file} cannot be read: {error}"
        raise InputError(message) from error
    if not isinstance(content, Mapping):
        message = f"{file} {otherwise}"
        raise InputError(message)
    return cast("Mapping[object, object]", content)


def _plain(value: object, key: str, file: Path) -> object:
    """Returns a value as Pulumi has it, which knows no dates."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        if _ENCRYPTED in entries:
            message = (
                f"{key} is a secret in {file}, and only Pulumi's command can decrypt it: "
                "use another stack, or take it out of the file"
            )
            raise InputError(message)
        return {str(name): _plain(each, f"{key}.{name}", file) for name, each in entries.items()}
    return value.isoformat() if isinstance(value, date) else value


def _assign(settings: dict[str, object], assignment: str) -> None:
    key, equals, text = assignment.partition("=")
    section, *rest = _full(key).split(".")
    if not equals or section.endswith(":") or not all(rest) or len(rest) > 1:
        message = f"{assignment!r} sets nothing: write KEY=VALUE, as delivery.bufferIntervalS=60"
        raise InputError(message)
    value = _value(text, _KINDS.get(_full(key).removeprefix(_PREFIX)))
    if not rest:
        settings[section] = value
        return
    before = settings.get(section)
    entries = dict(cast("Mapping[str, object]", before)) if isinstance(before, Mapping) else {}
    settings[section] = {**entries, rest[0]: value}


def _full(key: str) -> str:
    return key if ":" in key else f"{_PREFIX}{key}"


def _value(text: str, kind: Kind | None) -> object:
    """Returns what a text stands for; what is no such thing stays a text, and is refused as one."""
    match kind:
        case Kind.WHOLE:
            return int(text) if _WHOLE.fullmatch(text) else text
        case Kind.NUMBER:
            try:
                return float(text)
            except ValueError:
                return text
        case Kind.TRUTH:
            return _TRUTHS.get(text, text)
        case Kind.LIST:
            return [each.strip() for each in text.split(",")]
        case _:
            return text
