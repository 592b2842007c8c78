"""What becomes of an event that is to be put back, as a state machine that does no I/O.

An event whose batch ended in `errors/` may own its claim although it never arrived, and what it
owns makes its copy a duplicate. So replay goes by what is true of the lake: it releases a claim
only once delivery must have brought the claim's event, if it ever will, and it is not there.
`tests/model` searches these very rules.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.failures.deletion import Deletion
from firelake.transform.claims import Claim, Outcome

if TYPE_CHECKING:
    from firelake.operations.settings_history import Settling
    from firelake.transform.claims import Candidate


class Step(Enum):
    """What to do next for an event; or what became of it in this run."""

    READ = "read the claim"
    LOOK = "look at the freshness"
    ASK = "ask the lake"
    DELETE = "delete the claim"
    RESERVE = "write the receipt"
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
        claim: Its claim as read, where it had one of its own.
        is_asked_only: Whether it is only asked for, and never sent.
    """

    step: Step
    claim: Claim | None = None
    is_asked_only: bool = False


class Replaying:
    """The rules. Each step's answer leads to the next step; none is drawn on a guess."""

    def __init__(self, settling: Settling) -> None:
        """Takes how long after its claim an event must be in the lake, if it ever will be.

        Args:
            settling: More than the function's time-out, delivery and the lake's lag together.
        """
        self._settling = settling

    def begin(self) -> Run:
        """Begin with an event that the function would accept today."""
        return Run(Step.READ)

    def only_ask(self) -> Run:
        """Begin with an event that may be in the lake, and that is not to be sent.

        It was sent before, and today's code would refuse it; or a fix makes another one of it.
        """
        return Run(Step.READ, is_asked_only=True)

    def claim_read(self, run: Run, event: Candidate, claim: Claim | None) -> Run:
        """Take the claim of the event's id, read consistently; None where there is none.

        Without a claim it may be sent: if it has a copy on its way the function will tell. An
        event that is still accepted has no row whose claim has gone, as claims outlive lateness.
        """
        is_own = claim is not None and (claim.event_name, claim.created_at_s) == (
            event.event_name,
            event.created_at_s,
        )
        if is_own:
            return Run(Step.LOOK, claim, run.is_asked_only)
        if run.is_asked_only:
            return Run(Step.ASK, None, is_asked_only=True)
        return Run(Step.RESERVE if claim is None else Step.REUSED)

    def freshness_seen(self, run: Run, delivered_until_ms: int | None) -> Run:
        """Take until when everything is delivered, learnt after the claim was read.

        Args:
            delivered_until_ms: What Firehose took before is in S3, Unix time in milliseconds;
                None where nobody knows.
        """
        settled_ms = self.settled_ms(run)
        if settled_ms is None or delivered_until_ms is None or delivered_until_ms <= settled_ms:
            return Run(Step.LATER, run.claim)
        return Run(Step.ASK, run.claim, run.is_asked_only)

    def settled_ms(self, run: Run) -> int | None:
        """Returns the moment until which all must be delivered, Unix time in milliseconds.

        None where it is not known, or where the event has no claim.
        """
        if run.claim is None:
            return None
        return run.claim.claimed_at_ms + self._settling.for_claim(run.claim.claimed_at_ms)

    def lake_asked(self, run: Run, *, is_there: bool) -> Run:
        """Take whether the lake has the event, in any partition that it may ever have had.

        A row of another event with the same id is none of it.
        """
        if is_there:
            return Run(Step.DONE)
        return Run(Step.ABSENT) if run.is_asked_only else Run(Step.DELETE, run.claim)

    def deletion(self, run: Run) -> Deletion:
        """Returns the claim to delete, and on which condition.

        Raises:
            ValueError: The run has no claim to delete.
        """
        if run.claim is None:
            message = f"{run.step} has no claim to delete"
            raise ValueError(message)
        return Deletion(run.claim.key, run.claim.owner, run.claim.claimed_at_ms)

    def claim_deleted(self, outcome: Outcome) -> Run:
        """Take what became of the deletion.

        One that was refused found a claim that somebody renewed or released meanwhile. One that
        was not answered may have been done: the claim is read again, and tells.
        """
        if outcome is Outcome.DONE:
            return Run(Step.RESERVE)
        return Run(Step.LATER if outcome is Outcome.REFUSED else Step.READ)

    def reserved(self, *, is_own: bool) -> Run:
        """Take whether the receipt bears the event's identity, as it stands once it was written.

        It is written before the event is sent: a run that is killed in between leaves a receipt of
        an event without a claim, which the next run sends. Where the receipt bears another
        identity, another run sends that one, and the next run asks for it.
        """
        return Run(Step.SEND if is_own else Step.LATER)

    def sent(self, *, is_taken: bool) -> Run:
        """Take whether Kinesis has the event. If not it has no claim, and is sent next time."""
        return Run(Step.SENT if is_taken else Step.UNSENT)
