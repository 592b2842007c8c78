"""The whole simulation: nothing is lost, and it agrees with the formulas where it should."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from firelake.plan.assumptions import Assumptions
from firelake.plan.needs import Needs
from firelake.plan.recommend import recommend
from firelake.plan.simulation.comparison import compare
from firelake.plan.simulation.model import simulate
from firelake.plan.simulation.run import Run
from tests.unit.plan.situations import provisioned, situation, workload

if TYPE_CHECKING:
    from firelake.plan.situation import Situation

SHORT = {"delivery": {"bufferIntervalS": 60, "rawBufferIntervalS": 60}}
TENTH = Run(hours=0.1, seed=5)


def of(events_per_hour: float, **changes: object) -> Situation:
    made = workload(events_per_hour=events_per_hour, event_bytes=700, late=0.01, **changes)
    return situation(made, Assumptions(), **SHORT)


# The less comes, the longer it takes to tell.
HOURS = {1e3: 0.5, 1e6: 0.1, 1e8: 0.05}


@pytest.mark.parametrize("volume", HOURS, ids=["0.28/s", "278/s", "27,800/s"])
def test_a_steady_load_is_as_the_formulas_say(volume: float) -> None:
    made = of(volume, peak_ratio=1.0)
    needs, seen = Needs(made), simulate(made, Run(hours=HOURS[volume]))
    assert seen.delivered_rows_per_s == pytest.approx(volume / 3600, rel=0.15)
    assert seen.invocations_per_s == pytest.approx(needs.function.invocations_per_s, rel=0.1)
    assert seen.open_partitions == pytest.approx(needs.delivery.open_partitions, rel=0.1)
    assert seen.objects_per_hour == pytest.approx(needs.delivery.objects_per_hour, rel=0.15)
    assert seen.freshness_p50_s == pytest.approx(needs.delivery.delay_s, rel=0.35)
    assert seen.freshness_max_s <= needs.delivery.worst_delay_s
    assert (seen.stream_throttles, seen.claim_throttles, seen.failed_events) == (0, 0, 0)


def test_one_seed_tells_one_story() -> None:
    made = of(1e6)
    short = Run(hours=0.05, seed=5)
    once = vars(simulate(made, short))
    assert once == vars(simulate(made, short))
    assert once != vars(simulate(made, replace(short, seed=6)))


def test_copies_make_no_rows() -> None:
    made = of(1e6, peak_ratio=1.0, duplicates=0.5)
    seen = simulate(made, replace(TENTH, hours=0.2))
    assert seen.delivered_rows_per_s == pytest.approx(seen.sent_events_per_s / 2, rel=0.1)


def test_a_new_stack_is_throttled_until_it_has_grown_and_an_old_one_is_not() -> None:
    """20 million an hour: 5,556 events a second into 4 shards and 4,000 claims a second."""
    made = of(2e7, peak_ratio=1.0)
    new = simulate(made, Run(hours=0.05, seed=5, is_new=True))
    old = simulate(made, Run(hours=0.05, seed=5))
    assert new.stream_throttles > 0
    assert new.producer_backlog > 100_000
    assert new.delivered_rows_per_s == pytest.approx(4000, rel=0.1)
    assert old.stream_throttles == old.producer_backlog == old.claim_throttles == 0


def test_claims_beyond_their_capacity_wait_in_kinesis_and_nothing_is_dropped() -> None:
    """1,389 events a second with 1,000 write units: a fifth of the rows is missing, none fails."""
    claims = provisioned(500, 1000)
    made = of(5e6, peak_ratio=1.0)
    made = situation(made.workload, Assumptions(), **SHORT, claims=claims)
    seen = simulate(made, replace(TENTH, hours=0.3))
    assert seen.claim_throttles > 0
    assert seen.failed_events == 0
    assert seen.stream_backlog > 100_000
    assert seen.duration_s > 10 * Needs(made).function.duration_s


def test_a_function_without_room_is_retried() -> None:
    made = of(1e8, peak_ratio=1.0)
    made = situation(made.workload, Assumptions(), **SHORT, transform={"reservedConcurrency": 1})
    seen = simulate(made, TENTH)
    assert seen.function_throttles > 0
    assert seen.failed_events == 0


def test_a_batch_that_is_tried_too_often_goes_to_errors() -> None:
    claims = provisioned(1, 1)
    made = of(1e6, peak_ratio=1.0)
    delivery = {**SHORT["delivery"], "transformRetries": 0}
    made = situation(made.workload, Assumptions(), delivery=delivery, claims=claims)
    assert simulate(made, TENTH).failed_events > 0


def test_too_many_partitions_send_records_to_errors() -> None:
    made = of(1e6, peak_ratio=1.0)
    delivery = {**SHORT["delivery"], "activePartitionsQuota": 12, "acceptPartitionOverflow": True}
    made = situation(made.workload, Assumptions(), delivery=delivery)
    seen = simulate(made, TENTH)
    assert seen.exceeded_records > 0
    assert seen.most_open_partitions == 12


def test_recommended_settings_hold_a_thousand_times_the_load() -> None:
    made = recommend(of(1e9)).situation
    seen = simulate(made, replace(TENTH, hours=0.05))
    assert (seen.claim_throttles, seen.failed_events, seen.function_throttles) == (0, 0, 0)
    assert seen.delivered_rows_per_s > 200_000


def test_without_claims_nothing_waits_for_them() -> None:
    made = replace(of(1e6, peak_ratio=1.0), has_claims=False)
    assert simulate(made, TENTH).duration_s < simulate(of(1e6, peak_ratio=1.0), TENTH).duration_s


def test_every_figure_stands_beside_its_formula_or_says_what_it_means() -> None:
    made = of(1e6)
    compared = compare(made, simulate(made, TENTH))
    assert len({each.name for each in compared}) == len(compared)
    assert {each.name: each.formula for each in compared}["events a second"] == "278"
