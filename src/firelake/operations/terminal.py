"""Text for a terminal: consoles, and what came from outside shown so that it can do no harm."""

from __future__ import annotations

import errno
import os
import unicodedata
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Control, format (which turn the direction of writing), surrogate, private use and unassigned
# characters, and the two separators that end a line.
_HARMFUL: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LONGEST: Final = 500


def harmless(text: str) -> str:
    r"""Show a text from outside with every character visible and on one line.

    Args:
        text: Anything, such as a file's name or an error text of AWS.

    Returns:
        The text with control characters and the like as Python writes them (`\x1b`), cut where
        it is very long. It may still hold what Rich takes for markup: print it by `plain`.
    """
    shown = visible(text[:_LONGEST])
    return shown if len(text) <= _LONGEST else f"{shown}..."


def visible(text: str) -> str:
    r"""Show a text whole with control characters and the like as Python writes them (`\x1b`)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        ascii(each)[1:-1] if unicodedata.category(each) in _HARMFUL else each for each in text
    )


def plain(text: str, style: str = "") -> Text:
    """Returns a text for Rich that is printed as it stands: no markup, no control characters."""
    return Text(harmless(text), style=style)


class _Console(Console):
    """Leaves it to the command line what becomes of a reader that has gone."""

    def on_broken_pipe(self) -> None:
        """Raise what Rich would hide; it is called while it is being handled."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def output() -> Console:
    """Returns the console for results, on standard output."""
    return _Console(markup=False, highlight=False, soft_wrap=True)


def report() -> Console:
    """Returns the console for progress and errors, on standard error."""
    return _Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


def print_lines(*lines: str | Text) -> None:
    """Print lines on standard output, each as `plain` has it."""
    _print(output(), lines)


def say(*lines: str | Text) -> None:
    """Print lines on standard error, each as `plain` has it."""
    _print(report(), lines)


def say_step(what: str) -> None:
    """Say what a command that takes its time is about to do, or has done."""
    say(f"· {what}")


def text_table(
    title: str | Text,
    texts: Sequence[str],
    numbers: Sequence[str],
    rows: Iterable[Sequence[str | int | Text]],
) -> Table:
    """Make a table of which the first columns are texts, folded where long, the others numbers.

    Args:
        texts: Names of the first columns.
        rows: The values; a text is shown as `plain` has it.
    """
    table = Table(title=title)
    for name in texts:
        table.add_column(name, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*(f"{each:,}" if isinstance(each, int) else _text(each) for each in row))
    return table


def _print(console: Console, lines: Iterable[str | Text]) -> None:
    for line in lines:
        console.print(_text(line))


def _text(text: str | Text) -> Text:
    return plain(text) if isinstance(text, str) else text
