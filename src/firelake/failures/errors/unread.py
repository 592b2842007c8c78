"""What could not be read: counted whole, and listed so that no object hides another's trouble."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.failures.errors.lines import Unreadable

# Bounds of what is listed, whatever comes: single things of one object, and all.
MOST_OF_OBJECT: Final = 3
MOST_LISTED: Final = 100


@dataclass(slots=True)
class Unread:
    """What could not be read.

    Attributes:
        listed: The first of it: what ends an object or is one always, single things of an object
            as far as they are few.
    """

    count: int = 0
    listed: list[Unreadable] = field(default_factory=list["Unreadable"])

    def add(self, unreadable: Unreadable) -> None:
        """Count what could not be read."""
        self.count += 1
        if len(self.listed) == MOST_LISTED:
            return
        if not unreadable.is_rest and unreadable.place.line:
            key = unreadable.place.key
            if sum(each.place.key == key for each in self.listed) >= MOST_OF_OBJECT:
                return
        self.listed.append(unreadable)

    def lines(self) -> Iterator[str]:
        """Yield what an operator is told, a line each, and how much is not listed."""
        for each in self.listed:
            yield f"not read: {each.place}: {each.why}"
        if self.count > len(self.listed):
            yield f"not read: {self.count - len(self.listed):,} more, not listed here"
