"""The commands are those of the folder, and each brings in its own needs alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from firelake.cli.app import app, load_command

MODULES = {
    path.stem
    for path in (Path(__file__).parents[3] / "src" / "firelake" / "cli" / "commands").glob("*.py")
    if path.stem != "__init__"
}


def test_every_module_of_commands_is_a_command() -> None:
    group = typer.main.get_command(app)
    context = typer.Context(group)
    assert set(cast("Any", group).list_commands(context)) == MODULES


@pytest.mark.parametrize("command", sorted(MODULES))
def test_a_command_is_listed_with_the_summary_that_its_own_help_begins_with(command: str) -> None:
    group = typer.main.get_command(app)
    listed = cast("Any", group).get_command(typer.Context(group), command)
    found = load_command(command)
    summary = " ".join(str(found.help).strip().partition("\n\n")[0].split())
    assert (listed.name, listed.help) == (found.name, summary) == (command, summary)


def modules_after(*arguments: str) -> set[str]:
    """What a process has imported that ran the command line."""
    code = (
        "import sys; from firelake.cli.app import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit as ended: assert not ended.code, ended.code\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


HEAVY = frozenset(
    {"boto3", "botocore", "duckdb", "jinja2", "matplotlib", "numpy", "pandas", "pulumi", "pyarrow"}
    | {"simpy", "sqlglot", "awswrangler"}
)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
def test_the_help_imports_no_command_and_nothing_that_one_needs(arguments: list[str]) -> None:
    found = modules_after(*arguments)
    assert "firelake" in found
    assert not HEAVY & found


@pytest.mark.parametrize("command", ["query", "status"])
def test_a_command_does_not_wait_for_what_others_need(command: str) -> None:
    found = modules_after(command, "--help")
    assert not {"matplotlib", "pulumi", "pandas", "duckdb", "pyarrow", "simpy"} & found
