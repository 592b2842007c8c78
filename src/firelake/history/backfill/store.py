"""The lake's files in S3: listed, read in parts, and created where there is none of that name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, cast

from botocore.exceptions import ClientError

from firelake.aws.error_codes import NO_OBJECT, OBJECT_DIFFERS, OBJECT_IN_WRITING, error_code
from firelake.aws.listing import folders_below, objects_below
from firelake.history.backfill.errors import FileGoneError, LakeError
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from mypy_boto3_s3 import S3Client

# Smaller objects are fetched whole: one call, where the parts that are needed would take several.
_WHOLE_BYTES: Final = 4 * 1024 * 1024
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An object as a listing shows it."""

    key: str
    size_bytes: int
    etag: str


class Store(Protocol):
    """Where the lake's files are. Every method raises LakeError where it fails."""

    def folders(self, prefix: str) -> list[str]:
        """List the prefixes one level below a prefix, each ending in `/`."""
        ...

    def files(self, prefix: str) -> list[StoredFile]:
        """List the objects below a prefix."""
        ...

    def open(self, file: StoredFile) -> BinaryIO:
        """Open an object for reading in any order; raise FileGoneError where there is none."""
        ...

    def create(self, key: str, body: BinaryIO) -> bool:
        """Write an object unless there is one of that name; tell whether it was written."""
        ...


class S3Files:
    """The files of one bucket; fulfils `Store`."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes a client that retries by itself, and the bucket's name."""
        self._client = client
        self._bucket = bucket

    def folders(self, prefix: str) -> list[str]:
        """List the prefixes one level below a prefix.

        Raises:
            LakeError: S3 refused.
        """
        with self._refused(prefix, "listed"):
            return [*folders_below(self._client, self._bucket, prefix)]

    def files(self, prefix: str) -> list[StoredFile]:
        """List the objects below a prefix.

        Raises:
            LakeError: S3 refused.
        """
        with self._refused(prefix, "listed"):
            return [
                StoredFile(entry.get("Key", ""), entry.get("Size", 0), entry.get("ETag", ""))
                for entry in objects_below(self._client, self._bucket, prefix)
            ]

    def open(self, file: StoredFile) -> BinaryIO:
        """Open an object for reading in any order; a large one is fetched in parts, as asked for.

        Raises:
            FileGoneError: It is not there any more. Reading raises it too.
            LakeError: S3 refused. Reading raises it too.
        """
        if file.size_bytes <= _WHOLE_BYTES:
            return io.BytesIO(self._range(file, 0, file.size_bytes) if file.size_bytes else b"")

        def read(start: int, end: int) -> bytes:
            return self._range(file, start, end)

        return cast("BinaryIO", Ranges(file.size_bytes, read))

    def create(self, key: str, body: BinaryIO) -> bool:
        """Write an object unless there is one of that name.

        Where the answer to a write is lost, the write that follows finds the object there: who
        asks must look what it holds.

        Returns:
            Whether it was written.

        Raises:
            LakeError: S3 refused.
        """
        for _ in range(_ATTEMPTS):
            body.seek(0)
            with self._refused(key, "written"):
                try:
                    self._client.put_object(
                        Bucket=self._bucket,
                        Key=key,
                        Body=body,
                        ContentType="application/octet-stream",
                        IfNoneMatch="*",
                    )
                except ClientError as error:
                    if error_code(error) in OBJECT_DIFFERS:
                        return False
                    if error_code(error) not in OBJECT_IN_WRITING:
                        raise
                else:
                    return True
        message = f"s3://{self._bucket}/{key} is being written by another run: run this one again"
        raise LakeError(message)

    def _range(self, file: StoredFile, start: int, end: int) -> bytes:
        with self._refused(file.key, "read"):
            try:
                answer = self._client.get_object(
                    Bucket=self._bucket,
                    Key=file.key,
                    Range=f"bytes={start}-{end - 1}",
                    IfMatch=file.etag,
                )
                return answer["Body"].read()
            except ClientError as error:
                if error_code(error) not in NO_OBJECT:
                    raise
                message = f"s3://{self._bucket}/{file.key} is gone since it was listed"
                raise FileGoneError(message) from error

    def _refused(self, key: str, what: str) -> AbstractContextManager[None]:
        return refused_as(LakeError, f"s3://{self._bucket}/{key} cannot be {what}")


class Ranges(io.RawIOBase):
    """A file whose parts are fetched as they are read."""

    def __init__(self, size_bytes: int, read: Callable[[int, int], bytes]) -> None:
        """Takes the file's length, and what gives the bytes from a place up to another."""
        self._size_bytes = size_bytes
        self._read = read
        self._position = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Returns the place."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        self._position = start[whence] + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Fetch what comes next, all of it at once."""
        end = self._size_bytes if size < 0 else min(self._position + size, self._size_bytes)
        if self._position >= end:
            return b""
        data = self._read(self._position, end)
        self._position += len(data)
        return data
