"""What a world of moves is made of: its files, runs, statements and queries, and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from firelake.catalog.history_table import raised
from firelake.history.move.rules import Move, Step, closed_end
from firelake.operations.settings_history import Closing

TICK_S: Final = 86_400
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
MOST: Final = 2


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
    """The files that may come, how late, and how much else may happen.

    Attributes:
        imported: Mask of the events, of the first day, of a user's table.
    """

    files: tuple[File, ...]
    last_tick: int
    lateness: int = 1
    runs: int = 1
    deaths: int = 0
    queries: int = 0
    deployments: int = 0
    questions: int = 0
    imports: int = 0
    imported: int = 0


class Left(NamedTuple):
    """How much may still happen."""

    runs: int
    deaths: int
    queries: int
    deployments: int
    questions: int
    imports: int


# Whose the statement of an import is.
IMPORT: Final = -1


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
        snapshot: Mask of the events that history had once the copies were done.
    """

    number: int
    dts: tuple[str, ...]
    end: str
    raises: bool
    step: Step = Step.COPY
    at: int = 0
    waits_until_s: float = 0
    removing: int = -1
    snapshot: int = 0


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


class Question(NamedTuple):
    """Replay asks which events the lake has: the two tables, one after the other.

    Attributes:
        shown: What the views showed when it began.
        first: Mask of the events that the first table had; -1 before.
    """

    shown: int
    first: int = -1


class State(NamedTuple):
    """Where everything is.

    Attributes:
        there: Mask of the files in `events/`.
        written: Mask of those that ever were.
        history: How many rows it has of each event, up to 2.
        lease: Number of the run that has the right to raise; -1 for none.
        deploying: The watermark that a deployment read, and when; None without one.
        question: What replay asks.
        was_shown: Mask of the events that the views ever showed.
        gone_open: Mask of the files that were removed while the views listed their day.
        done: The events that came out wrong of a query, or what else is broken.
        left: What may still happen: runs, deaths, queries, deployments, questions.
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
    question: Question | None
    was_shown: int
    gone_open: int
    broken: str
    left: Left


class Rules:
    """The rules as shipped; the ways to get them wrong override one each."""

    grace_ticks = 1
    starts_at = Step.COPY
    needs_lease = True
    asks_files_first = True

    def end(self, watermark: str, now_s: float, lateness: int) -> str:
        """The first day that stays."""
        return closed_end(watermark, Closing(lateness * TICK_S), now_s, MOST)

    def shown(self, in_files: int, in_history: int) -> int:
        """How often the views show an event that files and history have so often."""
        return min(in_files + in_history, 1)

    def move(self, run: Run) -> Move:
        """The move of a run."""
        return Move(
            end=run.end,
            raises=run.raises,
            grace_s=self.grace_ticks * TICK_S,
            step=run.step,
            waits_until_s=run.waits_until_s,
        )

    def proof(self, snapshot: int, now: int) -> int:
        """The events that history is taken to have: of the snapshot that was noted, and of now."""
        del now
        return snapshot

    def checked(self, move: Move, missing: int) -> bool:
        """Whether the watermark may be raised."""
        return move.checked(missing)

    def raised(self, watermark: str, end: str) -> str:
        """The watermark after a move."""
        return raised(watermark, end)

    def may_remove(self, move: Move, day: str, watermark: str) -> bool:
        """Whether files of a day may go."""
        return move.may_remove(day, watermark)

    def is_removed(self, *, is_covered: bool) -> bool:
        """Whether such a file goes."""
        return is_covered


@cache
def dt(day: int) -> str:
    """The partition of a day of the world."""
    return (_FIRST + timedelta(days=day)).date().isoformat()


def now_s(tick: int) -> float:
    """The moment of a tick, Unix time."""
    return _FIRST.timestamp() + tick * TICK_S
