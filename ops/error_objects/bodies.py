"""The body of an object to its lines, as it comes: plain or gzip, whole or not, in flat memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The function's answer is at most 6 MB, so no record that Firehose holds makes a longer line.
MAX_LINE_BYTES: Final = 16 * 1024 * 1024

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 16 + zlib.MAX_WBITS
_PIECE_BYTES: Final = 262_144


class BodyError(OpsError, ValueError):
    """Raised when a body cannot be read to its end; what came before has been given."""


def plain_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Give a body as it is, or unpacked where it is gzip, whatever its name says.

    Args:
        chunks: The body as it comes.

    Raises:
        BodyError: It is gzip, but damaged or cut off.
    """
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) >= len(_GZIP_MAGIC):
            break
    if not head.startswith(_GZIP_MAGIC):
        yield head
        yield from rest
        return
    yield from _unpacked(head, rest)


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
        if not packed and not piece:
            packed = next(rest, b"")
            if not packed:
                break
        if member.eof and packed:
            member = zlib.decompressobj(_GZIP)
    if not member.eof:
        message = "its gzip ends too early"
        raise BodyError(message)


def numbered_lines(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Cut a body into lines, leaving out blank ones.

    Args:
        pieces: The unpacked body.

    Yields:
        Number of the line, from 1, and the line without its end.

    Raises:
        BodyError: A line is longer than any of Firehose's; or what `pieces` raises, once the
            whole lines before have been given. What is left of a cut line is not given then.
    """
    number = 1
    rest = bytearray()
    for piece in pieces:
        rest += piece
        if b"\n" in piece:
            *lines, last = bytes(rest).split(b"\n")
            for line in lines:
                if stripped := line.strip():
                    yield number, stripped
                number += 1
            rest = bytearray(last)
        if len(rest) > MAX_LINE_BYTES:
            message = f"line {number} is longer than {MAX_LINE_BYTES} bytes"
            raise BodyError(message)
    if stripped := bytes(rest).strip():
        yield number, stripped
