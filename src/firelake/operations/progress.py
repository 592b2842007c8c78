"""How far a command is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console

LINE_EVERY_S: Final = 10.0
"""How far apart lines are of a command that counts all the time."""

_Counts = TypeVar("_Counts")


@contextmanager
def showing_progress(  # noqa: PLR0913 -- what the three commands differ in
    console: Console,
    total: int | None,
    done_of: Callable[[_Counts], int],
    bar_text: Callable[[_Counts], str],
    line_text: Callable[[_Counts], str],
    *,
    every_s: float = LINE_EVERY_S,
    now_s: Callable[[], float] = time.monotonic,
) -> Generator[Callable[[_Counts], None]]:
    """Shows how far a command is; yields what is to be called with its counts now and then.

    Args:
        console: Where to show it.
        total: How much there is in all; None where nobody knows, and the bar only moves.
        done_of: How much of it is done.
        bar_text: What stands beside the bar.
        line_text: A line where there is no terminal.
        every_s: How far apart lines are, in seconds.
        now_s: A clock that never goes back.
    """
    if not console.is_terminal:
        yield showing_lines(console, line_text, every_s=every_s, now_s=now_s)
        return
    bar = Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=total)
    with bar:
        yield lambda counts: bar.update(
            task, completed=done_of(counts), description=bar_text(counts)
        )


def showing_lines(
    console: Console,
    line_text: Callable[[_Counts], str],
    *,
    every_s: float = LINE_EVERY_S,
    now_s: Callable[[], float] = time.monotonic,
) -> Callable[[_Counts], None]:
    """Returns what shows counts as a line now and then, where there is no terminal.

    Args:
        console: Where to show them.
        line_text: A line.
        every_s: How far apart lines are, in seconds.
        now_s: A clock that never goes back.
    """
    next_s = now_s() + every_s

    def show(counts: _Counts) -> None:
        nonlocal next_s
        if now_s() >= next_s:
            next_s = now_s() + every_s
            console.print(plain(line_text(counts)))

    return show
