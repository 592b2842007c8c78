"""The command `firelake init`: its options, and what it says of the project that it made."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from firelake.operations.terminal import output, plain
from firelake.project.files import Choices
from firelake.project.first_contract import first_contract
from firelake.project.init import project_name_of, refuse_what_is_there, write_project

# As late as an event may come by default, and the day of clocks that are fast.
_DAYS_BEFORE: Final = 8


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("init")(init_command)


def init_command(
    *,
    folder: Annotated[
        Path,
        typer.Argument(help="A new or empty folder, which names the project."),
    ] = Path(),
    region: Annotated[str, typer.Option(help="The AWS Region of its first stack.")] = "us-east-1",
) -> None:
    """Make a project of your own: contract, Pulumi program, workflows, notebook and README.

    Refuses a folder that holds something else than Git's files and a virtual environment.
    """
    name = project_name_of(folder)
    refuse_what_is_there(folder)
    start = datetime.fromtimestamp(time.time(), UTC).date() - timedelta(days=_DAYS_BEFORE)
    written = write_project(folder, Choices(name, region, start), first_contract(name))
    for place in written:
        output().print(plain(str(folder / place)))
    for line in _next_steps(folder):
        output().print(plain(line))


def _next_steps(folder: Path) -> list[str]:
    into = [] if folder == Path() else [f"  cd {folder}"]
    return [
        "next:",
        *into,
        "  firelake up --detach --flush-after 2    # the whole lake on this machine, no account",
        "  firelake produce --generate 1000        # events of the contract; or a FILE of yours",
        '  firelake query "SELECT event_name, count(*) AS events FROM events_unique GROUP BY 1"',
        "  firelake down",
    ]
