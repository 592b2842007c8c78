"""A small part of the simulation; `python -m tests.simulation --runs 10000` is the whole."""

from __future__ import annotations

from typing import Final

import pytest

from tests.simulation.rules import Rules
from tests.simulation.run import broken_by
from tests.simulation.weaker import WEAKER

RUNS: Final = 400
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


def test_each_weaker_rule_is_tried() -> None:
    assert SEEDS.keys() == {rules.__name__ for rules in WEAKER}


@pytest.mark.parametrize("rules", WEAKER, ids=lambda rules: rules.__name__)
def test_a_weaker_rule_is_found(rules: type[Rules]) -> None:
    seed = SEEDS[rules.__name__]
    assert broken_by(seed, rules()) != []
    assert broken_by(seed, Rules()) == []
