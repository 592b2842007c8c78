"""The rules of the move: which periods, in which order, after which wait. No I/O, no clock.

Both stores may hold a row at once, and the views show it once: that is what makes every step of
the move invisible, whoever does it, however often and however far it gets. So open periods move as
well: their files go once history has held every row for as long as a query may take. The watermark
only says from where on the views still look for files in `events/`; closed periods alone pass it.
`tests/model` searches what is here, so that it stays a plain state machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from firelake.contract.layout import dt_of, granularity_of, period_of
from firelake.history.statement import GRACE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.operations.settings_history import Closing


def next_dt(dt: str) -> str:
    """Returns the period after one, in the same form.

    Raises:
        LayoutError: The text is no `dt`.
    """
    granularity = granularity_of(dt)
    return dt_of(period_of(dt, granularity)[1].timestamp(), granularity)


def periods_between(first: str, end: str) -> tuple[str, ...]:
    """Returns the periods from one to before another.

    Raises:
        LayoutError: One of them is no `dt`.
    """
    periods: list[str] = []
    while first < end:
        periods.append(first)
        first = next_dt(first)
    return tuple(periods)


def closed_end(watermark: str, closing: Closing, now_s: float, most: int) -> str:
    """Returns the end of the periods that may pass the watermark: those from it to before the end.

    A period is closed once its last event is.

    Args:
        watermark: The first period that the views still look for in `events/`.
        closing: When an event is closed, by the settings in force.
        now_s: The time, Unix time, or less.
        most: How many periods may pass at once.

    Returns:
        The watermark that there may be; the one that there is where nothing may pass.

    Raises:
        LayoutError: The watermark is no `dt`.
    """
    end = watermark
    for _ in range(most):
        last_s = period_of(end, granularity_of(end))[1].astimezone(UTC).timestamp()
        if not closing.is_closed(last_s, now_s):
            break
        end = next_dt(end)
    return end


def to_copy(there: Iterable[str], end: str, most: int) -> tuple[str, ...]:
    """Returns the periods whose files a move takes, in their order.

    Below its end all that have files are among them: what backfill brought in since, and what a
    move that died left behind. From there on they are open, and the newest of them are taken.

    Args:
        there: The periods that have files in `events/`.
        end: The first period that stays above the watermark.
        most: How many open periods may move at once.
    """
    found = sorted(set(there))
    below = [dt for dt in found if dt < end]
    return (*below, *found[len(below) :][-most:])


# --- in which order -------------------------------------------------------------------------------


@unique
class Step(StrEnum):
    """What a move does next."""

    BEGIN = "find what is closed"
    COPY = "copy what history lacks"
    SWITCH = "raise the watermark"
    REMOVE = "remove the files that history covers"
    ERASE = "take out of history what was erased, and what is kept no longer"
    COMPACT = "join the small files of history"
    VACUUM = "forget old snapshots of history"
    DONE = "done"


@dataclass(slots=True)
class Move:
    """Some periods on their way into history.

    A query that began before a copy was committed may look for the rows in `events/` and nowhere
    else. So a snapshot of history is noted once the copies are committed, and what it holds is
    proof that files are needed no longer as soon as those queries have ended; what history got
    since then proves nothing. A query that began before the watermark was raised has listed the
    files below it: they wait for its end, too. Those above are listed until they go, so that a
    query which finds one gone fails, and has to be asked again; what it answers is never wrong.

    Attributes:
        end: The first period that stays above the watermark.
        raises: Whether the watermark is below that.
        grace_s: How long the longest query takes.
        step: What comes next.
        snapshot: Of history, noted after the copies; empty before.
        waits_until_s: The next step must come after this moment, Unix time.
    """

    end: str
    raises: bool = True
    grace_s: float = GRACE_S
    step: Step = Step.COPY
    snapshot: str = ""
    waits_until_s: float = 0

    def may_go_on(self, now_s: float) -> bool:
        """Returns whether the wait is over."""
        return now_s > self.waits_until_s

    def copied(self, snapshot: str, now_s: float) -> None:
        """Take that the copies of all periods are committed.

        Args:
            snapshot: The newest of history, asked after the last of them.
            now_s: A moment after that, Unix time.
        """
        self.snapshot = snapshot
        self._next(Step.SWITCH if self.raises else Step.REMOVE, now_s)

    def checked(self, missing: int) -> bool:
        """Take how many events before the end the snapshot lacks, asked under the lease.

        Nobody else may write a file before the end until the watermark is raised, or what came
        between would be shown by neither store.

        Returns:
            Whether the watermark may be raised; where not, the copy comes again.
        """
        if missing:
            self.step = Step.COPY
            self.waits_until_s = 0
        return not missing

    def switched(self, now_s: float) -> None:
        """Take that the watermark is raised.

        Args:
            now_s: A moment after that, Unix time.
        """
        self._next(Step.REMOVE, now_s)

    def may_remove(self, dt: str, watermark: str) -> bool:
        """Returns whether files of a period may go of which the snapshot has every row.

        Args:
            dt: The period. One that is open waits for no watermark.
            watermark: As it is now: a deployment may have put it back meanwhile.
        """
        return dt >= self.end or watermark >= self.end

    def removed(self) -> None:
        """Take that the files are gone of which the snapshot had every row."""
        self.step = Step.ERASE

    def erased(self) -> None:
        """Take that no rows are left in history that are not to be there."""
        self.step = Step.COMPACT

    def compacted(self) -> None:
        """Take that no partition of history has more small files than it should."""
        self.step = Step.VACUUM

    def vacuumed(self) -> None:
        """Take that files are gone which no snapshot needs that is young enough."""
        self.step = Step.DONE

    def _next(self, step: Step, now_s: float) -> None:
        self.step = step
        self.waits_until_s = now_s + self.grace_s
