"""What becomes of an event that is to be put back, as a state machine that does no I/O.

An event whose batch ended in `errors/` may own its claim although it never arrived, and what it
owns makes its copy a duplicate. So replay goes by what is true of the lake: it releases a claim
only once delivery must have brought the claim's event, if it ever will, and it is not there.
`tests/model` searches these very rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import msgspec

from transform.claims import Claim, Outcome

if TYPE_CHECKING:
    from transform.claims import Candidate


class Step(Enum):
    """What to do next for an event; or what became of it in this run."""

    READ = "read the claim"
    LOOK = "look at the freshness"
    ASK = "ask the lake"
    DELETE = "delete the claim"
    SEND = "send"
    # Ends.
    SENT = "sent"
    DONE = "done"  # it is a row of the lake
    LATER = "later"  # nobody knows yet: it may still be on its way
    REUSED = "reused"  # its id belongs to another event
    UNSENT = "unsent"  # Kinesis did not take it, as far as is known
    ABSENT = "absent"  # it was only asked for, and is not in the lake


ENDS: Final = frozenset({Step.SENT, Step.DONE, Step.LATER, Step.REUSED, Step.UNSENT, Step.ABSENT})


class Run(msgspec.Struct, frozen=True):
    """How far an event is.

    Attributes:
        step: What to do next.
        claim: Its claim as read, where there was one.
    """

    step: Step
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """A claim to be deleted only if owner and `claimed_at` still are as read.

    A claim that was renewed since belongs to an event on its way, and so does one of another
    owner; the owner alone would not tell the first.
    """

    event_uuid: str
    owner: str
    claimed_at_ms: int

    def fits(self, claim: Claim | None) -> bool:
        """Whether an item of the table is deleted by it: the condition of the write."""
        return (
            claim is not None
            and claim.owner == self.owner
            and claim.claimed_at_ms == self.claimed_at_ms
        )


class Replaying:
    """The rules. Each step's answer leads to the next step; none is drawn on a guess."""

    def __init__(self, *, settle_ms: int) -> None:
        """Takes how long after its claim an event must be in the lake, if it ever will be.

        Args:
            settle_ms: More than the function's time-out, delivery and the lake's lag together.
        """
        self._settle_ms = settle_ms

    def begin(self) -> Run:
        """Begin with an event that the function would accept today."""
        return Run(Step.READ)

    def only_ask(self) -> Run:
        """Begin with an event that was sent before, and that today's code would refuse."""
        return Run(Step.ASK)

    def claim_read(self, event: Candidate, claim: Claim | None) -> Run:
        """Take the claim of the event's id, read consistently; None where there is none.

        Without a claim it may be sent: if it has a copy on its way the function will tell. An
        event that is still accepted has no row whose claim has gone, as claims outlive lateness.
        """
        if claim is None:
            return Run(Step.SEND)
        if (claim.event_name, claim.created_at_s) != (event.event_name, event.created_at_s):
            return Run(Step.REUSED)
        return Run(Step.LOOK, claim)

    def freshness_seen(self, run: Run, delivered_until_ms: int | None) -> Run:
        """Take until when everything is delivered, learnt after the claim was read.

        Args:
            run: How far the event is.
            delivered_until_ms: What Firehose took before is in S3, Unix time in milliseconds;
                None where nobody knows.
        """
        if run.claim is None or delivered_until_ms is None:
            return Run(Step.LATER)
        is_settled = delivered_until_ms > run.claim.claimed_at_ms + self._settle_ms
        return Run(Step.ASK, run.claim) if is_settled else Run(Step.LATER)

    def lake_asked(self, run: Run, *, is_there: bool) -> Run:
        """Take whether the lake has the event, in any partition that it may ever have had.

        A row of another event with the same id is none of it.
        """
        if is_there:
            return Run(Step.DONE)
        return Run(Step.ABSENT) if run.claim is None else Run(Step.DELETE, run.claim)

    def deletion(self, run: Run) -> Deletion:
        """Give the claim to delete, and on which condition.

        Raises:
            ValueError: The run has no claim to delete.
        """
        if run.claim is None:
            message = f"{run.step} has no claim to delete"
            raise ValueError(message)
        return Deletion(run.claim.event_uuid, run.claim.owner, run.claim.claimed_at_ms)

    def claim_deleted(self, outcome: Outcome) -> Run:
        """Take what became of the deletion.

        One that was refused found a claim that somebody renewed or released meanwhile. One that
        was not answered may have been done: the claim is read again, and tells.
        """
        if outcome is Outcome.DONE:
            return Run(Step.SEND)
        return Run(Step.LATER if outcome is Outcome.REFUSED else Step.READ)

    def sent(self, *, is_taken: bool) -> Run:
        """Take whether Kinesis has the event. If not it has no claim, and is sent next time."""
        return Run(Step.SENT if is_taken else Step.UNSENT)
