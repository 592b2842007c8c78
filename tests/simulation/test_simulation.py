"""A small part of the simulation; `python -m tests.simulation --runs 10000` is the whole."""

from __future__ import annotations

from typing import Final

import pytest

from tests.simulation.rules import Rules
from tests.simulation.run import Run, broken_by
from tests.simulation.weaker import WEAKER, WEAKER_MOVES

RUNS: Final = 400
RUNS_WITH_MOVES: Final = 150
BATCH: Final = 50
# Where each weaker rule fails first, as `python -m tests.simulation --weaker` tells.
SEEDS: Final = {
    "BackfillAsksOnePartition": 2,
    "ClaimsLiveAsLongAsLateness": 160,
    "ClosedADayEarly": 9,
    "DoneForgetsWhatWasSent": 36,
    "EntriesBeginAsTold": 905,
    "FilesAreWrittenOver": 892,
    "FixedAnewEachTime": 0,
    "FreshnessIsNotAskedFor": 6,
    "LatenessByTheWallClock": 14,
    "NarrowedSettlingAtOnce": 152,
    "NarrowedWindowsAtOnce": 210,
    "NoReceipts": 0,
    "OverAfterTheirLastNote": 1204,
    "PagesTellIdsApart": 7,
    "PartitionByTodaysContract": 20,
    "ReleasedWithoutCondition": 111,
    "ReplayAsksOnePartition": 36,
    "ReplayKnowsEventsByTheirId": 400,
    "SeenByItsIdAlone": 1,
    "SeenNotOwned": 0,
    "SentWithoutReleasing": 45,
    "SettlesAtOnce": 109,
    "TheLakeIsNotAsked": 0,
    "TheLastReceiptStands": 0,
    "TimeByTheMachine": 227,
}


@pytest.mark.parametrize("first", range(0, RUNS, BATCH))
def test_nothing_is_lost_doubled_or_hidden(first: int) -> None:
    broken = {seed: broken_by(seed, Rules()) for seed in range(first, first + BATCH)}
    assert {seed: told for seed, told in broken.items() if told} == {}


@pytest.mark.parametrize("first", range(0, RUNS_WITH_MOVES, BATCH))
def test_nothing_is_lost_doubled_or_hidden_while_all_moves_into_history(first: int) -> None:
    seeds = range(first, first + BATCH)
    broken = {seed: broken_by(seed, Rules(), has_moves=True) for seed in seeds}
    assert {seed: told for seed, told in broken.items() if told} == {}


def test_a_life_with_moves_has_moves_and_queries_that_meet_them() -> None:
    runs = [Run(seed, Rules(), has_moves=True) for seed in range(20)]
    for run in runs:
        run.verdict()
    assert sum(run.moves.removed for run in runs) > 1_500
    assert sum(run.moves.failed for run in runs) > 0
    assert sum(run.moves.answered for run in runs) > 1_000


def test_files_that_are_removed_unproved_are_missed() -> None:
    (rules,) = WEAKER_MOVES
    assert broken_by(0, rules(), has_moves=True) != []
    assert broken_by(0, Rules(), has_moves=True) == []


def test_each_weaker_rule_is_tried() -> None:
    assert SEEDS.keys() == {rules.__name__ for rules in WEAKER}


@pytest.mark.parametrize("rules", WEAKER, ids=lambda rules: rules.__name__)
def test_a_weaker_rule_is_found(rules: type[Rules]) -> None:
    seed = SEEDS[rules.__name__]
    assert broken_by(seed, rules()) != []
    assert broken_by(seed, Rules()) == []
