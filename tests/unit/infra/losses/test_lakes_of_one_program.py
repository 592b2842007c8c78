"""Tests of the guard on a program with several lakes: each is judged by its own windows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from firelake.infra import StreamConfig
from firelake.infra.history import PastUpdate
from firelake.infra.replacement import refusals
from tests.helpers.previews import preview_between
from tests.unit.infra.components.lakes import lake, recorded_program

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

NOW = datetime(2026, 11, 30, tzinfo=UTC)
MONTHS_AGO = datetime(2026, 8, 1, tzinfo=UTC)
FUNCTION = "(aws:lambda/function:Function)"


def lakes(shop: dict[str, Any], ads: dict[str, Any]) -> Recording:
    def program() -> None:
        lake("shop", **shop)
        lake("ads", **ads)

    return recorded_program(program)


SHOP: dict[str, Any] = {"lateness_days": 7, "dedupe_days": 14}
ADS: dict[str, Any] = {"lateness_days": 1, "dedupe_days": 6}


@pytest.fixture(scope="module")
def before() -> Recording:
    return lakes(SHOP, ADS)


@pytest.mark.parametrize(
    ("shop", "ads", "found"),
    [
        pytest.param(
            SHOP,
            {"lateness_days": 2, "dedupe_days": 7},
            [f"ads-transform-function {FUNCTION} would take copies for 7 days after a claim"],
            id="wider than the claims of the other one would allow",
        ),
        pytest.param(
            {"lateness_days": 8, "dedupe_days": 14},
            ADS,
            [f"shop-transform-function {FUNCTION} would take copies for 13 days after a claim"],
            id="the first one",
        ),
        pytest.param(
            SHOP,
            {"dedupe_days": 7, "lateness_days": 1, "stream": StreamConfig(retention_hours=96)},
            [f"ads-transform-function {FUNCTION} would take copies for 7 days after a claim"],
            id="by a longer retention",
        ),
        pytest.param(SHOP, {"lateness_days": 1, "dedupe_days": 30}, [], id="longer claims"),
    ],
)
def test_each_lake_is_held_to_its_own_claims(
    before: Recording, shop: dict[str, Any], ads: dict[str, Any], found: list[str]
) -> None:
    told = refusals(preview_between(before, lakes(shop, ads)), None, NOW)
    assert [str(each).partition(" instead of")[0] for each in told] == found


def test_a_history_without_settings_tells_nothing_of_claims(before: Recording) -> None:
    wider = lakes({"lateness_days": 8, "dedupe_days": 14}, ADS)
    history = [PastUpdate(MONTHS_AGO, MONTHS_AGO, has_succeeded=True, dedupe_days=None)]
    (refusal,) = refusals(preview_between(before, wider), history, NOW)
    assert "history does not tell how long claims were made for" in refusal.change


def test_a_lake_that_is_added_or_renamed_is_told_by_what_would_go(before: Recording) -> None:
    assert refusals(preview_between(recorded_program(lambda: lake("shop", **SHOP)), before)) == ()
    gone = refusals(preview_between(before, recorded_program(lambda: lake("shop", **SHOP))))
    assert {
        each.name
        for each in gone
        if "would be deleted" in each.change and "catalog" not in each.name
    } == {
        "ads-claims-table",
        "ads-delivery-delivery-stream",
        "ads-lake-bucket",
        "ads-lake-key",
        "ads-stream-stream",
    }


def test_two_lakes_of_a_program_share_no_name() -> None:
    made = lakes(SHOP, ADS)
    names = [(each.type, each.name) for each in made.resources]
    assert len(names) == len(set(names))
    assert {each.partition("-")[0] for _, each in names} == {"shop", "ads"}
    assert made.outputs["shop"].keys() == made.outputs["ads"].keys()
    same = {key for key, value in made.outputs["shop"].items() if made.outputs["ads"][key] == value}
    assert same == {"granularity", "region", "retentionHours", "settleSeconds"}
