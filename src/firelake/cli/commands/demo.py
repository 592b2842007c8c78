"""The command `firelake demo`: its options, and what it shows."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from firelake.cli.commands.report import REPORT_FILE
from firelake.cli.demo import Demo, run_demo
from firelake.cli.options import ContractOption
from firelake.operations.terminal import (
    output,
    plain,
    print_lines,
    report,
    say_step,
    text_table,
)
from firelake.send.progress import progress, summary

if TYPE_CHECKING:
    from collections.abc import Generator


def demo_command(
    *,
    events: Annotated[int, typer.Option(min=1000, help="How many events.")] = 50_000,
    contract: ContractOption,
    seed: Annotated[int, typer.Option(help="Decides which events come.")] = 1,
    flush_after: Annotated[
        float,
        typer.Option(
            min=0.5, max=900, help="Greatest buffer interval in seconds; Firehose's least is 60."
        ),
    ] = 2.0,
    report_file: Annotated[
        Path, typer.Option("--report", help="Where the page about the lake goes.")
    ] = REPORT_FILE,
) -> None:
    """Deploy a lake on this machine, send events through it, and account for every one.

    Exits with 1 unless the numbers add up to the last event.
    """
    started_s = time.monotonic()
    with _stopped_as_by_ctrl_c(), progress(report(), events, time.monotonic) as show:
        demo = run_demo(
            events,
            seed,
            contract_file=contract,
            report=report_file,
            flush_sooner_s=flush_after,
            say=say_step,
            show=show,
        )
    print_lines(*summary(demo.production, demo.produce_s))
    _show_counts(demo)
    _show_answer(demo)
    print_lines(str(demo.moved))
    faults = demo.reckoning.faults
    print_lines(*(plain(f"fault: {fault}", "bold red") for fault in faults))
    if faults:
        raise typer.Exit(1)
    told = (
        f"Every event is accounted for: {demo.deliver_s:.1f} s after the last record, "
        f"{time.monotonic() - started_s:.1f} s in all."
    )
    print_lines(plain(told, "bold green"), f"A report to look at: {demo.report}")


@contextmanager
def _stopped_as_by_ctrl_c() -> Generator[None]:
    """Take what `timeout` and a closed terminal send for Ctrl-C, so that no data is left behind."""
    before = {
        number: signal.signal(number, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show_counts(demo: Demo) -> None:
    table = Table(title="What became of the events", show_footer=True)
    counts = demo.reckoning.counts
    columns = {
        "sent": [count.sent for count in counts],
        "delivered": [count.delivered for count in counts],
        "duplicate": [count.duplicates for count in counts],
        "failed": [count.invalid for count in counts],
    }
    table.add_column("event type", footer="all", overflow="fold")
    for name, values in columns.items():
        table.add_column(name, footer=f"{sum(values):,}", justify="right")
    for index, count in enumerate(counts):
        table.add_row(count.event_type, *(f"{values[index]:,}" for values in columns.values()))
    output().print(table)


def _show_answer(demo: Demo) -> None:
    lines = (f"  {line}" for line in demo.question.splitlines())
    print_lines("A first question, asked of Athena:", *lines)
    columns = [*demo.answer[0]] if demo.answer else []
    rows = [[*map(str, row.values())] for row in demo.answer]
    output().print(text_table("", columns, (), rows))
