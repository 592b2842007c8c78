"""Packages in environments of their own, installed once and kept under the user's cache."""

from __future__ import annotations

import subprocess
import sys

from tests.truth.parts import CACHE, SkippedError


def environment(name: str, *requirements: str) -> str:
    """Returns the Python of an environment, which is made if it is not there yet.

    Args:
        name: Its name; other requirements need another one.
        requirements: What pip installs.

    Raises:
        SkippedError: It cannot be had.
    """
    folder = CACHE / name
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "-q", "install", *requirements],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                message = f"pip: {done.stderr.strip().splitlines()[-1:]}"
                raise SkippedError(message)
        (folder / "done").touch()
    return str(python)
