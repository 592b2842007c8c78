"""Programs of other languages: built where their toolchain and packages are there, and run."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def built(command: Sequence[str], folder: Path) -> None:
    """Builds a client, or skips the test where its toolchain or its packages are out of reach."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"{command[0]} built no client: {(ended.stderr or ended.stdout)[-300:]}")


def java_class_path(folder: Path) -> str:
    """The class path of what the pom.xml of a folder names."""
    class_path = folder / "class_path"
    built(
        [
            *("mvn", "-q", "-B", f"{_DEPENDENCY_PLUGIN}:build-classpath"),
            f"-Dmdep.outputFile={class_path}",
        ],
        folder,
    )
    return class_path.read_text()


def printed(
    command: Sequence[str],
    environment: Mapping[str, str],
    lines: str,
    *,
    folder: Path | None = None,
) -> str:
    """What a program prints that is given lines."""
    told = subprocess.run(
        command,
        cwd=folder,
        env={**{name: os.environ[name] for name in ("HOME", "PATH")}, **environment},
        input=lines.encode(),
        capture_output=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr.decode()[-3000:]
    return told.stdout.decode()
