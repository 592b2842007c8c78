"""Each rule of the design is needed: weaken one, and the search tells how an event is lost.

Lateness by the wall clock breaks no more than P3: the event that passed once and is late now stands
in an error object, from where replay, by the same clock, never takes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.model import weaker_rules as weaker
from tests.model.invariants import Promise
from tests.model.rules import Rules
from tests.model.search import explore
from tests.model.world import Faults, Record, Times, World
from tests.model.worlds import A_AGAIN, A_AHEAD, A_INVALID, REPLAY, SHORT_CLAIMS, A


@dataclass(frozen=True, slots=True)
class Weakness:
    """A weaker rule, where it fails and how.

    Attributes:
        rules: The rules with one of them weakened.
        world: A world in which it shows.
        promise: What is broken.
        story: The shortest story, by its actions.
        tells: A part of one step in it.
    """

    rules: Rules
    world: World
    promise: Promise
    story: str
    tells: str


ONE_RECORD = World((Record(0, (A,)),))
TWO_COPIES = World((Record(0, (A,)), Record(1, (A,))))
# The first copy is as early as the clocks' skew allows, the second one as late as is accepted.
FIRST_AND_LAST_COPY = World((Record(0, (A_AHEAD,)), Record(1, (A_AHEAD,), (2,))), last_tick=4)
THROTTLED_COPIES = World((Record(0, (A,)), Record(1, (A,))), faults=Faults(throttles=1))
REPLAY_BESIDE_A_COPY = World(
    (Record(0, (A,)), Record(0, (A,))),
    times=REPLAY,
    last_tick=2,
    replays=1,
    faults=Faults(throttles=1),
)

WEAKNESSES = {
    "an id is seen, not owned": Weakness(
        weaker.SeenWithoutOwner(),
        ONE_RECORD,
        Promise.P1,
        "take, insert, answer lost, insert, read, answer",
        "id 0 found",
    ),
    "an id is seen, not owned: the second answer is another one": Weakness(
        weaker.SeenWithoutOwner(),
        ONE_RECORD,
        Promise.P3,
        "take, insert, answer lost, insert, read, answer",
        "id 0 found",
    ),
    "claimed before validated": Weakness(
        weaker.ClaimsBeforeValidating(),
        World((Record(0, (A_INVALID,)), Record(1, (A,)))),
        Promise.P1,
        "take, take, insert, answer, insert, read, answer",
        "id 0 found shardId-000000000000:0:0#0",
    ),
    "lateness by the wall clock": Weakness(
        weaker.LatenessByWallClock(),
        World((Record(0, (A,), (1,)),), last_tick=2),
        Promise.P3,
        "take, insert, tick, answer lost, answer",
        "for shardId-000000000000:0:0#0 at tick 1, done",
    ),
    "a claim lives as long as lateness": Weakness(
        weaker.ClaimsLiveAsLongAsLateness(),
        FIRST_AND_LAST_COPY,
        Promise.P2,
        "take, insert, answer, tick, tick, take, reap, insert, answer",
        "reap: id 0",
    ),
    "a claim does not outlive the attempts after the read": Weakness(
        weaker.ClaimsLiveUntilTheLastCopyIsRead(),
        FIRST_AND_LAST_COPY,
        Promise.P2,
        "take, insert, answer, tick, tick, tick, take, tick, reap, insert, answer",
        "reap: id 0",
    ),
    "a claim is taken over at the moment of its expiry": Weakness(
        weaker.ExpiredAtTheVeryMoment(),
        FIRST_AND_LAST_COPY,
        Promise.P2,
        "take, insert, answer, tick, tick, tick, take, insert, tick, read, replace, answer",
        "replace: id 0 for shardId-000000000001:1:0#0 at tick 4, done",
    ),
    "the owner is the recordId": Weakness(
        weaker.OwnerIsTheRecordId(),
        World((Record(0, (A,)),), faults=Faults(failovers=1)),
        Promise.P1,
        "take, insert, failover, take, insert, read, answer",
        "id 0 found shardId-000000000000:0:0#0 of read 0",
    ),
    "a pass does not renew its claim": Weakness(
        weaker.PassWithoutRenewal(),
        REPLAY_BESIDE_A_COPY,
        Promise.P2,
        "take, insert, tick, answer lost, insert, read, tick, answer, take, die, die, "
        "replay reads the claim, replay finds all delivered, replay asks the lake, write, "
        "replay deletes the claim, replay sends, take, insert, answer, write",
        "replay asks the lake: id 0 is not there",
    ),
    "a throttled renewal is taken for done": Weakness(
        weaker.RenewedOnAGuess(),
        REPLAY_BESIDE_A_COPY,
        Promise.P2,
        "take, insert, tick, answer lost, insert, read, replace, tick, answer, take, die, die, "
        "replay reads the claim, replay finds all delivered, replay asks the lake, write, "
        "replay deletes the claim, replay sends, take, insert, answer, write",
        "replace: id 0 for shardId-000000000000:0:0#0 at tick 1, not answered",
    ),
    "a throttled insert is taken for done": Weakness(
        weaker.PassedOnAGuess(),
        THROTTLED_COPIES,
        Promise.P2,
        "take, take, insert, answer, insert, answer",
        "insert: id 0 for shardId-000000000001:1:0#0 at tick 0, not answered",
    ),
    "looked up, then written": Weakness(
        weaker.GetThenPut(),
        TWO_COPIES,
        Promise.P2,
        "take, take, read, read, insert, answer, insert, answer",
        "id 0 not there",
    ),
    "dropped on a guess": Weakness(
        weaker.DroppedOnAGuess(),
        World((Record(0, (A,)),), faults=Faults(throttles=1)),
        Promise.P1,
        "take, insert, insert, read, answer",
        "read: id 0, not answered",
    ),
    "an event that is read again goes where today's contract says": Weakness(
        weaker.PartitionOfToday(),
        World((Record(0, (A,)),), faults=Faults(failovers=1, deployments=1)),
        Promise.P2,
        "take, insert, answer, write, failover, deploy, take, insert, read, replace, answer",
        "deploy: a contract that knows the types",
    ),
    "a view shows one row an id and partition": Weakness(
        weaker.ViewsTellIdsApart(),
        World((Record(0, (A,)), Record(0, (A_AGAIN,), (3,))), times=SHORT_CLAIMS, last_tick=3),
        Promise.P4,
        "take, insert, answer, tick, tick, tick, take, reap, insert, answer",
        "insert: id 0 for shardId-000000000000:1:0#0 at tick 3, done",
    ),
}


@pytest.mark.parametrize("weakness", WEAKNESSES.values(), ids=WEAKNESSES.keys())
def test_the_weaker_rule_breaks_its_promise(weakness: Weakness) -> None:
    explored = explore(weakness.world, weakness.rules, {weakness.promise})

    assert explored.broken is weakness.promise
    assert ", ".join(step.action for step in explored.story) == weakness.story
    assert weakness.tells in str(explored)


@pytest.mark.parametrize("weakness", WEAKNESSES.values(), ids=WEAKNESSES.keys())
def test_the_whole_rules_hold_where_the_weaker_one_fails(weakness: Weakness) -> None:
    explored = explore(weakness.world, Rules())

    assert explored.broken is None, f"\n{explored}"


BOUNDS = {
    "every limit one day": Times(lateness=1, retention=1, delivery=1),
    "lateness of three days": Times(lateness=3, retention=1, delivery=1),
    "retention of three days": Times(lateness=1, retention=3, delivery=1),
    "delivery of three days": Times(lateness=1, retention=1, delivery=3),
    "no lateness at all": Times(lateness=0, retention=1, delivery=1),
}


def first_and_last_copy(times: Times) -> World:
    """The earliest copy that is accepted, the latest one, and time for all its attempts."""
    latest = A_AHEAD.created + times.lateness
    return World(
        (Record(0, (A_AHEAD,)), Record(1, (A_AHEAD,), (latest,))),
        times=times,
        last_tick=latest + times.retention + times.delivery,
        attempts=times.delivery + 1,
    )


@pytest.mark.parametrize("times", BOUNDS.values(), ids=BOUNDS.keys())
def test_claims_that_live_as_long_as_the_arithmetic_asks_for_keep_one_row(times: Times) -> None:
    explored = explore(first_and_last_copy(times), Rules())

    assert explored.broken is None, f"\n{explored}"


@pytest.mark.parametrize("times", BOUNDS.values(), ids=BOUNDS.keys())
def test_claims_that_live_one_day_less_let_a_second_row_in(times: Times) -> None:
    explored = explore(first_and_last_copy(times), weaker.ClaimsLiveOneDayLess())

    assert explored.broken is Promise.P2
    assert [step.action for step in explored.story][-3:] == ["reap", "insert", "answer"]


def test_a_settle_time_as_long_as_the_function_runs_keeps_replay_from_doubling() -> None:
    explored = explore(REPLAY_BESIDE_A_COPY, Rules())

    assert explored.broken is None, f"\n{explored}"
    assert "replay deletes the claim" in explored.actions


def test_a_settle_time_shorter_than_the_function_runs_lets_replay_double() -> None:
    world = replace(REPLAY_BESIDE_A_COPY, times=replace(REPLAY, settle=REPLAY.function - 1))
    explored = explore(world, Rules())

    assert explored.broken is Promise.P2
    assert ", ".join(step.action for step in explored.story) == (
        "take, insert, tick, answer, take, die, die, replay reads the claim, "
        "replay finds all delivered, replay asks the lake, write, replay deletes the claim, "
        "replay sends, take, insert, answer, write"
    )


def test_a_world_in_which_nothing_can_happen_is_a_fault_of_the_model() -> None:
    clock_stops_before_the_second_record = World((Record(0, (A,)), Record(1, (A,), (1,))))

    with pytest.raises(RuntimeError, match="nothing can happen in State"):
        explore(clock_stops_before_the_second_record, Rules())
