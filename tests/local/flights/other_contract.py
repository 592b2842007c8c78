"""The zip of the function with another contract than the shipped one, as after replacing it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from infra.package import SOURCE_ROOT, current_zip
from infra.target import host_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.config import TransformConfig

_WHEELS = Path("dist", "wheels")


def zip_with_contract(contract: Path, folder: Path) -> Callable[[TransformConfig], Path]:
    """Copy the function's sources, replace the contract, and give what builds this machine's zip.

    Args:
        contract: The file that takes the place of `contract/events.toml`.
        folder: Gets the copy and the zip.
    """
    for house in ("contract", "transform"):
        shutil.copytree(
            SOURCE_ROOT / house, folder / house, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copyfile(contract, folder / "contract" / "events.toml")
    # Both builds take their wheels from one folder, so that they are downloaded once.
    (SOURCE_ROOT / _WHEELS).mkdir(parents=True, exist_ok=True)
    (folder / _WHEELS.parent).mkdir()
    (folder / _WHEELS).symlink_to(SOURCE_ROOT / _WHEELS, target_is_directory=True)
    return lambda _config: current_zip(host_target(), source_root=folder)
