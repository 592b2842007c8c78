"""Bodies of files and objects as UTF-8 pieces: plain or gzip, whole or not, in flat memory."""

from __future__ import annotations

import codecs
import zlib
from itertools import chain
from typing import TYPE_CHECKING, Final

from firelake.formats.errors import BodyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 16 + zlib.MAX_WBITS
_PIECE_BYTES: Final = 262_144

# By its mark, or, as JSON begins with two ASCII characters, by where the zeros are (RFC 4627, 3).
_UTF_16: Final = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD_BYTES: Final = 4


def text_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Returns a body's text as UTF-8: unpacked where it is gzip, decoded where it is UTF-16.

    What is wrong with UTF-16 stays wrong: half a pair becomes bytes that are no UTF-8.

    Raises:
        BodyError: It is damaged or cut off.
    """
    head, rest = _head(plain_pieces(chunks), _HEAD_BYTES)
    encoding = _utf_16_of(head)
    if encoding is None:
        yield head
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for piece in chain((head,), rest):
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        message = "its UTF-16 ends within a character"
        raise BodyError(message) from error


def plain_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Returns a body as it is, or unpacked where it is gzip, whatever its name says.

    Raises:
        BodyError: It is gzip, but damaged or cut off.
    """
    head, rest = _head(iter(chunks), len(_GZIP_MAGIC))
    if head.startswith(_GZIP_MAGIC):
        yield from _unpacked(head, rest)
    else:
        yield head
        yield from rest


def _head(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Joins chunks until there are as many bytes as wanted, or a line: a pipe may wait then."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= size or head.endswith(b"\n"):
            break
    return head, chunks


def _utf_16_of(head: bytes) -> str | None:
    for mark, encoding in _UTF_16:
        if head.startswith(mark):
            return encoding
    if len(head) >= _HEAD_BYTES:
        if head[1] == head[3] == 0 != head[0]:
            return "utf-16-le"
        if head[0] == head[2] == 0 != head[1]:
            return "utf-16-be"
    return None


def _unpacked(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """Unpacks member after member, a piece at a time however much a chunk unpacks to."""
    member = zlib.decompressobj(_GZIP)
    packed = head
    while True:
        try:
            piece = member.decompress(packed, _PIECE_BYTES)
        except zlib.error as error:
            message = f"its gzip is damaged ({error})"
            raise BodyError(message) from error
        if piece:
            yield piece
        packed = member.unused_data if member.eof else member.unconsumed_tail
        if member.eof:
            # Some writers pad with zeros, as tapes want it; gzip itself skips these.
            packed = packed.lstrip(b"\0")
        if not packed and not piece:
            packed = next(rest, b"")
            if not packed:
                break
            if member.eof:
                packed = packed.lstrip(b"\0")
        if member.eof and packed:
            member = zlib.decompressobj(_GZIP)
    if not member.eof:
        message = "its gzip ends too early"
        raise BodyError(message)
