"""What is shown of a wait: a line that counts while it lasts, and a line at its end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from firelake.operations.counts import counted
from firelake.operations.progress import showing_lines
from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console

    from firelake.health.arrival.sent_events import Arrived


def arrived_line(arrived: Arrived, elapsed_s: float) -> str:
    """Returns what became of everything, in one line."""
    all_of_them = arrived.rows + arrived.copies + arrived.errors + arrived.missing
    rest = f", {arrived.missing:,} none of these" if arrived.missing else ""
    if arrived.unfollowed:
        rest += f"; {arrived.unfollowed:,} more were sent and not looked for"
    return (
        f"arrived  {all_of_them - arrived.missing:,} of {counted(all_of_them, 'event')} after"
        f" {elapsed_s:.0f} s: {counted(arrived.rows, 'row')},"
        f" {counted(arrived.copies, 'copy', 'copies')}, {counted(arrived.errors, 'error')}{rest}"
    )


@contextmanager
def waiting(console: Console, now_s: Callable[[], float]) -> Generator[Callable[[Arrived], None]]:
    """Show how far a wait is; yields what is to be called with it now and then.

    Args:
        console: Where to show it: one line that changes on a terminal, else a line every ten
            seconds.
        now_s: A clock that never goes back.
    """
    start_s = now_s()

    def line(arrived: Arrived) -> str:
        return arrived_line(arrived, now_s() - start_s)

    if not console.is_terminal:
        yield showing_lines(console, line, now_s=now_s)
        return
    with console.status("waiting for the events to arrive") as status:
        yield lambda arrived: status.update(plain(line(arrived)))
