"""docs/semantics.md has every weaker rule that the model refutes, with what it breaks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from firelake.contract.reasons import Reason
from firelake.operations.settings_history import Closing
from tests.model.invariants import Promise
from tests.model.test_backfill import WEAKNESSES as BACKFILLS
from tests.model.test_pages import WEAKNESSES as PAGES
from tests.model.test_weaker_replays_fail import WEAKNESSES as REPLAYS
from tests.model.test_weaker_rules_fail import WEAKNESSES as RULES

PAGE: Final = (Path(__file__).parents[2] / "docs" / "semantics.md").read_text("utf-8")
BREAKS: Final = {
    Promise.P1: "an event is lost",
    Promise.P2: "an event is two rows",
    Promise.P3: "a retry is answered otherwise",
    Promise.P4: "an event is hidden",
}


def test_each_weaker_rule_is_told_with_what_it_breaks_and_how_soon() -> None:
    rows = [
        (name, BREAKS[weakness.promise], str(len(weakness.story.split(", "))))
        for weaknesses in (RULES, PAGES, REPLAYS, BACKFILLS)
        for name, weakness in weaknesses.items()
    ]
    table = PAGE.partition("## Each rule is needed")[2]
    told = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([0-9]+) \|$", table, re.MULTILINE)
    assert told == rows


def test_every_reason_is_told_in_its_words() -> None:
    told = re.findall(r"^\| `(\w+)` \| ([^|]+\.) \|$", PAGE, re.MULTILINE)
    assert told == [(reason.value, reason.meaning) for reason in Reason]


def test_the_closing_time_by_default_is_the_one_told() -> None:
    days = Closing.of(lateness_days=7, retention_hours=72).span_s / 86_400
    assert f"the closing time ({days:.0f} days by default)" in PAGE
