"""What is seen of the canaries in a lake, and whether it is enough to judge by."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firelake.contract.names import CANARY_UUID_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.aws.query_stored import Identity
    from firelake.failures.errors.lines import ErrorRecord
    from firelake.health.verify.canaries import Canary


def marker(run: str) -> bytes:
    """Returns what every record of a run holds, and no other."""
    return f"{CANARY_UUID_PREFIX}{run}-".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """A row of `events`, as Athena writes it; of the columns that canaries are compared by.

    Attributes:
        shown: The value that its canary tries; None where it tries none.
    """

    event_uuid: str
    event_name: str
    event_type: str
    dt: str
    created_at: float
    created_datetime: str
    stream_position: str
    extras: str | None
    path: str
    shown: str | None = None

    @property
    def identity(self) -> Identity:
        """Which event it is of."""
        return self.event_uuid, self.event_name, self.created_at


@dataclass(frozen=True, slots=True)
class SeenFailure:
    """A line of an error object: what it says, and which members it has, in their order."""

    record: ErrorRecord
    members: tuple[str, ...]


@dataclass(slots=True)
class Seen:
    """What is in the lake of one run.

    Attributes:
        rows: Rows of `events`; one delivered twice is there twice.
        failures: Lines of error objects.
        unreadable: What stands in error objects written since and could not be read.
    """

    rows: Sequence[SeenRow] = ()
    failures: list[SeenFailure] = field(default_factory=list[SeenFailure])
    unreadable: list[str] = field(default_factory=list[str])

    def rows_by_uuid(self) -> Mapping[str, Sequence[SeenRow]]:
        """Returns the rows of each id."""
        found: defaultdict[str, list[SeenRow]] = defaultdict(list)
        for row in self.rows:
            found[row.event_uuid].append(row)
        return found

    def failures_of(self, canary: Canary) -> list[SeenFailure]:
        """Returns the lines that hold a record of a canary, or the row made of it."""
        return [
            failure
            for failure in self.failures
            if any(mark in failure.record.data for mark in canary.marks)
        ]

    def is_settled(self, canaries: Sequence[Canary]) -> bool:
        """Whether each canary has ended up somewhere, be it the wrong place."""
        found = Counter(row.event_uuid for row in self.rows)
        return all(self._is_settled(canary, found) for canary in canaries)

    def _is_settled(self, canary: Canary, found: Counter[str]) -> bool:
        missing = [uuid for uuid in canary.uuids if not found[uuid]]
        failures = len(self.failures_of(canary))
        return failures >= canary.failures and (not missing or failures > canary.failures)
