"""The commands are those of the folder, and each brings in its own needs alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from ops.cli import app

MODULES = {
    path.stem
    for path in (Path(__file__).parents[3] / "ops" / "commands").glob("*.py")
    if path.stem != "__init__"
}


def test_every_module_of_commands_is_a_command() -> None:
    group = typer.main.get_command(app)
    context = typer.Context(group)
    assert set(cast("Any", group).list_commands(context)) == MODULES


@pytest.mark.parametrize("command", sorted(MODULES))
def test_a_command_has_its_name_and_a_help(command: str) -> None:
    group = typer.main.get_command(app)
    found = cast("Any", group).get_command(typer.Context(group), command)
    assert found.name == command
    assert found.get_short_help_str()


def test_the_command_line_itself_needs_no_cloud_no_pulumi_and_no_tables() -> None:
    code = (
        "import sys; from ops.cli import app\n"
        "print({'boto3', 'pulumi', 'pyarrow', 'duckdb', 'pandas', 'sqlglot'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
