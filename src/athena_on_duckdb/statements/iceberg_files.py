"""Deletes objects of an Iceberg table in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.results.places import split_uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from athena_on_duckdb.statements.context import Context

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_MOST_KEYS: Final = 1000
# Where a table keeps everything of its own, below its location.
_FOLDERS: Final = ("data", "metadata")


def delete_all(context: Context, location: str) -> None:
    """Deletes everything of a table at a location.

    Raises:
        botocore.exceptions.ClientError: S3 refused.
    """
    delete_objects(context, [each for each, _ in stored_objects(context, location)])


def stored_objects(context: Context, location: str) -> Iterator[tuple[str, float]]:
    """Yields the objects of a table, and when each was written, Unix time in milliseconds.

    Raises:
        botocore.exceptions.ClientError: S3 refused.
    """
    for folder in _FOLDERS:
        bucket, prefix = split_uri(f"{location.rstrip('/')}/{folder}/")
        asked = {"Bucket": bucket, "Prefix": prefix}
        for each in context.clients.pages("s3", "ListObjectsV2", asked, "Contents"):
            yield f"s3://{bucket}/{each['Key']}", each["LastModified"].timestamp() * 1000


def delete_objects(context: Context, locations: Sequence[str]) -> None:
    """Deletes objects; one that is not there is none the worse for it.

    Raises:
        botocore.exceptions.ClientError: S3 refused.
    """
    by_bucket: dict[str, list[dict[str, str]]] = {}
    for location in locations:
        bucket, key = split_uri(location)
        by_bucket.setdefault(bucket, []).append({"Key": key})
    for bucket, keys in by_bucket.items():
        for start in range(0, len(keys), _MOST_KEYS):
            doomed = {"Objects": keys[start : start + _MOST_KEYS], "Quiet": True}
            context.clients.call("s3", "DeleteObjects", {"Bucket": bucket, "Delete": doomed})
