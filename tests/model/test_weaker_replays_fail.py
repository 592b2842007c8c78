"""Each rule of replay is needed: weaken one, and the search tells how an event is lost or doubled.

What replay decides is the shipped code, `firelake.failures.replay.rules`, here as in
`test_claims_under_faults`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pytest

from tests.model import weaker_replays as weaker
from tests.model.invariants import Promise
from tests.model.rules import Rules
from tests.model.search import Search, explore
from tests.model.test_stranded_events import comes_back
from tests.model.world import Faults, Record, World
from tests.model.worlds import (
    A_AGAIN,
    A_INVALID,
    FIXED,
    REPLAY,
    REPLAY_OF_SHORT_RUNS,
    SHORT_CLAIMS,
    A,
)

BESIDE_A_COPY: Final = World(
    (Record(0, (A,)), Record(1, (A,))), times=REPLAY_OF_SHORT_RUNS, last_tick=1, replays=1
)
BEFORE_A_COPY: Final = World(
    (Record(0, (A,)), Record(0, (A,))),
    times=REPLAY,
    last_tick=2,
    replays=1,
    faults=Faults(throttles=1),
)
TWO_REPLAYS: Final = World(
    (Record(0, (A,)),),
    times=REPLAY_OF_SHORT_RUNS,
    last_tick=1,
    replays=2,
    faults=Faults(conversions=1),
)
AFTER_A_FAILOVER: Final = World(
    (Record(0, (A,)),),
    times=REPLAY_OF_SHORT_RUNS,
    last_tick=1,
    replays=1,
    faults=Faults(failovers=1, conversions=1),
)
TWO_REPLAYS_WITH_A_FIX: Final = World(
    (Record(0, (A_INVALID,)),), times=REPLAY_OF_SHORT_RUNS, attempts=1, replays=2, fixed=FIXED
)


@dataclass(frozen=True, slots=True)
class Weakness:
    """A weaker rule, where it fails and how.

    Attributes:
        rules: The rules with one of them weakened.
        world: A world in which it shows.
        promise: What is broken.
        story: The shortest story, by its actions.
    """

    rules: Rules
    world: World
    promise: Promise
    story: str


WEAKNESSES: Final = {
    "a claim is released without condition": Weakness(
        weaker.ReleasedWithoutCondition(),
        TWO_REPLAYS,
        Promise.P2,
        "take, insert, answer, conversion failure, tick, replay reads the claim, "
        "replay reads the claim, replay finds all delivered, replay asks the lake, "
        "replay deletes the claim, replay finds all delivered, replay asks the lake, "
        "replay sends, take, insert, answer, write, replay deletes the claim, replay sends, "
        "take, insert, answer, write",
    ),
    "a claim is released on its owner alone": Weakness(
        weaker.ReleasedOnTheOwnerAlone(),
        AFTER_A_FAILOVER,
        Promise.P2,
        "take, insert, answer, conversion failure, failover, tick, take, insert, read, "
        "replay reads the claim, replace, answer, replay finds all delivered, "
        "replay asks the lake, write, replay deletes the claim, replay sends, take, insert, "
        "answer, write",
    ),
    "the freshness is looked at before the claim is read": Weakness(
        weaker.FreshnessBeforeTheClaim(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, take, insert, answer, die, die, replay finds all delivered, tick, "
        "replay reads the claim, replay asks the lake, write, replay deletes the claim, "
        "replay sends, take, insert, answer, write",
    ),
    "no data point is taken for a good one": Weakness(
        weaker.NoDataPointIsFine(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, take, insert, answer, die, die, tick, replay reads the claim, "
        "replay finds no data point, replay asks the lake, write, replay deletes the claim, "
        "replay sends, take, insert, answer, write",
    ),
    "a claim is as old as its record": Weakness(
        weaker.AgeFromTheArrival(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, die, die, tick, take, insert, answer, replay reads the claim, "
        "replay finds all delivered, replay asks the lake, write, replay deletes the claim, "
        "replay sends, take, insert, answer, write",
    ),
    "nothing is asked": Weakness(
        weaker.NothingIsAsked(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, take, insert, answer, die, die, write, replay reads the claim, "
        "replay deletes the claim, replay sends, take, insert, answer, write",
    ),
    "the lake is asked in one partition only, after a change of the contract": Weakness(
        weaker.OnlyItsOwnPartition(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, take, insert, answer, die, die, write, tick, replay reads the claim, "
        "replay finds all delivered, replay asks the lake, replay deletes the claim, "
        "replay sends, take, insert, answer, write",
    ),
    "a row of the id is taken for the event": Weakness(
        weaker.AnyEventOfTheId(),
        World(
            (Record(0, (A,)), Record(0, (A_AGAIN,), (3,))),
            times=SHORT_CLAIMS,
            last_tick=4,
            replays=1,
        ),
        Promise.P1,
        "take, insert, answer lost, die, tick, replay reads the claim, tick, tick, take, reap, "
        "insert, answer, write, replay finds all delivered, replay asks the lake",
    ),
    "an error object is removed once its event is sent": Weakness(
        weaker.ErrorObjectRemovedOnceSent(),
        BESIDE_A_COPY,
        Promise.P1,
        "take, take, die, die, die, replay reads the claim, insert, answer lost, replay sends, "
        "take, insert, read, answer",
    ),
    "the fix runs in each run": Weakness(
        weaker.FixedAnewEachTime(),
        TWO_REPLAYS_WITH_A_FIX,
        Promise.P2,
        "take, answer, replay reads the claim, replay reads the claim, "
        "replay writes the receipt, replay sends, take, insert, answer, write, "
        "replay writes the receipt, replay sends, take, insert, answer, write",
    ),
    "the receipt is written once the event was sent": Weakness(
        weaker.ReceiptAfterSending(),
        TWO_REPLAYS_WITH_A_FIX,
        Promise.P2,
        "take, answer, replay reads the claim, replay reads the claim, replay sends, take, "
        "insert, answer, write, replay sends, take, insert, answer, write",
    ),
    "the last receipt stands": Weakness(
        weaker.TheLastReceiptStands(),
        TWO_REPLAYS_WITH_A_FIX,
        Promise.P2,
        "take, answer, replay reads the claim, replay reads the claim, "
        "replay writes the receipt, replay sends, take, insert, answer, write, "
        "replay writes the receipt, replay sends, take, insert, answer, write",
    ),
    "settle is shorter than the function runs": Weakness(
        Rules(),
        replace(BEFORE_A_COPY, times=replace(REPLAY, settle=REPLAY.function - 1)),
        Promise.P2,
        "take, insert, tick, answer, take, die, die, replay reads the claim, "
        "replay finds all delivered, replay asks the lake, write, replay deletes the claim, "
        "replay sends, take, insert, answer, write",
    ),
}


@pytest.mark.parametrize("weakness", WEAKNESSES.values(), ids=WEAKNESSES.keys())
def test_the_weaker_rule_breaks_its_promise(weakness: Weakness) -> None:
    explored = explore(weakness.world, weakness.rules, {weakness.promise})

    assert explored.broken is weakness.promise
    assert ", ".join(step.action for step in explored.story) == weakness.story


HELD: Final = {
    "beside a copy": BESIDE_A_COPY,
    "after a failover": AFTER_A_FAILOVER,
    "two replays": TWO_REPLAYS,
    "of raw records, a copy and a failed conversion": replace(
        BESIDE_A_COPY, replays_raw=True, faults=Faults(conversions=1)
    ),
    "of raw records, two at once": replace(TWO_REPLAYS, replays_raw=True),
}


@pytest.mark.parametrize("world", HELD.values(), ids=HELD.keys())
def test_the_shipped_rules_hold_where_the_weaker_ones_fail(world: World) -> None:
    explored = explore(world, Rules())

    assert explored.broken is None, f"\n{explored}"
    assert "replay deletes the claim" in explored.actions
    assert explored.states > 1_000


@pytest.mark.parametrize(
    ("rules", "is_back"),
    [(weaker.SentWithoutReleasing(), False), (Rules(), True)],
    ids=["never released", "the shipped rules"],
)
def test_a_claim_must_be_released_for_its_event_to_come_back(
    rules: Rules, *, is_back: bool
) -> None:
    search = Search(replace(TWO_REPLAYS, last_tick=2, faults=Faults(), attempts=1), rules)
    claimed = [
        state
        for state in search.run().quiet
        if not state.lake and state.now == 0 and state.table[0] and not state.replays
    ]

    assert claimed != []
    assert all(comes_back(search, state) is is_back for state in claimed)
