"""Waiting until everything that was sent is a row, a copy or an error, or time is over."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.aws.backoff import Pauses, Waiting
from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.listing import Selection
from firelake.failures.replay.putting_back import partitions_of
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.failures.errors.events import ErrorEvents
    from firelake.failures.errors.listing import ErrorSource
    from firelake.failures.replay.putting_back import Lake
    from firelake.health.arrival.sent_events import Arrived, SentEvents

# Firehose writes a file a minute at the soonest, and the embedded one within seconds.
_PAUSES: Final = Pauses(first_s=1.0, longest_s=20.0)
# About as many as one query holds.
_CHUNK_EVENTS: Final = 5000
_LONGEST_RUN: Final = timedelta(days=366)


class MissingEventsError(OpsError, TimeoutError):
    """Raised when events that Kinesis has are nowhere by the deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Looks for what was sent, in the lake and under `errors/`.

    Attributes:
        errors: Where error objects are.
        judge: Takes error records apart, by the contract of `sent` and for events of any age.
        since: When sending began, by AWS's clock.
        now_s: A clock that never goes back, in seconds.
    """

    sent: SentEvents
    lake: Lake
    errors: ErrorSource
    judge: ErrorEvents
    since: datetime
    now_s: Callable[[], float] = time.monotonic
    waiting: Waiting = field(default_factory=Waiting)
    _read: set[str] = field(default_factory=set[str])

    def wait(self, deadline_s: float, show: Callable[[Arrived], None]) -> Arrived:
        """Look again and again until nothing is missing.

        Args:
            deadline_s: How long at most.
            show: Is told after each look how far it is.

        Returns:
            What became of everything; something is missing only where the deadline was reached.

        Raises:
            OpsError: Athena or S3 refused.
        """
        ends_s = self.now_s() + deadline_s
        attempt, before = 0, self.sent.arrived()
        while True:
            self._look(is_last=False)
            arrived = self.sent.arrived()
            show(arrived)
            if not arrived.missing:
                return arrived
            attempt = 0 if arrived != before else attempt + 1
            pause_s = _PAUSES.pause_s(attempt, self.waiting.jitter())
            if self.now_s() + pause_s > ends_s:
                self.waiting.sleep(max(0.0, ends_s - self.now_s()))
                self._look(is_last=True)
                return self.sent.arrived()
            self.waiting.sleep(pause_s)
            before = arrived

    def _look(self, *, is_last: bool) -> None:
        self._read_errors()
        unsettled = self.sent.unsettled()
        for start in range(0, len(unsettled), _CHUNK_EVENTS):
            chunk = unsettled[start : start + _CHUNK_EVENTS]
            partitions = {each for _, partition in chunk for each in partitions_of(partition)}
            uuids = {identity[0] for identity, _ in chunk}
            found = self.lake.stored_identities(sorted(partitions), sorted(uuids))
            self.sent.found_rows(found)
            # Events arrive in about their order: where none has, each question more is in vain.
            if not is_last and found.isdisjoint(identity for identity, _ in chunk):
                return

    def _read_errors(self) -> None:
        """Read the error objects that were not there before."""
        selection = Selection(since=self.since, until=datetime.now(UTC) + _LONGEST_RUN, lag_days=1)
        for found in self.errors.objects(selection):
            if isinstance(found, Unreadable) or found.key in self._read:
                continue
            self._read.add(found.key)
            for record in self.errors.records(found, selection):
                if not isinstance(record, Unreadable):
                    self.sent.found_error(record, self.judge)
