"""What a producer shows: a bar while it runs, a line now and then where there is no terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console
    from rich.text import Text

    from firelake.send.produce import Production

_LINE_EVERY_S: Final = 10.0


def summary(production: Production, elapsed_s: float) -> list[Text]:
    """Tell what became of everything, one line a count.

    Args:
        production: What a producer has done.
        elapsed_s: How long it took.
    """
    tally = production.tally
    rate = tally.events / elapsed_s if elapsed_s > 0 else 0.0
    codes = ", ".join(f"{code} {count:,}" for code, count in tally.codes.most_common())
    lines = [
        plain(
            f"sent     {_counted(tally.events, 'event')} in {_counted(tally.records, 'record')}"
            f" ({rate:,.0f}/s)"
        ),
        plain(f"retried  {_counted(tally.retried, 'record')}{f' ({codes})' if codes else ''}"),
        plain(f"refused  {_counted(tally.refused, 'event')}"),
    ]
    if production.left:
        lines.append(plain(f"left     {production.left:,} of the input that cannot be sent:"))
        lines += [plain(f"         {told}") for told in production.first_left]
        more = production.left - len(production.first_left)
        if more:
            lines.append(plain(f"         and {more:,} more"))
    if tally.failure is not None:
        lines.append(plain(f"stopped, the rest was not sent: {tally.failure}", "bold red"))
    if production.is_interrupted:
        lines.append(plain("interrupted, the rest was not sent", "bold red"))
    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"


@contextmanager
def progress(
    console: Console, total: int | None, now_s: Callable[[], float]
) -> Generator[Callable[[Production], None]]:
    """Show how far a producer is; yields what is to be called with it now and then.

    Args:
        console: Where to show it: a bar on a terminal, else a line every ten seconds.
        total: How many events there are in all; None where nobody knows.
        now_s: A clock that never goes back.
    """
    start_s = now_s()
    if not console.is_terminal:
        yield _lines(console, now_s)
        return
    bar = Progress(
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TextColumn("{task.fields[retried]:,} retried"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=total, rate=0.0, retried=0)

    def show(production: Production) -> None:
        tally = production.tally
        rate = tally.events / max(now_s() - start_s, 0.001)
        bar.update(task, completed=tally.events, rate=rate, retried=tally.retried)

    with bar:
        yield show


def _lines(console: Console, now_s: Callable[[], float]) -> Callable[[Production], None]:
    next_s = now_s() + _LINE_EVERY_S

    def show(production: Production) -> None:
        nonlocal next_s
        if now_s() >= next_s:
            next_s = now_s() + _LINE_EVERY_S
            console.print(plain(f"{production.tally.events:,} events sent"))

    return show
