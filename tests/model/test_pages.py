"""Claims on pages: in every small world nothing is lost or doubled, and each rule is needed."""

from __future__ import annotations

import pytest

from firelake.contract.claim_schedule import ITEMS_ONLY
from tests.model import weaker_pages as weaker
from tests.model.invariants import Promise
from tests.model.page_worlds import (
    A_BEFORE,
    BESIDE_A_COPY,
    FILLING,
    FIRST_AND_LAST_COPY,
    NEXT_ITEMS,
    NEXT_PAGES,
    OF_A_TICK,
    PAGE_WORLDS,
    changing,
)
from tests.model.rules import Rules
from tests.model.search import explore
from tests.model.test_weaker_rules_fail import Weakness
from tests.model.world import Record, World
from tests.model.worlds import A_UNDER_ANOTHER_NAME, A, Explorable

WEAKNESSES = {
    "an id is put on a full page by those who do not know": Weakness(
        weaker.PutOnAFullPage(),
        FILLING,
        Promise.P2,
        "take, take, fill, insert, insert, answer, insert, answer",
        "insert: id 0 alone for",
    ),
    "an entry begins with the deployment": Weakness(
        weaker.EntryBeginsAtOnce(),
        changing(A_BEFORE, ITEMS_ONLY, NEXT_PAGES),
        Promise.P2,
        "take, insert, answer, add an entry, take, insert, answer",
        "insert: id 0 on its page for",
    ),
    "an entry begins before the deployment is over": Weakness(
        weaker.EntryBeginsBeforeTheDeploymentIsOver(),
        changing(A_BEFORE, OF_A_TICK, NEXT_ITEMS),
        Promise.P2,
        "take, insert, answer, add an entry, tick, take, insert, answer",
        "insert: id 0 for shardId-000000000001:1:0#0 at tick 1, done",
    ),
    "a page tells events apart by their ids alone": Weakness(
        weaker.NamedByTheIdAlone(),
        World((Record(0, (A,)), Record(0, (A_UNDER_ANOTHER_NAME,))), schedule=OF_A_TICK),
        Promise.P1,
        "take, insert, answer, take, insert, answer",
        "insert: id 0 on its page for",
    ),
    "a claim is renewed without condition": Weakness(
        weaker.RenewedWithoutCondition(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, take, insert, die, die, tick, answer lost, insert, tick, replay reads the claim, "
        "replay finds all delivered, replay asks the lake, replay deletes the claim, replay sends, "
        "take, insert, replace, answer, answer, write, write",
        "replace: id 0 on its page for",
    ),
    "a page lives as long as its first claim": Weakness(
        weaker.PageExpiresAfterItsFirstClaim(),
        FIRST_AND_LAST_COPY,
        Promise.P2,
        "take, insert, answer, tick, take, insert, answer, tick, tick, tick, take, tick, reap, "
        "insert, answer",
        "reap: page 0",
    ),
    "a pass does not renew its claim on a page": Weakness(
        weaker.SlotsAreNotRenewed(),
        BESIDE_A_COPY,
        Promise.P2,
        "take, take, insert, die, die, tick, answer lost, insert, tick, answer, "
        "replay reads the claim, replay finds all delivered, replay asks the lake, write, "
        "replay deletes the claim, replay sends, take, insert, answer, write",
        "replay asks the lake: id 0 is not there",
    ),
}


@pytest.mark.parametrize("explorable", PAGE_WORLDS.values(), ids=PAGE_WORLDS.keys())
def test_no_state_of_the_world_breaks_a_promise(explorable: Explorable) -> None:
    explored = explore(explorable.world, Rules())

    assert explored.broken is None, f"\n{explored}"
    assert explorable.actions <= explored.actions.keys()
    assert explored.states >= explorable.states
    assert explored.quiet != []


@pytest.mark.parametrize("weakness", WEAKNESSES.values(), ids=WEAKNESSES.keys())
def test_the_weaker_rule_breaks_its_promise(weakness: Weakness) -> None:
    explored = explore(weakness.world, weakness.rules, {weakness.promise})

    assert explored.broken is weakness.promise
    assert ", ".join(step.action for step in explored.story) == weakness.story
    assert weakness.tells in str(explored)
