"""The watermark in a range, and what a deployment makes of it."""

from __future__ import annotations

import pytest

from firelake.catalog.errors import DeployedTableError
from firelake.catalog.history_table import DeployedHistory, watermark_of, with_watermark
from firelake.catalog.tables import events_recent_table, events_table
from tests.unit.catalog.samples import CONTRACT, lake


def test_the_recent_table_is_events_from_the_watermark_on() -> None:
    events = events_table(CONTRACT, lake())
    recent = events_recent_table(events, "2026-11-09")

    assert recent["Parameters"]["projection.dt.range"] == "2026-11-09,NOW+1DAYS"
    assert watermark_of(recent["Parameters"]) == "2026-11-09"
    assert recent["StorageDescriptor"] == events["StorageDescriptor"]
    assert events["Parameters"].keys() == recent["Parameters"].keys()
    assert watermark_of(events["Parameters"]) == "2026-11-01"


def test_a_watermark_is_raised_and_nothing_else_changes() -> None:
    before = {"projection.dt.range": "2026-11,NOW+1DAYS", "classification": "parquet"}

    assert with_watermark(before, "2026-12") == {
        "projection.dt.range": "2026-12,NOW+1DAYS",
        "classification": "parquet",
    }


@pytest.mark.parametrize("range_", ["", "NOW", "2026-11-01", ",NOW"])
def test_a_range_that_nobody_deployed_is_refused(range_: str) -> None:
    with pytest.raises(DeployedTableError, match=r"projection\.dt\.range"):
        watermark_of({"projection.dt.range": range_})


@pytest.mark.parametrize(
    ("deployed", "watermark"),
    [
        (DeployedHistory(), "2026-11-01"),
        (DeployedHistory({}, "2026-11-09", "2026-11-01"), "2026-11-09"),
        (DeployedHistory({}, "2026-11-09", "2026-11-05"), "2026-11-01"),
        (DeployedHistory({}, "2026-10-09", "2026-10-01"), "2026-11-01"),
    ],
    ids=["none yet", "as it is", "the lake begins earlier", "the lake begins later"],
)
def test_a_deployment_keeps_the_watermark(deployed: DeployedHistory, watermark: str) -> None:
    assert deployed.next_watermark("2026-11-01") == watermark
