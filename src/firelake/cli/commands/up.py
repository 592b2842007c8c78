"""The command `firelake up`: its options, and what it shows of the cloud that it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from firelake.cli.commands.env import export_lines
from firelake.cli.context import current_project, state_folder
from firelake.cli.options import ContractOption, refuse
from firelake.cli.outcomes import INTERRUPTED
from firelake.laptop.up import Plan, detach, run_up
from firelake.laptop.updates import ask_to_update
from firelake.operations.contract_source import read_contract
from firelake.operations.stack_settings import project_name, stack_settings
from firelake.operations.terminal import output, plain, print_lines, say, say_step, text_table

if TYPE_CHECKING:
    from firelake.laptop.running import Running, StateFolder

# Which outputs name what was made, in the order of an event's way.
_SHOWN: Final = (
    ("streamName", "Kinesis stream"),
    ("deliveryStream", "Firehose stream"),
    ("functionName", "Lambda function"),
    ("claimsTable", "DynamoDB table"),
    ("bucket", "S3 bucket"),
    ("database", "Glue database"),
    ("crawler", "Glue crawler"),
    ("workgroup", "Athena workgroup"),
    ("dashboard", "CloudWatch dashboard"),
)


def up_command(
    *,
    stack: Annotated[str, typer.Option(help="Whose settings: those of Pulumi.STACK.yaml.")] = "dev",
    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A setting other than there, as delivery.bufferIntervalS=90; may be repeated.",
        ),
    ] = None,
    contract: ContractOption,
    flush_after: Annotated[
        float | None,
        typer.Option(
            min=0.5,
            max=900,
            help="Greatest buffer interval in seconds; Firehose's least is 60.",
            show_default="as the stack's settings say",
        ),
    ] = None,
    in_background: Annotated[
        bool, typer.Option("--detach", help="Return when it is ready, and leave it running.")
    ] = False,
) -> None:
    """Run a whole lake on this machine: the Pulumi program on an embedded cloud.

    Stays until Ctrl-C, which stops it; its data goes with it. Where this project's lake runs
    already, it is brought up to date with contract and settings, and keeps its data.
    """
    read_contract(contract)
    settings = stack_settings(stack, config or ())
    plan = Plan(
        stack=stack,
        project=project_name(current_project()),
        settings=settings,
        contract=contract.absolute(),
        flush_sooner_s=flush_after,
    )
    state = state_folder()
    running = state.read()
    if running is not None and running.is_ready:
        _update(plan, state, running)
        return
    say_step(f"starting the stack {stack} on the embedded cloud")
    if in_background:
        arguments = [
            *(f"--stack={stack}", f"--contract={plan.contract}"),
            *(f"--config={each}" for each in config or ()),
        ]
        if flush_after is not None:
            arguments.append(f"--flush-after={flush_after}")
        try:
            running = detach(arguments, state)
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error
        show_running(running)
        say_step("it goes on in the background; end it: firelake down")
        return
    # Pulumi and its provider take long to import, and the other commands have no use for them.
    from firelake.laptop.embedded import start_cloud  # noqa: PLC0415

    try:
        run_up(plan, state, start=start_cloud, show=_show_staying, say=say_step)
    except KeyboardInterrupt as error:
        say_step("interrupted before it was ready; nothing is left of it")
        raise typer.Exit(INTERRUPTED) from error


def _update(plan: Plan, state: StateFolder, running: Running) -> None:
    refuse(
        plan.stack != running.stack,
        f"the stack {running.stack} runs: end it by `firelake down`, or update that one",
    )
    say_step(f"the stack {running.stack} runs: bringing it up to date, its data stays")
    changed = ask_to_update(state, running, plan.settings, plan.contract)
    for line in changed:
        say_step(line)
    say_step("it is up to date" if changed else "it was up to date already")


def show_running(running: Running) -> None:
    """Show what was made, and the environment for other tools."""
    for note in running.notes:
        say(plain(f"note: {note}", "yellow"))
    title = plain(f"Stack {running.stack}: {sum(running.resources.values())} resources")
    rows = [(what, running.outputs[name]) for name, what in _SHOWN if name in running.outputs]
    output().print(text_table(title, ("what", "name"), (), rows))
    print_lines(*export_lines(running.environment))


def _show_staying(running: Running) -> None:
    show_running(running)
    say_step("ready; Ctrl-C stops it")
