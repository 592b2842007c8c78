"""Backfill beside live traffic and replays, killed, halted, repeated: no event is lost or doubled.

Which events are closed, how files are named and when they may be written is the shipped code,
`firelake.history.backfill.rules`. Each of its rules is needed: weaken one, and the search tells the
story.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pytest

from tests.model import weaker_backfills as weaker
from tests.model.invariants import Promise
from tests.model.rules import Rules
from tests.model.search import explore
from tests.model.world import Event, Faults, Record, Times, World
from tests.model.worlds import A, B

# Everything that came by the stream is in the lake after two ticks, and after four.
SHORT: Final = Times(lateness=0, retention=1, delivery=0, function=0, settle=0, buffer=1)
LONG: Final = Times(lateness=1, retention=1, delivery=1, function=1, settle=1, buffer=1)
# Closed one tick after A.
LATER: Final = Event(1, created=1)

ONE_EVENT: Final = World(
    (Record(0, (A,)),), times=SHORT, last_tick=4, backfills=2, inputs=(((A,),),)
)
SLICES: Final = replace(ONE_EVENT, inputs=(((A,), (B,)),))
GROWN: Final = replace(ONE_EVENT, inputs=(((A,),), ((A, B),)))
ONE_OPEN_STILL: Final = replace(ONE_EVENT, inputs=(((A, LATER),),))

# Narrowed from the one to the other: an event that came late is open by the first alone.
WIDE: Final = Times(lateness=2, retention=1, delivery=1, function=1, settle=1, buffer=1)
NARROW: Final = replace(WIDE, lateness=0)
NARROWED: Final = World(
    (Record(0, (A,), (0, 1, 2)),),
    times=WIDE,
    narrowed=NARROW,
    last_tick=6,
    backfills=1,
    inputs=(((A,),),),
)

CREATES: Final = "backfill creates a file"


@dataclass(frozen=True, slots=True)
class Explorable:
    """A world, at least so many states of it, and what must have happened in it."""

    world: World
    states: int
    actions: frozenset[str] = frozenset({CREATES})


WORLDS: Final = {
    "one event and its copy": Explorable(
        replace(ONE_EVENT, records=(Record(0, (A,)), Record(1, (A,)))), states=17_800
    ),
    "failed conversions, failovers and an event that is sent twice": Explorable(
        replace(ONE_EVENT, faults=Faults(conversions=1, failovers=1)),
        states=15_000,
        actions=frozenset({CREATES, "conversion failure", "failover"}),
    ),
    "an event that comes too late": Explorable(
        replace(ONE_EVENT, records=(Record(0, (A,), (0, 1)),), faults=Faults(zombies=1)),
        states=2_500,
    ),
    "an input that grows": Explorable(GROWN, states=6_800),
    "an event that is not closed yet": Explorable(ONE_OPEN_STILL, states=2_400),
    "two slices, answers of S3 that are lost": Explorable(
        replace(SLICES, faults=Faults(s3_repeats=1)),
        states=4_000,
        actions=frozenset(
            {
                CREATES,
                "backfill is not answered",
                "backfill finds the file there",
                "backfill asks the lake",
                "backfill renews its lease",
            }
        ),
    ),
    "windows that are narrowed": Explorable(
        NARROWED, states=22_000, actions=frozenset({CREATES, "narrow"})
    ),
    "a retention that is narrowed": Explorable(
        replace(NARROWED, times=replace(WIDE, retention=3), narrowed=WIDE),
        states=36_000,
        actions=frozenset({CREATES, "narrow"}),
    ),
    "three runs": Explorable(replace(SLICES, backfills=3), states=5_000),
    "replay beside it": Explorable(
        replace(
            ONE_EVENT,
            times=replace(SHORT, lateness=1),
            replays=1,
            replays_raw=True,
            inputs=(((A,), (B,)),),
        ),
        states=31_000,
        actions=frozenset({CREATES, "replay sends"}),
    ),
}


@pytest.mark.parametrize("explorable", WORLDS.values(), ids=WORLDS.keys())
def test_no_state_of_the_world_breaks_a_promise(explorable: Explorable) -> None:
    explored = explore(explorable.world, Rules())

    assert explored.broken is None, f"\n{explored}"
    assert explorable.actions <= explored.actions.keys()
    assert explored.states >= explorable.states


@dataclass(frozen=True, slots=True)
class Weakness:
    """A weaker rule, where it fails and how."""

    rules: Rules
    world: World
    promise: Promise
    story: str


WEAKNESSES: Final = {
    "an event is closed one tick early": Weakness(
        weaker.ClosedOneTickEarly(),
        ONE_EVENT,
        Promise.P2,
        "tick, take, insert, answer, tick, backfill begins, backfill lists the lake, write, "
        "backfill creates a file",
    ),
    "an event is closed once its copies are too late": Weakness(
        weaker.ClosedWhenTooLate(),
        ONE_EVENT,
        Promise.P2,
        "take, insert, answer, tick, backfill begins, backfill lists the lake, write, "
        "backfill creates a file",
    ),
    "narrower windows count at once": Weakness(
        weaker.NarrowedAtOnce(),
        NARROWED,
        Promise.P2,
        "take, insert, narrow, tick, answer, tick, backfill begins, backfill lists the lake, "
        "write, backfill creates a file",
    ),
    "wider windows are over one tick early": Weakness(
        weaker.NarrowedOneTickEarly(),
        NARROWED,
        Promise.P2,
        "take, insert, narrow, tick, answer, tick, backfill begins, backfill lists the lake, "
        "write, backfill creates a file",
    ),
    "the operator's clock tells the time": Weakness(
        weaker.TimeByTheMachine(),
        ONE_EVENT,
        Promise.P2,
        "tick, take, insert, answer, tick, backfill begins, backfill lists the lake, write, "
        "backfill creates a file",
    ),
    "two runs at once": Weakness(
        weaker.TwoAtOnce(),
        GROWN,
        Promise.P2,
        "take, die, die, tick, tick, tick, backfill begins, backfill begins, "
        "backfill lists the lake, backfill lists the lake, backfill creates a file, "
        "backfill creates a file",
    ),
    "a run that was halted goes on": Weakness(
        weaker.WritesAfterItsLease(),
        GROWN,
        Promise.P2,
        "take, die, die, tick, tick, tick, backfill begins, tick, backfill begins, "
        "backfill lists the lake, backfill lists the lake, backfill creates a file, "
        "backfill creates a file",
    ),
    "files are cut after leaving out, and written over": Weakness(
        weaker.CutAfterLeavingOut(),
        SLICES,
        Promise.P1,
        "take, die, die, tick, tick, tick, backfill begins, backfill lists the lake, "
        "backfill creates a file, tick, backfill begins, backfill lists the lake, "
        "backfill creates a file",
    ),
    "a file that is there is all of its slice": Weakness(
        weaker.AFileOfTheSliceIsAllOfIt(),
        ONE_OPEN_STILL,
        Promise.P1,
        "take, die, die, tick, tick, tick, backfill begins, backfill lists the lake, "
        "backfill creates a file, tick, backfill begins, backfill lists the lake, "
        "backfill creates a file",
    ),
}


@pytest.mark.parametrize("weakness", WEAKNESSES.values(), ids=WEAKNESSES.keys())
def test_the_weaker_rule_breaks_its_promise(weakness: Weakness) -> None:
    explored = explore(weakness.world, weakness.rules, {weakness.promise})

    assert explored.broken is weakness.promise
    assert ", ".join(step.action for step in explored.story) == weakness.story


@pytest.mark.parametrize(
    "times",
    [SHORT, LONG, replace(SHORT, lateness=1), replace(SHORT, buffer=2), replace(LONG, delivery=2)],
    ids=["short", "long", "lateness", "buffer", "delivery"],
)
def test_the_closing_time_is_exact(times: Times) -> None:
    limits = times.lateness + times.retention + times.delivery + (times.buffer or 0)
    arrivals = tuple(range(times.lateness + 1))
    world = World(
        (Record(0, (A,), arrivals),),
        times=times,
        last_tick=limits + 1,
        attempts=times.delivery + 1,
        backfills=1,
        inputs=(((A,),),),
    )
    held = explore(world, Rules())

    assert held.broken is None, f"\n{held}"
    assert CREATES in held.actions
    assert explore(world, weaker.ClosedOneTickEarly()).broken is Promise.P2
