"""The zips that the tests look into, and what Lambda would put around them."""

from __future__ import annotations

import importlib.metadata
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firelake.infra.package import ZipReport, package
from firelake.infra.target import Architecture, Target, host_target
from tests.helpers.ministack_fixtures import claims_table, dynamodb, ministack

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["claims_table", "dynamodb", "ministack"]


@pytest.fixture(scope="session")
def host_zip(tmp_path_factory: pytest.TempPathFactory) -> ZipReport:
    """The zip that this interpreter can run."""
    return package(host_target(), tmp_path_factory.mktemp("host") / "function.zip")


@pytest.fixture(scope="session")
def lambda_zip(tmp_path_factory: pytest.TempPathFactory) -> ZipReport:
    """The zip of Lambda's python3.13 on arm64."""
    target = Target("3.13", Architecture.ARM64)
    return package(target, tmp_path_factory.mktemp("lambda") / "function.zip")


@pytest.fixture(scope="session")
def task_folder(host_zip: ZipReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked zip, as Lambda has it in `/var/task`."""
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(host_zip.path) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Links to boto3 and what it needs, and nothing else: what Lambda's runtime brings."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in _with_dependencies("boto3"):
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
        for top in tops - {"__pycache__"}:
            (folder / top).symlink_to(Path(str(distribution.locate_file(top))))
    return folder


def _with_dependencies(name: str) -> Iterator[str]:
    """The name of a distribution, and of all that it needs without its extras."""
    names, found = [name], set[str]()
    while names:
        name = names.pop()
        if name in found:
            continue
        found.add(name)
        yield name
        for requirement in importlib.metadata.requires(name) or ():
            match = re.match(r"[A-Za-z0-9._-]+", requirement)
            if match is not None and "extra ==" not in requirement:
                names.append(match[0])
