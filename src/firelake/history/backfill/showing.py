"""What backfill shows: a bar while it runs, counts at the end that add up, what is invalid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from firelake.operations.counts import counted, noun
from firelake.operations.event_text import EventText
from firelake.operations.progress import showing_progress
from firelake.operations.result_files import writing
from firelake.operations.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from rich.console import Console
    from rich.text import Text

    from firelake.history.backfill.reading import Invalid
    from firelake.history.backfill.tally import Tally
    from firelake.operations.settings_history import Closing

_MIB: Final = 1024 * 1024

_encode: Final = msgspec.json.Encoder().encode


def summary(tally: Tally, closing: Closing, elapsed_s: float, *, is_dry_run: bool) -> list[Text]:
    """Returns what became of everything, one line a count."""
    rate = tally.events / elapsed_s if elapsed_s > 0 else 0.0
    done = "would be written" if is_dry_run else "written"
    lines = [
        plain(f"{tally.events:>13,} {noun(tally.events, 'event')} read ({rate:,.0f}/s), of which")
    ]
    lines += [
        plain(f"{count:>13,} {name}")
        for count, name in (
            (tally.written, f"{done}: the lake lacked them"),
            (tally.there, "there: the lake has them"),
            (tally.repeated, "repeated: copies of another one of the input"),
            (tally.later, later_text(tally.latest_s, closing)),
            (tally.invalid, "invalid: left in the input"),
            (tally.undone, "undone: not written, as something failed"),
        )
        if count
    ]
    lines += [plain(f"{'':>15}{count:,} {reason}") for reason, count in tally.reasons.most_common()]
    lines += [
        plain(f"{event.source}, {event.place}: {_first_problem(event)}") for event in tally.samples
    ]
    if tally.files:
        size = f"{tally.files_bytes / _MIB:,.1f} MiB"
        lines.append(plain(f"{tally.files:>13,} {noun(tally.files, 'file')}, {size}"))
    if not tally.adds_up:
        lines.append(plain("fault: the counts do not add up", "bold red"))
    lines += [plain(f"fault: {fault}", "bold red") for fault in tally.faults]
    if tally.is_interrupted:
        lines.append(plain("interrupted: run it again, it goes on where it was", "bold red"))
    if is_dry_run:
        lines.append(plain("a dry run: nothing was changed"))
    return lines


def later_text(latest_s: float, closing: Closing) -> str:
    """Returns why some events wait, and until when, where a calendar tells that.

    Args:
        latest_s: Creation of the latest of them, Unix time.
    """
    text = "later: a copy may still come by the stream"
    try:
        closes = datetime.fromtimestamp(closing.closes_at_s(latest_s), UTC)
    except (OverflowError, ValueError):
        return text
    return f"{text} until {closes:%Y-%m-%d %H:%M} UTC"


def _first_problem(event: Invalid) -> str:
    problem = event.problems[0]
    return f"{problem.reason.value}: {problem.path or 'event'}: not {problem.expected}"


def progress_bar(
    console: Console, total: int | None, now_s: Callable[[], float]
) -> AbstractContextManager[Callable[[Tally], None]]:
    """Shows how many of all bytes are read, as they are stored, as `showing_progress` does."""
    start_s = now_s()

    def text(tally: Tally) -> str:
        return _line(tally, now_s() - start_s)

    return showing_progress(console, total, lambda tally: tally.read_bytes, text, text, now_s=now_s)


def _line(tally: Tally, elapsed_s: float) -> str:
    return f"{counted(tally.events, 'event')} read ({tally.events / max(elapsed_s, 0.001):,.0f}/s)"


class InvalidFile:
    """Writes events that are not brought in to a file, one JSON object a line."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        """Takes its path, and the open file."""
        self._path = path
        self._file = file

    def __call__(self, event: Invalid) -> None:
        """Write one.

        Raises:
            OutputError: It cannot be written.
        """
        text = EventText.of(event.document.data)
        described: dict[str, Any] = {
            "source": event.source,
            "line": event.document.line,
            "offset": event.document.offset,
            "problems": [
                {"reason": each.reason.value, "path": each.path, "expected": each.expected}
                for each in event.problems
            ],
            **{name: value for name in text.__struct_fields__ if (value := getattr(text, name))},
        }
        with writing(self._path):
            self._file.write(_encode(described) + b"\n")
