"""Where the files of a result are: in S3, or with the endpoint itself for managed results."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol, cast

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.upload import upload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from athena_on_duckdb.clients import Clients


class ResultPlace(Protocol):
    """Holds the files of the results of one place."""

    def uri(self, name: str) -> str | None:
        """Give where a file is, None where its user has no access to it but by the API."""
        ...

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file."""
        ...

    def read(self, name: str, start: int, length: int) -> bytes:
        """Read a part of a file, less where it ends."""
        ...

    def read_by(self, clients: Clients) -> ResultPlace:
        """Give the same place for another caller."""
        ...


def split_uri(uri: str) -> tuple[str, str]:
    """Give bucket and key, or prefix, of a place in S3.

    Raises:
        QueryError: It is none.
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in {"s3", "s3a", "s3n"} or not bucket:
        detail = f"{uri!r} is no place in S3: give s3://bucket/prefix/"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    return bucket, key


@dataclass(frozen=True, slots=True)
class S3Place:
    """A prefix in S3.

    Attributes:
        location: It, as `s3://bucket/prefix/`.
        clients: Clients of whose permissions hold there.
        encryption: EncryptionConfiguration of the workgroup or the request.
    """

    location: str
    clients: Clients
    encryption: Mapping[str, str] = field(default_factory=dict[str, str])

    def uri(self, name: str) -> str:
        """Give where a file is."""
        return f"{self.location.rstrip('/')}/{name}"

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file, encrypted as configured.

        Raises:
            QueryError: The place is none in S3.
            botocore.exceptions.ClientError: S3 refused.
        """
        bucket, key = split_uri(self.uri(name))
        parameters = encryption_parameters(self.encryption)
        upload(self.clients, bucket, key, pieces, parameters)

    def read(self, name: str, start: int, length: int) -> bytes:
        """Read a part of a file, less where it ends.

        Raises:
            botocore.exceptions.ClientError: S3 refused.
        """
        bucket, key = split_uri(self.uri(name))
        client = cast("Any", self.clients.client("s3"))
        wanted = f"bytes={start}-{start + length - 1}"
        try:
            answer = client.get_object(Bucket=bucket, Key=key, Range=wanted)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return b""
            raise
        return cast("bytes", answer["Body"].read())

    def read_by(self, clients: Clients) -> S3Place:
        """Give the same place for another caller."""
        return replace(self, clients=clients)


def encryption_parameters(encryption: Mapping[str, str]) -> dict[str, str]:
    """Give the parameters of PutObject for an EncryptionConfiguration.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_EncryptionConfiguration.html

    Raises:
        QueryError: Files are to be encrypted by the client, which this Athena does not do.
    """
    option = encryption.get("EncryptionOption")
    if option == "CSE_KMS":
        detail = "encryption of results by the client (CSE_KMS) is not supported"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    if option == "SSE_KMS":
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": encryption["KmsKey"]}
    return {"ServerSideEncryption": "AES256"} if option == "SSE_S3" else {}


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder, for results that Athena manages.

    https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
    """

    folder: Path

    def uri(self, name: str) -> None:
        """Give nothing: only the API reads these files."""
        del name

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file, which is whole as soon as it is there."""
        path = self.folder / PurePosixPath(name).name
        unfinished = path.with_name(f"{path.name}.part")
        with unfinished.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        unfinished.replace(path)

    def read(self, name: str, start: int, length: int) -> bytes:
        """Read a part of a file, less where it ends."""
        with (self.folder / PurePosixPath(name).name).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def read_by(self, clients: Clients) -> FolderPlace:
        """Give the same place for another caller."""
        del clients
        return self
