"""The command `firelake check`: its options, and what it shows."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from firelake.cli.options import ContractOption, JsonOption
from firelake.cli.outcomes import FAILED
from firelake.contract.layout import Granularity
from firelake.failures.event_check import MAX_IDS, MAX_NAMES, EventCheck
from firelake.operations.contract_source import read_contract
from firelake.operations.counts import counted, few
from firelake.operations.moments import moment
from firelake.operations.terminal import output, plain, print_lines, text_table
from firelake.send.inputs import bytes_of, documents_to_send, name_of
from firelake.transform.events import EventReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_ROWS: Final = 50
_MOST_NAMED: Final = 10


def check_command(  # noqa: PLR0913 -- one an option
    *,
    file: Annotated[Path, typer.Argument(help="JSON objects; - for standard input.")],
    contract: ContractOption,
    arrived: Annotated[
        str, typer.Option(help="A day, a moment, or how long ago (36h): as if they came then.")
    ] = "now",
    lateness_days: Annotated[
        int | None,
        typer.Option(
            min=1, max=365, help="Refuse what is older by then.", show_default="of any age"
        ),
    ] = None,
    granularity: Annotated[
        Granularity, typer.Option(help="How much time one dt partition of the stack holds.")
    ] = Granularity.DAY,
    as_json: JsonOption = False,
) -> None:
    """Tell what the contract would do of events, before anything is sent; asks no lake.

    Reads what produce reads, each document as one record, by the function's own code: rows, copies,
    and failures by reason and field; events by name; names that the contract does not know, and
    those of producers that become one. Exits with 1 if any event would fail.
    """
    arrived_at = moment(arrived, datetime.fromtimestamp(time.time(), UTC))
    reader = EventReader(
        read_contract(contract), lateness_days=lateness_days, granularity=granularity
    )
    check = EventCheck(reader, int(arrived_at.timestamp() * 1000))
    for chunk in documents_to_send(bytes_of(file), name_of(file)):
        for outgoing in chunk:
            check.add(outgoing)
    if as_json:
        sys.stdout.write(json.dumps(as_document(check)) + "\n")
    else:
        _show(check)
    if check.failed:
        raise typer.Exit(FAILED)


def as_document(check: EventCheck) -> dict[str, Any]:
    """Give the counts as a JSON document."""
    return {
        "records": check.records,
        "events": check.events,
        "rows": check.rows,
        "copies": check.copies,
        "failed": check.failed,
        "faults": [
            {
                "reason": fault.reason,
                "field": fault.field,
                "expected": fault.expected,
                "count": seen.count,
                "first": seen.first,
            }
            for fault, seen in check.ranked_faults
        ],
        "names": [
            {
                "event_name": name,
                "event_type": kind.event_type,
                "is_registered": kind.is_registered,
                "rows": kind.events,
            }
            for name, kind in sorted(check.kinds.items())
        ],
        "merged_names": check.merged_names,
        "is_partial": check.is_partial,
    }


def _show(check: EventCheck) -> None:
    print_lines(
        f"{counted(check.events, 'event')} in {counted(check.records, 'record')}:"
        f" {counted(check.rows, 'would be a row', 'would be rows')},"
        f" {counted(check.copies, 'is a copy', 'are copies')}, {check.failed:,} would fail"
    )
    if check.faults:
        title = "What fails, by reason and field (an event may have several)"
        rows = [
            (fault.reason, fault.field, fault.expected, seen.first, seen.count)
            for fault, seen in check.ranked_faults[:_MOST_ROWS]
        ]
        names = ("reason", "field", "expected", "first in")
        output().print(text_table(title, names, ("count",), rows))
    if check.kinds:
        ranked = sorted(check.kinds.items(), key=lambda each: (-each[1].events, each[0]))
        rows = [(name, kind.event_type, kind.events) for name, kind in ranked[:_MOST_ROWS]]
        output().print(text_table("Rows by name", ("event_name", "event_type"), ("rows",), rows))
    print_lines(*(plain(line, "yellow") for line in _warnings(check)))


def _warnings(check: EventCheck) -> Iterator[str]:
    unknown = check.unregistered
    if unknown:
        yield (
            f"{counted(len(unknown), 'name is', 'names are')} unknown to the contract, and their"
            " fields go to extras:"
            f" {_quoted(unknown)}"
        )
    for name, sent in check.merged_names.items():
        yield f"{len(sent)} names become {name}: {_quoted(sent)}; keep them apart by names"
    if check.is_partial:
        yield f"more than {MAX_IDS:,} ids or {MAX_NAMES:,} names: the others were not compared"


def _quoted(names: Iterable[str]) -> str:
    return few([*map(repr, names)], _MOST_NAMED)
