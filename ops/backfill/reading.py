"""Pieces of input to events by the transform's own code: valid and closed, not closed yet, invalid.

A line holds one event as a rule. Where it holds several, each is judged by itself; where one is
spread over lines, the lines are put together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from contract.reasons import Reason
from ops.backfill.slices import MAX_RECORD_BYTES, brackets, digest_of_chunk
from ops.error_objects.events import split
from transform.events import RecordPosition
from transform.rules import MAX_NESTING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.backfill.rules import Closing
    from ops.backfill.slices import Piece
    from transform.diagnosis import Problem
    from transform.events import EventReader, ValidEvent

# Begins the stream position of rows that did not come by the stream. No shard is called so.
POSITION_PREFIX: Final = "backfill"

_WHITESPACE: Final = b" \t\r"


@dataclass(frozen=True, slots=True)
class Invalid:
    """An event that is not brought in, and why.

    Attributes:
        source: The input.
        line: Where it begins, from 1.
        problems: What is wrong with it.
        payload: It, or what stands in its place.
    """

    source: str
    line: int
    problems: Sequence[Problem]
    payload: bytes


@dataclass(slots=True)
class Found:
    """What the pieces of one chunk hold.

    Attributes:
        digest: Names the chunk by its content.
        events: The valid and closed events, in their order.
        lines: The line of each of them.
        sources: The piece of each of them, by its number.
        invalid: The events that are not valid, and what is no event.
        later: How many valid events are not closed yet.
        latest_s: The latest creation among those.
    """

    digest: str
    events: list[ValidEvent] = field(default_factory=list["ValidEvent"])
    lines: list[int] = field(default_factory=list[int])
    sources: list[int] = field(default_factory=list[int])
    invalid: list[Invalid] = field(default_factory=list[Invalid])
    later: int = 0
    latest_s: float = 0.0

    @property
    def count(self) -> int:
        """How many events there are in all."""
        return len(self.events) + len(self.invalid) + self.later


class PieceReader:
    """Reads pieces at one moment."""

    def __init__(self, reader: EventReader, closing: Closing, now_ms: int) -> None:
        """Takes what decides.

        Args:
            reader: Reads events that were created at any time.
            closing: Which events are closed.
            now_ms: A moment before the lake is asked, Unix time.
        """
        self._reader = reader
        self._closing = closing
        self._now_ms = now_ms

    def read(self, pieces: Sequence[Piece]) -> Found:
        """Read all events of a chunk; any bytes at all.

        The stream position of a row tells the chunk by its content, and the number of the event in
        it, so that equal inputs give equal rows.
        """
        found = Found(digest_of_chunk(pieces))
        for source, piece in enumerate(pieces):
            lines = piece.data.split(b"\n")
            number = 0
            while number < len(lines):
                if line := lines[number].strip(_WHITESPACE):
                    before = len(found.events)
                    used = self._read_line(found, piece, lines, number, line)
                    taken = len(found.events) - before
                    found.lines += [piece.first_line + number] * taken
                    found.sources += [source] * taken
                    number += used
                else:
                    number += 1
        return found

    def _read_line(
        self, found: Found, piece: Piece, lines: Sequence[bytes], number: int, line: bytes
    ) -> int:
        """Reads what begins with a line, and tells how many lines it has."""
        reading = self._reader.read(line, self._position(found))
        if len(reading.events) == 1:
            self._take(found, reading.events[0])
            return 1
        used = 1
        if reading.problems and reading.problems[0].reason is Reason.NOT_JSON:
            used = _lines_of_value(lines, number)
            line = b"\n".join(lines[number : number + used])
        for document in split(line):
            reading = self._reader.read(document, self._position(found))
            if reading.problems:
                line_number = piece.first_line + number
                found.invalid.append(Invalid(piece.source, line_number, reading.problems, document))
            for event in reading.events:
                self._take(found, event)
        return used

    def _take(self, found: Found, event: ValidEvent) -> None:
        if self._closing.is_closed(event.created_at_s, self._now_ms / 1000):
            found.events.append(event)
        else:
            found.later += 1
            found.latest_s = max(found.latest_s, event.created_at_s)

    def _position(self, found: Found) -> RecordPosition:
        return RecordPosition(f"{POSITION_PREFIX}:{found.digest}:{found.count}", self._now_ms)


def _lines_of_value(lines: Sequence[bytes], number: int) -> int:
    """How many lines the value has that begins with a line; 1 where it does not end.

    No string goes over the end of a line in JSON, so that each line's brackets count by themselves.
    """
    depth = size_bytes = 0
    for index in range(number, len(lines)):
        line = lines[index]
        depth += sum(change for _, change in brackets(line))
        size_bytes += len(line) + 1
        if depth <= 0:
            return index - number + 1
        if depth > MAX_NESTING or size_bytes > MAX_RECORD_BYTES:
            break
    return 1
