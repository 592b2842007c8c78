"""The files of a project as this release writes them, from what the user chose."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import distribution, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_TEMPLATE: Final = Path(__file__).with_name("template")
_PACKAGE: Final = "firelake"

# What the user makes their own from the first day on: a newer release leaves it alone.
OWN_FILES: Final[Mapping[str, str]] = {
    "Pulumi.dev.yaml": "stack.txt",
    "bootstrap/Pulumi.account.yaml": "bootstrap_stack.txt",
    "notebook.ipynb": "notebook.txt",
}
# What a newer release may want changed.
SHARED_FILES: Final[Mapping[str, str]] = {
    ".github/workflows/deploy.yml": "deploy.txt",
    ".github/workflows/pull-request.yml": "pull_request.txt",
    ".gitignore": "gitignore.txt",
    "Pulumi.yaml": "pulumi.txt",
    "README.md": "readme.md",
    "__main__.py": "main.txt",
    "bootstrap/Pulumi.yaml": "bootstrap_pulumi.txt",
    "bootstrap/__main__.py": "bootstrap_main.txt",
    "bootstrap/requirements.txt": "bootstrap_requirements.txt",
    "requirements.txt": "requirements.txt",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose for a project.

    Attributes:
        name: Name of the project, with which every AWS name begins.
        region: AWS Region of its first stack.
        start: The first day that queries find, of its first stack.
    """

    name: str
    region: str
    start: date


class _Commit(msgspec.Struct, frozen=True):
    vcs: str
    commit_id: str


class _Origin(msgspec.Struct, frozen=True):
    """Where a package was installed from, as pip notes it."""

    url: str = ""
    vcs_info: _Commit | None = None


def own_files(choices: Choices) -> dict[str, str]:
    """Return what is written once: text by path in the project."""
    return _filled(OWN_FILES, {**_names(choices), "start": choices.start.isoformat()})


def shared_files(choices: Choices) -> dict[str, str]:
    """Return what a newer release may write otherwise: text by path in the project."""
    return _filled(SHARED_FILES, _names(choices))


def _filled(files: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    filled: dict[str, str] = {}
    for place, template in files.items():
        text = (_TEMPLATE / template).read_text("utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        filled[place] = text
    return filled


def _names(choices: Choices) -> dict[str, str]:
    return {
        "project": choices.name,
        "region": choices.region,
        "requirement": _requirement("deploy"),
        "requirement_local": _requirement("local"),
        "pulumi": _pinned("pulumi"),
    }


def _requirement(extra: str) -> str:
    """This very release: from where it was installed if another machine reaches that, too.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    text = distribution(_PACKAGE).read_text("direct_url.json")
    origin = _Origin() if text is None else msgspec.json.decode(text, type=_Origin)
    if not origin.url.startswith("https://"):
        return f"{_PACKAGE}[{extra}]=={version(_PACKAGE)}"
    commit = origin.vcs_info
    place = origin.url if commit is None else f"{commit.vcs}+{origin.url}@{commit.commit_id}"
    return f"{_PACKAGE}[{extra}] @ {place}"


def _pinned(name: str) -> str:
    """The release of a package that this one needs, where it needs exactly one."""
    pin = f"{name}=="
    (found,) = {
        each.partition(";")[0].removeprefix(pin).strip()
        for each in requires(_PACKAGE) or ()
        if each.startswith(pin)
    }
    return found
