"""Small source trees and hand-made wheels for the tests of the function's zip."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class MakeWheel(Protocol):
    """Makes a wheel of these files."""

    def __call__(self, name: str, files: Mapping[str, bytes]) -> Path: ...


class MakeSources(Protocol):
    """Makes a source tree in a new folder of this name."""

    def __call__(self, folder: str) -> Path: ...


@pytest.fixture
def make_wheel(tmp_path: Path) -> MakeWheel:
    def make(name: str, files: Mapping[str, bytes]) -> Path:
        folder = tmp_path / "made-wheels"
        folder.mkdir(exist_ok=True)
        with zipfile.ZipFile(folder / name, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        return folder / name

    return make


@pytest.fixture
def make_sources(tmp_path: Path) -> MakeSources:
    """Trees of equal content, with all that a real one holds beside the sources."""

    def make(folder: str) -> Path:
        root = tmp_path / folder
        files = {
            "firelake/__init__.py": b'"""Firelake."""\n',
            "firelake/contract/__init__.py": b'"""Contract."""\n',
            "firelake/contract/__pycache__/x.cpython-313.pyc": b"compiled",
            "mine.toml": b"version = 1\n",
            "firelake/contract/py.typed": b"",
            "firelake/infra/__init__.py": b"",
            "firelake/transform/.handler.py": b"an editor's",
            "firelake/transform/handler.py": b"def handler(event, context): ...\n",
            "firelake/transform/requirements.txt": b"one==1.0 --hash=sha256:" + b"0" * 64 + b"\n",
            "firelake/transform/tests/test_handler.py": b"",
        }
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        return root

    return make
