"""What is left of an erasure, by looking: rows by Athena, objects by listing them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from firelake.aws.listing import objects_below
from firelake.catalog.erasure_sql import count_statement, old_snapshots_statement
from firelake.contract.layout import (
    ANALYST_RESULTS_PREFIX,
    ATHENA_PREFIX,
    ERRORS_PREFIX,
    OPERATOR_RESULTS_PREFIX,
    RAW_PREFIX,
    RECEIPTS_PREFIX,
)
from firelake.contract.names import DT, TABLE_EVENTS, TABLE_EVENTS_HISTORY
from firelake.history.erase.errors import EraseError
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_s3 import S3Client

    from firelake.catalog.erasures import Hiding
    from firelake.history.erase.erasure import Erasure

# The day in the key of what Firehose writes is that of the oldest record's arrival.
_DAY: Final = re.compile(rf"/{DT}=([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/")

# After any snapshot, Unix time.
_ANY_S: Final = 1e11


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of an erasure.

    Attributes:
        event_rows: Rows in the files under `events/`.
        history_rows: Rows of history.
        old_snapshots: Snapshots of history that may have rows, or say of them what they were.
        objects: Objects that may hold what was erased, by their prefixes.
    """

    event_rows: int
    history_rows: int
    old_snapshots: int
    objects: dict[str, int]

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing of it but old versions of objects."""
        rows = self.event_rows + self.history_rows + self.old_snapshots
        return not rows and not any(self.objects.values())


class LakeObjects:
    """The objects of one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes a client that retries by itself, and the bucket."""
        self._client = client
        self._bucket = bucket

    def listed(self, prefix: str) -> Iterator[tuple[str, float]]:
        """Yield key and time of writing, Unix time, of each object under a prefix.

        Raises:
            EraseError: S3 refused.
        """
        with refused_as(EraseError, f"{prefix} cannot be listed"):
            for entry in objects_below(self._client, self._bucket, prefix):
                written = entry.get("LastModified")
                # Of what S3 does not date nobody knows that it came later.
                yield entry.get("Key", ""), written.timestamp() if written else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Looks for what is left.

    Attributes:
        ask: Runs a question that has one number as its answer.
        hiding: What the deployed views hide by.
        objects: Those of the bucket.
        has_history: Whether there is a table of history.
        grace_s: How long the longest query takes.
    """

    ask: Callable[[str], int]
    hiding: Hiding
    objects: LakeObjects
    has_history: bool
    grace_s: float

    def rows(self, erasure: Erasure) -> tuple[int, int]:
        """Count the rows in the files under `events/`, and those of history.

        Raises:
            LakeQueryError: Athena did not answer.
            EraseError: The views do not hide by its column any more.
        """
        if erasure.column not in {each.column for each in self.hiding.subjects}:
            message = (
                f"the views hide nothing by {erasure.column}: mark its field as data_subject again,"
                " and deploy"
            )
            raise EraseError(message)
        return (
            self.ask(count_statement(self.hiding, TABLE_EVENTS, erasure.name)),
            self.ask(count_statement(self.hiding, TABLE_EVENTS_HISTORY, erasure.name))
            if self.has_history
            else 0,
        )

    def left(self, erasure: Erasure, closed_s: float) -> Left:
        """Look for everything that is left.

        Args:
            closed_s: When no event can come any more that the erasure is about, Unix time.

        Raises:
            LakeQueryError: Athena did not answer.
            EraseError: S3 refused.
        """
        event_rows, history_rows = self.rows(erasure)
        return Left(
            event_rows=event_rows,
            history_rows=history_rows,
            old_snapshots=self._old_snapshots(erasure),
            objects={
                **{
                    prefix: sum(_began(key) <= closed_s for key, _ in self.objects.listed(prefix))
                    for prefix in (RAW_PREFIX, ERRORS_PREFIX, RECEIPTS_PREFIX)
                },
                ATHENA_PREFIX: sum(
                    written_s <= erasure.erased_at_s + self.grace_s
                    for prefix in (ANALYST_RESULTS_PREFIX, OPERATOR_RESULTS_PREFIX)
                    for _, written_s in self.objects.listed(prefix)
                ),
            },
        )

    def _old_snapshots(self, erasure: Erasure) -> int:
        """Counts those of before the moment at which history had none of the rows, for good."""
        if not self.has_history:
            return 0
        before_s = _ANY_S if erasure.deleted_at_s is None else erasure.deleted_at_s
        return self.ask(old_snapshots_statement(self.hiding.database, before_s))


def orphaned_receipts(errors: Iterable[str], receipts: Iterable[str]) -> list[str]:
    """Returns the receipts whose error objects have expired: nothing reads them any more.

    Args:
        errors: Keys under `errors/`.
        receipts: Keys under `errors-replayed/`, listed before the errors.
    """
    noted = [*receipts]
    there = {key.removeprefix(ERRORS_PREFIX) for key in errors}
    return [key for key in noted if key.removeprefix(RECEIPTS_PREFIX) not in there]


def _began(key: str) -> float:
    """Returns the start of the day of an object, Unix time; that of no day is old."""
    day = _DAY.search(key)
    return datetime.fromisoformat(f"{day[1]}T00:00+00:00").timestamp() if day else 0.0
