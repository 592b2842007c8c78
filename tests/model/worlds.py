"""The worlds in which the design's rules must hold, each small enough to be explored whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.model.world import Event, Faults, Record, Times, World

A: Final = Event(0)
B: Final = Event(1)
A_UNDER_ANOTHER_NAME: Final = Event(0, name="account:deleted")
A_INVALID: Final = Event(0, valid=False)
B_INVALID: Final = Event(1, valid=False)
# Another event with the id of A, created after the claim of A has ended.
A_AGAIN: Final = Event(0, created=3)
# Created one tick after the first possible arrival: as far ahead as the skew of clocks allows.
A_AHEAD: Final = Event(0, created=1)

# What a fix that draws an id gives of A_INVALID, each time another one.
FIXED: Final = (Event(1), Event(2))
# The same, where it sets `created_at` to now.
FIXED_NOW: Final = (Event(0, created=0), Event(0, created=1))

# In these, nothing expires: replay needs time to pass after a claim, not after its life.
REPLAY: Final = Times(lateness=3, retention=2, delivery=2, function=1, settle=1)
REPLAY_OF_SHORT_RUNS: Final = Times(lateness=3, retention=2, delivery=2, function=0, settle=0)

# A claim ends two ticks after it was made.
SHORT_CLAIMS: Final = Times(lateness=1, retention=0, delivery=0, function=0, settle=0)


@dataclass(frozen=True, slots=True)
class Explorable:
    """A world and what its search must at least have seen.

    Attributes:
        world: The world.
        states: At least so many states, so that no change makes a world trivial unnoticed.
        actions: The kinds of action that the world is about; each must have been taken.
    """

    world: World
    states: int
    actions: frozenset[str]


WORLDS: Final = {
    "a copy on another shard, attempts that die or go on": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))), attempts=3, faults=Faults(zombies=2, throttles=1)
        ),
        states=29_000,
        actions=frozenset({"die", "time out", "answer lost", "zombie insert", "zombie replace"}),
    ),
    "two throttled writes": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))), attempts=3, faults=Faults(zombies=1, throttles=2)
        ),
        states=19_000,
        actions=frozenset({"insert", "read", "replace", "zombie replace"}),
    ),
    "copies in one shard, cut anew after a failover": Explorable(
        World(
            (Record(0, (A,)), Record(0, (A,))),
            batch_records=2,
            batches_in_flight=2,
            faults=Faults(failovers=1, zombies=1, conversions=1, s3_repeats=1),
        ),
        states=92_000,
        actions=frozenset({"failover", "conversion failure", "write, to be repeated"}),
    ),
    "two failovers of two shards": Explorable(
        World((Record(0, (A,)), Record(1, (A,))), faults=Faults(failovers=2, conversions=1)),
        states=41_000,
        actions=frozenset({"failover", "conversion failure"}),
    ),
    "three copies, two batches of a shard at once": Explorable(
        World(
            (Record(0, (A,)), Record(0, (A,)), Record(1, (A,))),
            batch_records=2,
            batches_in_flight=2,
            faults=Faults(zombies=1),
        ),
        states=25_000,
        actions=frozenset({"zombie insert"}),
    ),
    "two ids in one batch, throttled": Explorable(
        World(
            (Record(0, (A,)), Record(0, (B,)), Record(1, (A,))),
            batch_records=2,
            faults=Faults(zombies=1, throttles=1),
        ),
        states=49_000,
        actions=frozenset({"zombie insert", "replace"}),
    ),
    "two ids in one batch, cut anew after a failover": Explorable(
        World(
            (Record(0, (A,)), Record(0, (B,)), Record(0, (A,))),
            batch_records=2,
            faults=Faults(failovers=1),
        ),
        states=51_000,
        actions=frozenset({"failover"}),
    ),
    "a packed record with an invalid event beside good copies": Explorable(
        World(
            (Record(0, (A, B)), Record(1, (B,)), Record(1, (A, B_INVALID))),
            batch_records=2,
            faults=Faults(throttles=1),
        ),
        states=10_000,
        actions=frozenset({"answer", "replace"}),
    ),
    "a packed record with a reused id": Explorable(
        World(
            (Record(0, (A, B)), Record(1, (B, A_UNDER_ANOTHER_NAME))),
            faults=Faults(zombies=1),
        ),
        states=30_000,
        actions=frozenset({"zombie insert", "answer lost"}),
    ),
    "packed records of which one row is not converted": Explorable(
        World(
            (Record(0, (A, B)), Record(0, (B,))),
            batch_records=2,
            faults=Faults(failovers=1, conversions=1, s3_repeats=1),
        ),
        states=32_000,
        actions=frozenset({"failover", "conversion failure", "write, to be repeated"}),
    ),
    "copies inside one packed record": Explorable(
        World(
            (Record(0, (A, A)), Record(1, (A,))),
            attempts=3,
            faults=Faults(zombies=1, throttles=1, conversions=1),
        ),
        states=13_000,
        actions=frozenset({"conversion failure"}),
    ),
    "a reused id between copies": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A_UNDER_ANOTHER_NAME,)), Record(1, (A,))),
            batch_records=2,
            faults=Faults(zombies=1, throttles=1),
        ),
        states=18_000,
        actions=frozenset({"zombie insert"}),
    ),
    "an invalid copy beside a good one": Explorable(
        World(
            (Record(0, (A_INVALID,)), Record(0, (A,)), Record(1, (A,))),
            batch_records=2,
            faults=Faults(zombies=1, throttles=1),
        ),
        states=5_000,
        actions=frozenset({"zombie insert"}),
    ),
    "copies at any time, early, late and too late": Explorable(
        World(
            (Record(0, (A_AHEAD,), (0, 1, 2, 3)), Record(1, (A_AHEAD,), (0, 1, 2, 3))),
            last_tick=5,
            faults=Faults(zombies=1),
        ),
        states=134_000,
        actions=frozenset({"tick", "reap", "zombie replace"}),
    ),
    "copies at any time, read again after a failover": Explorable(
        World(
            (Record(0, (A_AHEAD,), (0, 1)), Record(1, (A_AHEAD,), (2,))),
            last_tick=4,
            faults=Faults(failovers=1),
        ),
        states=69_000,
        actions=frozenset({"tick", "failover"}),
    ),
    "a contract learns a type and unlearns it, between two reads of a shard": Explorable(
        World((Record(0, (A,)), Record(1, (A,))), faults=Faults(failovers=1, deployments=2)),
        states=55_000,
        actions=frozenset({"deploy", "failover", "replace"}),
    ),
    "a packed record of which a part was claimed before a deployment": Explorable(
        World((Record(0, (A, B)),), attempts=3, faults=Faults(zombies=1, deployments=2)),
        states=14_000,
        actions=frozenset({"deploy", "zombie insert", "die"}),
    ),
    "a failed row is replayed after a deployment": Explorable(
        World(
            (Record(0, (A,)),),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=1,
            faults=Faults(failovers=1, conversions=1, deployments=1),
        ),
        states=14_000,
        actions=frozenset({"deploy", "failover", "replay sends"}),
    ),
    "an id is used again after its claim, and replayed": Explorable(
        World(
            (Record(0, (A,)), Record(0, (A_AGAIN,), (3,))),
            times=SHORT_CLAIMS,
            last_tick=4,
            replays=1,
        ),
        states=1_200,
        actions=frozenset({"reap", "replay deletes the claim"}),
    ),
    "replay while a copy is on its way": Explorable(
        World((Record(0, (A,)), Record(1, (A,))), times=REPLAY, last_tick=3, replays=1),
        states=59_000,
        actions=frozenset({"replay deletes the claim", "replay is refused the delete"}),
    ),
    "replay while a copy is on its way, throttled": Explorable(
        World(
            (Record(0, (A,)), Record(0, (A,))),
            times=REPLAY,
            last_tick=2,
            replays=1,
            faults=Faults(throttles=1),
        ),
        states=13_000,
        actions=frozenset({"replay deletes the claim", "replace"}),
    ),
    "two replays at once": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))), times=REPLAY_OF_SHORT_RUNS, last_tick=1, replays=2
        ),
        states=30_000,
        actions=frozenset({"replay deletes the claim", "replay is refused the delete"}),
    ),
    "two replays of a row that was not converted": Explorable(
        World(
            (Record(0, (A,)),), times=REPLAY, last_tick=3, replays=2, faults=Faults(conversions=1)
        ),
        states=17_000,
        actions=frozenset({"conversion failure", "replay deletes the claim", "replay sends"}),
    ),
    "replay, a failover and zombies": Explorable(
        World(
            (Record(0, (A,)),),
            times=REPLAY,
            last_tick=2,
            replays=1,
            faults=Faults(failovers=1, zombies=1, conversions=1),
        ),
        states=136_000,
        actions=frozenset({"failover", "zombie replace", "replay sends"}),
    ),
    "replay, a failover and a copy": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=1,
            faults=Faults(failovers=1),
        ),
        states=112_000,
        actions=frozenset({"failover", "replay deletes the claim", "replay sends"}),
    ),
    "replay, zombies and a copy": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=1,
            faults=Faults(zombies=1),
        ),
        states=16_000,
        actions=frozenset({"zombie insert", "replay deletes the claim", "replay sends"}),
    ),
    "replay, throttles, a failed conversion and a copy": Explorable(
        World(
            (Record(0, (A,)), Record(1, (A,))),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=1,
            faults=Faults(throttles=1, conversions=1),
        ),
        states=13_000,
        actions=frozenset({"conversion failure", "replay deletes the claim", "replay sends"}),
    ),
    "replay of a packed record": Explorable(
        World(
            (Record(0, (A, B)), Record(1, (B,))),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            attempts=1,
            replays=2,
        ),
        states=23_000,
        actions=frozenset({"replay deletes the claim", "replay sends"}),
    ),
    "two replays with a fix that draws ids": Explorable(
        World(
            (Record(0, (A_INVALID,)),),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=2,
            fixed=FIXED,
            faults=Faults(failovers=1, conversions=1),
        ),
        states=18_500,
        actions=frozenset({"replay writes the receipt", "replay sends", "conversion failure"}),
    ),
    "two replays with a fix that draws ids, throttled": Explorable(
        World(
            (Record(0, (A_INVALID,)),),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            attempts=1,
            replays=2,
            fixed=FIXED,
            faults=Faults(throttles=1),
        ),
        states=880,
        actions=frozenset(
            {"replay writes the receipt", "replay sends", "replay deletes the claim"}
        ),
    ),
    "two replays with a fix that sets the time": Explorable(
        World(
            (Record(0, (A_INVALID,)),),
            times=REPLAY_OF_SHORT_RUNS,
            last_tick=1,
            replays=2,
            fixed=FIXED_NOW,
            faults=Faults(conversions=1),
        ),
        states=1_300,
        actions=frozenset({"replay writes the receipt", "replay sends"}),
    ),
}
