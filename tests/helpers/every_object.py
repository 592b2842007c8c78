"""Whatever is in a bucket, old versions too, as bytes in which a text can be looked for."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athena_on_duckdb.clients import Clients

_parquet: Final = cast("Any", pq)
_SYNC_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an object; `written` is when it was."""

    key: str
    id: str
    is_latest: bool
    written: datetime


def versions_of(clients: Clients, bucket: str) -> list[Version]:
    """Every version of every object, without the marks that say that one was deleted."""
    asked = {"Bucket": bucket}
    return [
        Version(each["Key"], each["VersionId"], each["IsLatest"], each["LastModified"])
        for each in clients.pages("s3", "ListObjectVersions", asked, "Versions")
    ]


def bodies_of(clients: Clients, bucket: str) -> Iterator[tuple[str, bytes]]:
    """Every version of every object: its key, and its bytes with all that is packed in them."""
    for each in versions_of(clients, bucket):
        asked = {"Bucket": bucket, "Key": each.key, "VersionId": each.id}
        body = clients.call("s3", "GetObject", asked)["Body"].read()
        yield each.key, body + _unpacked(body)


def expire(clients: Clients, bucket: str, now: datetime) -> None:
    """Deletes what S3 would have by a moment, by the rules that the bucket has.

    An object expires so many days after it was written, and leaves an old version, which goes so
    many days after that; what was deleted before counts as deleted just now.
    """
    asked = {"Bucket": bucket}
    rules = clients.call("s3", "GetBucketLifecycleConfiguration", asked)["Rules"]
    for each in versions_of(clients, bucket):
        of_it = [rule for rule in rules if each.key.startswith(rule["Filter"].get("Prefix", ""))]
        days = [rule["Expiration"]["Days"] for rule in of_it if "Expiration" in rule]
        kept = [
            rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
            for rule in of_it
            if "NoncurrentVersionExpiration" in rule
        ]
        became_old = each.written
        if each.is_latest:
            if not days or each.written + timedelta(days=min(days)) > now:
                continue
            became_old = each.written + timedelta(days=min(days))
        else:
            became_old = max(became_old, datetime.now(UTC))
        if kept and became_old + timedelta(days=min(kept)) <= now:
            version = {"Key": each.key, "VersionId": each.id}
            clients.call("s3", "DeleteObject", {**asked, **version})
        elif each.is_latest:
            clients.call("s3", "DeleteObject", {**asked, "Key": each.key})


def _unpacked(body: bytes) -> bytes:
    if body.startswith(b"\x1f\x8b"):
        return gzip.decompress(body)
    if body.startswith(b"PAR1"):
        return str(_parquet.read_table(io.BytesIO(body)).to_pylist()).encode()
    if body.startswith(b"Obj\x01"):
        return b"".join(_avro_blocks(body))
    return b""


def _avro_blocks(body: bytes) -> Iterator[bytes]:
    """The blocks of an Avro file, deflated or not.

    https://avro.apache.org/docs/1.11.1/specification
    """
    at = 4
    while count := _long(body, at):
        number, at = count
        if number == 0:
            break
        for _ in range(2 * abs(number)):
            (size, at) = _long(body, at)
            at += size
    at += _SYNC_BYTES
    while at < len(body):
        _, at = _long(body, at)
        size, at = _long(body, at)
        block = body[at : at + size]
        try:
            yield zlib.decompress(block, -zlib.MAX_WBITS)
        except zlib.error:
            yield block
        at += size + _SYNC_BYTES


def _long(body: bytes, at: int) -> tuple[int, int]:
    """A number as Avro writes it, and where the next value is."""
    shift = found = 0
    while True:
        byte = body[at]
        found |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return (found >> 1) ^ -(found & 1), at
