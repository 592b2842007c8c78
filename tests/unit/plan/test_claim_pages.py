"""Claims on pages by the plan: units reckoned by hand, and the layout that suits a load."""

from __future__ import annotations

import pytest

from firelake.contract.claim_schedule import Pages
from firelake.plan.claim_pages import page_use, suited_pages
from firelake.plan.claims import claims_needs
from firelake.plan.plan import make_plan
from firelake.plan.variants import variants
from tests.unit.plan.situations import config, situation, workload

# Twenty ids a page, of 60 and 600 bytes together: one unit, whoever writes.
OF_TWENTY = Pages(2, 100)


def test_each_batch_that_meets_a_window_writes_its_page_once() -> None:
    use = page_use(workload(), OF_TWENTY, shards=10, batch_s=10.0)
    assert use.write_units == pytest.approx(1.2 / 20)
    assert use.items == pytest.approx(1 / 20)
    assert use.stored_bytes == pytest.approx(30 + 60 / 20)


def test_a_bucket_that_spans_shards_is_written_by_each_of_them() -> None:
    use = page_use(workload(), Pages(2, 10), shards=20, batch_s=1e9)
    # 200 ids, by two shards: 3,060 and 6,060 bytes are 3 and 6 units.
    assert use.write_units == pytest.approx(9 / 200, rel=1e-6)


def test_a_late_event_pays_for_the_whole_page_by_itself() -> None:
    of_100 = Pages(1, 10)
    use = page_use(workload(late=0.5), of_100, shards=1, batch_s=1e9)
    # 3,060 bytes are 3 units, for the hundred of them and for each that is late.
    assert use.write_units == pytest.approx(0.5 * 3 / 100 + 0.5 * 3, rel=1e-6)


@pytest.mark.parametrize(
    ("events_per_hour", "suited"),
    [
        (3_600_000.0, Pages(2, 71)),
        (1_000_000.0, Pages(2, 20)),
        (36_000.0, Pages(2, 1)),
        (3_600.0, Pages(28, 1)),
        (1.0, Pages(3_600, 1)),
        (1e9, Pages(2, 19_841)),
    ],
)
def test_the_layout_that_suits_has_some_28_ids_a_page(
    events_per_hour: float, suited: Pages
) -> None:
    assert suited_pages(workload(events_per_hour=events_per_hour)) == suited


def test_the_needs_are_those_of_the_layout_that_the_schedule_ends_with() -> None:
    made = workload(duplicates=0.2)
    pages = config(claims={"schedule": ["items", "2026-12-04T06:00Z pages 2s/80"]})
    needs = claims_needs(made, pages, shards=1, batch_s=1e9)
    # 800 new ids a second are 20 a page; copies cost as they do, and nothing is read.
    assert needs.writes_per_s == pytest.approx(1000 / 20, rel=1e-6)
    assert needs.reads_per_s == 0
    back = config(claims={"schedule": ["pages 2s/80", "2026-12-04T06:00Z items"]})
    assert claims_needs(made, back) == claims_needs(made, config())


def test_pages_are_among_what_would_save_until_the_stack_has_them() -> None:
    now = situation(workload(late=0.01, duplicates=0.01))
    with_pages = situation(
        workload(late=0.01, duplicates=0.01), claims={"schedule": ["pages 2s/71"]}
    )
    told = {each.name: each.saved for each in variants(make_plan(now))}
    saved = make_plan(now).dollars - make_plan(with_pages).dollars
    assert told["claims.schedule pages 2s/71"] == pytest.approx(saved)
    assert saved > 0.9 * make_plan(now).by_service()["DynamoDB"]
    assert not any("schedule" in each.name for each in variants(make_plan(with_pages)))
