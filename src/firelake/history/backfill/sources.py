"""What can be brought in: files, objects of S3, raw records by their hours, and failed events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from firelake.contract.layout import raw_prefix
from firelake.contract.utc import as_utc
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.receipts import ReceiptError
from firelake.formats.bodies import text_pieces
from firelake.formats.documents import Document, documents
from firelake.formats.errors import RestUnreadError
from firelake.history.backfill.errors import SourceError
from firelake.operations.canaries import is_canary
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from firelake.failures.errors.events import ErrorEvent, ErrorEvents
    from firelake.failures.errors.listing import ErrorObject, ErrorSource, Selection
    from firelake.failures.errors.reading import ReadReceipts
    from firelake.history.backfill.store import Store, StoredFile

_BLOCK_BYTES: Final = 1024 * 1024
# Of S3, a call each.
_RANGE_BYTES: Final = 8 * 1024 * 1024
_S3: Final = "s3://"


class Source(Protocol):
    """One input.

    Attributes:
        size_bytes: How long it is as it is stored; 0 where nobody knows.
        read_bytes: How much of that has been read.
    """

    size_bytes: int
    read_bytes: int

    @property
    def name(self) -> str:
        """What it is called in reports."""
        ...

    def documents(self, note: Callable[[str], None], max_bytes: int) -> Iterator[Document]:
        """Returns its JSON documents, and what is broken between them.

        Args:
            note: Is told of a part that cannot be read.

        Raises:
            OpsError: The rest cannot be read.
        """
        ...


@dataclass(slots=True)
class StoredSource:
    """A file or an object, plain or gzip; fulfils `Source`.

    Attributes:
        size_bytes: How long it is as it is stored.
        read: Gives its bytes as they are stored.
        takes_arrays_apart: Whether the elements of an array are events, as in a file, but not in
            records.
        is_of_lake: Whether verify's canaries may be among them, which nobody wants brought in.
    """

    name: str
    size_bytes: int
    read: Callable[[], Iterator[bytes]]
    takes_arrays_apart: bool = True
    is_of_lake: bool = False
    read_bytes: int = 0

    def documents(self, note: Callable[[str], None], max_bytes: int) -> Iterator[Document]:
        """Yields its documents, unpacked."""
        try:
            for document in documents(
                text_pieces(self._counted()),
                max_bytes=max_bytes,
                takes_arrays_apart=self.takes_arrays_apart,
            ):
                if not (self.is_of_lake and is_canary(document.data)):
                    yield document
        except RestUnreadError as error:
            note(f"line {error.line} (byte {error.offset:,}): {error}")

    def _counted(self) -> Iterator[bytes]:
        for block in self.read():
            self.read_bytes += len(block)
            yield block


@dataclass(slots=True)
class FailedSource:
    """The events of one error object, or why there are none; fulfils `Source`."""

    failed: FailedEvents
    found: ErrorObject | Unreadable
    size_bytes: int = 0
    read_bytes: int = 0

    @property
    def name(self) -> str:
        """Its key."""
        return self.found.place.key if isinstance(self.found, Unreadable) else self.found.key

    def documents(self, note: Callable[[str], None], max_bytes: int) -> Iterator[Document]:
        """Yields its events, each in the line of its record."""
        del max_bytes  # Kinesis took them
        each = (self.found,) if isinstance(self.found, Unreadable) else self.failed.of(self.found)
        for event in each:
            if isinstance(event, Unreadable):
                note(f"line {event.place.line}: {event.why}" if event.place.line else event.why)
            else:
                place, data = event.place, event.event
                yield Document(place.offset or 0, place.line, data, len(data))


def local_file(path: Path) -> StoredSource:
    """Returns a file of this machine, plain or gzip.

    Raises:
        InputError: There is no such file.
    """
    if not path.is_file():
        message = f"{str(path)!r} is no file"
        raise InputError(message)
    return StoredSource(str(path), path.stat().st_size, lambda: _read_file(path))


def named_sources(text: str, store_of: Callable[[str], Store]) -> Iterator[StoredSource]:
    """Yields what an operator names: a file, `s3://bucket/key`, or all of `s3://bucket/prefix/`.

    Args:
        text: What the operator wrote.

    Raises:
        InputError: There is nothing of that name.
        LakeError: S3 refused.
    """
    if not text.startswith(_S3):
        yield local_file(Path(text))
        return
    bucket, _, key = text.removeprefix(_S3).partition("/")
    if not bucket:
        message = f"{text!r} names no bucket: write s3://bucket/key or s3://bucket/prefix/"
        raise InputError(message)
    store = store_of(bucket)
    is_prefix = not key or key.endswith("/")
    found = [file for file in store.files(key) if is_prefix or file.key == key]
    if not found:
        message = f"{text!r}: there is no object of that name; a prefix ends in /"
        raise InputError(message)
    for file in sorted(found, key=lambda file: file.key):
        yield stored_file(store, file, f"{_S3}{bucket}/{file.key}")


def raw_sources(store: Store, since: datetime, until: datetime) -> Iterator[StoredSource]:
    """Yields the raw records of whole hours of arrival.

    Args:
        since: A moment in the first hour.
        until: The moment before which the last hour begins.

    Raises:
        LakeError: S3 refused.
    """
    hour = as_utc(since).replace(minute=0, second=0, microsecond=0)
    while hour < until:
        for file in store.files(raw_prefix(hour)):
            yield stored_file(store, file, file.key, is_of_lake=True)
        hour += timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FailedEvents:
    """The events of error objects.

    Attributes:
        events: Takes these apart, whenever they arrived.
        receipts: Tell as what replay sent an event, if it did.
    """

    source: ErrorSource
    selection: Selection
    events: ErrorEvents
    receipts: ReadReceipts

    def of(self, found: ErrorObject) -> Iterator[ErrorEvent | Unreadable]:
        """Yields the events of an error object, each as it was sent last.

        Raises:
            BucketError: S3 refused.
        """
        try:
            receipt = self.receipts.read(found.key)
        except ReceiptError as error:
            yield Unreadable(Place(found.key), str(error))
            return
        for each in self.events.of_object(self.source.records(found, self.selection)):
            if isinstance(each, Unreadable):
                yield each
                continue
            _, event = each
            if is_canary(event.event):
                continue
            entry = receipt.events.get(event.label)
            sent = None if entry is None else entry.event
            yield event if sent is None else self.events.again(event, sent.encode())


def error_sources(failed: FailedEvents) -> Iterator[FailedSource]:
    """Yields failed events, as they were sent, by their error objects.

    Raises:
        BucketError: S3 refused.
    """
    for found in failed.source.objects(failed.selection):
        yield FailedSource(failed, found)


def stored_file(
    store: Store, file: StoredFile, name: str, *, is_of_lake: bool = False
) -> StoredSource:
    """Returns an object of S3, plain or gzip; records of the lake's own are no arrays of events."""
    return StoredSource(
        name,
        file.size_bytes,
        lambda: _read_stored(store, file),
        takes_arrays_apart=not is_of_lake,
        is_of_lake=is_of_lake,
    )


def _read_file(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
        raise SourceError(message) from error


def _read_stored(store: Store, file: StoredFile) -> Iterator[bytes]:
    with store.open(file) as body:
        while block := body.read(_RANGE_BYTES):
            yield block
