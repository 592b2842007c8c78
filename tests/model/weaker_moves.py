"""Rules of the move, each weaker than the shipped one in one point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.history.move.rules import Step
from tests.model.move_states import Rules

if TYPE_CHECKING:
    from firelake.history.move.rules import Move


class ViewsTrustTheWatermark(Rules):
    """The views add up the two stores, without looking for copies."""

    def shown(self, in_files: int, in_history: int) -> int:
        """Adds up."""
        return in_files + min(in_history, 1)


class ViewsTrustHistory(Rules):
    """The views look for copies between the stores, and for none within history."""

    def shown(self, in_files: int, in_history: int) -> int:
        """Takes each row of history for an event."""
        return max(in_files, in_history)


class WatermarkFirst(Rules):
    """The watermark is raised before anything is copied, and nothing is asked."""

    starts_at = Step.SWITCH

    def checked(self, move: Move, missing: int) -> bool:
        """Takes what should be for what is."""
        del move, missing
        return True


class Unchecked(Rules):
    """A statement that was begun is taken for one that copied everything."""

    def checked(self, move: Move, missing: int) -> bool:
        """Asks nothing."""
        del move, missing
        return True


class NoGrace(Rules):
    """No step waits for the queries that began before the step before it."""

    grace_ticks = 0


class NotClosed(Rules):
    """A day moves as soon as it is over, whatever may come late."""

    def end(self, watermark: str, now_s: float, lateness: int) -> str:
        """Forgets the lateness."""
        del lateness
        return super().end(watermark, now_s, 0)


class NoLease(Rules):
    """Backfill may write between the question what is missing and the watermark."""

    needs_lease = False


class RemovesAllBefore(Rules):
    """Every file before the end goes, covered or not."""

    def is_removed(self, *, is_covered: bool) -> bool:
        """Proves nothing."""
        del is_covered
        return True


class RemovesByMemory(Rules):
    """Files go by the watermark that the run raised, not by the one that is there."""

    def may_remove(self, move: Move, day: str, watermark: str) -> bool:
        """Looks at nothing."""
        del move, day, watermark
        return True


class ProvesByHistoryOfNow(Rules):
    """Proof is what history has at the moment, also what it got while the run waited."""

    def proof(self, snapshot: int, now: int) -> int:
        """Forgets the snapshot."""
        del snapshot
        return now


class AsksHistoryFirst(Rules):
    """Replay asks history and then the files, out of which a row goes into history."""

    asks_files_first = False


class LowersTheWatermark(Rules):
    """A run writes its own end, whatever another has written meanwhile."""

    def raised(self, watermark: str, end: str) -> str:
        """Takes the end."""
        del watermark
        return end
