"""docs/verification.md has the facts that verify tells of, and its folders and files exist."""

from __future__ import annotations

import re
from pathlib import Path

from firelake.catalog.canaries import without_canaries
from firelake.health.verify.canaries import Kind
from firelake.health.verify.facts import FACTS, facts_of
from firelake.health.verify.findings import Result
from tests.unit.health.verify.simulated_run import good_run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "verification.md").read_text("utf-8")


def test_the_table_has_every_fact_and_no_other() -> None:
    rows = [
        f"| `{fact.name}` | {fact.statement} | {fact.observed_by} |"
        f" {'yes' if fact.is_relied_on else ''} |"
        for fact in FACTS
    ]
    table = PAGE.partition("## What no page tells of AWS")[2]
    assert re.findall(r"^\| `.+$", table, re.MULTILINE) == rows


def test_what_to_do_is_told_of_each_fact_that_can_be_seen() -> None:
    seen = {each.name for each in facts_of(good_run()) if each.result is Result.HOLDS}
    told = PAGE.partition("turns out not to hold:")[2]
    items = re.findall(r"^- (.*?):", told, re.MULTILINE)
    assert {name for item in items for name in re.findall(r"`([a-z-]+)`", item)} == seen
    assert len(seen) == 16


def test_the_condition_that_leaves_canaries_out_is_the_one_of_the_code() -> None:
    condition = without_canaries().replace('"', "")
    assert f"`{condition}`" in PAGE


def test_every_kind_of_canary_is_told_of() -> None:
    told = PAGE.partition("Canaries are events of the contract")[2].partition("Their ids")[0]
    # The two of unknown names share an item.
    assert told.count(";") == len(Kind) - 2


def test_the_places_that_it_names_exist() -> None:
    places = set(re.findall(r"`((?:tests|src|bench)/[\w./*-]+)`", PAGE))
    assert len(places) > 8
    assert [place for place in places if not [*ROOT.glob(place)]] == []
