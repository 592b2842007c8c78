"""Tests of the function's real zips, with the wheels that are pinned."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from firelake.contract.facts import EVENTS_FILE
from firelake.infra.package import (
    BUILD_FOLDER,
    SOURCE_ROOT,
    ZipReport,
    build_zip,
    is_up_to_date,
    package,
)
from firelake.infra.target import Architecture, System, Target
from firelake.infra.wheels import get_wheels

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.zip

E_MACHINE = {Architecture.ARM64: 0xB7, Architecture.X86_64: 0x3E}


@pytest.fixture(params=["host_zip", "lambda_zip"])
def report(request: pytest.FixtureRequest) -> ZipReport:
    fixture: ZipReport = request.getfixturevalue(request.param)
    return fixture


def names(report: ZipReport) -> list[str]:
    with zipfile.ZipFile(report.path) as archive:
        return archive.namelist()


def test_a_zip_has_at_most_ten_megabytes_and_thirty_unpacked(report: ZipReport) -> None:
    assert 0 < report.size_bytes <= 10_000_000
    assert 0 < report.unpacked_size_bytes <= 30_000_000


def test_a_zip_holds_the_function_its_contract_and_its_wheels(report: ZipReport) -> None:
    tops = {name.partition("/")[0] for name in names(report)}
    assert {re.sub(r"-[0-9.]+\.dist-info", ".dist-info", top) for top in tops} == {
        "SOURCE_DIGEST",
        "aws_lambda_powertools",
        "aws_lambda_powertools.dist-info",
        "firelake",
        "jmespath",
        "jmespath.dist-info",
        "msgspec",
        "msgspec.dist-info",
        "typing_extensions.dist-info",
        "typing_extensions.py",
    }
    assert {"firelake/contract/events.toml", "firelake/transform/handler.py"} <= set(names(report))


def test_a_zip_holds_nothing_that_the_function_never_loads(report: ZipReport) -> None:
    forbidden = re.compile(
        r"(^|/)(boto3|botocore|pip|setuptools|tests|__pycache__)/"
        r"|\.(pyi|pyc|typed)$|/requirements\.txt$|/(RECORD|WHEEL|INSTALLER)$"
    )
    assert [name for name in names(report) if forbidden.search(name)] == []


def test_every_library_in_a_zip_is_for_its_machine_and_python(report: ZipReport) -> None:
    if report.target.system is not System.LINUX:
        pytest.skip("libraries of macOS are not ELF files")
    with zipfile.ZipFile(report.path) as archive:
        libraries = {name: archive.read(name) for name in archive.namelist() if ".so" in name}
    machine = E_MACHINE[report.target.architecture]
    minor = report.target.python_version.partition(".")[2]
    assert len(libraries) == 1
    for name, content in libraries.items():
        assert content[:4] == b"\x7fELF"
        assert int.from_bytes(content[18:20], "little") == machine
        assert f".cpython-3{minor}-" in name


def test_a_zip_is_the_same_from_a_copy_of_the_sources_at_another_time(
    report: ZipReport, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    # copyfile leaves time stamps and modes behind.
    shutil.copytree(SOURCE_ROOT / "firelake", copy / "firelake", copy_function=shutil.copyfile)
    requirements = copy / "firelake" / "transform" / "requirements.txt"
    wheels = get_wheels(report.target, requirements, BUILD_FOLDER / "wheels")
    again = build_zip(
        report.target,
        tmp_path / "again.zip",
        contract=EVENTS_FILE,
        source_root=copy,
        wheels=wheels,
    )
    assert again.sha256 == report.sha256
    assert again.path.read_bytes() == report.path.read_bytes()
    assert is_up_to_date(again.path, report.target)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("architecture", list(Architecture))
def test_the_pinned_wheels_fit_every_runtime_of_lambda(
    version: str, architecture: Architecture, tmp_path: Path
) -> None:
    built = package(Target(version, architecture), tmp_path / "function.zip")
    machine = "aarch64" if architecture is Architecture.ARM64 else "x86_64"
    library = f"msgspec/_core.cpython-{version.replace('.', '')}-{machine}-linux-gnu.so"
    assert [name for name in names(built) if ".so" in name] == [library]


def test_the_command_prints_what_it_built(tmp_path: Path) -> None:
    output = tmp_path / "function.zip"
    done = subprocess.run(
        [sys.executable, "-m", "firelake.infra.package", "--host", "--output", str(output)],
        check=True,
        capture_output=True,
        text=True,
        cwd=SOURCE_ROOT,
    )
    lines = done.stdout.splitlines()
    assert lines[0] == str(output)
    assert [line.split()[0] for line in lines[1:]] == ["for", "sha256", "size"]
    assert output.exists()
