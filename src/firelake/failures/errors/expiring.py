"""What failed and is about to expire: nobody can put it back any more then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from firelake.aws.expiry import SLACK_DAYS, Lifecycle, warned_days
from firelake.contract.layout import ERRORS_PREFIX
from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.listing import BucketError, Selection
from firelake.failures.receipts import State
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mypy_boto3_s3 import S3Client

    from firelake.failures.errors.reading import Found


@dataclass(frozen=True, slots=True)
class Expiring:
    """What expires soon.

    Attributes:
        events: How many events that nobody has put back, or has not seen in the lake since.
        until: Up to which arrival they are counted, UTC.
        within_days: How soon they expire.
    """

    events: int
    until: datetime
    within_days: int


def error_days(client: S3Client, bucket: str) -> int | None:
    """Returns after how many days error objects expire; None if they never do.

    Raises:
        BucketError: S3 refused.
    """
    with refused_as(BucketError, "S3 does not tell when errors/ expires"):
        return Lifecycle.of(client, bucket).expire_days(ERRORS_PREFIX)


def expiring_selection(days: int, now: datetime, lag_days: int) -> Selection:
    """Returns which records expire within the days of which is warned.

    Args:
        days: After how many days error objects expire.
        now: The time, UTC.
        lag_days: How long at most a record may wait in the stream.
    """
    until = now - timedelta(days=days - warned_days(days))
    since = now - timedelta(days=days + SLACK_DAYS + lag_days)
    return Selection(since=since, until=until, lag_days=lag_days)


def count_expiring(
    found: Iterable[Found | Unreadable], selection: Selection, days: int
) -> Expiring:
    """Counts events that are not seen in the lake again, and what cannot be read as one each.

    Args:
        found: What stands in the selected records.
        selection: What `expiring_selection` gave.
        days: After how many days error objects expire.
    """
    events = sum(
        isinstance(each, Unreadable) or each.entry is None or each.entry.state is not State.DONE
        for each in found
    )
    return Expiring(events, selection.until, warned_days(days))
