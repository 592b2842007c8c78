"""An event that stands in an error object alone is one clean run of replay away from the lake.

Without this, a Firehose that sends everything to errors/ would keep every promise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.model.page_worlds import OF_A_TICK
from tests.model.replay import DONE
from tests.model.rules import Rules
from tests.model.search import Search
from tests.model.state import Replay
from tests.model.weaker_pages import NoFullMark
from tests.model.world import Faults, Record, World
from tests.model.worlds import REPLAY_OF_SHORT_RUNS, A

if TYPE_CHECKING:
    from tests.model.state import State

# What happens on a day without faults.
CLEAN = {
    "tick",
    "take",
    "insert",
    "read",
    "replace",
    "answer",
    "write",
    "replay reads the claim",
    "replay finds all delivered",
    "replay asks the lake",
    "replay deletes the claim",
    "replay sends",
}

# One run of replay may be killed, and the last tick is left for the clean one to wait.
LAST_TICK = 2
FULL_PAGE = World(
    (Record(0, (A,)),),
    times=REPLAY_OF_SHORT_RUNS,
    last_tick=LAST_TICK,
    replays=2,
    faults=Faults(fills=1),
    schedule=OF_A_TICK,
)
ONE_EVENT = World(
    (Record(0, (A,)),),
    times=REPLAY_OF_SHORT_RUNS,
    last_tick=LAST_TICK,
    replays=2,
    faults=Faults(failovers=1, conversions=1),
)
TWO_COPIES = World(
    (Record(0, (A,)), Record(1, (A,))),
    times=REPLAY_OF_SHORT_RUNS,
    last_tick=LAST_TICK,
    replays=2,
)


def is_stranded(state: State) -> bool:
    return not state.lake and state.now < LAST_TICK and len(state.replays) <= 1


def comes_back(search: Search, stranded: State) -> bool:
    """Whether one more run of replay, without faults, leads to a row in the lake."""
    killed = Replay(DONE)
    seen = {stranded._replace(replays=(killed,))}
    level = list(seen)
    while level:
        following: list[State] = []
        for state in level:
            if state.lake:
                return True
            for step, after in search.steps(state):
                if step.action in CLEAN and after not in seen:
                    seen.add(after)
                    following.append(after)
        level = following
    return False


@pytest.mark.parametrize(
    ("world", "at_least"),
    [(ONE_EVENT, 370), (TWO_COPIES, 250), (FULL_PAGE, 40)],
    ids=["one event, a failover and a failed conversion", "two copies", "a page that is full"],
)
def test_one_clean_replay_brings_every_stranded_event_to_the_lake(
    world: World, at_least: int
) -> None:
    search = Search(world, Rules())
    stranded = [state for state in search.run().quiet if is_stranded(state)]

    assert len(stranded) >= at_least
    assert [state for state in stranded if not comes_back(search, state)] == []


def test_a_full_page_without_a_mark_keeps_an_event_out_for_good() -> None:
    search = Search(FULL_PAGE, NoFullMark())
    stranded = [state for state in search.run().quiet if is_stranded(state)]
    kept_out = [state for state in stranded if not comes_back(search, state)]

    assert kept_out != []
    assert all(page.is_full for state in kept_out for page in state.pages)
