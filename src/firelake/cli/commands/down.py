"""The command `firelake down`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.cli.context import state_folder
from firelake.laptop.up import bring_down
from firelake.operations.terminal import output, plain

if TYPE_CHECKING:
    import typer


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("down")(down_command)


def down_command() -> None:
    """Stop this project's embedded cloud, or what a killed one left behind; its data goes too."""
    done = bring_down(state_folder())
    output().print(plain(done or "no embedded cloud runs for this project"))
