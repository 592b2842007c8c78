"""What replay shows: a bar while it runs, and counts at the end that add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.failures.replay.replay import End
from firelake.operations.counts import counted, noun
from firelake.operations.progress import showing_progress
from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.text import Text

    from firelake.failures.replay.replay import Progress as Counts

_TO_SEND: Final = "to send"


def summary(counts: Counts, *, is_dry_run: bool) -> list[Text]:
    """Returns what became of everything, one line a count."""
    lines = [plain(f"{counts.items:>9,} {noun(counts.items, 'event')} chosen, of which")]
    for end in End:
        count = counts.ends[end]
        name = _name(end, is_dry_run=is_dry_run)
        meaning = "would be put on the stream" if name == _TO_SEND else end.meaning
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
    """Returns when another run is worth it for events that are left for later."""
    if end is not End.LATER or not counts.settled_ms:
        return ""
    settled = datetime.fromtimestamp(counts.settled_ms / 1000, UTC) + timedelta(minutes=1)
    when = f"{settled:%Y-%m-%d %H:%M} UTC"
    return f" after {when}, once Firehose has delivered something that came later"


def progress_bar(
    console: Console, *, is_dry_run: bool
) -> AbstractContextManager[Callable[[Counts], None]]:
    """Shows how far it is; how much there is in all nobody knows before it is read."""

    def line(counts: Counts) -> str:
        ends = ", ".join(
            f"{counts.ends[end]:,} {_name(end, is_dry_run=is_dry_run)}"
            for end in End
            if counts.ends[end]
        )
        events = counted(counts.items, "event")
        return f"{events}: {ends}" if ends else events

    return showing_progress(console, None, lambda counts: counts.items, line, line, every_s=0.0)


def _name(end: End, *, is_dry_run: bool) -> str:
    return _TO_SEND if is_dry_run and end is End.SENT else end.value
