"""The command `firelake errors`: what stands under `errors/`, and why."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Final

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.cli.context import with_lake
from firelake.cli.options import (
    ContractOption,
    EventsOption,
    JsonOption,
    ReasonsOption,
    TypesOption,
)
from firelake.failures.error_reader import error_reader
from firelake.failures.errors.choice import Choice, error_types
from firelake.failures.errors.document import as_document
from firelake.failures.errors.expiring import (
    Expiring,
    count_expiring,
    error_days,
    expiring_selection,
)
from firelake.failures.errors.folder import EventFolder
from firelake.failures.errors.listing import Selection
from firelake.failures.errors.summary import meaning_of, summarise
from firelake.operations.contract_source import read_contract
from firelake.operations.counts import counted, noun
from firelake.operations.moments import span
from firelake.operations.terminal import output, plain, print_lines, say, text_table

if TYPE_CHECKING:
    from rich.table import Table

    from firelake.failures.errors.reading import ErrorReader
    from firelake.failures.errors.summary import Summary

_CALLS_IN_FLIGHT: Final = 8
_MOST_ROWS: Final = 24


@with_lake(Fact.BUCKET, Fact.CLAIMS_TABLE, Fact.GRANULARITY, Fact.LATENESS_DAYS, Fact.DEDUPE_DAYS)
def errors_command(  # noqa: PLR0913 -- one an option
    *,
    lake: LakeRef,
    since: Annotated[
        str, typer.Option(help="A day, a moment, or how long ago (36h): arrived since.")
    ] = "7d",
    until: Annotated[str, typer.Option(help="Arrived before.")] = "now",
    types: TypesOption = None,
    reasons: ReasonsOption = None,
    events: EventsOption = None,
    as_json: JsonOption = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the events there too, a file a reason.")
    ] = None,
    contract: ContractOption,
) -> None:
    """Tell what failed and why: counts by reason, event name and hour, with samples.

    Reasons are found anew by the function's own code. What replay put back, and has seen in the
    lake, is left out. Events that expire soon are told, whenever they arrived: within 30 days, or
    half of the time that errors are kept. Exits with
    1 if anything could not be read.
    """
    now = datetime.now(UTC)
    selection = selection_of(since, until, types, now, lag_days=lake.dedupe_days)
    events_contract = read_contract(contract)
    choice = Choice.of(reasons, events, events_contract)
    with (
        ThreadPoolExecutor(_CALLS_IN_FLIGHT, thread_name_prefix="claims") as executor,
        nullcontext() if out is None else EventFolder(out) as folder,
    ):
        clients = AwsClients(_CALLS_IN_FLIGHT)
        reader = error_reader(lake, events_contract, clients, executor)
        summary = summarise(reader.read(selection), choice, folder)
        summary.canaries = reader.canaries
        expiring = _expiring(reader, error_days(clients.s3(), lake.bucket), now, lake.dedupe_days)
    choice.refuse_unseen(events_contract)
    if as_json:
        sys.stdout.write(json.dumps(as_document(summary, selection, expiring)) + "\n")
    else:
        _show(summary, selection)
        if expiring is not None and expiring.events:
            print_lines(plain(_expiring_line(expiring), "bold red"))
    say(*(plain(line, "bold red") for line in summary.unread.lines()))
    if summary.unread.count:
        raise typer.Exit(1)


def _expiring(
    reader: ErrorReader, days: int | None, now: datetime, lag_days: int
) -> Expiring | None:
    """Counts what is about to expire; None where nothing ever does."""
    if days is None:
        return None
    selection = expiring_selection(days, now, lag_days)
    return count_expiring(reader.read(selection), selection, days)


def _expiring_line(expiring: Expiring) -> str:
    return (
        f"{counted(expiring.events, 'event')} that arrived before"
        f" {expiring.until:%Y-%m-%d %H:%M} UTC {noun(expiring.events, 'expires', 'expire')}"
        f" within {expiring.within_days} days: put them back, or nobody can any more"
    )


def selection_of(
    since: str, until: str, types: list[str] | None, now: datetime, *, lag_days: int
) -> Selection:
    """Read the options that say which records are meant.

    Args:
        types: Of `--type`.
        lag_days: How long at most a record may wait in the stream: claims outlive that.

    Raises:
        InputError: One of them is no time or no error type, or the time ends before it begins.
    """
    first, last = span(since, until, now)
    return Selection(since=first, until=last, types=error_types(types), lag_days=lag_days)


def _show(summary: Summary, selection: Selection) -> None:
    print_lines(
        f"{counted(summary.events, 'event')} failed that arrived from"
        f" {selection.since:%Y-%m-%d %H:%M} to {selection.until:%Y-%m-%d %H:%M} UTC",
        f"{summary.sent:,} of them were sent again and are not seen in the lake yet; "
        f"{summary.done:,} more are back and left out here",
    )
    if summary.canaries:
        text = f"{summary.canaries:,} canaries of firelake verify, which failed as they must"
        print_lines(f"{text}, are left out, too")
    if not summary.events:
        return
    title = "By reason (an event may have several)"
    rows = [(reason, meaning_of(reason), count) for reason, count in summary.by_reason()]
    console = output()
    console.print(text_table(title, ("reason", "meaning"), ("events",), rows))
    fields = [
        (f"{cause.reason}: {cause.field}", failed.events)
        for cause, failed in summary.causes.ranked()
        if cause.field
    ]
    if fields:
        console.print(_counts("By reason and field", fields))
    console.print(_counts("By event name", summary.by_name()))
    console.print(_counts("By hour of arrival, UTC", summary.by_hour()[-_MOST_ROWS:]))
    for reason, events in sorted(summary.samples.items()):
        print_lines(plain(f"Samples of {reason}", "bold"))
        for event in events:
            print_lines(
                f"  {event.place}#{event.index}",
                *(
                    f"    {each.path or 'event'}: not {each.expected}"
                    for each in event.problems[:3]
                ),
                f"    {event.event.decode('utf-8', 'backslashreplace')}",
            )


def _counts(title: str, counts: list[tuple[str, int]]) -> Table:
    rows, rest = counts[:_MOST_ROWS], sum(count for _, count in counts[_MOST_ROWS:])
    if rest:
        rows.append(("(the others)", rest))
    return text_table(title, ("",), ("events",), rows)
