"""What a world of moves is made of: its files, runs, statements and queries, and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from firelake.history.move.rules import Move, Step, closed_end, raised
from firelake.operations.settings_history import Closing

if TYPE_CHECKING:
    from collections import Counter

TICK_S: Final = 86_400
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MOST: Final = 2


class File(NamedTuple):
    """A file that comes under `events/`.

    Attributes:
        day: The day of its events, from 0.
        event_type: Their type; a statement copies one type of one day.
        events: Mask of the events of which it has a row.
        is_backfilled: Whether backfill brings it, at any time after its day is closed.
    """

    day: int
    event_type: int
    events: int
    is_backfilled: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """The files that may come, how late, and how much else may happen."""

    files: tuple[File, ...]
    last_tick: int
    lateness: int = 1
    runs: int = 1
    deaths: int = 0
    queries: int = 0
    deployments: int = 0


class Statement(NamedTuple):
    """An INSERT under way: what it read, for whom, and until when it is over."""

    run: int
    events: int
    until: int


class Run(NamedTuple):
    """A run of the move.

    Attributes:
        dts: The days that it copies.
        at: How many of its statements are done.
        waits_until_s: As of `Move`.
        removing: Mask of the files that it found covered and has yet to remove; -1 before.
    """

    number: int
    dts: tuple[str, ...]
    end: str
    step: Step = Step.COPY
    at: int = 0
    waits_until_s: float = 0
    removing: int = -1


class Query(NamedTuple):
    """A query under way.

    Attributes:
        shown: What the views showed when it began.
        files: Mask of the files that it has listed; -1 before.
        snapshot: The rows in history that it sees, an event each; None before.
    """

    begun: int
    shown: int
    files: int = -1
    snapshot: tuple[int, ...] | None = None


class State(NamedTuple):
    """Where everything is.

    Attributes:
        there: Mask of the files in `events/`.
        written: Mask of those that ever were.
        history: How many rows it has of each event, up to 2.
        lease: Number of the run that has the right to raise; -1 for none.
        deploying: The watermark that a deployment read, and when; None without one.
        was_shown: Mask of the events that the views ever showed.
        done: The events that came out wrong of a query, or what else is broken.
        left: What may still happen: runs, deaths, queries, deployments.
    """

    now: int
    there: int
    written: int
    history: tuple[int, ...]
    watermark: str
    runs: tuple[Run, ...]
    statements: tuple[Statement, ...]
    lease: int
    query: Query | None
    deploying: tuple[str, int] | None
    was_shown: int
    broken: str
    left: tuple[int, int, int, int]


class Explored(NamedTuple):
    """What a search found.

    Attributes:
        states: How many states there are.
        actions: How often each action was taken.
        broken: The shortest story in which a promise is broken, or nothing.
        ends: The states after which nothing happens.
    """

    states: int
    actions: Counter[str]
    broken: str
    ends: list[State]


class Rules:
    """The rules as shipped; the ways to get them wrong override one each."""

    grace_ticks = 1
    starts_at = Step.COPY
    needs_lease = True

    def end(self, watermark: str, now_s: float, lateness: int) -> str:
        """The first day that stays."""
        return closed_end(watermark, Closing(lateness * TICK_S), now_s, _MOST)

    def shown(self, in_files: int, in_history: int) -> int:
        """How often the views show an event that files and history have so often."""
        return min(in_files + in_history, 1)

    def move(self, run: Run) -> Move:
        """The move of a run."""
        return Move(run.end, self.grace_ticks * TICK_S, run.step, run.waits_until_s)

    def checked(self, move: Move, missing: int) -> bool:
        """Whether the watermark may be raised."""
        return move.checked(missing)

    def raised(self, watermark: str, end: str) -> str:
        """The watermark after a move."""
        return raised(watermark, end)

    def may_remove(self, move: Move, watermark: str) -> bool:
        """Whether files may go."""
        return move.may_remove(watermark)

    def is_removed(self, *, is_covered: bool) -> bool:
        """Whether a file before the end goes."""
        return is_covered


@cache
def dt(day: int) -> str:
    """The partition of a day of the world."""
    return (_FIRST + timedelta(days=day)).date().isoformat()


def now_s(tick: int) -> float:
    """The moment of a tick, Unix time."""
    return _FIRST.timestamp() + tick * TICK_S
