"""Writes JSON to S3 only where an object still is as it was read.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from firelake.aws.error_codes import NO_OBJECT, OBJECT_DIFFERS, OBJECT_IN_WRITING, error_code

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Another caller wrote, or writes, the same object. With If-Match one that is gone is missing.
_OVERTAKEN: Final = OBJECT_DIFFERS | OBJECT_IN_WRITING | NO_OBJECT


def put_json_if(client: S3Client, bucket: str, key: str, body: bytes, etag: str | None) -> bool:
    """Returns whether an object was as it should be, and was written.

    Args:
        etag: Of the object as it was read; None where there should be none.

    Raises:
        ClientError: S3 refused for another reason.
        BotoCoreError: S3 does not answer.
    """
    condition: dict[str, Any] = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
    try:
        client.put_object(
            Bucket=bucket, Key=key, Body=body, ContentType="application/json", **condition
        )
    except ClientError as error:
        if error_code(error) not in _OVERTAKEN:
            raise
        return False
    return True
