"""Tests that a year of flights comes out of the whole pipeline as pandas finds it in the source."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from tests.local.flights.lake import GUIDE, Lake, guide_block, lake_of_flights, produce, read_lake
from tests.local.flights.source import events, json_lines, read_flights, with_moments

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

HAS_ALL: Final = os.environ.get("FIRELAKE_ALL_FLIGHTS") == "1"
# Every airline with fewer than 4,000 flights.
CARRIERS: Final = () if HAS_ALL else ("AS", "F9", "FL", "HA", "OO", "YV")
EVENT_COUNT: Final = 656_584 if HAS_ALL else 10_986

pytestmark = [pytest.mark.local, pytest.mark.timeout(3600 if HAS_ALL else 240)]


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    return read_flights(CARRIERS)


@pytest.fixture(scope="module")
def lake(flights: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """All flights sent once, and those of Hawaiian Airlines once more."""
    folder = tmp_path_factory.mktemp("flights")
    with lake_of_flights(folder) as cloud:
        produce(cloud, json_lines(flights), folder / "flights.jsonl")
        produce(cloud, json_lines(read_flights(["HA"])), folder / "copies.jsonl")
        yield read_lake(cloud, folder / "lake", timeout_s=3000 if HAS_ALL else 120)


def test_counts_and_sums_of_every_carrier_and_month_are_those_of_the_source(
    flights: pd.DataFrame, lake: Lake
) -> None:
    flown = flights["distance"].where(flights["dep_time"].notna())
    source = (
        flights.assign(flown=flown)
        .groupby(["carrier", "month"])
        .agg(
            departed=("dep_time", "count"),
            arrived=("arr_time", "count"),
            departure_delay_min=("dep_delay", "sum"),
            distance_miles=("flown", "sum"),
            arrivals_as_planned=("arr_delay", "count"),
            arrival_delay_min=("arr_delay", "sum"),
            air_time_min=("air_time", "sum"),
        )
    )
    expected = [tuple(row) for row in source.astype(int).reset_index().to_numpy().tolist()]
    assert lake.ask(guide_block("sql")) == expected


def test_one_flight_a_day_to_honolulu_makes_31_times_its_distance_in_january(lake: Lake) -> None:
    """What no query computed: 4,983 miles each, and the delays as the source lists them."""
    rows = lake.ask(guide_block("sql"))
    assert [row for row in rows if row[:2] == ("HA", 1)] == [
        ("HA", 1, 31, 31, 1_686, 154_473, 31, 852, 19_680)
    ]


def test_every_event_is_one_row_though_some_were_sent_twice(lake: Lake) -> None:
    assert lake.ask("SELECT count(*), count(DISTINCT event_uuid) FROM events") == [
        (EVENT_COUNT, EVENT_COUNT)
    ]


def test_no_event_failed(lake: Lake) -> None:
    assert lake.found.failed == {}


def test_every_event_is_in_the_partition_of_the_month_in_which_it_happened(
    flights: pd.DataFrame, lake: Lake
) -> None:
    timed = with_moments(flights)
    expected = {
        (month, f"flight:{what}", count)
        for what in ("departed", "arrived")
        for month, count in timed[what].dt.strftime("%Y-%m").value_counts().items()
    }
    found = lake.ask("SELECT dt, event_name, count(*) FROM events GROUP BY ALL")
    assert set(found) == expected
    assert {row[0] for row in found} == {*(f"2013-{month:02}" for month in range(1, 13)), "2014-01"}


def test_an_arrival_is_when_the_clocks_of_the_destination_show_it() -> None:
    honolulu = read_flights(["HA"]).head(1)
    departed, arrived = events(honolulu)
    assert honolulu[["dep_time", "arr_time"]].to_numpy().tolist() == [[857, 1516]]
    assert [departed["created_at"], arrived["created_at"]] == [
        datetime(2013, 1, 1, 8 + 5, 57, tzinfo=UTC).timestamp(),
        datetime(2013, 1, 2, 15 + 10 - 24, 16, tzinfo=UTC).timestamp(),
    ]


def test_the_guide_counts_the_flights_as_the_source_does() -> None:
    everything = read_flights()
    departed, arrived = everything["dep_time"].count(), everything["arr_time"].count()
    for number in (len(everything), departed, arrived, departed + arrived, EVENT_COUNT):
        assert f"{number:,}" in GUIDE
