"""One call of PutRecords until Kinesis has every record, or patience ends; pure but for `put`.

A call may take some records and refuse others; only those are sent again:
https://docs.aws.amazon.com/streams/latest/dev/developing-producers-with-sdk.html
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from firelake.aws.backoff import Pauses, Waiting
from firelake.operations.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.send.records import Record

# How long a refused record is sent again where nobody says otherwise.
PATIENCE_S: Final = 60.0
_PAUSES: Final = Pauses(first_s=0.1, longest_s=5.0)


class PutRecords(Protocol):
    """Sends records once."""

    def __call__(self, records: Sequence[Record]) -> Sequence[str | None]:
        """Send records once.

        Returns:
            Per record, in their order: None where Kinesis has it, else the code of its refusal.
            Where nobody knows whether Kinesis has a record it counts as refused: the copy that
            follows is recognised as one, a lost event would not be.

        Raises:
            StreamError: The call was refused as a whole for a reason that no retry mends.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The clock of the retries.

    Attributes:
        patience_s: How long after its first attempt a record is still tried again.
        now_s: A clock that never goes back, in seconds.
    """

    patience_s: float = PATIENCE_S
    now_s: Callable[[], float] = time.monotonic
    waiting: Waiting = field(default_factory=Waiting)


@dataclass(slots=True)
class Tally:
    """What became of records so far.

    Attributes:
        retried: Times that a record was sent again.
        refused: Events that Kinesis does not have, as far as is known.
        codes: Refusals by their code, those included that a retry mended.
        failure: What no retry would mend; None while there is no such thing.
    """

    records: int = 0
    events: int = 0
    retried: int = 0
    refused: int = 0
    codes: Counter[str] = field(default_factory=Counter[str])
    failure: StreamError | None = None

    def add(self, other: Tally) -> None:
        """Count the other's in."""
        self.records += other.records
        self.events += other.events
        self.retried += other.retried
        self.refused += other.refused
        self.codes.update(other.codes)
        self.failure = self.failure or other.failure


def put_all(
    records: Sequence[Record],
    put: PutRecords,
    pace: Pace,
    give_up: Callable[[Record, str], None] = lambda _record, _why: None,
) -> Tally:
    """Send records until Kinesis has each, sending again exactly those that it refused.

    Args:
        records: At least one and at most what a call may hold.
        put: Sends records once.
        pace: The clock, and how long to go on.
        give_up: Is told each record that Kinesis does not have in the end, and why.
    """
    tally = Tally()
    ends_s = pace.now_s() + pace.patience_s
    attempt = 0
    while True:
        refusals = _put_once(records, put, tally)
        records = [record for record, _ in refusals]
        pause_s = _PAUSES.pause_s(attempt, pace.waiting.jitter())
        if not records or tally.failure or pace.now_s() + pause_s > ends_s:
            tally.refused = sum(record.event_count for record in records)
            for record, why in refusals:
                give_up(record, why)
            return tally
        pace.waiting.sleep(pause_s)
        tally.retried += len(records)
        attempt += 1


def _put_once(records: Sequence[Record], put: PutRecords, tally: Tally) -> list[tuple[Record, str]]:
    """Count what Kinesis took; gives the records that it refused, and why."""
    try:
        codes = put(records)
    except StreamError as error:
        tally.failure = error
        return [(record, str(error)) for record in records]
    refusals: list[tuple[Record, str]] = []
    for record, code in zip(records, codes, strict=True):
        if code is None:
            tally.records += 1
            tally.events += record.event_count
        else:
            tally.codes[code] += 1
            refusals.append((record, code))
    return refusals
