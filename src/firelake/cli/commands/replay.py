"""The command `firelake replay`: its options, and what it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import Annotated

import typer

from firelake.aws.lake_ref import Fact, LakeRef
from firelake.cli.commands.errors import selection_of
from firelake.cli.context import with_lake
from firelake.cli.options import (
    DeployedContractOption,
    EventsOption,
    ReasonsOption,
    TypesOption,
    refuse,
)
from firelake.cli.outcomes import INTERRUPTED
from firelake.failures.errors.choice import Choice
from firelake.failures.replay.items import from_records
from firelake.failures.replay.raw import RawBucket
from firelake.failures.replay.showing import progress_bar, summary
from firelake.failures.replay.wiring import CALLS_IN_FLIGHT, QUESTIONS_AT_ONCE, Wiring
from firelake.operations.contract_source import read_contract
from firelake.operations.terminal import plain, print_lines, report, say


@with_lake(
    Fact.STREAM,
    Fact.BUCKET,
    Fact.DELIVERY_STREAM,
    Fact.DATABASE,
    Fact.WORKGROUP,
    Fact.CLAIMS_TABLE,
    Fact.GRANULARITY,
    Fact.LATENESS_DAYS,
    Fact.DEDUPE_DAYS,
    Fact.SETTLE_S,
)
def replay_command(  # noqa: PLR0913 -- one an option
    *,
    lake: LakeRef,
    since: Annotated[
        str, typer.Option(help="Error records that arrived since: a day, a moment, or 36h.")
    ] = "7d",
    until: Annotated[str, typer.Option(help="Error records that arrived before.")] = "now",
    raw: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="SINCE UNTIL", help="From the source backup instead."),
    ] = None,
    from_stream: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="SINCE UNTIL", help="From the stream itself instead."),
    ] = None,
    types: TypesOption = None,
    reasons: ReasonsOption = None,
    events: EventsOption = None,
    fix: Annotated[
        Path | None,
        typer.Option(
            help="A Python file with fix(event) -> dict | None, or a changed contract (.toml)."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be sent, and why not.")
    ] = False,
    contract: DeployedContractOption,
) -> None:
    """Put events back on the stream that failed: none is lost by it, and none becomes two rows.

    An event whose first way may not be over yet is left for later; one that the function would
    refuse stays in errors/. Run it again until nothing is left: what was sent counts as done once
    the lake has it. Exits with 1 if anything is left undone.
    """
    now = datetime.now(UTC)
    span = raw or from_stream or (since, until)
    selection = selection_of(*span, types, now, lag_days=lake.dedupe_days)
    refuse(raw and from_stream, "choose one of --raw and --from-stream")
    refuse(
        (raw or from_stream) and (types or reasons),
        "--type and --reason are of error objects: raw records and the stream have none",
    )
    is_contract = fix is not None and fix.suffix == ".toml"
    events_contract = read_contract(fix if fix is not None and is_contract else contract)
    choice = Choice.of(reasons, events, events_contract)
    with (
        ThreadPoolExecutor(CALLS_IN_FLIGHT, thread_name_prefix="replay") as executor,
        ThreadPoolExecutor(QUESTIONS_AT_ONCE, thread_name_prefix="lake") as questions,
    ):
        wiring = Wiring(lake, events_contract, executor, questions)
        if raw:
            records = RawBucket(wiring.s3, lake.bucket).read(selection)
            items = from_records(records, choice, wiring.reader(None))
        elif from_stream:
            items = from_records(wiring.stream(selection), choice, wiring.reader(None))
        else:
            items = wiring.errors(selection, choice)
        replay = wiring.replay(
            fix=None if fix is None or is_contract else fix,
            has_receipts=not (raw or from_stream),
            is_dry_run=dry_run,
        )
        with progress_bar(report(), is_dry_run=dry_run) as show:
            progress = replay.run(items, show)
    print_lines(*summary(progress, is_dry_run=dry_run))
    say(*(plain(line, "bold red") for line in progress.unread.lines()))
    if progress.failure is not None:
        raise progress.failure
    if progress.is_interrupted:
        raise typer.Exit(INTERRUPTED)
    choice.refuse_unseen(events_contract)
    if not progress.is_complete:
        raise typer.Exit(1)
