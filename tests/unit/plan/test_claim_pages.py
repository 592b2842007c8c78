"""Claims on pages by the plan: units reckoned by hand, and the layout that suits a load."""

from __future__ import annotations

import pytest

from firelake.contract.claim_schedule import Pages
from firelake.plan.claim_pages import PageUse, page_units, page_use_of, suited_pages
from firelake.plan.claims import ClaimsNeeds
from firelake.plan.needs import Needs
from firelake.plan.plan import make_plan
from firelake.plan.variants import variants
from tests.unit.plan.situations import situation, workload

# Twenty ids a page, of 60 and 600 bytes together: one unit, whoever writes.
OF_TWENTY = Pages(2, 100)


def test_a_page_pays_for_each_kilobyte_that_it_has_on_average() -> None:
    # 32 ids and a sixth fill one: ten hardly ever have so many, and a hundred three or four.
    assert page_units(10) == pytest.approx(1, abs=0.001)
    assert page_units(32.1) == pytest.approx(1.5, abs=0.05)
    assert page_units(100) == pytest.approx(3.5, abs=0.05)


def test_each_batch_that_meets_a_window_writes_its_page_once() -> None:
    use = PageUse(workload(), OF_TWENTY, shards=10, batch_s=10.0)
    assert use.write_units == pytest.approx(1.2 / 20, rel=0.01)
    assert use.calls == pytest.approx(1.2 / 20)
    assert use.items == pytest.approx(1 / 20)
    assert use.stored_bytes == pytest.approx(30 + 60 / 20)
    assert use.alone == 0


def test_a_window_is_met_longer_by_what_comes_a_while_later() -> None:
    use = PageUse(workload(lag_s=3.0), OF_TWENTY, shards=10, batch_s=10.0)
    assert use.calls == pytest.approx(1.5 / 20)


def test_a_bucket_that_spans_shards_is_written_by_each_of_them() -> None:
    use = PageUse(workload(), Pages(2, 10), shards=20, batch_s=1e9)
    # 200 ids, by two shards: 3,060 and 6,060 bytes, which are 3 or 4 and 6 or 7 units.
    assert use.calls == pytest.approx(2 / 200)
    assert use.write_units == pytest.approx(9.9 / 200, rel=0.02)


@pytest.mark.parametrize("mixed", [{"is_keyed_by_id": False}, {"events_per_record": 2.0}])
def test_ids_at_random_have_every_shard_write_every_page(mixed: dict[str, object]) -> None:
    """Another key than the id mixes them, and so does a packed record, which has one for many."""
    use = PageUse(workload(**mixed), OF_TWENTY, shards=4, batch_s=1e9)
    # Of four shards each has some of twenty ids, but for 4 * 0.75**20.
    assert use.calls == pytest.approx(3.99 / 20, rel=0.001)
    assert use.write_units == pytest.approx(3.99 / 20, rel=0.01)
    of_many = PageUse(workload(**mixed), OF_TWENTY, shards=800, batch_s=1e9)
    assert of_many.calls == pytest.approx(1, abs=0.02)


def test_a_delayed_event_pays_for_the_whole_page_by_itself() -> None:
    use = PageUse(workload(delayed=0.5), Pages(1, 10), shards=1, batch_s=1e9)
    # Fifty come together: 1,560 bytes are 2 units. The others meet a page of up to a hundred.
    assert use.write_units == pytest.approx(0.5 * 2 / 50 + 0.5 * 3.5, rel=0.02)
    assert use.calls == pytest.approx(0.5 / 50 + 0.5, rel=1e-6)


def test_a_copy_pays_as_a_delayed_event_does() -> None:
    use = PageUse(workload(duplicates=0.2), Pages(2, 80), shards=1, batch_s=1e9)
    # 800 new ids a second are 20 a page.
    assert use.write_units == pytest.approx(0.8 / 20 + 0.2, rel=0.01)


def test_what_a_full_page_does_not_take_has_an_item_of_its_own() -> None:
    use = PageUse(workload(), Pages(2, 1), shards=1, batch_s=1e9)
    # A page of 7 KB and more is full: 236 ids, of 2,000.
    assert use.alone == pytest.approx(1 - 236 / 2000)
    assert use.write_units > use.alone
    assert use.items == pytest.approx(1 / 2000 + use.alone)


@pytest.mark.parametrize(
    ("events_per_hour", "suited"),
    [
        (1_000_000.0, Pages(2, 20)),
        (1.0, Pages(3_600, 1)),
    ],
)
def test_the_layout_that_suits_stays_within_a_unit(events_per_hour: float, suited: Pages) -> None:
    made = workload(events_per_hour=events_per_hour, event_bytes=700.0, delayed=0.01)
    assert suited_pages(situation(made), 4) == suited


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({"delayed": 0.0}, 60, 100),
        ({"delayed": 0.01}, 24, 28),
        ({"delayed": 0.3}, 14, 24),
        ({"delayed": 0.0, "is_keyed_by_id": False}, 60, 140),
    ],
    ids=["nothing late", "a server's", "a mobile app's", "at random"],
)
def test_pages_are_finer_the_more_comes_late_and_coarser_at_random(
    changes: dict[str, object], least: int, most: int
) -> None:
    made = workload(events_per_hour=1e6, event_bytes=700.0, **changes)
    pages = suited_pages(situation(made), 4)
    assert least <= made.unique_per_s * pages.window_s / pages.buckets <= most


def test_the_needs_are_those_of_the_layout_that_the_schedule_ends_with() -> None:
    made = workload(duplicates=0.2)
    pages = situation(made, claims={"schedule": ["items", "2026-12-04T06:00Z pages 2s/80"]})
    needs = ClaimsNeeds(pages, 1)
    # A batch of half a MB is full of 524.3 events of 1,000 bytes.
    use = PageUse(made, Pages(2, 80), shards=1, batch_s=0.524288)
    assert needs.writes_per_s == pytest.approx(1000 * use.write_units)
    assert (needs.reads_per_s, needs.refused_write_units) == (0, 0)
    back = situation(made, claims={"schedule": ["pages 2s/80", "2026-12-04T06:00Z items"]})
    assert page_use_of(back, 1) is None
    assert ClaimsNeeds(back, 1).writes_per_s == 1000


def test_the_function_waits_for_calls_of_pages_and_not_for_statements() -> None:
    """At eight at once, 524 events are 21 statements' calls, and 26 of pages of twenty."""
    items = Needs(situation()).function
    paged = Needs(situation(claims={"schedule": ["pages 2s/100"]})).function
    assert items.batch_events == paged.batch_events
    assert items.duration_s != paged.duration_s


def test_items_and_pages_are_told_beside_each_other() -> None:
    made = workload(events_per_hour=1e6, event_bytes=700.0, late=0.01, delayed=0.01)
    now = situation(made)
    pages = suited_pages(now, 4)
    with_pages = situation(made, claims={"schedule": [str(pages)]})
    told = {each.name: each.saved for each in variants(make_plan(now))}
    saved = make_plan(now).dollars - make_plan(with_pages).dollars
    assert told[f"claims.schedule {pages}"] == pytest.approx(saved)
    assert saved > 0.85 * make_plan(now).by_service()["DynamoDB"]
    back = {each.name: each.saved for each in variants(make_plan(with_pages))}
    assert back["claims.schedule items"] == pytest.approx(-saved)
