"""What is at hand of a text that comes in pieces: a window that grows, and forgets what is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.formats.errors import BodyError

if TYPE_CHECKING:
    from collections.abc import Iterable

# How far back is looked for what stands before a line.
BEFORE_BYTES: Final = 64
# So long an unfinished match is taken for one.
MOST_MATCH_BYTES: Final = 65_536

_SPACES: Final = re.compile(rb"[ \t\n\r]*+")


class Region:
    """A stretch that begins at a place, and whose first bytes are kept when they are dropped.

    Attributes:
        offset: Where it begins in all that came.
        line: The line in which it begins, from 1.
        kept: Its first bytes; None as long as they are at hand.
    """

    __slots__ = ("kept", "line", "offset")

    def __init__(self, offset: int, line: int) -> None:
        self.offset = offset
        self.line = line
        self.kept: bytes | None = None


class TextWindow:
    """The text from some place on.

    Attributes:
        text: What is at hand. Places are counted from its begin.
        base: Where it begins in all that came.
        is_end: Whether nothing comes after it.
        is_untried: Whether something came; to be unset by whoever looked at it.
        error: Why the text ends, where that is no end.
    """

    def __init__(self, pieces: Iterable[bytes], max_bytes: int) -> None:
        """Takes the text, and how much of it may be at hand, or a few times that."""
        self.text = bytearray()
        self.base = 0
        self.is_end = False
        self.is_untried = False
        self.error: BodyError | None = None
        self.region: Region | None = None
        self._pieces = iter(pieces)
        self._max_bytes = max_bytes
        self._counted = (0, 1)

    def begin_region(self, index: int) -> None:
        """Keeps what begins at a place."""
        self.region = Region(self.base + index, self.line_of(index))

    def grow(self) -> bool:
        """Takes the next piece; tells whether there was one."""
        if self.is_end:
            return False
        try:
            piece = next(self._pieces, None)
        except BodyError as error:
            self.error = error
            piece = None
        if piece is None:
            self.is_end = True
        else:
            self.text += piece
            self.is_untried = True
        return not self.is_end

    def drop(self, count: int) -> None:
        """Forgets what the text begins with; of a region its first bytes are kept."""
        region = self.region
        if region is not None and region.kept is None:
            start = region.offset - self.base
            region.kept = bytes(self.text[start : start + self._max_bytes])
        self.line_of(count)
        del self.text[:count]
        self.base += count

    def line_of(self, index: int) -> int:
        """The number of a line, for places that come in their order."""
        offset, line = self._counted
        place = self.base + index
        if place > offset:
            line += self.text.count(b"\n", offset - self.base, index)
            self._counted = (place, line)
        return line

    @property
    def end(self) -> tuple[int, int]:
        """Where the text ends so far in all that came: offset and line."""
        return self.base + len(self.text), self.line_of(len(self.text))

    def significant(self, index: int) -> int | None:
        """Where the next byte is that is no whitespace; None where none comes."""
        while True:
            found = _SPACES.match(self.text, index)
            end = index if found is None else found.end()
            if end < len(self.text):
                return end
            if end - index > self._max_bytes or not self.grow():
                return None

    def search(self, wanted: re.Pattern[bytes], start: int) -> int | None:
        """Where a pattern is found that may go on beyond the text; None where it never is."""
        while True:
            found = wanted.search(self.text, start)
            if found is None:
                if len(self.text) > self._max_bytes:
                    self.drop(max(0, len(self.text) - BEFORE_BYTES))
                start = len(self.text)
            else:
                start = found.start()
                is_long = len(self.text) - start > MOST_MATCH_BYTES
                if found.end() < len(self.text) or is_long:
                    return start
            if not self.grow():
                return None if found is None else start
