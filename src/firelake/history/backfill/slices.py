"""Inputs cut into pieces, chunks and slices, by their content alone and before anything is read.

A *piece* is a run of whole documents of one input, a *chunk* what one process reads at once, a
*slice* what goes into one file a partition. Equal inputs give equal slices.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.formats.documents import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from firelake.formats.documents import Document

# A slice's rows are smaller than its JSON, so that no file passes 256 MB.
SLICE_BYTES: Final = 240 * 1024 * 1024
CHUNK_BYTES: Final = 8 * 1024 * 1024
_DIGEST_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Cutting:
    """Where inputs are cut.

    Attributes:
        slice_bytes: A slice ends with the chunk in which it has so many bytes.
        chunk_bytes: A chunk ends with the piece in which it has so many bytes, a piece with the
            document in which it has.
        document_bytes: The longest document.
    """

    slice_bytes: int = SLICE_BYTES
    chunk_bytes: int = CHUNK_BYTES
    document_bytes: int = MAX_DOCUMENT_BYTES


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole documents of one input.

    Attributes:
        documents: Its JSON documents, and what is broken between them.
    """

    source: str
    documents: tuple[Document, ...]

    @property
    def size_bytes(self) -> int:
        """How long its documents are in all."""
        return sum(len(document.data) for document in self.documents)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Pieces that are read at once.

    Attributes:
        ends_slice: Whether the slice ends with it, as it is full.
    """

    pieces: Sequence[Piece]
    ends_slice: bool

    @property
    def size_bytes(self) -> int:
        """How long its pieces are in all."""
        return sum(piece.size_bytes for piece in self.pieces)


def digest_of_chunk(pieces: Iterable[Piece]) -> str:
    """Name a chunk by its content, in 32 hexadecimal digits."""
    hashed = hashlib.sha256()
    for piece in pieces:
        for document in piece.documents:
            hashed.update(document.data)
            hashed.update(b"\n")
    return hashed.hexdigest()[:_DIGEST_LENGTH]


def digest_of_slice(chunks: Iterable[str]) -> str:
    """Name a slice by the digests of its chunks, in 32 hexadecimal digits."""
    return hashlib.sha256("".join(chunks).encode()).hexdigest()[:_DIGEST_LENGTH]


def cut_pieces(source: str, documents: Iterable[Document], cutting: Cutting) -> Iterator[Piece]:
    """Cut one input into pieces."""
    taken: list[Document] = []
    size_bytes = 0
    for document in documents:
        taken.append(document)
        size_bytes += len(document.data)
        if size_bytes >= cutting.chunk_bytes:
            yield Piece(source, tuple(taken))
            taken, size_bytes = [], 0
    if taken:
        yield Piece(source, tuple(taken))


def chunks_of(pieces: Iterable[Piece], cutting: Cutting) -> Iterator[Chunk]:
    """Join pieces to chunks, and tell where slices end."""
    gathered = _Gathered()
    for piece in pieces:
        gathered.pieces.append(piece)
        gathered.chunk_bytes += piece.size_bytes
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
