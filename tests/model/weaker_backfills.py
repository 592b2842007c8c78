"""The rules of backfill, each weakened in one place: each of these loses or doubles an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.history.backfill.rules import Step, Writing
from firelake.operations.settings_history import Closing
from tests.model.rules import Rules
from tests.model.world import TICK_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.history.backfill.rules import Lease
    from tests.model.world import Times


class ClosedOneTickEarly(Rules):
    """An event is taken for closed one tick before the last copy of it may land."""

    def closing(self, times: Times) -> Closing:
        return Closing(super().closing(times).span_s - TICK_S)


class ClosedWhenTooLate(Rules):
    """An event is taken for closed once a copy that arrives would be too late."""

    def closing(self, times: Times) -> Closing:
        return Closing(times.lateness * TICK_S)


class NarrowedAtOnce(Rules):
    """Narrower settings count from the moment at which they are deployed."""

    def closing_after(self, wide: Times, narrow: Times, narrowed_at: int) -> Closing:
        del wide, narrowed_at
        return self.closing(narrow)


class NarrowedOneTickEarly(Rules):
    """Wider settings are taken for over one tick before what they let pass must have landed."""

    def closing_after(self, wide: Times, narrow: Times, narrowed_at: int) -> Closing:
        return super().closing_after(wide, narrow, narrowed_at - 1)


class TimeByTheMachine(Rules):
    """What time it is the operator's clock tells, which is one tick ahead."""

    def backfill_now(self, now: int) -> int:
        return now + 1


class TwoAtOnce(Rules):
    """A run begins, whoever has the lease."""

    def backfill_may_begin(self, lease: Lease | None, now_s: int) -> bool:
        del lease, now_s
        return True


class WritesAfterItsLease(Rules):
    """A run that was halted goes on as if nothing had happened."""

    def backfill_may_write(self, lease: Lease, now_s: int) -> bool:
        del lease, now_s
        return True


class CutAfterLeavingOut(Rules):
    """Files are cut after leaving out what the lake has, numbered, and written over older ones."""

    backfill_cuts_what_is_missing = True


class _ThereIsDone(Writing):
    def created(self, *, was_there: bool) -> None:
        del was_there
        self.step = Step.DONE


class AFileOfTheSliceIsAllOfIt(Rules):
    """A file of a slice that is there is taken for the whole of the slice."""

    backfill_writing = _ThereIsDone

    def backfill_generation(self, digest: str, names: Iterable[str]) -> int:
        del digest, names
        return 0
