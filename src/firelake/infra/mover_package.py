"""Builds the zip of the function that takes a move further: our own modules, and nothing else.

It has a zip of its own, so that a change of moves is no change of the transform function, which
lies in the way of every event. The runtime's boto3 is all that it takes beside.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from firelake.infra.package import (
    BUILD_FOLDER,
    DIGITS_IN_NAME,
    SOURCE_ROOT,
    read_modules,
    write_zip,
)

if TYPE_CHECKING:
    from pathlib import Path

# Whole rooms, of which the function imports a part: which one a test tells.
_PACKAGES: Final = (
    "firelake/aws",
    "firelake/catalog",
    "firelake/contract",
    "firelake/history",
    "firelake/operations",
    "firelake/transform/__init__.py",
    "firelake/transform/dynamo_faults.py",
)


def mover_zip(folder: Path = BUILD_FOLDER) -> Path:
    """Returns the path of the zip, which is built unless it is there.

    Equal sources give equal bytes on every machine, for every processor and release of Python.

    Args:
        folder: Where zips are kept.
    """
    files = dict(read_modules(SOURCE_ROOT, _PACKAGES))
    digest = hashlib.sha256()
    for path, content in sorted(files.items()):
        digest.update(f"{path}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    output = folder / f"firelake-mover-{digest.hexdigest()[:DIGITS_IN_NAME]}.zip"
    if not output.exists():
        write_zip(output, files)
    return output
