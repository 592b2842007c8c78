"""The command line `firelake`: its groups of commands, and errors told without tracebacks."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, cast

import typer
from typer.core import TyperCommand, TyperGroup

from ops.context import change_environment, environment
from ops.failures import FAILED, INTERRUPTED, failure_of, missing_package
from ops.loopback import loopback_variables
from ops.streams import is_written, open_streams, tell
from ops.terminal import output

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
        """Import a command; where a package is missing for it, running it says so."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        holder = typer.Typer()
        # With a callback it is a group, however many commands it has.
        holder.callback()(lambda: None)
        try:
            import_module(f"ops.commands.{cmd_name}").add_to(holder)
        except ModuleNotFoundError as error:
            return _unusable(cmd_name, error)
        group = cast("TyperGroup", typer.main.get_command(holder))
        return cast("_Command", group.commands[cmd_name])

    def invoke(self, ctx: typer.Context) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Run the command that the line names."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt as error:
            tell("interrupted")
            raise typer.Exit(INTERRUPTED) from error
        except Exception as error:
            if isinstance(error, OSError) and not is_written():
                raise typer.Exit(FAILED) from error
            failure = failure_of(error)
            if failure is None:
                raise
            tell(failure.text)
            raise typer.Exit(failure.exit_code) from error

    def main(self, *args: Any, **extra: Any) -> object:  # noqa: ANN401 -- as Typer has it
        """Run the command line, and see to it that what it printed is written."""
        open_streams()
        try:
            return super().main(*args, **extra)
        except SystemExit as ended:
            if is_written():
                raise
            raise SystemExit(FAILED) from ended
        except OSError as error:  # Help cannot be written.
            if is_written():
                raise
            raise SystemExit(FAILED) from error


def _unusable(name: str, error: ModuleNotFoundError) -> TyperCommand:
    def refuse() -> None:
        raise error

    anything = {"allow_extra_args": True, "ignore_unknown_options": True}
    return TyperCommand(
        name, callback=refuse, help=missing_package(error), context_settings=anything
    )


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
    change_environment(loopback_variables(environment()))
