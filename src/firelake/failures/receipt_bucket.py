"""Receipts in S3: written on condition that they are as read, so that no run loses another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from botocore.exceptions import ClientError

from firelake.aws.backoff import Pauses, Waiting
from firelake.aws.conditional_put import put_json_if
from firelake.aws.error_codes import NO_OBJECT, error_code
from firelake.contract.layout import receipt_key
from firelake.failures.errors.listing import BucketError
from firelake.failures.receipts import (
    MAX_RECEIPT_BYTES,
    Receipt,
    decode_receipt,
    encode_receipt,
    foreign_receipt,
)
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from mypy_boto3_s3 import S3Client

    from firelake.failures.receipts import Entry

_ATTEMPTS: Final = 50
# Who loses reads once more, and soon: what it wants to put in stays as it is.
_PAUSES: Final = Pauses(first_s=0.5, longest_s=0.5)


class Receipts(Protocol):
    """Where receipts are kept."""

    def read(self, errors_key: str) -> Receipt:
        """Returns the receipt of an error object; one without events where there is none."""
        ...

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        """Put in what becomes of some of its events; returns the receipt as it stands then."""
        ...


class ReceiptBucket:
    """The receipts of one bucket; fulfils `Receipts`."""

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        waiting: Waiting = Waiting(),  # noqa: B008 -- frozen
    ) -> None:
        """Takes a client, the bucket's name, and how to wait; calls nothing."""
        self._client = client
        self._bucket = bucket
        self._waiting = waiting

    def read(self, errors_key: str) -> Receipt:
        """Returns the receipt of an error object; one without events where there is none.

        Raises:
            BucketError: S3 refused.
            ReceiptError: What is there is no receipt.
        """
        return self._read(errors_key)[0]

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        """Put in what becomes of some of its events, beside what other runs put in.

        Args:
            errors_key: The error object.
            entries: By line and index.

        Returns:
            The receipt as it stands: where another run came first, with what that one put in.

        Raises:
            BucketError: S3 refused, or other runs wrote the same receipt all the time.
            ReceiptError: What is there is no receipt.
        """
        for attempt in range(_ATTEMPTS):
            receipt, etag = self._read(errors_key)
            merged = receipt.merged(entries)
            if merged == receipt or self._write(errors_key, encode_receipt(merged), etag):
                return merged
            self._waiting.pause(_PAUSES, attempt)
        message = (
            f"the receipt of {errors_key!r} was changed by others {_ATTEMPTS} times in a row: run "
            "fewer replays of the same objects at once"
        )
        raise BucketError(message)

    def note_nothing(self, errors_key: str) -> None:
        """Write a receipt without events, unless there is one: nothing is to be put back.

        Args:
            errors_key: The error object, of which every event is known to be nobody's.

        Raises:
            BucketError: S3 refused.
        """
        self._write(errors_key, encode_receipt(Receipt(errors_key, {})), None)

    def _read(self, errors_key: str) -> tuple[Receipt, str | None]:
        key = receipt_key(errors_key)
        with self._refused(key):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                body = answer["Body"].read(MAX_RECEIPT_BYTES + 1)
            except ClientError as error:
                if error_code(error) not in NO_OBJECT:
                    raise
                return Receipt(errors_key, {}), None
        if len(body) > MAX_RECEIPT_BYTES:
            raise foreign_receipt(errors_key, f"it is larger than {MAX_RECEIPT_BYTES:,} bytes")
        return decode_receipt(body, errors_key), answer["ETag"]

    def _write(self, errors_key: str, body: bytes, etag: str | None) -> bool:
        key = receipt_key(errors_key)
        with self._refused(key):
            return put_json_if(self._client, self._bucket, key, body, etag)

    def _refused(self, key: str) -> AbstractContextManager[None]:
        return refused_as(BucketError, f"the receipt s3://{self._bucket}/{key} cannot be used")
