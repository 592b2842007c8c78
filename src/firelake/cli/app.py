"""The command line `firelake`: its groups of commands, and errors told without tracebacks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, cast

import typer
from typer.core import TyperCommand, TyperGroup

from firelake.cli.context import change_environment, environment, use_stack
from firelake.cli.outcomes import FAILED, INTERRUPTED, failure_of, missing_package
from firelake.cli.streams import is_written, open_streams, tell
from firelake.laptop.loopback import loopback_variables
from firelake.operations.terminal import output

if TYPE_CHECKING:
    from collections.abc import Mapping

# Each command and its summary, in the order in which the help shows them. The module of
# cli.commands that has it is imported when it runs: neither the help nor another command waits.
_COMMANDS: Final[Mapping[str, str]] = {
    "init": "Make a project of your own: contract, Pulumi program, workflows, notebook and README.",
    "upgrade": (
        "Tell what this release would write otherwise in a project that `firelake init` made."
    ),
    "demo": "Deploy a lake on this machine, send events through it, and account for every one.",
    "up": "Run a whole lake on this machine: the Pulumi program on an embedded cloud.",
    "env": 'Print the environment for other tools: eval "$(firelake env)".',
    "status": "Tell how the embedded cloud is. Exits with 1 where none runs.",
    "down": (
        "Stop this project's embedded cloud, or what a killed one left behind; its data goes too."
    ),
    "check": "Tell what the contract would do of events, before anything is sent; asks no lake.",
    "produce": (
        "Send events to the stream: a file of JSON objects, standard input, or generated ones."
    ),
    "verify": "Try a lake: send canaries through it, and tell what became of them.",
    "query": "Ask the lake, in Athena's SQL: one on AWS, or the one on this machine.",
    "contract": "Check, compare, describe and translate the event contract.",
    "errors": "Tell what failed and why: counts by reason, event name and hour, with samples.",
    "replay": (
        "Put events back on the stream that failed: none is lost by it, and none becomes two rows."
    ),
    "backfill": (
        "Bring in what the stream cannot: history of any size, late events, what overflowed."
    ),
    "erase": (
        "Erase a person's events: hidden at once, deleted by the moves, gone by the day that is"
        " told."
    ),
    "history": "Move small files into the Iceberg table of history, and tell what has moved.",
    "report": (
        "Write a page about the events that arrived over some time: what became of them, and why."
    ),
    "plan": (
        "Tell what a volume of events takes and costs, what breaks first, and which settings suit"
        " it."
    ),
}

_Command: TypeAlias = TyperCommand | TyperGroup


class _Commands(TyperGroup):
    """Tells an operator's errors by their text alone; any other error keeps its traceback."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """List the names of the commands."""
        del ctx
        return [*_COMMANDS]

    def get_command(self, ctx: typer.Context, cmd_name: str) -> TyperCommand | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a command as the help lists it."""
        del ctx
        summary = _COMMANDS.get(cmd_name)
        return None if summary is None else TyperCommand(cmd_name, help=summary)

    def resolve_command(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, ctx: typer.Context, args: list[str]
    ) -> tuple[str | None, _Command | None, list[str]]:
        """Return the name of the command that a line names, the command itself, and the rest."""
        name, listed, rest = super().resolve_command(ctx, args)  # pyright: ignore[reportArgumentType]
        return name, None if listed is None else load_command(str(listed.name)), rest

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
            failure = failure_of(error, ctx.invoked_subcommand)
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
        except OSError as error:  # Help cannot be written; without buffers nothing is left to try.
            if is_written():
                failure = failure_of(error)
                tell(str(error) if failure is None else failure.text)
            raise SystemExit(FAILED) from error


def load_command(name: str) -> _Command:
    """Import a command; where a package is missing for it, running it says so.

    Args:
        name: One of those that the help lists.
    """
    holder = typer.Typer()
    # With a callback it is a group, however many commands it has.
    holder.callback()(lambda: None)
    try:
        module = import_module(f"firelake.cli.commands.{name}")
    except ModuleNotFoundError as error:
        return _unusable(name, error)
    if hasattr(module, "group"):
        holder.add_typer(module.group, name=name, help=_COMMANDS[name])
    else:
        holder.command(name)(getattr(module, f"{name}_command"))
    group = cast("TyperGroup", typer.main.get_command(holder))
    return cast("_Command", group.commands[name])


def _unusable(name: str, error: ModuleNotFoundError) -> TyperCommand:
    def refuse() -> None:
        raise error

    anything = {"allow_extra_args": True, "ignore_unknown_options": True}
    return TyperCommand(
        name, callback=refuse, help=missing_package(error, name), context_settings=anything
    )


# Typer's own tracebacks show local variables, and with them events and credentials.
app = typer.Typer(
    name="firelake", cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False
)


def _show_version(is_wanted: bool) -> None:  # noqa: FBT001 -- what Typer calls it with
    if is_wanted:
        # It reads the files of packages with a parser of mail: no other option waits for that.
        from importlib.metadata import version  # noqa: PLC0415

        output().print(f"firelake {version('firelake')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
    stack: Annotated[
        str | None,
        typer.Option(help="The lake on AWS of this stack, as Pulumi's command knows it."),
    ] = None,
) -> None:
    """Firelake: JSON events from a Kinesis stream as an Athena table, each event once."""
    del show_version
    change_environment(loopback_variables(environment()))
    if stack is not None:
        use_stack(stack)
