"""Which project is meant: the folder of a lake's contract and settings, found from where one is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firelake.contract.facts import EVENTS_FILE

CONTRACT_FILE: Final = "events.toml"
PULUMI_FILE: Final = "Pulumi.yaml"
# The repository is a project whose contract is within the package.
_CHECKOUT: Final = Path(__file__).resolve().parents[3]


def project_folder(start: Path, checkout: Path = _CHECKOUT) -> Path:
    """Return the folder of the project that a command is for.

    It is the nearest one, from `start` upwards, that holds a contract and Pulumi's settings; else
    the repository that the command runs from; else `start` itself, which is no project.

    Args:
        checkout: The repository, where the package was not installed without it.
    """
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / CONTRACT_FILE).is_file() and (folder / PULUMI_FILE).is_file():
            return folder
    return checkout if (checkout / PULUMI_FILE).is_file() else here


def contract_of(folder: Path) -> Path:
    """Return the contract of a project; the one that ships where the folder holds none."""
    own = folder / CONTRACT_FILE
    return own if own.is_file() else EVENTS_FILE
