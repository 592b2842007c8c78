"""Schedules of claims: read, asked, compared, and what may follow what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.claim_schedule import ITEMS_ONLY, Entry, Pages, Schedule
from firelake.contract.errors import ScheduleError

# 2026-12-04T06:00Z and thereabouts, Unix time.
SIX_S = 1_796_364_000
HOUR_S = 3_600
DAY_S = 86_400
EVER = float("-inf")


def test_a_schedule_is_read_and_written_as_it_stands() -> None:
    texts = ["items", "2026-12-04T06:00Z pages 2s/16", "2026-12-20T00:00Z items"]
    schedule = Schedule.parse(texts)
    assert schedule.entries == (
        Entry(EVER, None),
        Entry(SIX_S, Pages(2, 16)),
        Entry(1_797_724_800, None),
    )
    assert str(schedule) == "items, 2026-12-04T06:00Z pages 2s/16, 2026-12-20T00:00Z items"
    assert Schedule.of_text(str(schedule)) == schedule


def test_before_its_first_entry_and_without_any_events_have_items() -> None:
    assert Schedule.parse([]) == ITEMS_ONLY
    schedule = Schedule.parse(["2026-12-04T06:00Z pages 2s/16"])
    assert schedule.pages_at(SIX_S - 0.001) is None
    assert schedule.pages_at(SIX_S) == Pages(2, 16)
    assert schedule.has_pages
    assert not ITEMS_ONLY.has_pages


@pytest.mark.parametrize(
    "texts",
    [
        ["pages"],
        ["pages 0s/4"],
        ["pages 2s/0"],
        ["pages 3601s/4"],
        ["pages 2s/65537"],
        ["Items"],
        ["2026-12-04 pages 2s/16"],
        ["2026-13-04T06:00Z items"],
        ["items", "pages 2s/16"],
        ["2026-12-04T06:00Z items", "2026-12-04T06:00Z pages 2s/16"],
        ["2026-12-04T06:00Z items", "2026-12-03T06:00Z pages 2s/16"],
        ["items", *(f"2026-12-{day:02d}T00:00Z items" for day in range(1, 17))],
    ],
    ids=str,
)
def test_what_is_no_schedule_is_refused(texts: list[str]) -> None:
    with pytest.raises(ScheduleError):
        Schedule.parse(texts)


NOW_S = SIX_S - 30 * HOUR_S
KEPT_S = 14 * DAY_S


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["items"], ["items"]),
        (["items"], ["2026-12-04T06:00Z pages 2s/16"]),
        (["pages 2s/8"], ["pages 2s/8", "2026-12-05T00:00Z items"]),
        # What was over before any claim that is kept may be left out.
        (["items", "2026-11-18T00:00Z pages 2s/8"], ["pages 2s/8"]),
        # An entry that has not begun may be taken back, while it is far enough off.
        (["items", "2026-12-09T00:00Z pages 2s/8"], ["items"]),
    ],
    ids=str,
)
def test_a_change_that_begins_late_enough_follows(before: list[str], after: list[str]) -> None:
    Schedule.parse(after).check_follows(Schedule.parse(before), NOW_S, KEPT_S)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["items"], ["pages 2s/16"]),
        (["items"], ["2026-12-04T05:59Z pages 2s/16"]),
        (["pages 2s/8"], ["pages 2s/16"]),
        (["pages 2s/8"], ["items"]),
        (["items", "2026-11-20T00:00Z pages 2s/8"], ["pages 2s/8"]),
        (["items", "2026-12-03T00:00Z pages 2s/8"], ["items"]),
    ],
    ids=str,
)
def test_a_change_that_begins_too_early_tells_when_the_earliest_is(
    before: list[str], after: list[str]
) -> None:
    with pytest.raises(ScheduleError, match="begin at 2026-12-04T06:00Z or later"):
        Schedule.parse(after).check_follows(Schedule.parse(before), NOW_S, KEPT_S)


LAYOUTS = st.sampled_from([None, Pages(2, 8), Pages(5, 1)])
SCHEDULES = st.lists(
    st.tuples(st.integers(0, 400), LAYOUTS), unique_by=lambda each: each[0], max_size=5
).map(lambda found: Schedule(Entry(float(at * HOUR_S), pages) for at, pages in sorted(found)))


@given(before=SCHEDULES, told=SCHEDULES, noted=st.integers(0, 300), hours=st.integers(0, 100))
def test_what_may_be_claimed_stays_where_it_is_and_all_later_is_as_told(
    before: Schedule, told: Schedule, noted: int, hours: int
) -> None:
    now_s = (noted + hours) * HOUR_S
    found = told.following(before, noted_s=noted * HOUR_S, now_s=now_s, kept_s=50 * HOUR_S)
    # A note holds for an hour, and clocks run up to a day ahead.
    turn_s = (noted + 25) * HOUR_S
    for hour in range(-50, 500):
        created_s = hour * HOUR_S + 0.5
        if created_s < turn_s and created_s > now_s - 50 * HOUR_S:
            assert found.pages_at(created_s) == before.pages_at(created_s)
        elif created_s > turn_s and created_s > now_s - 50 * HOUR_S:
            assert found.pages_at(created_s) == told.pages_at(created_s)


@given(before=SCHEDULES, told=SCHEDULES, noted=st.integers(0, 300))
def test_a_function_that_notes_again_finds_the_same(
    before: Schedule, told: Schedule, noted: int
) -> None:
    now_s = noted * HOUR_S
    first = told.following(before, noted_s=now_s, now_s=now_s, kept_s=10_000 * HOUR_S)
    again = told.following(first, noted_s=now_s, now_s=now_s + 60, kept_s=10_000 * HOUR_S)
    assert again == first
