"""The register of erasures in the lake's bucket: an object an erasure, under `erasures/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.errors import error_code
from firelake.contract.layout import ERASURES_PREFIX
from firelake.history.erase.erasure import Erasure
from firelake.history.erase.errors import EraseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

_SUFFIX: Final = ".json"
_GONE: Final = frozenset({"NoSuchKey", "404"})
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_OVERTAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
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
        try:
            pages = self._client.get_paginator("list_objects_v2")
            listed = pages.paginate(Bucket=self._bucket, Prefix=ERASURES_PREFIX)
            keys = [entry.get("Key", "") for page in listed for entry in page.get("Contents", [])]
            bodies = [
                self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read() for key in keys
            ]
        except (ClientError, BotoCoreError) as error:
            message = f"the register of erasures cannot be read: {error}"
            raise EraseError(message) from error
        found = [Erasure.decode(body, key) for key, body in zip(keys, bodies, strict=True)]
        return sorted(found, key=lambda each: (each.erased_at_s, each.name))

    def add(self, erasure: Erasure) -> None:
        """Write an entry that is new.

        Raises:
            EraseError: S3 refused.
        """
        self._put(erasure, IfNoneMatch="*")

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
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                before = Erasure.decode(answer["Body"].read(), key)
            except (ClientError, BotoCoreError) as error:
                if isinstance(error, ClientError) and error_code(error) in _GONE:
                    return None
                message = f"{key} cannot be read: {error}"
                raise EraseError(message) from error
            after = change(before)
            if after is None:
                self._end(key)
                return None
            if after == before or self._put(after, IfMatch=answer["ETag"]):
                return after
        message = f"{key} is changed by others all the time: try again"
        raise EraseError(message)

    def _put(self, erasure: Erasure, **condition: str) -> bool:
        """Returns whether it was as the condition says."""
        key = _key(erasure.name)
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=erasure.encode(),
                ContentType="application/json",
                **cast("Any", condition),
            )
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and error_code(error) in _OVERTAKEN | _GONE:
                return False
            message = f"{key} cannot be written: {error}"
            raise EraseError(message) from error
        return True

    def _end(self, key: str) -> None:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key)
        except (ClientError, BotoCoreError) as error:
            message = f"{key} cannot be removed: {error}"
            raise EraseError(message) from error


def _key(name: str) -> str:
    return f"{ERASURES_PREFIX}{name}{_SUFFIX}"
