"""The standard streams of a command: closed, full, or at a reader that has gone."""

from __future__ import annotations

import io
import os
import sys
from typing import IO

import msgspec

from firelake.operations.terminal import plain, say

_STDIN, _STDOUT, _STDERR = range(3)


def open_streams() -> None:
    """Make the standard streams usable, whatever the caller made of them.

    A descriptor that is closed would be given to the next file or connection that is opened, and
    what is printed would go there. What cannot be encoded for a terminal is written escaped.
    """
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] -- where it is closed
        sys.stdin = open(_opened(_STDIN, os.O_RDONLY), encoding="utf-8")  # noqa: SIM115
    # For reading only, so that writing fails, as it must: nobody gets what is printed.
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stdout = open(_opened(_STDOUT, os.O_RDONLY), "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stderr = open(_opened(_STDERR, os.O_WRONLY), "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_written() -> bool:
    """Write out what is printed so far, and tell where that cannot be done.

    A reader that has gone, as `head` does when it has enough, is told nothing.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
        return False
    except (OSError, ValueError) as error:
        _silence(sys.stdout)
        why = error.strerror if isinstance(error, OSError) else error
        tell(f"standard output cannot be written: {why}")
        return False
    return True


def write_json(document: object) -> None:
    """Write a document on standard output, as JSON in one line."""
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")


def tell(text: str) -> None:
    """Tell on standard error what is wrong, one line for each thing.

    Args:
        text: What is wrong, with text from outside in it.
    """
    try:
        say(*(plain(line, "bold red") for line in f"firelake: {text}".split("\n")))
    except OSError:
        _silence(sys.stderr)  # Nobody can be told.


def _opened(descriptor: int, flags: int) -> int:
    found = os.open(os.devnull, flags)
    if found != descriptor:
        os.dup2(found, descriptor)
        os.close(found)
    return descriptor


def _silence(stream: IO[str]) -> None:
    """Sends what is left to nowhere, as Python would fail once more when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return  # It is no file.
