"""Writes an object of any size to S3, holding a part of it at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from athena_on_duckdb.clients import Clients

# At least 5 MiB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
PART_BYTES: Final = 8 << 20


def upload(
    clients: Clients,
    bucket: str,
    key: str,
    pieces: Iterable[bytes],
    parameters: Mapping[str, str],
) -> None:
    """Write an object; nothing of it can be seen before it is whole.

    Args:
        clients: Clients of whose permissions hold.
        bucket: Its bucket.
        key: Its key.
        pieces: Its content.
        parameters: Of PutObject and CreateMultipartUpload, such as those of encryption.

    Raises:
        botocore.exceptions.ClientError: S3 refused.
    """
    place = {"Bucket": bucket, "Key": key}
    parts = _parts(pieces)
    first = next(parts, b"")
    second = next(parts, None)
    if second is None:
        clients.call("s3", "PutObject", {**place, **parameters, "Body": first})
        return
    started = clients.call("s3", "CreateMultipartUpload", {**place, **parameters})
    upload_id = {**place, "UploadId": started["UploadId"]}
    try:
        done: list[dict[str, object]] = []
        for body in _chain(first, second, parts):
            number = {"PartNumber": len(done) + 1}
            answer = clients.call("s3", "UploadPart", {**upload_id, **number, "Body": body})
            done.append({**number, "ETag": answer["ETag"]})
        whole = {**upload_id, "MultipartUpload": {"Parts": done}}
        clients.call("s3", "CompleteMultipartUpload", whole)
    except BaseException:
        clients.call("s3", "AbortMultipartUpload", upload_id)
        raise


def _chain(first: bytes, second: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from others


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the pieces in parts of the size that S3 wants, the last one smaller."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    if held:
        yield bytes(held)
