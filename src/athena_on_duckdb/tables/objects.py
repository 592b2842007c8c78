"""Objects in S3: listed below a prefix and fetched, with the permissions of the caller."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from botocore.exceptions import ClientError

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.places import split_uri
from athena_on_duckdb.tables.glue import refused
from firelake.formats.emulation import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from athena_on_duckdb.clients import Clients

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing tells of it.

    Attributes:
        bucket: Name of its bucket.
        key: Its key.
        size_bytes: Its size.
        etag: Tells one content of the key from another; empty where a key never has another one.
        modified: When it was written, UTC.
    """

    bucket: str
    key: str
    size_bytes: int
    etag: str
    modified: datetime

    @classmethod
    def unchanging(cls, uri: str, size_bytes: int = 0) -> StoredObject:
        """Returns an object of which it is known, without a listing, that it never changes."""
        bucket, key = split_uri(uri)
        return cls(bucket, key, size_bytes, "", _EPOCH)

    @property
    def uri(self) -> str:
        """Its address, as `"$path"` gives it."""
        return f"s3://{self.bucket}/{self.key}"


class Objects(Protocol):
    """Where objects are."""

    @property
    def caller(self) -> str:
        """Whose permissions hold, as a folder's name."""
        ...

    def list(self, bucket: str, prefix: str) -> Sequence[StoredObject]:
        """Give every object whose key begins with the prefix, by key."""
        ...

    def list_few(self, bucket: str, prefix: str) -> Sequence[StoredObject] | None:
        """Give the same where one request tells it; None where it does not, or may not."""
        ...

    def fetch(self, stored: StoredObject, path: Path) -> None:
        """Write the content of an object to a file."""
        ...


class S3Objects:
    """Objects in S3."""

    def __init__(self, clients: Clients) -> None:
        """Take the caller's clients."""
        self._clients = clients

    @property
    def caller(self) -> str:
        """The caller's access key."""
        return self._clients.access_key

    def list(self, bucket: str, prefix: str) -> list[StoredObject]:
        """Give every object whose key begins with the prefix, by key.

        Raises:
            QueryError: The caller may not, or there is no such bucket.
        """
        try:
            found = self._clients.pages(
                "s3", "ListObjectsV2", {"Bucket": bucket, "Prefix": prefix}, "Contents"
            )
        except InputError as error:
            detail = f"The location s3://{bucket}/{prefix} is none that S3 takes."
            raise QueryError(ErrorName.HIVE_METASTORE_ERROR, detail) from error
        except ClientError as error:
            raise _denied(error, f"s3://{bucket}/{prefix}") from error
        return [_stored(bucket, each) for each in found]

    def list_few(self, bucket: str, prefix: str) -> list[StoredObject] | None:
        """Give the same where one request tells it; None where it does not, or may not."""
        asked = {"Bucket": bucket, "Prefix": prefix}
        try:
            answer = self._clients.call("s3", "ListObjectsV2", asked)
        except (InputError, ClientError):
            return None
        if answer.get("IsTruncated"):
            return None
        return [_stored(bucket, each) for each in answer.get("Contents", [])]

    def fetch(self, stored: StoredObject, path: Path) -> None:
        """Write the content of an object to a file.

        Raises:
            QueryError: It is gone or changed since it was listed, or the caller may not read it.
        """
        condition = {"IfMatch": stored.etag} if stored.etag else {}
        asked = {"Bucket": stored.bucket, "Key": stored.key, **condition}
        try:
            body = self._clients.call("s3", "GetObject", asked)["Body"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {
                *("NoSuchKey", "404", "PreconditionFailed", "412"),
            }:
                detail = (
                    f"Error opening Hive split {stored.uri}: it was there when the query began,"
                    " and is gone or changed now. Run the query again."
                )
                raise QueryError(ErrorName.HIVE_CANNOT_OPEN_SPLIT, detail) from error
            raise _denied(error, stored.uri) from error
        with path.open("wb") as file:
            shutil.copyfileobj(body, file, 1 << 20)


def _stored(bucket: str, entry: dict[str, Any]) -> StoredObject:
    modified = cast("datetime", entry["LastModified"])
    return StoredObject(
        bucket,
        str(entry["Key"]),
        int(entry["Size"]),
        str(entry["ETag"]),
        modified.astimezone(UTC).replace(tzinfo=None),
    )


def _denied(error: ClientError, uri: str) -> QueryError:
    found = refused(error)
    if found.name is ErrorName.PERMISSION_DENIED:
        return QueryError(found.name, f"Permission denied on S3 path: {uri}")
    return QueryError(found.name, f"{found.detail} ({uri})")
