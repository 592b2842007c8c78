"""The rules of the move: which periods, in which order, after which wait. No I/O, no clock.

Both stores may hold a row at once, and the views show it once: that is what makes every step of the
move invisible, whoever does it, however often and however far it gets. The watermark only says from
where on the views still look for files in `events/`. `tests/model` searches what is here, so that
it stays a plain state machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import dt_of, granularity_of, period_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.operations.settings_history import Closing

GRACE_S: Final = 3600
"""How long the longest query may take, twice over: Athena ends one after 30 minutes.

https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
"""


# --- which periods --------------------------------------------------------------------------------


def next_dt(dt: str) -> str:
    """Returns the period after one, in the same form.

    Raises:
        LayoutError: The text is no `dt`.
    """
    granularity = granularity_of(dt)
    return dt_of(period_of(dt, granularity)[1].timestamp(), granularity)


def closed_end(watermark: str, closing: Closing, now_s: float, most: int) -> str:
    """Returns the end of the periods that may move: those from the watermark to before it.

    A period is closed once its last event is.

    Args:
        watermark: The first period that the views still look for in `events/`.
        closing: When an event is closed, by the settings in force.
        now_s: The time, Unix time, or less.
        most: How many periods may move at once.

    Returns:
        The first period that stays; the watermark itself where nothing may move.

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


def raised(watermark: str, end: str) -> str:
    """Returns the watermark after a move up to an end: it never goes back.

    Args:
        watermark: As it was read last.
        end: The first period that the move left where it was.
    """
    return max(watermark, end)


def to_copy(there: Iterable[str], end: str) -> tuple[str, ...]:
    """Returns the periods whose files a move takes: those before its end, in their order.

    Periods below the watermark are among them: what backfill brought in since, and what a move
    that died left behind.

    Args:
        there: The periods that have files in `events/`.
        end: The first period that stays.
    """
    return tuple(sorted({dt for dt in there if dt < end}))


# --- in which order -------------------------------------------------------------------------------


@unique
class Step(StrEnum):
    """What a move does next."""

    BEGIN = "find what is closed"
    COPY = "copy what history lacks"
    SWITCH = "raise the watermark"
    REMOVE = "remove the files that history covers"
    DONE = "done"


@dataclass(slots=True)
class Move:
    """Some periods on their way into history.

    A query that began before a copy was committed may look for the rows in `events/` and nowhere
    else: the watermark waits for its end. A query that began before the watermark was raised has
    listed the files: they wait for its end.

    Attributes:
        end: The first period that stays where it is.
        grace_s: How long the longest query takes.
        step: What comes next.
        waits_until_s: The next step must come after this moment, Unix time.
    """

    end: str
    grace_s: float = GRACE_S
    step: Step = Step.COPY
    waits_until_s: float = 0

    def may_go_on(self, now_s: float) -> bool:
        """Returns whether the wait is over."""
        return now_s > self.waits_until_s

    def copied(self, now_s: float) -> None:
        """Take that the copies of all periods are committed.

        Args:
            now_s: A moment after the last of them, Unix time.
        """
        self._next(Step.SWITCH, now_s)

    def checked(self, missing: int) -> bool:
        """Take how many events before the end history lacks, asked under the lease.

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

    def may_remove(self, watermark: str) -> bool:
        """Returns whether files may go: a deployment may have put the watermark back meanwhile.

        Args:
            watermark: As it is now.
        """
        return watermark >= self.end

    def removed(self) -> None:
        """Take that the files are gone of which history had every row."""
        self.step = Step.DONE

    def _next(self, step: Step, now_s: float) -> None:
        self.step = step
        self.waits_until_s = now_s + self.grace_s
