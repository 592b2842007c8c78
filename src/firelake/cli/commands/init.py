"""The command `firelake init`: its options, and what it says of the project that it made."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from firelake.cli.drafting import Form, draft_of_form, drafted_of_file, told, told_of_draft
from firelake.cli.options import refuse
from firelake.contract.facts import CLOCK_SKEW_DAYS, DEFAULT_LATENESS_DAYS
from firelake.exchange.draft_text import lawful
from firelake.operations.terminal import print_lines
from firelake.project.files import Choices
from firelake.project.first_contract import first_contract
from firelake.project.init import (
    project_name_of,
    refuse_other_regions,
    refuse_what_is_there,
    write_project,
)

# A sample whose times are older than anybody's events says nothing of the first day.
_MOST_DAYS: Final = 3650


def init_command(
    *,
    folder: Annotated[
        Path,
        typer.Argument(
            help="A new or empty folder, which names the project.", show_default="the current one"
        ),
    ] = Path(),
    from_sample: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draft the contract from these events; - for standard input."
        ),
    ] = None,
    from_form: Annotated[
        tuple[Form, Path] | None,
        typer.Option(
            "--from",
            metavar="FORM FILE",
            help="Draft the contract from one that exists: json-schema or odcs, and its file.",
        ),
    ] = None,
    region: Annotated[str, typer.Option(help="The AWS Region of its first stack.")] = "us-east-1",
) -> None:
    """Make a project of your own: contract, Pulumi program, workflows, notebook and README.

    Refuses a folder that holds something else than Git's files, a virtual environment and the file
    that the contract is drafted from. A contract drafted from events has their types, names and
    times, and as comments what could not be decided; what it would do of them is told. One drafted
    from JSON Schema has an event for each object, from ODCS for each object of its schema.
    """
    name = project_name_of(folder)
    inputs = [each for each in (from_sample, from_form and from_form[1]) if each is not None]
    refuse_other_regions(region)
    refuse(len(inputs) > 1, "choose one of --from-sample and --from")
    refuse_what_is_there(folder, inputs)
    now_s = time.time()
    today = datetime.fromtimestamp(now_s, UTC).date()
    start = today - timedelta(days=DEFAULT_LATENESS_DAYS + CLOCK_SKEW_DAYS)
    contract = first_contract(name)
    lines: list[str] = []
    if from_sample is not None:
        drafted = drafted_of_file(from_sample, now_s)
        contract = drafted.text
        lines = [*told(drafted, now_s)]
        start = _first_day(start, drafted.first_s)
    if from_form is not None:
        draft = draft_of_form(*from_form)
        contract, parsed = lawful(draft)
        lines = [*told_of_draft(draft, parsed)]
    written = write_project(folder, Choices(name, region, start), contract)
    print_lines(*(str(folder / place) for place in written))
    print_lines(*lines, *_next_steps(folder, from_sample))


def _first_day(usual: date, first_s: float | None) -> date:
    """The first day that queries find: no later than that of the earliest event."""
    if first_s is None:
        return usual
    first = datetime.fromtimestamp(first_s, UTC).date()
    return min(usual, first) if usual - first < timedelta(days=_MOST_DAYS) else usual


def _next_steps(folder: Path, sample: Path | None) -> list[str]:
    into = [] if folder == Path() else [f"  cd {folder}"]
    given = "--generate 1000" if sample is None else str(sample.absolute())
    return [
        "next:",
        *into,
        "  firelake up --detach --flush-after 2    # the whole lake on this machine, no account",
        f"  firelake produce {given} --wait",
        '  firelake query "SELECT event_name, count(*) AS events FROM events_unique GROUP BY 1"',
        "  firelake down",
    ]
