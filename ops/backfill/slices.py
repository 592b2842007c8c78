"""Inputs cut into pieces, chunks and slices, by their content alone and before anything is read.

A *piece* is a run of whole records of one input, a *chunk* what one process reads at once, a
*slice* what goes into one file a partition. Equal inputs give equal slices.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# A slice's rows are smaller than its JSON, so that no file passes 256 MB.
SLICE_BYTES: Final = 240 * 1024 * 1024
CHUNK_BYTES: Final = 8 * 1024 * 1024
# What Kinesis takes at most for one record; a longer one is cut, and then is no JSON.
MAX_RECORD_BYTES: Final = 10 * 1024 * 1024
_DIGEST_LENGTH: Final = 32

_STRING_OR_BRACKET: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cutting:
    """Where inputs are cut.

    Attributes:
        slice_bytes: A slice ends with the chunk in which it has so many bytes.
        chunk_bytes: A chunk ends with the piece in which it has so many bytes, a piece with the
            record in which it has.
        record_bytes: The longest record.
    """

    slice_bytes: int = SLICE_BYTES
    chunk_bytes: int = CHUNK_BYTES
    record_bytes: int = MAX_RECORD_BYTES


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole records of one input.

    Attributes:
        source: The input's name.
        first_line: The number of the first line of it, from 1.
        data: JSON objects, as a rule one a line.
    """

    source: str
    first_line: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pieces that are read at once.

    Attributes:
        pieces: The pieces.
        ends_slice: Whether the slice ends with it, as it is full.
    """

    pieces: Sequence[Piece]
    ends_slice: bool

    @property
    def size_bytes(self) -> int:
        """How long its pieces are in all."""
        return sum(len(piece.data) for piece in self.pieces)


def digest_of_chunk(pieces: Iterable[Piece]) -> str:
    """Name a chunk by its content, in 32 hexadecimal digits."""
    hashed = hashlib.sha256()
    for piece in pieces:
        hashed.update(piece.data)
    return hashed.hexdigest()[:_DIGEST_LENGTH]


def digest_of_slice(chunks: Iterable[str]) -> str:
    """Name a slice by the digests of its chunks, in 32 hexadecimal digits."""
    return hashlib.sha256("".join(chunks).encode()).hexdigest()[:_DIGEST_LENGTH]


def cut_pieces(source: str, blocks: Iterable[bytes], cutting: Cutting) -> Iterator[Piece]:
    """Cut one input into pieces.

    Args:
        source: The input's name.
        blocks: Its bytes, in blocks of any length.
        cutting: How long pieces are.
    """
    buffer = bytearray()
    line = 1
    for block in blocks:
        buffer += block
        while (end := _end_of_piece(buffer, cutting)) is not None:
            piece = Piece(source, line, bytes(buffer[:end]))
            del buffer[:end]
            line += piece.data.count(b"\n")
            yield piece
    if buffer:
        yield Piece(source, line, bytes(buffer))


def chunks_of(pieces: Iterable[Piece], cutting: Cutting) -> Iterator[Chunk]:
    """Join pieces to chunks, and tell where slices end."""
    gathered = _Gathered()
    for piece in pieces:
        gathered.pieces.append(piece)
        gathered.chunk_bytes += len(piece.data)
        if gathered.chunk_bytes >= cutting.chunk_bytes:
            yield gathered.chunk(cutting)
    if gathered.pieces:
        yield gathered.chunk(cutting)


@dataclass(slots=True)
class _Gathered:
    pieces: list[Piece] = field(default_factory=list[Piece])
    chunk_bytes: int = 0
    slice_bytes: int = 0

    def chunk(self, cutting: Cutting) -> Chunk:
        self.slice_bytes += self.chunk_bytes
        is_full = self.slice_bytes >= cutting.slice_bytes
        chunk = Chunk(tuple(self.pieces), is_full)
        self.pieces, self.chunk_bytes = [], 0
        if is_full:
            self.slice_bytes = 0
        return chunk


def _end_of_piece(buffer: bytearray, cutting: Cutting) -> int | None:
    """Where the piece at the buffer's start ends; None where that is not known yet.

    An object may be spread over lines, so the best place is before a line that opens one; what has
    no lines at all is cut where a JSON value ends. What else there is decides nothing: the answer
    is the same however many bytes have come by now.
    """
    start, end = cutting.chunk_bytes, cutting.chunk_bytes + cutting.record_bytes
    if len(buffer) <= start:
        return None
    found = buffer.find(b"\n{", start - 1, end)
    if found >= 0:
        return found + 1
    if len(buffer) < end:
        return None
    found = buffer.find(b"\n", start - 1, end)
    return found + 1 if found >= 0 else _end_of_value(buffer[:end], start) or end


def _end_of_value(data: bytearray, start: int) -> int | None:
    """Where the first value that ends at or after `start` does; None if none does."""
    depth = 0
    for end, change in brackets(data):
        depth += change
        if depth <= 0 and end >= start:
            return end
    return None


def brackets(data: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Find the brackets of JSON text, those in strings left out.

    Yields:
        Where the bracket ends, and 1 if it opens or -1 if it closes.
    """
    for match in _STRING_OR_BRACKET.finditer(data):
        first = match[0][:1]
        if first in b"[{":
            yield match.end(), 1
        elif first in b"]}":
            yield match.end(), -1
