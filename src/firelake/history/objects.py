"""Removes objects of a lake, as many at once as S3 takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.history.errors import MoveError
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client

FILES_A_CALL: Final = 1000
"""How many objects S3 deletes by one call.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""


def remove_objects(client: S3Client, bucket: str, keys: Sequence[str]) -> None:
    """Remove objects, as many at once as a call takes.

    Args:
        client: Retries by itself.
        bucket: The lake's bucket, with the folder in it if there is one.

    Raises:
        MoveError: S3 refused.
    """
    for start in range(0, len(keys), FILES_A_CALL):
        some = keys[start : start + FILES_A_CALL]
        with refused_as(MoveError, f"files of {bucket} cannot be removed"):
            answer = client.delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
            )
        for refused in answer.get("Errors", []):
            message = f"{refused.get('Key')} cannot be removed: {refused.get('Message')}"
            raise MoveError(message)
