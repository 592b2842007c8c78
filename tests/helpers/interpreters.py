"""Other Pythons of this machine, for what must run under each that Firelake says it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# Newest first; the oldest that Firelake takes is the one that runs the tests.
_MINORS: Final = (14, 13, 12)


def newest_interpreter() -> str:
    """Returns the path of the newest Python that can make environments; this one where it is."""
    for minor in _MINORS:
        if minor <= sys.version_info.minor:
            break
        for path in _candidates(minor):
            # What pyenv puts on the path is there for versions that are switched off, too.
            tried = subprocess.run(
                [path, "-c", "import ensurepip"], capture_output=True, check=False
            )
            if tried.returncode == 0:
                return path
    return sys.executable


def _candidates(minor: int) -> Iterator[str]:
    on_path = shutil.which(f"python3.{minor}")
    if on_path is not None:
        yield on_path
    root = os.environ.get("PYENV_ROOT")
    if root is not None:
        found = Path(root, "versions").glob(f"3.{minor}.*/bin/python3")
        yield from sorted(map(str, found), reverse=True)
