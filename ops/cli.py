"""The command line `firelake`: its groups of commands, and errors told without tracebacks."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, cast

import typer
from typer.core import TyperCommand, TyperGroup

from aws.errors import AwsError, LakeRefError
from ops.errors import OpsError
from ops.loopback import loopback_variables
from ops.terminal import output, plain, report

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each a command, and the module of ops.commands that has it, in the order in which the help shows
# them. A module is imported when its command runs: none waits for what another one needs.
_COMMANDS: Final[Sequence[str]] = (
    "demo",
    "up",
    "env",
    "status",
    "down",
    "produce",
    "verify",
    "query",
    "contract",
    "errors",
    "replay",
    "backfill",
    "report",
    "plan",
)


_Command: TypeAlias = TyperCommand | TyperGroup


class _Commands(TyperGroup):
    """Tells an operator's errors by their text alone; any other error keeps its traceback."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """List the names of the commands."""
        del ctx
        return [*_COMMANDS]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> _Command | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Import a command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        holder = typer.Typer()
        # With a callback it is a group, however many commands it has.
        holder.callback()(lambda: None)
        import_module(f"ops.commands.{cmd_name}").add_to(holder)
        group = cast("TyperGroup", typer.main.get_command(holder))
        return cast("_Command", group.commands[cmd_name])

    def invoke(self, ctx: typer.Context) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Run the command that the line names."""
        try:
            return super().invoke(ctx)
        except (AwsError, OpsError) as error:
            # Some errors list what is wrong, one line each.
            for line in f"firelake: {error}".split("\n"):
                report().print(plain(line, "bold red"))
            raise typer.Exit(2 if isinstance(error, LakeRefError) else 1) from error


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
    os.environ.update(loopback_variables(os.environ))
