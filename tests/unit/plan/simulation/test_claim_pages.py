"""Claims on pages, played event by event beside the formulas."""

from __future__ import annotations

import pytest

from firelake.plan.claim_pages import page_use_of
from firelake.plan.simulation.claim_pages import simulate_pages
from tests.unit.plan.situations import situation, workload

PAGES = ("pages 2s/8", "pages 2s/20", "pages 5s/40")


@pytest.mark.parametrize("pages", PAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"is_keyed_by_id": False},
        {"duplicates": 0.1},
        {"delayed": 0.3, "lag_s": 2.0},
        {"delayed": 0.3, "is_keyed_by_id": False},
    ],
    ids=["sorted", "at random", "copies", "mobile", "mobile at random"],
)
def test_what_is_played_is_what_the_formulas_say(pages: str, changes: dict[str, object]) -> None:
    load = workload(events_per_hour=1e6, event_bytes=700.0, peak_ratio=1.0, **changes)
    made = situation(load, claims={"schedule": [pages]})
    use = page_use_of(made, 4)
    assert use is not None
    seen = simulate_pages(made, 4, 1)
    assert (seen.layout, seen.is_in_force) == (pages, True)
    assert seen.write_units == pytest.approx(use.write_units, rel=0.12)
    assert seen.calls == pytest.approx(use.calls, rel=0.12)


def test_bursts_cost_more_as_they_put_more_on_a_page() -> None:
    made = situation(
        workload(events_per_hour=1e6, event_bytes=700.0, delayed=0.05),
        claims={"schedule": ["pages 2s/20"]},
    )
    even, bursty = (
        simulate_pages(made.with_workload(peak_ratio=peak), 4, 1) for peak in (1.0, 4.0)
    )
    assert bursty.ids > even.ids
    assert bursty.write_units > even.write_units


def test_of_pages_that_are_full_the_rest_has_items() -> None:
    made = situation(workload(peak_ratio=1.0), claims={"schedule": ["pages 2s/1"]})
    seen = simulate_pages(made, 1, 1)
    # 236 of 2,000 ids.
    assert seen.alone == pytest.approx(1 - 236 / 2000, abs=0.02)
    assert seen.write_units > seen.alone


def test_with_items_that_layout_is_played_that_would_suit() -> None:
    made = workload(events_per_hour=1e6, event_bytes=700.0, delayed=0.01)
    seen = simulate_pages(situation(made), 4, 1)
    assert (seen.layout, seen.is_in_force) == ("pages 2s/20", False)


def test_a_thousandfold_load_is_played_by_a_part_of_its_ids() -> None:
    load = workload(events_per_hour=1e9, event_bytes=700.0, peak_ratio=1.0)
    made = situation(load, claims={"schedule": ["pages 2s/20000"]})
    use = page_use_of(made, 800)
    assert use is not None
    assert simulate_pages(made, 800, 1).write_units == pytest.approx(use.write_units, rel=0.12)
