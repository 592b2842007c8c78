"""Where a lake is: its bucket, its database, its first day, its granularity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from firelake.catalog.errors import LocationError

if TYPE_CHECKING:
    from firelake.contract.layout import Granularity

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FOLDER: Final = re.compile(r"(?:[a-zA-Z0-9_-][a-zA-Z0-9._-]*/)+")
# https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
_DATABASE: Final = re.compile(r"[a-z0-9_]{1,255}")


@dataclass(frozen=True, slots=True)
class LakeLocation:
    """What the catalog must know of a stack to render the contract for it.

    Attributes:
        bucket: Name of the one bucket that holds everything.
        start_date: First day (UTC) on which Athena looks for events, raw records and errors; it
            must be before the day of the first query.
        granularity: How much time one `dt` partition of `events` spans.
        folder: What every key begins with in the bucket, with a slash at its end; empty for none.
    """

    bucket: str
    database: str
    start_date: date
    granularity: Granularity
    folder: str = ""

    def __post_init__(self) -> None:
        """Refuse names that AWS refuses, as they go into URIs and SQL.

        Raises:
            LocationError: A name has a wrong form, or the first day is a moment.
        """
        _require(_BUCKET, self.bucket, "bucket", "3 to 63 lower-case letters, digits, . and -")
        if self.folder:
            _require(_FOLDER, self.folder, "folder", "letters, digits and ._- between slashes")
        _require(_DATABASE, self.database, "database", "1 to 255 lower-case letters, digits and _")
        if isinstance(self.start_date, datetime):
            message = f"start_date {self.start_date!r} is a moment: give a date, which is in UTC"
            raise LocationError(message)

    def uri(self, prefix: str) -> str:
        """Give the URI of a prefix, such as `events/`, in the lake."""
        return f"s3://{self.bucket}/{self.folder}{prefix}"


def _require(pattern: re.Pattern[str], value: str, what: str, rule: str) -> None:
    if pattern.fullmatch(value) is None:
        message = f"{what} {value!r} is no name that AWS takes: use {rule}"
        raise LocationError(message)
