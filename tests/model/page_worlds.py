"""The worlds in which claims are on pages, each small enough to be explored whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from firelake.contract.claim_schedule import ITEMS_ONLY, Entry, Pages, Schedule
from tests.model.world import TICK_S, Event, Faults, Record, Times, World
from tests.model.worlds import (
    A_AGAIN,
    A_UNDER_ANOTHER_NAME,
    REPLAY,
    REPLAY_OF_SHORT_RUNS,
    A,
    B,
    Explorable,
)

_EVER: Final = float("-inf")
# One page for the events of a tick, and one for those of two.
OF_A_TICK: Final = Schedule([Entry(_EVER, Pages(TICK_S, 1))])
OF_TWO_TICKS: Final = Schedule([Entry(_EVER, Pages(2 * TICK_S, 1))])
NEXT_PAGES: Final = (Pages(TICK_S, 1),)
NEXT_ITEMS: Final = (None,)

# Created as far ahead as the clocks' skew allows; of one page of two ticks.
A_AHEAD: Final = Event(0, created=2)
B_AHEAD: Final = Event(1, created=3)
# Created when the entry begins that was added at tick 0, and a tick earlier.
A_AFTER: Final = Event(0, created=2)
A_BEFORE: Final = Event(0, created=1)

TWO_COPIES: Final = World((Record(0, (A,)), Record(1, (A,))), schedule=OF_A_TICK)
FILLING: Final = replace(TWO_COPIES, last_tick=1, faults=Faults(zombies=1, fills=1))
BESIDE_A_COPY: Final = World(
    (Record(1, (A,)), Record(0, (A,))),
    times=REPLAY,
    last_tick=2,
    replays=1,
    faults=Faults(throttles=1),
    schedule=OF_A_TICK,
)
# Another event begins the page; of the second one a copy comes as early, and one as late as can be.
FIRST_AND_LAST_COPY: Final = World(
    (Record(0, (A_AHEAD,), (1,)), Record(0, (B_AHEAD,), (2,)), Record(1, (B_AHEAD,), (4,))),
    last_tick=6,
    schedule=OF_TWO_TICKS,
)
# Copies before and after an entry is added, of an event that it does not concern, or does.
_CHANGING: Final = Times(lateness=1, retention=1, delivery=1, function=1)


def changing(event: Event, schedule: Schedule, entry: tuple[Pages | None, ...]) -> World:
    return World(
        (Record(0, (event,), (0, 1)), Record(1, (event,), (1, 2))),
        times=_CHANGING,
        last_tick=3,
        attempts=2,
        schedule=schedule,
        next_layouts=entry,
    )


PAGE_WORLDS: Final = {
    "a page that fills, attempts that die or go on": Explorable(
        FILLING, states=30_000, actions=frozenset({"fill", "zombie insert", "zombie replace"})
    ),
    "a page that fills, throttled": Explorable(
        replace(FILLING, faults=Faults(throttles=1, fills=1)),
        states=19_000,
        actions=frozenset({"fill", "replace"}),
    ),
    "two events of one page, one of which uses the other's id": Explorable(
        World(
            (Record(0, (A, A_UNDER_ANOTHER_NAME)), Record(1, (A_UNDER_ANOTHER_NAME,))),
            faults=Faults(zombies=1, fills=1),
            schedule=OF_A_TICK,
        ),
        states=18_000,
        actions=frozenset({"fill", "zombie insert"}),
    ),
    "a failover, a failed row and a deployment": Explorable(
        World(
            (Record(0, (A, B)),),
            faults=Faults(failovers=1, conversions=1, deployments=1, fills=1),
            schedule=OF_A_TICK,
        ),
        states=19_000,
        actions=frozenset({"failover", "deploy", "conversion failure", "fill"}),
    ),
    "the first and the last copy of what a page holds": Explorable(
        FIRST_AND_LAST_COPY, states=4_000, actions=frozenset({"tick", "insert"})
    ),
    "an id is used again, also after its page has gone": Explorable(
        World(
            (Record(0, (A,)), Record(0, (A_AGAIN,), (3,))),
            times=Times(lateness=1, retention=0, delivery=0, function=0, settle=0),
            last_tick=4,
            schedule=OF_A_TICK,
        ),
        states=60,
        actions=frozenset({"reap"}),
    ),
    "replay while a copy is on its way": Explorable(
        BESIDE_A_COPY,
        states=39_000,
        actions=frozenset({"replay deletes the claim", "replace", "replay sends"}),
    ),
    "replay from a page that fills": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=1,
            faults=Faults(fills=1),
            schedule=OF_A_TICK,
        ),
        states=7_500,
        actions=frozenset({"fill", "replay deletes the claim", "replay sends"}),
    ),
    "two replays of a row that was not converted": Explorable(
        World(
            (Record(0, (A,)),),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=2,
            faults=Faults(conversions=1, fills=1),
            schedule=OF_A_TICK,
        ),
        states=3_000,
        actions=frozenset({"fill", "replay deletes the claim", "replay is refused the delete"}),
    ),
    "from items to pages, an event of before": Explorable(
        changing(A_BEFORE, ITEMS_ONLY, NEXT_PAGES),
        states=58_000,
        actions=frozenset({"add an entry", "insert"}),
    ),
    "from items to pages, an event of after": Explorable(
        changing(A_AFTER, ITEMS_ONLY, NEXT_PAGES),
        states=37_000,
        actions=frozenset({"add an entry", "insert"}),
    ),
    "from pages back to items": Explorable(
        changing(A_AFTER, OF_A_TICK, NEXT_ITEMS),
        states=17_000,
        actions=frozenset({"add an entry", "insert"}),
    ),
    "from pages to wider pages": Explorable(
        changing(A_BEFORE, OF_A_TICK, (Pages(2 * TICK_S, 1),)),
        states=26_000,
        actions=frozenset({"add an entry", "insert"}),
    ),
}
