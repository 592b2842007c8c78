"""The command `firelake plan`: its options, and where its answer goes."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations
from typing import Annotated

import typer

from firelake.cli.options import ContractOption
from firelake.operations.result_files import refuse_unwritable, write_result
from firelake.operations.terminal import say
from firelake.plan.workload import Profile


def plan_command(  # noqa: PLR0913 -- one an option
    *,
    events_per_hour: Annotated[
        float | None,
        typer.Option(help="Mean volume.", show_default="1,000,000, or as measured"),
    ] = None,
    event_bytes: Annotated[float, typer.Option(help="Mean size of an event's JSON.")] = 700,
    event_types: Annotated[
        int | None,
        typer.Option(min=1, help="How many there are.", show_default="those of the contract"),
    ] = None,
    contract: ContractOption,
    skew: Annotated[
        float, typer.Option(help="Of event types: 0 for equal shares, 1 for Zipf's law.")
    ] = 1.0,
    peak: Annotated[float, typer.Option(help="Volume at the peak, by the mean.")] = 2.0,
    duplicates: Annotated[float, typer.Option(help="Share of copies.")] = 0.01,
    late: Annotated[
        float, typer.Option(help="Share of events that come in a later dt period than theirs.")
    ] = 0.01,
    profile: Annotated[
        Profile,
        typer.Option(
            help="Who sends: of mobile apps 30 % of the events come minutes late or more."
        ),
    ] = Profile.SERVER,
    random_keys: Annotated[
        bool,
        typer.Option("--random-keys", help="As if PartitionKey were not the event's id."),
    ] = False,
    pack: Annotated[bool, typer.Option("--pack", help="As if producers packed events.")] = False,
    producers: Annotated[int, typer.Option(min=1, help="How many producers pack.")] = 1,
    from_file: Annotated[
        Path | None, typer.Option(help="Measure events of a file, as backfill reads it.")
    ] = None,
    from_stream: Annotated[
        str | None, typer.Option(help="Measure what came into this Kinesis stream lately.")
    ] = None,
    sample_seconds: Annotated[
        float, typer.Option(min=1, help="How far back to read the stream.")
    ] = 600.0,
    stack: Annotated[
        str | None,
        typer.Option(
            help="Whose settings: those of Pulumi.STACK.yaml.",
            show_default="prod, or dev where there is none",
        ),
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A setting other than there, as granularity=hour; may be repeated.",
        ),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Where it runs.", show_default="that of the stack")
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(help="A file like src/firelake/plan/prices.toml.", show_default="us-east-1"),
    ] = None,
    months: Annotated[
        float, typer.Option(min=1, max=1200, help="Tell the lake's size after so many.")
    ] = 12.0,
    recommended: Annotated[
        bool, typer.Option("--recommended", help="Plan with the settings that suit the volume.")
    ] = False,
    stack_file: Annotated[
        Path | None, typer.Option(help="Write recommended settings to a Pulumi.<stack>.yaml.")
    ] = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Set a simulation beside the formulas.")
    ] = False,
    hours: Annotated[
        float, typer.Option(min=0.05, max=24, help="How long to simulate; 1 takes up to a minute.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Decides what is random.")] = 1,
    new_stack: Annotated[
        bool, typer.Option("--new-stack", help="Simulate one that has never seen the load.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with charts, complete in one file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead.")] = False,
) -> None:
    """Tell what a volume of events takes and costs, what breaks first, and which settings suit it.

    Asks AWS nothing but for --from-stream. Prices are list prices of the day that they bear.
    """
    # What only a plan needs is imported here: the other commands need not wait for it.
    from firelake.plan.answer import make_answer  # noqa: PLC0415
    from firelake.plan.document import document  # noqa: PLC0415
    from firelake.plan.request import Request, situation_of  # noqa: PLC0415
    from firelake.plan.showing import print_answer  # noqa: PLC0415
    from firelake.plan.simulation.run import Run  # noqa: PLC0415

    for path in (stack_file, html):
        if path is not None:
            refuse_unwritable(path)
    situation = situation_of(
        Request(
            events_per_hour=events_per_hour,
            event_bytes=event_bytes,
            event_types=event_types,
            contract=contract,
            skew=skew,
            peak=peak,
            duplicates=duplicates,
            late=late,
            profile=profile,
            has_random_keys=random_keys,
            is_packed=pack,
            producers=producers,
            from_file=from_file,
            from_stream=from_stream,
            sample_s=sample_seconds,
            stack=stack,
            assignments=tuple(config or ()),
            region=region,
            prices=prices,
            months=months,
        )
    )
    run = Run(hours=hours, seed=seed, is_new=new_stack) if simulate else None
    today = datetime.now(UTC).date()
    answer = make_answer(situation, today, is_recommended=recommended, run=run)
    if stack_file is not None:
        _write(stack_file, answer.stack_file)
    if html is not None:
        # Plots take as long to import as a plan takes to answer.
        from firelake.plan.page import page  # noqa: PLC0415

        _write(html, page(answer))
    if as_json:
        sys.stdout.write(json.dumps(document(answer), indent=2, allow_nan=False) + "\n")
    else:
        print_answer(answer)


def _write(path: Path, text: str) -> None:
    write_result(path, text)
    say(f"wrote {path}")
