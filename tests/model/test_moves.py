"""Whatever happens during a move, no row is lost, hidden or seen twice, and no query is disturbed.

The rules are those of `firelake.history.move.rules`; each weaker one breaks a promise, and how is
told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pytest

from tests.model import weaker_moves as weaker
from tests.model.move_states import File, Rules, World
from tests.model.moves import Model

A: Final = File(day=0, event_type=0, events=0b01)
B: Final = File(day=0, event_type=1, events=0b10)
NEXT_DAY: Final = File(day=1, event_type=0, events=0b10)
BACKFILLED: Final = File(day=0, event_type=0, events=0b10, is_backfilled=True)

LATE: Final = File(day=0, event_type=0, events=0b10)

QUERIED: Final = World((A,), 7, queries=1)
# The day stays open to the end, so that no watermark is raised.
OPEN: Final = World((A, LATE), 4, lateness=3, queries=1)


@dataclass(frozen=True, slots=True)
class Explorable:
    """A world, at least so many states of it, and what must have happened in it."""

    world: World
    states: int
    actions: frozenset[str] = frozenset({"commit", "raise", "remove"})


WORLDS: Final = {
    "a file that is delivered twice, while a query runs": Explorable(
        World((A, A), 7, queries=1), 3_800, frozenset({"remove", "query"})
    ),
    "two days that close one after the other": Explorable(
        World((A, NEXT_DAY), 7, queries=1), 4_000, frozenset({"remove", "query"})
    ),
    "two statements for one day, and a run that dies between them": Explorable(
        World((A, B), 5, runs=2, deaths=1), 4_500, frozenset({"death", "commit"})
    ),
    "a run that dies at any step, and the next one": Explorable(
        World((A,), 8, runs=2, deaths=1), 8_000, frozenset({"death", "remove"})
    ),
    "two runs at once, while a query runs": Explorable(
        World((A,), 5, runs=2, queries=1), 9_000, frozenset({"raise", "query"})
    ),
    "a backfill while a query runs": Explorable(
        World((A, BACKFILLED), 7, queries=1), 7_600, frozenset({"backfilled", "query", "remove"})
    ),
    "an open day, with a file that comes meanwhile, while a query runs": Explorable(
        OPEN, 7_100, frozenset({"file", "remove", "query"})
    ),
    "an open day whose file is delivered twice, also after the move": Explorable(
        replace(OPEN, files=(A, A)), 4_300, frozenset({"file", "remove", "query"})
    ),
    "two runs at once over an open day, while a query runs": Explorable(
        replace(OPEN, last_tick=2, runs=2), 82_000, frozenset({"file", "remove", "query"})
    ),
    "a run that dies over an open day, the next one, while a query runs": Explorable(
        replace(OPEN, files=(A,), runs=2, deaths=1), 32_000, frozenset({"death", "remove", "query"})
    ),
    "an open day that moves, is closed and moves again": Explorable(
        World((A, LATE), 6, runs=2), 43_000, frozenset({"remove", "raise", "check"})
    ),
    "replay that asks while an open day moves": Explorable(
        replace(OPEN, last_tick=3, queries=0, questions=1), 1_800, frozenset({"replay", "remove"})
    ),
    "an import while that of a killed one goes on, and a query runs": Explorable(
        World((A,), 5, queries=1, imports=2, imported=0b11),
        39_000,
        frozenset({"import", "commit", "remove", "query"}),
    ),
    "a deployment that puts the watermark back": Explorable(
        World((A,), 7, queries=1, deployments=1), 7_100, frozenset({"deployed", "remove"})
    ),
}


@pytest.mark.parametrize("explorable", WORLDS.values(), ids=list(WORLDS))
def test_nothing_is_lost_hidden_or_seen_twice(explorable: Explorable) -> None:
    explored = Model(explorable.world, Rules()).explore()

    assert explored.broken == ""
    assert explored.states >= explorable.states
    assert explorable.actions <= explored.actions.keys()


def test_the_run_after_one_that_died_ends_what_that_began() -> None:
    explored = Model(World((A,), 8, runs=2, deaths=1), Rules()).explore()

    assert any(
        not any(end.left) and end.history == (1,) and end.there == 0 for end in explored.ends
    )


def test_what_is_backfilled_below_the_watermark_comes_with_the_next_run() -> None:
    explored = Model(World((BACKFILLED._replace(events=0b1),), 9, runs=2), Rules()).explore()

    assert any(end.written == 1 and end.there == 0 for end in explored.ends)


def test_a_query_that_finds_a_file_of_an_open_day_gone_has_to_be_asked_again() -> None:
    assert Model(OPEN, Rules()).explore().actions["failing"]


def test_no_query_finds_a_file_of_a_closed_day_gone() -> None:
    explored = Model(World((BACKFILLED,), 7, queries=1), Rules()).explore()

    assert explored.actions["remove"]
    assert not explored.actions["failing"]


@pytest.mark.parametrize(
    ("rules", "world", "story"),
    [
        (
            weaker.ViewsTrustTheWatermark(),
            QUERIED,
            (
                "run of 1, insert 1, commit, query, query lists files, query finds snapshot,"
                " query reads: a query sees a row twice"
            ),
        ),
        (
            weaker.ViewsTrustHistory(),
            World((A,), 4, runs=2, queries=1),
            (
                "run of 1, run of 1, insert 1, insert 1, commit, commit, query, query lists files,"
                " query finds snapshot, query reads: a query sees a row twice"
            ),
        ),
        (
            weaker.WatermarkFirst(),
            QUERIED,
            "run of 1, check, raise: a row is shown no longer",
        ),
        (
            weaker.NoGrace(),
            QUERIED,
            (
                "insert 1, query, query finds snapshot, commit, copied, tick, prove, remove open 0,"
                " query lists files, query reads: a query misses a row"
            ),
        ),
        (
            weaker.Unchecked(),
            World((A, BACKFILLED), 6),
            "run of , backfilled 1, copied, tick, tick, check, raise: a row is shown no longer",
        ),
        (
            weaker.NotClosed(),
            World((A,), 8, lateness=4),
            "run of , copied, tick, tick, check, file 0, raise: a row is shown no longer",
        ),
        (
            weaker.NoLease(),
            World((A, BACKFILLED), 6),
            "copied, tick, tick, check, backfilled 1, raise: a row is shown no longer",
        ),
        (
            weaker.RemovesAllBefore(),
            OPEN,
            (
                "insert 1, file 0, commit, copied, tick, tick, prove, remove open 0:"
                " a row is in neither store"
            ),
        ),
        (
            weaker.ProvesByHistoryOfNow(),
            replace(OPEN, last_tick=2, runs=2),
            (
                "run of 1, run of 1, insert 1, file 0, insert 1, commit, copied, tick, query, query"
                " finds snapshot, commit, tick, prove, remove open 0, query lists files, query"
                " reads: a query misses a row"
            ),
        ),
        (
            weaker.AsksHistoryFirst(),
            replace(OPEN, queries=0, questions=1),
            (
                "replay asks, replay hears of one table, commit, copied, tick, tick, prove,"
                " remove open 0, replay hears of the other: replay takes a row for lost"
            ),
        ),
        (
            weaker.RemovesByMemory(),
            World((A,), 7, queries=1, deployments=1),
            (
                "deployed, tick, prove, query lists files, remove 0, query reads:"
                " a query finds a file gone"
            ),
        ),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Rules) else "",
)
def test_a_weaker_rule_breaks_a_promise(rules: Rules, world: World, story: str) -> None:
    assert Model(world, rules).explore().broken.endswith(story)


def test_two_imports_at_once_are_why_views_look_for_copies_within_history() -> None:
    world = World((A,), 4, runs=0, queries=1, imports=2, imported=0b10)

    broken = Model(world, weaker.ViewsTrustHistory()).explore().broken

    assert broken.endswith(
        "import, import, commit, commit, query, query lists files, query finds snapshot,"
        " query reads: a query sees a row twice"
    )
    assert Model(world, Rules()).explore().broken == ""
