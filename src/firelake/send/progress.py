"""What a producer shows: a bar while it runs, a line now and then where there is no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.operations.progress import showing_progress
from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.text import Text

    from firelake.send.produce import Production


def summary(production: Production, elapsed_s: float) -> list[Text]:
    """Returns what became of everything, one line a count."""
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


def progress(
    console: Console, total: int | None, now_s: Callable[[], float]
) -> AbstractContextManager[Callable[[Production], None]]:
    """Shows how many of all events a producer has sent, as `showing_progress` does."""
    start_s = now_s()

    def bar_text(production: Production) -> str:
        tally = production.tally
        rate = tally.events / max(now_s() - start_s, 0.001)
        of = "?" if total is None else total
        return f"{tally.events}/{of} {rate:,.0f}/s {tally.retried:,} retried"

    return showing_progress(
        console,
        total,
        lambda production: production.tally.events,
        bar_text,
        lambda production: f"{production.tally.events:,} events sent",
        now_s=now_s,
    )
