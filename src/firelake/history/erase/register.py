"""The register of erasures in the lake's bucket: an object an erasure, under `erasures/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from firelake.aws.conditional_put import put_json_if
from firelake.aws.error_codes import NO_OBJECT, error_code
from firelake.aws.listing import objects_below
from firelake.contract.layout import ERASURES_PREFIX
from firelake.history.erase.erasure import Erasure
from firelake.history.erase.errors import EraseError
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

_SUFFIX: Final = ".json"
_ATTEMPTS: Final = 20


class Register:
    """The register of one lake."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes a client that retries by itself, and the bucket; calls nothing."""
        self._client = client
        self._bucket = bucket

    def erasures(self) -> list[Erasure]:
        """List what is in it, the oldest first.

        Raises:
            EraseError: S3 refused, or there is an object that is no entry.
        """
        with refused_as(EraseError, "the register of erasures cannot be read"):
            listed = objects_below(self._client, self._bucket, ERASURES_PREFIX)
            keys = [entry.get("Key", "") for entry in listed]
            bodies = [
                self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read() for key in keys
            ]
        found = [Erasure.decode(body, key) for key, body in zip(keys, bodies, strict=True)]
        return sorted(found, key=lambda each: (each.erased_at_s, each.name))

    def add(self, erasure: Erasure) -> None:
        """Write an entry that is new.

        Raises:
            EraseError: S3 refused.
        """
        self._put(erasure, None)

    def change(self, name: str, change: Callable[[Erasure], Erasure | None]) -> Erasure | None:
        """Change an entry as it is by then: a query sees it as it was or as it is.

        Args:
            change: Returns what it is to be, or None to end it; called again where another run
                came first.

        Returns:
            The entry as it is; None where it has ended.

        Raises:
            EraseError: S3 refused, or others change it all the time.
        """
        key = _key(name)
        for _ in range(_ATTEMPTS):
            with refused_as(EraseError, f"{key} cannot be read"):
                try:
                    answer = self._client.get_object(Bucket=self._bucket, Key=key)
                    before = Erasure.decode(answer["Body"].read(), key)
                except ClientError as error:
                    if error_code(error) not in NO_OBJECT:
                        raise
                    return None
            after = change(before)
            if after is None:
                with refused_as(EraseError, f"{key} cannot be removed"):
                    self._client.delete_object(Bucket=self._bucket, Key=key)
                return None
            if after == before or self._put(after, answer["ETag"]):
                return after
        message = f"{key} is changed by others all the time: try again"
        raise EraseError(message)

    def _put(self, erasure: Erasure, etag: str | None) -> bool:
        """Returns whether the entry was as it was read."""
        key = _key(erasure.name)
        with refused_as(EraseError, f"{key} cannot be written"):
            return put_json_if(self._client, self._bucket, key, erasure.encode(), etag)


def _key(name: str) -> str:
    return f"{ERASURES_PREFIX}{name}{_SUFFIX}"
