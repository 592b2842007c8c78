"""Error objects that expire soon and were never put back, told by listing alone.

A move looks once it has ended, as it is what runs by itself in a lake: S3 publishes no age of
objects. It reads neither errors nor receipts, whose events are nobody's business here, so an object
that has a receipt counts as dealt with. `firelake errors` reads both, and counts events.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from firelake.aws.expiry import Lifecycle, warned_days
from firelake.aws.listing import folders_below, objects_below
from firelake.contract.layout import ERRORS_PREFIX, RECEIPTS_PREFIX
from firelake.contract.names import DT
from firelake.history.errors import MoveError
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_s3 import S3Client


def count_expiring(client: S3Client, bucket: str, now: datetime) -> int:
    """Returns how many error objects without a receipt expire soon; 0 where none ever expires.

    The day in a key is that of the oldest record's arrival, and S3 counts from a later midnight.
    So each type of error is listed from its first key on, to the day that is not warned of yet.

    Args:
        client: A client of S3.
        bucket: The lake's bucket, with the folder in it if there is one.
        now: The time, UTC.

    Raises:
        MoveError: S3 refused.
    """
    with refused_as(MoveError, "S3 does not tell which errors expire soon"):
        days = Lifecycle.of(client, bucket).expire_days(ERRORS_PREFIX)
        if days is None:
            return 0
        end = f"{DT}={now - timedelta(days=days - warned_days(days)):%Y-%m-%d}"
        return sum(
            len(
                {*_names(client, bucket, ERRORS_PREFIX, folder, end)}.difference(
                    _names(client, bucket, RECEIPTS_PREFIX, folder, end)
                )
            )
            for below in folders_below(client, bucket, ERRORS_PREFIX)
            for folder in (below.removeprefix(ERRORS_PREFIX),)
        )


def _names(client: S3Client, bucket: str, prefix: str, folder: str, end: str) -> Iterator[str]:
    """Yields what is in a folder before a day, without the prefix; S3 lists the oldest first."""
    listed = objects_below(client, bucket, f"{prefix}{folder}{DT}=")
    keys = (entry.get("Key", "") for entry in listed)
    before = takewhile(lambda key: key < f"{prefix}{folder}{end}", keys)
    return (key.removeprefix(prefix) for key in before)
