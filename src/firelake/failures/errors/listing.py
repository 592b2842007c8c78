"""The error objects of a lake by type and time of arrival, from S3, each line told or reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.error_codes import NO_OBJECT, error_code
from firelake.contract.errors import LayoutError
from firelake.contract.layout import ERRORS_PREFIX, errors_prefix, parse_errors_key
from firelake.contract.names import ERROR_TYPE
from firelake.contract.object_names import parse_object_name
from firelake.failures.errors.bodies import CHUNK_BYTES, placed_documents
from firelake.failures.errors.lines import ErrorRecord, Place, Unreadable, parse_line
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

    from firelake.formats.documents import Document

_TYPE_FOLDER: Final = f"{ERRORS_PREFIX}{ERROR_TYPE}="
# Firehose writes what it buffered, 128 MiB at most, and nothing beside:
# https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
MAX_RECORDS: Final = 5_000_000
MAX_UNREADABLE: Final = 1_000


class BucketError(OpsError, RuntimeError):
    """Raised when S3 refuses or breaks off; what was not read is read by the same call again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which error records.

    Attributes:
        since: Arrival of the earliest, UTC.
        until: Arrival before which the latest lies, UTC.
        types: Error types; empty for all.
        lag_days: How much later than the oldest record of its object a record may have arrived,
            at most: no less than the stream keeps records.
    """

    since: datetime
    until: datetime
    types: frozenset[str] = frozenset()
    lag_days: int = 14

    def has(self, arrived_ms: int) -> bool:
        """Whether a record that arrived then is one of them."""
        return self.since.timestamp() * 1000 <= arrived_ms < self.until.timestamp() * 1000


@dataclass(frozen=True, slots=True)
class ErrorObject:
    """An object under `errors/`."""

    key: str
    error_type: str
    opened_ms: int


def read_record(
    each: tuple[Place, Document] | Unreadable, found: ErrorObject
) -> ErrorRecord | Unreadable:
    """Reads what stands at one place of an error object."""
    if isinstance(each, Unreadable):
        return each
    place, document = each
    if document.size_bytes > len(document.data):
        return Unreadable(place, f"it has {document.size_bytes:,} bytes, more than are read")
    return parse_line(document.data, place, found.error_type, opened_ms=found.opened_ms)


class ErrorSource(Protocol):
    """Where error objects are."""

    def objects(self, selection: Selection) -> Iterator[ErrorObject | Unreadable]:
        """List the objects that may hold selected records, type by type, the oldest first."""
        ...

    def records(
        self, found: ErrorObject, selection: Selection
    ) -> Iterator[ErrorRecord | Unreadable]:
        """Read the selected records of one object."""
        ...


class ErrorBucket:
    """The error objects of one bucket; fulfils `ErrorSource`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes a client and the bucket's name; calls nothing."""
        self._client = client
        self._bucket = bucket

    def objects(self, selection: Selection) -> Iterator[ErrorObject | Unreadable]:
        """List the objects that may hold selected records, type by type, the oldest first.

        The day in a key is that of the object's oldest record, and an object is written after the
        arrival of each of its records: so the listing begins `lag_days` before `since`, and
        leaves out what was written before `since`.

        Yields:
            The objects, and as unreadable whatever else stands there.

        Raises:
            BucketError: S3 refused.
        """
        for folder in self._folders():
            if isinstance(folder, Unreadable):
                yield folder
            elif not selection.types or folder in selection.types:
                yield from self._of_type(folder, selection)

    def records(
        self, found: ErrorObject, selection: Selection
    ) -> Iterator[ErrorRecord | Unreadable]:
        """Read the selected records of one object, a piece of it at a time.

        What holds more than Firehose ever writes, or so much else, is not read to its end, so that
        no object takes a command hours.

        Yields:
            Each selected record, and whatever could not be read.

        Raises:
            BucketError: S3 refused or broke off.
        """
        number = unreadable = 0
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=found.key)["Body"]
            for each in placed_documents(found.key, body.iter_chunks(CHUNK_BYTES)):
                record = read_record(each, found)
                number += 1
                unreadable += isinstance(record, Unreadable)
                if number > MAX_RECORDS or unreadable > MAX_UNREADABLE:
                    yield _too_much(each, unreadable)
                    return
                if isinstance(record, Unreadable) or selection.has(record.arrived_ms):
                    yield record
        except (ClientError, BotoCoreError) as error:
            if error_code(error) not in NO_OBJECT:
                raise unreadable_object(self._bucket, found.key, error) from error
            yield Unreadable(Place(found.key), "it was deleted meanwhile")

    def _folders(self) -> Iterator[str | Unreadable]:
        for page in _pages(self._client, self._bucket, Prefix=ERRORS_PREFIX, Delimiter="/"):
            for entry in page.get("Contents", []):
                yield Unreadable(Place(entry.get("Key", "")), _FOREIGN)
            for entry in page.get("CommonPrefixes", []):
                prefix = entry.get("Prefix", "")
                if prefix.startswith(_TYPE_FOLDER):
                    yield prefix.removeprefix(_TYPE_FOLDER).removesuffix("/")
                else:
                    yield Unreadable(Place(prefix), _FOREIGN)

    def _of_type(self, error_type: str, selection: Selection) -> Iterator[ErrorObject | Unreadable]:
        folder = f"{_TYPE_FOLDER}{error_type}/"
        try:
            start = errors_prefix(
                error_type, (selection.since - timedelta(days=selection.lag_days)).date()
            )
            end = errors_prefix(error_type, selection.until.date() + timedelta(days=1))
        except LayoutError:
            yield Unreadable(Place(folder), _FOREIGN)
            return
        for key in written_keys(
            self._client, self._bucket, selection, prefix=folder, start=start, end=end
        ):
            yield _object(key)


def written_keys(  # noqa: PLR0913 -- each by what it is
    client: S3Client, bucket: str, selection: Selection, *, prefix: str, start: str, end: str
) -> Iterator[str]:
    """Yields the keys below a prefix of objects that were not written before a selection's time.

    Args:
        start: The key after which the listing begins.
        end: The key before which it ends.

    Raises:
        BucketError: S3 refused.
    """
    for page in _pages(client, bucket, Prefix=prefix, StartAfter=start):
        for entry in page.get("Contents", []):
            key = entry.get("Key", "")
            if key >= end:
                return
            # S3 tells whole seconds.
            if entry.get("LastModified", selection.since) + timedelta(seconds=1) >= selection.since:
                yield key


def unreadable_object(bucket: str, key: str, error: Exception) -> BucketError:
    """Returns the error of an object, or of a listing, that S3 does not give."""
    return BucketError(f"s3://{bucket}/{key} cannot be read: {error}")


def _pages(client: S3Client, bucket: str, **asked: str) -> Iterator[ListObjectsV2OutputTypeDef]:
    paginator = client.get_paginator("list_objects_v2")
    try:
        yield from paginator.paginate(Bucket=bucket, **asked)  # pyright: ignore[reportArgumentType]
    except (ClientError, BotoCoreError) as error:
        raise unreadable_object(bucket, asked["Prefix"], error) from error


_FOREIGN: Final = "it is no key of an error object: Firehose did not write it"


def _object(key: str) -> ErrorObject | Unreadable:
    try:
        parsed = parse_errors_key(key)
    except LayoutError:
        return Unreadable(Place(key), _FOREIGN)
    try:
        opened = parse_object_name(parsed.file_name).opened_at
    except LayoutError:
        # Another name is no reason not to read it: only lines without an arrival need the time.
        opened = datetime(parsed.day.year, parsed.day.month, parsed.day.day, tzinfo=UTC)
    return ErrorObject(key, parsed.error_type, int(opened.timestamp() * 1000))


def _too_much(each: tuple[Place, Document] | Unreadable, unreadable: int) -> Unreadable:
    place = each.place if isinstance(each, Unreadable) else each[0]
    if unreadable > MAX_UNREADABLE:
        why = f"its object holds {MAX_UNREADABLE:,} things that are no records of Firehose's"
    else:
        why = f"its object holds {MAX_RECORDS:,} records, more than Firehose writes"
    return Unreadable(place, f"{why}: from here on it is not read", is_rest=True)
