"""What Firehose wrote of a run beside rows: lines of error objects, and the source backup."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from firelake.failures.errors.bodies import CHUNK_BYTES, placed_documents
from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.listing import ErrorBucket, read_record, unreadable_object
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.failures.replay.raw import RawBucket
from firelake.health.verify.seen import SeenFailure, marker
from firelake.operations.canaries import is_canary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from firelake.failures.errors.listing import ErrorObject, Selection


_decode_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(slots=True)
class ErrorLines:
    """Follows the error objects of a lake; each is read once, whoever's records it holds.

    What holds canaries alone gets a receipt, so that nobody is told of it before it expires.

    Attributes:
        client: A client of S3.
    """

    client: S3Client
    bucket: str
    run: str
    selection: Selection
    _seen: set[str] = field(default_factory=set[str])

    def new(self) -> Iterator[SeenFailure | Unreadable]:
        """Yields the run's lines in objects that came since the last time, and what is unreadable.

        Raises:
            BucketError: S3 refused or broke off.
        """
        for found in ErrorBucket(self.client, self.bucket).objects(self.selection):
            key = found.place.key if isinstance(found, Unreadable) else found.key
            if key in self._seen:
                continue
            if isinstance(found, Unreadable):
                yield found
            else:
                yield from self._lines(found)
            # Once all of it is read: after a failure it is read again.
            self._seen.add(key)

    def _lines(self, found: ErrorObject) -> Iterator[SeenFailure | Unreadable]:
        mark, records, canaries = marker(self.run), 0, 0
        try:
            body = self.client.get_object(Bucket=self.bucket, Key=found.key)["Body"]
            for each in placed_documents(found.key, body.iter_chunks(CHUNK_BYTES)):
                record = read_record(each, found)
                records += 1
                if isinstance(record, Unreadable):
                    yield record
                    continue
                canaries += is_canary(record.data)
                if mark in record.data and not isinstance(each, Unreadable):
                    yield SeenFailure(record, tuple(_decode_members(each[1].data)))
        except (ClientError, BotoCoreError) as error:
            raise unreadable_object(self.bucket, found.key, error) from error
        if records and records == canaries:
            ReceiptBucket(self.client, self.bucket).note_nothing(found.key)


def raw_records(client: S3Client, bucket: str, run: str, selection: Selection) -> bytes:
    """Returns all that the source backup has of a run.

    Args:
        client: A client of S3.

    Raises:
        BucketError: S3 refused or broke off.
    """
    mark = marker(run)
    pieces = (
        found[1].data
        for found in RawBucket(client, bucket).documents(selection)
        if not isinstance(found, Unreadable)
    )
    return b"\n".join(piece for piece in pieces if mark in piece)
