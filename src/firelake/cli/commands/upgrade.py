"""The command `firelake upgrade`: its options, and what it shows of each file."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Final

import typer

from firelake.cli.context import current_project
from firelake.cli.outcomes import FAILED
from firelake.operations.counts import counted
from firelake.operations.terminal import plain, print_lines
from firelake.project.record import ProjectRecord
from firelake.project.upgrade import Wish, wanted_changes, write_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.project.upgrade import FileChange

_TOLD: Final[Mapping[Wish, str]] = {
    Wish.WRITE: "as it was written: --write writes it anew",
    Wish.MERGE: "edited by you, so it is left to you: take over what you want",
    Wish.DELETE: "no longer needed: --write deletes it",
}


def upgrade_command(
    *,
    is_written: Annotated[
        bool, typer.Option("--write", help="Write the files that you have not edited.")
    ] = False,
) -> None:
    """Tell what this release would write otherwise in a project that `firelake init` made.

    Contract, settings and notebook are yours alone and are not looked at. A file that you edited is
    never written. Exits with 1 if anything is left to do: what --write would, or with it, what only
    you can.
    """
    folder = current_project()
    record = ProjectRecord.read(folder)
    changes = wanted_changes(folder, record)
    for change in changes:
        _show(change)
    if is_written:
        write_changes(folder, record, changes)
    left = [each for each in changes if each.wish is Wish.MERGE or not is_written]
    release = version("firelake")
    files = counted(len(changes), "file is", "files are")
    told = f"{files} to be changed" if changes else "nothing is to be changed"
    print_lines(f"written by {record.release}, this is {release}: {told}")
    if left:
        raise typer.Exit(FAILED)


def _show(change: FileChange) -> None:
    print_lines(plain(f"{change.place}: {_TOLD[change.wish]}", "bold"))
    print_lines(*(f"  {line}" for line in change.lines()))
