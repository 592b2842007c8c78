"""Tests of the repository itself: its files, its settings and its commands agree."""

from __future__ import annotations

import ast
import re
import socket
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_socket import SocketBlockedError

from firelake.infra.wheels import parse_requirements

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
MAKEFILE = (ROOT / "Makefile").read_text()
CONSTRAINTS = (ROOT / "constraints.txt").read_text()

PACKAGES = ["athena_on_duckdb", "firehose_emulator", "firelake"]
ROOMS = sorted(each.name for each in (ROOT / "src" / "firelake").iterdir() if each.is_dir())
PYTHON_FILES = sorted(
    path
    for folder in ("src", "infra", "bench", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def imported_packages(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, for types too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or ".").partition(".")[0]


def project_name(requirement: str) -> str:
    """The name of a requirement, as constraints spell it."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- files --------------------------------------------------------------------------------------


def test_no_file_has_more_than_400_lines() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in PYTHON_FILES}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_every_file_says_in_its_first_line_what_it_does() -> None:
    silent = [
        relative(path)
        for path in PYTHON_FILES
        if not (ast.get_docstring(ast.parse(path.read_text())) or "").strip()
    ]
    assert silent == []


def test_no_two_files_say_that_they_do_the_same() -> None:
    first_lines = Counter(
        (ast.get_docstring(ast.parse(path.read_text())) or relative(path)).splitlines()[0]
        for path in PYTHON_FILES
    )
    assert [line for line, count in first_lines.items() if count > 1] == []


def test_every_folder_that_holds_modules_is_a_package() -> None:
    folders = {path.parent for path in PYTHON_FILES if relative(path).startswith("src/")}
    assert [relative(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_ships_its_types(package: str) -> None:
    assert (ROOT / "src" / package / "py.typed").exists()


@pytest.mark.parametrize("room", ["contract", "transform"])
def test_the_function_has_no_file_that_its_zip_would_leave_out_unnoticed(room: str) -> None:
    others = [
        relative(path)
        for path in (ROOT / "src" / "firelake" / room).rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc", ".toml"}
        and path.name != "requirements.txt"
    ]
    assert others == []


# --- imports ------------------------------------------------------------------------------------


def test_nothing_is_installed_but_the_package_and_its_guests() -> None:
    assert sorted(each.parent.name for each in (ROOT / "src").glob("*/__init__.py")) == PACKAGES


def test_the_contract_imports_the_standard_library_alone() -> None:
    known = {*sys.stdlib_module_names, "firelake"}
    foreign = [
        (relative(path), name)
        for path in (ROOT / "src" / "firelake" / "contract").rglob("*.py")
        for name in imported_packages(path)
        if name not in known
    ]
    assert foreign == []


def test_tests_and_benchmarks_go_by_a_contract_that_they_name() -> None:
    # By tests.helpers.contracts, as anybody may put another one in the place of the example.
    readers = [
        relative(path)
        for path in PYTHON_FILES
        if path.is_relative_to(ROOT / "tests") or path.is_relative_to(ROOT / "bench")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and (node.func.id, node.args, node.keywords) == ("load_contract", [], [])
    ]
    assert readers == ["tests/unit/health/test_contract_docs.py"]


def test_import_linter_knows_every_room() -> None:
    settings = PYPROJECT["tool"]["importlinter"]
    layers = next(each for each in settings["contracts"] if each["type"] == "layers")["layers"]
    assert sorted(settings["root_packages"]) == PACKAGES
    rooms = [each for each in ROOMS if "_" not in each]
    assert sorted(re.findall(r"\w+", " ".join(layers))) == rooms


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_unit_test_gets_no_socket() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket()


# --- versions and dependencies ------------------------------------------------------------------


def test_every_setting_names_the_same_oldest_python() -> None:
    classifiers = [
        each.rpartition(" ")[2]
        for each in PYPROJECT["project"]["classifiers"]
        if each.startswith("Programming Language :: Python :: 3")
    ]
    assert PYPROJECT["project"]["requires-python"] == ">=3.11"
    assert classifiers[0] == "3.11"
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py311"
    assert PYPROJECT["tool"]["basedpyright"]["pythonVersion"] == "3.11"
    assert "sys.version_info < (3, 11)" in MAKEFILE
    assert set(re.findall(r"--python-version (3\.\d+)", MAKEFILE.partition("constraints:")[2])) == {
        "3.11"
    }


def test_make_and_the_packer_build_for_the_same_runtime() -> None:
    packer = (ROOT / "src" / "firelake" / "infra" / "package.py").read_text()
    assert re.findall(r"^PYTHON_VERSION \?= (.+)$", MAKEFILE, re.MULTILINE) == ["3.13"]
    assert re.findall(r'"--python-version", default="(.+?)"', packer) == ["3.13"]
    assert re.findall(r"^ARCHITECTURE \?= (.+)$", MAKEFILE, re.MULTILINE) == ["arm64"]
    assert re.findall(r"default=Architecture\.(\w+)", packer) == ["ARM64"]


def test_the_changelog_tells_of_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert f"## [{PYPROJECT['project']['version']}]" in changelog


def test_every_line_of_the_constraints_pins_one_project() -> None:
    line_form = re.compile(r"[a-z0-9][a-z0-9-]*==[A-Za-z0-9.!+]+( ; .+)?")
    assert [line for line in CONSTRAINTS.splitlines() if not line_form.fullmatch(line)] == []


def test_every_direct_dependency_is_pinned() -> None:
    project = PYPROJECT["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    direct = {
        project_name(each)
        for requirements in (project["dependencies"], *extras.values())
        for each in requirements
    }
    pinned = {project_name(line) for line in CONSTRAINTS.splitlines()}
    assert sorted(direct - pinned - {"firelake"}) == []


def test_the_zip_gets_every_dependency_of_the_function_but_boto3() -> None:
    dependencies = set(PYPROJECT["project"]["dependencies"])
    in_zip = set(PYPROJECT["dependency-groups"]["zip"])
    others = {project_name(each) for each in dependencies - in_zip}
    # Lambda has boto3, and the function needs nothing of the command line.
    assert others == {"aws-kinesis-agg", "boto3", "rich", "six", "typer"}
    assert in_zip <= dependencies


def test_the_zip_has_the_versions_that_the_tests_run_with() -> None:
    transform = ROOT / "src" / "firelake" / "transform"
    requirements = parse_requirements((transform / "requirements.txt").read_text())
    pinned = {line.replace("-", "_").replace("==", "-") for line in CONSTRAINTS.splitlines()}
    in_zip = {project_name(each) for each in PYPROJECT["dependency-groups"]["zip"]}
    assert requirements.keys() <= pinned
    assert {key.rpartition("-")[0].replace("_", "-") for key in requirements} >= in_zip


# --- commands -----------------------------------------------------------------------------------


def code_of(markdown: str) -> str:
    """The code blocks and the code words of a page."""
    blocks = re.findall(r"^```.*?^```", markdown, re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+`", markdown)])


def test_every_target_of_the_makefile_explains_itself() -> None:
    phony = set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split())
    assert phony == MAKE_TARGETS


def test_a_page_names_the_make_targets_that_there_are() -> None:
    page = (ROOT / "docs" / "developing.md").read_text()
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(page)))
    assert named == MAKE_TARGETS


def test_ci_runs_make_targets_alone() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines[1:] if line and not line.startswith(("#", "set ", "cd "))]
    assert {command.removeprefix("make ") for command in commands} <= MAKE_TARGETS
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
