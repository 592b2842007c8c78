"""The objects of Iceberg's metadata, read and written with the permissions of the caller.

It has the methods of pyiceberg's `FileIO`, `InputFile` and `OutputFile`. Manifests and lists of
them bear names of their own and never change (https://iceberg.apache.org/spec/#overview), so they
are kept as data files are. What names a table's snapshots is asked for each time.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from athena_on_duckdb.results.places import split_uri
from athena_on_duckdb.tables.objects import S3Objects, StoredObject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.tables.cache import FileCache

# Of a manifest, and of a list of manifests.
_MANIFEST: Final = ".avro"
_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class MetadataStore:
    """Opens the objects of one caller, which are small: each is held in memory.

    Args:
        clients: Clients of the caller.
        cache: What keeps manifests; None to ask S3 each time.
    """

    def __init__(self, clients: Clients, cache: FileCache | None = None) -> None:
        self._clients, self._cache = clients, cache
        self.properties: dict[str, str] = {}

    def new_input(self, location: str) -> MetadataObject:
        """Returns an object to read."""
        cache = self._cache if location.endswith(_MANIFEST) else None
        return MetadataObject(self._clients, location, cache)

    def new_output(self, location: str) -> MetadataObject:
        """Returns an object to write."""
        return MetadataObject(self._clients, location)

    def delete(self, location: str | MetadataObject) -> None:
        """Deletes an object.

        Raises:
            botocore.exceptions.ClientError: S3 refused.
        """
        uri = location if isinstance(location, str) else location.location
        bucket, key = split_uri(uri)
        self._clients.call("s3", "DeleteObject", {"Bucket": bucket, "Key": key})


class MetadataObject:
    """An object of S3 by its location.

    Args:
        clients: Clients of the caller.
        location: Its location.
        cache: What keeps it, where it never changes; None to ask S3 each time.
    """

    def __init__(self, clients: Clients, location: str, cache: FileCache | None = None) -> None:
        self.location = location
        self._clients, self._cache = clients, cache
        bucket, key = split_uri(location)
        self._place = {"Bucket": bucket, "Key": key}

    def __len__(self) -> int:
        return int(self._clients.call("s3", "HeadObject", self._place)["ContentLength"])

    def exists(self) -> bool:
        """Returns whether the object is there.

        Raises:
            botocore.exceptions.ClientError: S3 refused.
        """
        try:
            self._clients.call("s3", "HeadObject", self._place)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return False
            raise
        return True

    def open(self, seekable: bool = True) -> io.BytesIO:  # noqa: ARG002, FBT001, FBT002 -- pyiceberg's own
        """Reads the object.

        Raises:
            FileNotFoundError: It is not there.
            QueryError: It is gone since the table was opened, or the caller may not read it.
            botocore.exceptions.ClientError: S3 refused.
        """
        if self._cache is not None:
            stored = StoredObject.unchanging(self.location)
            return io.BytesIO(self._cache.path(stored, "", S3Objects(self._clients)).read_bytes())
        try:
            return io.BytesIO(self._clients.call("s3", "GetObject", self._place)["Body"].read())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                raise FileNotFoundError(self.location) from error
            raise

    def create(self, overwrite: bool = False) -> io.BytesIO:  # noqa: FBT001, FBT002 -- pyiceberg's own
        """Returns a stream whose bytes become the object when it is closed."""
        condition = {} if overwrite else {"IfNoneMatch": "*"}
        return _Upload(self._clients, {**self._place, **condition})

    def to_input_file(self) -> MetadataObject:
        """Returns the object to read."""
        return self


class _Upload(io.BytesIO):
    """Bytes that become an object when they are complete."""

    def __init__(self, clients: Clients, parameters: Mapping[str, object]) -> None:
        super().__init__()
        self._clients, self._parameters = clients, parameters

    def close(self) -> None:
        """Writes the object.

        Raises:
            botocore.exceptions.ClientError: S3 refused.
        """
        if not self.closed:
            body = self.getvalue()
            super().close()
            self._clients.call("s3", "PutObject", {**self._parameters, "Body": body})
