"""The command line `firelake`: its groups of commands, and errors told without tracebacks."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer.core import TyperGroup

from ops.commands import (
    backfill,
    contract,
    demo,
    down,
    env,
    errors,
    plan,
    produce,
    query,
    replay,
    status,
    up,
)
from ops.errors import OpsError
from ops.terminal import output, plain, report

if TYPE_CHECKING:
    from types import ModuleType

# One module of ops.commands each, in the order in which the help shows them.
_GROUPS: Final[tuple[ModuleType, ...]] = (
    demo,
    up,
    env,
    status,
    down,
    produce,
    query,
    contract,
    errors,
    replay,
    backfill,
    plan,
)


class _Commands(TyperGroup):
    """Tells an operator's errors by their text alone; any other error keeps its traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Run the command that the line names."""
        try:
            return super().invoke(ctx)
        except OpsError as error:
            # Some errors list what is wrong, one line each.
            for line in f"firelake: {error}".split("\n"):
                report().print(plain(line, "bold red"))
            raise typer.Exit(1) from error


# Typer's own tracebacks show local variables, and with them events and credentials.
app = typer.Typer(
    name="firelake", cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False
)


def _show_version(is_wanted: bool) -> None:  # noqa: FBT001 -- what Typer calls it with
    if is_wanted:
        output().print(f"firelake {version('firelake')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Firelake: JSON events from a Kinesis stream as an Athena table, each event once."""
    del show_version


for _group in _GROUPS:
    _group.add_to(app)
