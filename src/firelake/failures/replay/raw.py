"""The source backup under `raw/`: records one after the other, as producers sent them.

Firehose puts nothing between records. Ours end with a newline, others may not: so consecutive
JSON documents are read, whatever stands between them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from firelake.contract.errors import LayoutError
from firelake.contract.layout import RAW_PREFIX, parse_raw_key, raw_prefix
from firelake.contract.object_names import parse_object_name
from firelake.failures.errors.bodies import CHUNK_BYTES, placed_documents
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.errors.listing import unreadable_object, written_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from firelake.failures.errors.listing import Selection
    from firelake.formats.documents import Document


class RawBucket:
    """The source records of one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes a client and the bucket's name; calls nothing."""
        self._client = client
        self._bucket = bucket

    def read(self, selection: Selection) -> Iterator[tuple[Place, bytes] | Unreadable]:
        """Yields the documents of what `documents` gives; what is broken between them is told."""
        for each in self.documents(selection):
            yield each if isinstance(each, Unreadable) else _sent(*each)

    def documents(self, selection: Selection) -> Iterator[tuple[Place, Document] | Unreadable]:
        """Yields what stands in each object that may hold a record of the selected time.

        A record of another time that stands in such an object is given too: nothing in it says
        when it came.

        Args:
            selection: The time; its error types mean nothing here.

        Raises:
            BucketError: S3 refused or broke off.
        """
        for key in self._keys(selection):
            if isinstance(key, Unreadable):
                yield key
                continue
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
                yield from placed_documents(key, body.iter_chunks(CHUNK_BYTES))
            except (ClientError, BotoCoreError) as error:
                raise unreadable_object(self._bucket, key, error) from error

    def _keys(self, selection: Selection) -> Iterator[str | Unreadable]:
        start = raw_prefix(selection.since - timedelta(days=selection.lag_days))
        end = raw_prefix(selection.until + timedelta(hours=1))
        for key in written_keys(
            self._client, self._bucket, selection, prefix=RAW_PREFIX, start=start, end=end
        ):
            try:
                opened = parse_object_name(parse_raw_key(key).file_name).opened_at
            except LayoutError:
                yield Unreadable(Place(key), "it is no key of a source backup")
            else:
                if opened < selection.until:
                    yield key


def _sent(place: Place, document: Document) -> tuple[Place, bytes] | Unreadable:
    if document.fault is None:
        return place, document.data
    return Unreadable(place, f"{document.fault} ({document.size_bytes:,} bytes)")
