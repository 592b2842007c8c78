"""Notes that the function's settings are in force, before anything passes by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.contract.in_force import NOTE_EVERY_S
from firelake.transform.errors import ClaimsUndecidedError

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Schedule
    from firelake.transform.settling import Pace

_PAUSE_S: Final = 0.2


class Notes(Protocol):
    """Where it is noted; `firelake.transform.dynamo_notes.DynamoNotes` does it."""

    def write(self, now_ms: int) -> Schedule | None:
        """Writes when the settings last were in force; None where no answer came.

        Returns:
            Which layout has the claim of which event, by what is noted and what the function is
            told.
        """
        ...


class InForce:
    """The settings of one process of the function."""

    def __init__(self, notes: Notes) -> None:
        """Takes where to note, and notes nothing yet."""
        self._notes = notes
        self._noted_ms: int | None = None
        self._schedule = ITEMS_ONLY

    def note(self, pace: Pace) -> Schedule:
        """Notes it where it was not for a while; a batch must not pass before.

        Args:
            pace: Clock, deadline and back-off.

        Returns:
            Which layout has the claim of which event.

        Raises:
            ClaimsUndecidedError: The time is up and no answer came. Firehose invokes again.
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        now_ms = pace.now_ms()
        if self._noted_ms is not None and 0 <= now_ms - self._noted_ms < NOTE_EVERY_S * 1000:
            return self._schedule
        while (schedule := self._notes.write(now_ms)) is None:
            if pace.remaining_s() <= 0:
                message = (
                    "that these settings are in force could not be noted by the claims deadline; "
                    "the batch is raised so that Firehose retries it (look at throttles of the "
                    "claims table)"
                )
                raise ClaimsUndecidedError(message, 0)
            pace.sleep(max(0.0, min(_PAUSE_S * pace.jitter(), pace.remaining_s())))
        self._noted_ms = now_ms
        self._schedule = schedule
        return schedule
