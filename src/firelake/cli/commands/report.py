"""The command `firelake report`: its options, and where the page goes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from firelake.aws.lake_ref import Fact, LakeRef
from firelake.cli.context import with_lake
from firelake.cli.options import ContractOption, refuse
from firelake.health.report.findings import Span
from firelake.health.report.page import page, sections
from firelake.health.report.wiring import report_of
from firelake.operations.contract_source import read_contract
from firelake.operations.moments import moment, span
from firelake.operations.result_files import refuse_unwritable, write_result
from firelake.operations.terminal import plain, print_lines, say

REPORT_FILE: Final = Path("build") / "report.html"
_DEFAULT_HOURS: Final = 24


@with_lake(
    Fact.BUCKET,
    Fact.DATABASE,
    Fact.WORKGROUP,
    Fact.CLAIMS_TABLE,
    Fact.DELIVERY_STREAM,
    Fact.GRANULARITY,
    Fact.LATENESS_DAYS,
    Fact.DEDUPE_DAYS,
    Fact.NAME_PREFIX,
    known=(Fact.FUNCTION,),
)
def report_command(  # noqa: PLR0913 -- one an option
    *,
    lake: LakeRef,
    since: Annotated[
        str | None,
        typer.Option(
            help="A day, a moment, or how long ago (36h): arrived since.", show_default="24h"
        ),
    ] = None,
    until: Annotated[str, typer.Option(help="Arrived before.")] = "now",
    hours: Annotated[
        int | None, typer.Option(min=1, help="So many hours before --until, in place of --since.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the page goes.")] = REPORT_FILE,
    contract: ContractOption,
) -> None:
    """Write a page about the events that arrived over some time: what became of them, and why.

    It needs no network and runs nothing. What may not be read, or is not there, is told on it.
    Exits with 1 if nothing can be read.
    """
    now = datetime.now(UTC)
    hours_meant = span_of(since, until, hours, now)
    refuse_unwritable(out, makes_folders=True)
    findings = report_of(lake, read_contract(contract), hours_meant, now)
    shown = sections(findings)
    write_result(out, page(findings, shown), makes_folders=True)
    gaps = [f"{section.title}: {gap}" for section in shown for gap in section.gaps]
    say(*(plain(gap, "yellow") for gap in gaps))
    print_lines(str(out))


def span_of(since: str | None, until: str, hours: int | None, now: datetime) -> Span:
    """Read the options that say of what time.

    Raises:
        InputError: One of them is no time, both starts are given, or the time has no moment.
    """
    refuse(since is not None and hours is not None, "choose one of --since and --hours")
    if since is not None:
        return Span.around(*span(since, until, now))
    end = moment(until, now)
    return Span.around(moment(f"{hours or _DEFAULT_HOURS}h", end), end)
