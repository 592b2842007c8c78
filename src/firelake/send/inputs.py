"""What a file or standard input holds, as documents to send, as they come.

Refused before anything is sent is what does not begin as JSON does; a document that is broken later
on, or is no object, is told with its place and left out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.formats.bodies import text_pieces
from firelake.formats.documents import documents
from firelake.formats.errors import RestUnreadError
from firelake.operations.errors import InputError
from firelake.operations.event_text import one_line
from firelake.send.records import Outgoing
from firelake.transform.rules import is_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.formats.documents import Document

STDIN: Final = Path("-")
READ_BYTES: Final = 262_144
# Where nothing is an object in so many bytes, the rest is not looked at.
_HEAD_BYTES: Final = 1024 * 1024
_CHUNK_EVENTS: Final = 500
# Chunks read ahead.
_READ_AHEAD: Final = 2

Chunk = list[Outgoing]


def bytes_of(path: Path) -> Callable[[], bytes]:
    """Gives the bytes of a file, or of standard input for `-`, as they come.

    Reads past Python's buffers: their lock is held while a thread waits.

    Raises:
        InputError: It cannot be read; also whenever bytes are asked for.
    """
    try:
        descriptor = 0 if path == STDIN else os.open(path, os.O_RDONLY)
    except OSError as error:
        message = f"{str(path)!r} cannot be read: {error.strerror}"
        raise InputError(message) from error

    def read() -> bytes:
        try:
            return os.read(descriptor, READ_BYTES)
        except OSError as error:
            message = f"{str(path)!r} cannot be read: {error.strerror}"
            raise InputError(message) from error

    return read


def name_of(path: Path) -> str:
    """Returns what an input is called in errors."""
    return "standard input" if path == STDIN else repr(str(path))


def documents_to_send(read: Callable[[], bytes], name: str) -> Iterator[Chunk]:
    """Reads JSON objects, in chunks that never wait for what has not come yet.

    Args:
        read: Gives the next bytes as soon as there are some, and none at the end.
        name: What the input is called in errors.

    Yields:
        What is to be sent, and with a fault what is not, in its order.

    Raises:
        InputError: It begins with something else, so nothing was given; or what `read` raises.
    """
    head: Chunk = []
    chunks = _chunks(read)
    for chunk in chunks:
        head += chunk
        if head[0].payload[:1] not in (b"{", b"["):
            break
        if any(each.fault is None for each in head):
            yield head
            yield from chunks
            return
        if sum(len(each.payload) for each in head) > _HEAD_BYTES:
            break
    if head:
        message = (
            f"{name} is not sent, as it holds no JSON objects: {head[0].place}: {head[0].fault};"
            " JSON objects are read in lines, spread over lines, with nothing between or in an"
            " array, as UTF-8 or UTF-16, plain or gzip"
        )
        raise InputError(message)


def _chunks(read: Callable[[], bytes]) -> Iterator[Chunk]:
    """Reads in a thread, as the reader of documents waits for bytes itself.

    What is whole by then is given before each reading.
    """
    queue: Queue[Chunk | Exception | None] = Queue(_READ_AHEAD)

    def run() -> None:
        try:
            _read(read, queue.put)
        except Exception as error:  # noqa: BLE001 -- raised again by whoever takes the chunks
            queue.put(error)
        queue.put(None)

    # A daemon: a read from a terminal or a pipe cannot be ended from here.
    Thread(target=run, name="input", daemon=True).start()
    while (taken := queue.get()) is not None:
        if isinstance(taken, Exception):
            raise taken
        yield taken


def _read(read: Callable[[], bytes], give: Callable[[Chunk], None]) -> None:
    waiting: Chunk = []

    def give_all() -> None:
        nonlocal waiting
        if waiting:
            give(waiting)
            waiting = []

    def pieces() -> Iterator[bytes]:
        while True:
            give_all()
            piece = read()
            if not piece:
                return
            yield piece

    try:
        for document in documents(text_pieces(pieces()), takes_arrays_apart=True):
            waiting.append(_outgoing(document))
            if len(waiting) == _CHUNK_EVENTS:
                give_all()
    except RestUnreadError as error:
        waiting.append(Outgoing(b"", fault=str(error), place=_place(error.line, error.offset)))
    give_all()


def _outgoing(document: Document) -> Outgoing:
    place = _place(document.line, document.offset)
    data = document.data
    fault = None
    if document.fault is not None:
        fault = f"{document.fault} ({document.size_bytes:,} bytes)"
    elif not data.startswith(b"{"):
        fault = "it is no JSON object"
    elif not is_utf8(data):
        fault = "it is not UTF-8"
    else:
        # Whatever reads raw records by lines counts lines. What msgspec refuses the function does
        # too, and tells why.
        with suppress(msgspec.DecodeError, RecursionError):
            data = one_line(data)
    return Outgoing(data, fault=fault, place=place)


def _place(line: int, offset: int) -> str:
    return f"line {line:,} (byte {offset:,})"
