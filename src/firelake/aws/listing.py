"""What S3 lists below a prefix, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef


def objects_below(client: S3Client, bucket: str, prefix: str) -> Iterator[ObjectTypeDef]:
    """Yields the objects below a prefix, in the order of their keys.

    Raises:
        ClientError: S3 refused.
        BotoCoreError: S3 does not answer.
    """
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        yield from page.get("Contents", [])


def folders_below(client: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    """Yields the prefixes one level below a prefix, each ending in `/`.

    Raises:
        ClientError: S3 refused.
        BotoCoreError: S3 does not answer.
    """
    pages = client.get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix, Delimiter="/"):
        yield from (entry.get("Prefix", "") for entry in page.get("CommonPrefixes", []))
