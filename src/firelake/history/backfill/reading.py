"""Pieces of input to events by the transform's own code: closed, not closed yet, invalid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.contract.reasons import Reason
from firelake.history.backfill.slices import digest_of_chunk
from firelake.transform.diagnosis import whole_record
from firelake.transform.events import RecordPosition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.formats.documents import Document
    from firelake.history.backfill.slices import Piece
    from firelake.operations.settings_history import Closing
    from firelake.transform.diagnosis import Problem
    from firelake.transform.events import EventReader, ValidEvent

# Begins the stream position of rows that did not come by the stream. No shard is called so.
POSITION_PREFIX: Final = "backfill"


@dataclass(frozen=True, slots=True)
class Invalid:
    """An event that is not brought in, and why.

    Attributes:
        document: It, or what stands in its place, and where.
    """

    source: str
    document: Document
    problems: Sequence[Problem]

    @property
    def place(self) -> str:
        """Where it begins, for a reader."""
        return f"line {self.document.line} (byte {self.document.offset:,})"


@dataclass(slots=True)
class Found:
    """What the pieces of one chunk hold.

    Attributes:
        digest: Names the chunk by its content.
        events: The valid and closed events, in their order.
        invalid: The events that are not valid, and what is no event.
        later: How many valid events are not closed yet.
    """

    digest: str
    events: list[ValidEvent] = field(default_factory=list["ValidEvent"])
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
        for piece in pieces:
            for document in piece.documents:
                for each in self._events(document):
                    self._read(found, piece.source, each)
        return found

    def _events(self, document: Document) -> Iterable[Document]:
        """Each event of a wrapper, in its place."""
        events = self._reader.split(document.data)
        if len(events) == 1:
            return (document,)
        return (document._replace(data=each, size_bytes=len(each)) for each in events)

    def _read(self, found: Found, source: str, document: Document) -> None:
        reading = self._reader.read(document.data, self._position(found))
        problems = reading.problems
        if document.size_bytes > len(document.data):
            expected = f"a document of at most {len(document.data):,} bytes"
            problems = (whole_record(Reason.NOT_JSON, expected),)
        if problems:
            found.invalid.append(Invalid(source, document, problems))
        elif reading.events:
            self._take(found, reading.events[0])

    def _take(self, found: Found, event: ValidEvent) -> None:
        if self._closing.is_closed(event.created_at_s, self._now_ms / 1000):
            found.events.append(event)
        else:
            found.later += 1
            found.latest_s = max(found.latest_s, event.created_at_s)

    def _position(self, found: Found) -> RecordPosition:
        return RecordPosition(f"{POSITION_PREFIX}:{found.digest}:{found.count}", self._now_ms)
