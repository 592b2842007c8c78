"""The body of an object of S3 to its JSON documents, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.failures.errors.lines import Place, Unreadable
from firelake.formats.bodies import text_pieces
from firelake.formats.documents import documents
from firelake.formats.errors import BodyError, RestUnreadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.formats.documents import Document

# The longest document: a record of 10 MiB, the most that Kinesis takes, in base64.
MAX_LINE_BYTES: Final = 16 * 1024 * 1024
# Firehose writes what it buffered, 128 MiB at most, and puts some 300 bytes around each record:
# https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
MAX_OBJECT_BYTES: Final = 2 * 1024 * 1024 * 1024
# How much of a body is asked for at once.
CHUNK_BYTES: Final = 262_144


def placed_documents(
    key: str, chunks: Iterable[bytes]
) -> Iterator[tuple[Place, Document] | Unreadable]:
    """Reads what stands in an object, plain or gzip, in flat memory.

    Yields:
        Documents, and what is broken between them; at the end why the rest cannot be read, if so.
    """
    place = Place(key)
    try:
        for document in documents(_bounded(text_pieces(chunks)), max_bytes=MAX_LINE_BYTES):
            part = place.part + 1 if document.line == place.line else 0
            place = Place(key, document.line, document.offset, part)
            yield place, document
    except RestUnreadError as error:
        yield Unreadable(Place(key, error.line, error.offset), str(error), is_rest=True)


def _bounded(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Ends a body that unpacks to more than Firehose ever writes."""
    size_bytes = 0
    for piece in pieces:
        size_bytes += len(piece)
        if size_bytes > MAX_OBJECT_BYTES:
            message = f"it unpacks to more than {MAX_OBJECT_BYTES:,} bytes"
            raise BodyError(message)
        yield piece
