"""The figures of docs/history.md are those of the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from firelake.plan.needs import Needs
from firelake.plan.plan import make_plan
from firelake.plan.request import Request, situation_of
from firelake.plan.variants import paying_questions, with_history
from tests.helpers.contracts import LEARNING_FILE

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "history.md").read_text()
PARTS = {"moves, invocations", "moves, memory by time", "read by moves", "scanned by moves"}


@pytest.mark.parametrize("events_per_hour", [1e4, 1e5, 1e6, 1e7])
def test_the_table_of_costs_is_what_the_plan_says(events_per_hour: float) -> None:
    small = situation_of(Request(events_per_hour=events_per_hour, contract=LEARNING_FILE))
    moved = with_history(small)
    moves = Needs(moved).moves
    assert moves is not None
    before, after = (max(each.files for each in Needs(of).lake.questions) for of in (small, moved))
    dollars = sum(
        line.dollars
        for line in make_plan(moved).costs
        if line.dimension in {*PARTS, "state transitions"}
    )
    row = (
        f"| {events_per_hour:,.0f} | {before:,.0f} | {after:,.0f} | {moves.files:,.0f}"
        f" | {moves.scanned_bytes / 1e9:,.1f} GB | ${dollars * 24 / 730:.2f}"
        f" | {paying_questions(small):,.0f} |"
    )
    assert row in PAGE


def test_moves_pay_by_price_up_to_the_volume_that_is_told() -> None:
    assert "up to 1.5 million\nevents an hour" in PAGE
    below, above = (
        paying_questions(situation_of(Request(events_per_hour=volume, contract=LEARNING_FILE)))
        for volume in (1.45e6, 1.55e6)
    )
    assert below < 300 <= above
