"""A workload, and what packing makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.operations.errors import InputError
from firelake.plan.units import rounded_up
from firelake.plan.workload import zipf_shares
from tests.unit.plan.situations import workload


@pytest.mark.parametrize(
    ("size", "rounded"),
    [(1, 1024), (1024, 1024), (1024.0000000001, 1024), (1025, 2048), (5120, 5120)],
)
def test_a_size_is_rounded_up_to_whole_increments(size: float, rounded: int) -> None:
    assert rounded_up(size, 1024) == rounded


def test_volumes_are_by_the_second() -> None:
    made = workload(duplicates=0.1, events_per_record=4)
    assert made.events_per_s == 1000
    assert made.peak_events_per_s == 2000
    assert made.unique_per_s == pytest.approx(900)
    assert made.records_per_s == 250
    assert made.record_bytes == 4000
    assert made.stored_record_bytes == 4016


def test_each_record_is_rounded_for_itself_and_not_their_mean() -> None:
    """Half of 500 and half of 1,500 bytes are billed 1 and 2 KB, though their mean is under 1."""
    made = workload(size_ratios=(0.5, 1.5))
    assert made.billed_record_bytes(1024) == (1024 + 2048) / 2


def test_packed_records_hold_so_many_events_of_the_mean_size_or_one_more() -> None:
    assert workload(size_ratios=(0.5, 1.5), events_per_record=5).billed_record_bytes(5120) == 5120
    half_of_six = workload(events_per_record=5.5)
    assert half_of_six.billed_record_bytes(5120) == (5120 + 2 * 5120) / 2


def test_zipfs_law_gives_the_second_half_of_the_first() -> None:
    assert zipf_shares(3, 1) == pytest.approx((6 / 11, 3 / 11, 2 / 11))
    assert zipf_shares(4, 0) == (0.25, 0.25, 0.25, 0.25)


def test_a_producer_packs_what_comes_within_a_second_of_the_first() -> None:
    """20 a second of each of ten types: the event that opens a record and 20 more."""
    made = workload(events_per_hour=200 * 3600, event_bytes=100)
    assert made.packed_by(1).events_per_record == pytest.approx(21)


def test_a_record_is_full_at_25_kb() -> None:
    made = workload(events_per_hour=3.6e9, event_bytes=1000, type_shares=(1.0,))
    assert made.packed_by(1).events_per_record == pytest.approx(25)


def test_many_producers_pack_less() -> None:
    made = workload(events_per_hour=200 * 3600, event_bytes=100)
    assert made.packed_by(20).events_per_record == pytest.approx(2)


@given(st.floats(0.01, 1e6), st.floats(1, 50_000), st.integers(1, 50), st.integers(1, 1000))
def test_packing_never_makes_less_than_an_event_nor_much_more_than_25_kb(
    rate: float, size: float, types: int, producers: int
) -> None:
    made = workload(events_per_hour=3600 * rate, event_bytes=size, type_shares=(1 / types,) * types)
    assert made.packed_by(producers).events_per_record >= 1
    assert made.packed_by(producers).record_bytes <= max(25_000, size) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"events_per_hour": 0}, "events per hour: 0 is not within 0.001 and 1e+12"),
        ({"events_per_hour": float("nan")}, "events per hour: nan is not within"),
        ({"event_bytes": 0}, "bytes per event: 0 is not within 1 and"),
        ({"duplicates": 1}, "share of copies: 1 is not within 0 and 0.99"),
        ({"late": -0.1}, "share of late events: -0.1 is not within"),
        ({"peak_ratio": 0.5}, "peak ratio: 0.5 is not within 1 and 1000"),
        ({"events_per_record": 2000}, "bytes per record: 2000000.0 is not within"),
        ({"type_shares": (0.5,)}, "shares of the event types are 0.5 in all, not 1"),
        ({"type_shares": ()}, "number of event types: 0 is not within"),
        ({"size_ratios": (0.5, 0.7)}, "mean of the size ratios: 0.6 is not within"),
    ],
    ids=[
        "no events",
        "not a number",
        "no bytes",
        "copies alone",
        "negative share",
        "peak below the mean",
        "larger than a record",
        "shares below 1",
        "no types",
        "ratios with another mean",
    ],
)
def test_what_is_no_workload_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told.replace("+", r"\+")):
        workload(**changes)


def test_no_number_of_types_is_told() -> None:
    with pytest.raises(InputError, match="number of event types: 0"):
        zipf_shares(0, 1)
