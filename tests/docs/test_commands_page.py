"""docs/commands.md is what the command line says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import typer

from firelake.cli.app import app, load_command
from firelake.cli.reference import commands_page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_what_the_commands_say() -> None:
    # After a change of the commands: python -m firelake.cli.reference > docs/commands.md
    assert PAGE.read_text("utf-8") == commands_page()


def test_every_command_has_a_section_with_all_its_options() -> None:
    group = cast("Any", typer.main.get_command(app))
    sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    told = {section.split("\n", 1)[0]: section for section in sections}
    for name in group.list_commands(typer.Context(group)):
        command = load_command(name)
        section = told[f"firelake {name}"]
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert f"`{parameter.opts[0]}" in section


def test_the_page_tells_nothing_of_the_machine_that_made_it() -> None:
    assert str(Path(__file__).parents[2]) not in commands_page()
