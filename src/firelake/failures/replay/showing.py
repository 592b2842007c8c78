"""What replay shows: a bar while it runs, and counts at the end that add up."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from firelake.failures.replay.replay import End
from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from rich.console import Console
    from rich.text import Text

    from firelake.failures.replay.replay import Progress as Counts


def summary(counts: Counts, *, is_dry_run: bool) -> list[Text]:
    """Tell what became of everything, one line a count.

    Args:
        counts: What a run has done.
        is_dry_run: Whether it changed nothing.
    """
    lines = [plain(f"{counts.items:>9,} events chosen, of which")]
    for end in End:
        count = counts.ends[end]
        name = "to send" if is_dry_run and end is End.SENT else end.value
        meaning = "would be put on the stream" if name == "to send" else end.meaning
        if count:
            lines.append(plain(f"{count:>9,} {name}: {meaning}{_when(end, counts)}"))
        if end is End.REFUSED:
            lines += [
                plain(f"{'':>9}   {count:,} {reason}")
                for reason, count in counts.reasons.most_common()
            ]
    if counts.unread.count:
        lines.append(plain(f"{counts.unread.count:>9,} more could not be read"))
    if is_dry_run:
        lines.append(plain("a dry run: nothing was changed"))
    if counts.is_interrupted:
        lines.append(plain("interrupted: run it again, it goes on where it was", "bold red"))
    return lines


def _when(end: End, counts: Counts) -> str:
    """Tells after what an event that is left for later is worth another run."""
    if end is not End.LATER or not counts.settled_ms:
        return ""
    settled = datetime.fromtimestamp(counts.settled_ms / 1000, UTC) + timedelta(minutes=1)
    when = f"{settled:%Y-%m-%d %H:%M} UTC"
    return f" after {when}, once Firehose has delivered something that came later"


@contextmanager
def progress_bar(console: Console) -> Generator[Callable[[Counts], None]]:
    """Show how far it is; yields what is to be called with the counts now and then.

    How much there is in all nobody knows before it is read, so the bar only moves.

    Args:
        console: Where to show it: a bar on a terminal, else a line after each chunk.
    """
    if not console.is_terminal:
        yield lambda counts: console.print(plain(_line(counts)))
        return
    bar = Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("reading", total=None)
    with bar:
        yield lambda counts: bar.update(task, description=_line(counts))


def _line(counts: Counts) -> str:
    ends = ", ".join(f"{counts.ends[end]:,} {end}" for end in End if counts.ends[end])
    return f"{counts.items:,} events: {ends}" if ends else f"{counts.items:,} events"
