"""Counts in words: one event, two events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def noun(number: float, one: str, many: str = "") -> str:
    """Return the noun, or the words, that go behind a number.

    Args:
        number: How many.
        one: What a single one is called.
        many: What several are called; `one` and an s if empty.
    """
    return one if number == 1 else many or f"{one}s"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun, such as `1 event` or `1,000 events`; see `noun`."""
    return f"{number:,} {noun(number, one, many)}"


def few(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many more there are."""
    rest = len(names) - most
    return f"{', '.join(names[:most])}{f' and {rest} more' if rest > 0 else ''}"
