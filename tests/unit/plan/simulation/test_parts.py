"""The parts of the simulation: traffic, shards, the claims table, buffers."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.infra.config_sections import ClaimsConfig
from firelake.infra.config_setting import CapacityMode
from firelake.plan.assumptions import Assumptions
from firelake.plan.simulation.buffers import PartitionBuffers
from firelake.plan.simulation.cohorts import Cohort, shorten
from firelake.plan.simulation.groups import Group
from firelake.plan.simulation.outcome import Sizes, percentile
from firelake.plan.simulation.table import ClaimTable
from firelake.plan.simulation.traffic import Bursts, Layout, Traffic, burst_share, quiet_ratio
from tests.unit.plan.situations import situation, workload

RANDOM = np.random.default_rng


def cohort(*counts: int, created_s: float = 0.0, size: float = 100.0) -> Cohort:
    return Cohort(created_s, size, size, 1.0, np.array(counts, dtype=np.int64))


# --- cohorts ------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.integers(1, 10**10))
def test_what_is_taken_and_what_is_left_are_what_there_was(counts: list[int], wanted: int) -> None:
    whole = cohort(*counts)
    before = whole.counts.copy()
    piece = whole.take(wanted, RANDOM(1))
    assert (piece.counts + whole.counts == before).all()
    assert (piece.counts >= 0).all()
    assert (whole.counts >= 0).all()
    assert piece.total == piece.counts.sum()
    assert whole.total == whole.counts.sum()
    if before.sum():
        assert piece.total >= 1
        assert abs(piece.total - min(wanted, before.sum())) <= len(counts)


def test_a_long_queue_is_made_short_and_loses_nothing() -> None:
    """Of two kinds in turn, neighbours of a kind become one, sent between their two moments."""
    queue = deque(
        cohort(second, 1, created_s=second, size=100.0 + second % 2) for second in range(600)
    )
    shorten(queue)
    assert len(queue) == 300
    assert sum(each.total for each in queue) == 599 * 300 + 600
    assert all(each.total == each.counts.sum() for each in queue)
    first = queue[0]
    assert (list(first.counts), first.created_s) == ([2, 2], pytest.approx(2 * 3 / 4))


# --- traffic ------------------------------------------------------------------------------------


@given(st.floats(1, 1000))
def test_bursts_and_quiet_make_the_mean(peak: float) -> None:
    share = burst_share(peak)
    assert share * peak + (1 - share) * quiet_ratio(peak) == pytest.approx(1)
    assert quiet_ratio(peak) > 0


def test_over_long_bursts_come_as_often_as_they_should() -> None:
    bursts = Bursts(5.0, RANDOM(3))
    ratios = [bursts.ratio(second) for second in range(500_000)]
    assert set(ratios) == {5.0, quiet_ratio(5.0)}
    assert np.mean(ratios) == pytest.approx(1, rel=0.1)


def test_a_steady_load_has_no_bursts() -> None:
    assert {Bursts(1.0, RANDOM(1)).ratio(second) for second in range(10_000)} == {1.0}


def test_partitions_get_what_their_type_and_their_lateness_say() -> None:
    """Two types of 3 to 1, a tenth copies, a fifth of the rest late over seven days."""
    load = workload(type_shares=(0.75, 0.25), duplicates=0.1, late=0.2)
    layout = Layout(situation(load))
    assert (layout.partitions, layout.types) == (16, 2)
    assert layout.current[:2] == pytest.approx([0.75 * 720, 0.25 * 720])
    assert layout.late[2:9] == pytest.approx([0.75 * 180 / 7] * 7)
    assert layout.late[9:] == pytest.approx([0.25 * 180 / 7] * 7)
    assert layout.copies == pytest.approx(100)


def test_as_many_records_come_as_the_workload_says() -> None:
    load = workload(
        type_shares=(0.75, 0.25), duplicates=0.1, late=0.2, peak_ratio=1.0, events_per_record=4
    )
    made = situation(load, Assumptions())
    traffic = Traffic(made, Layout(made), Bursts(1.0, RANDOM(1)), RANDOM(1))
    current = late = copies = 0.0
    for tick in range(2000):
        packed, single = traffic.tick(tick / 2, 0.5)
        assert (packed.events, packed.record_bytes) == (4, 4000)
        assert (single.events, single.row_bytes) == (1, 1215)
        current += packed.events * packed.counts[:-1].sum()
        copies += packed.events * packed.counts[-1]
        late += single.total
        assert single.counts[:2].sum() == single.counts[-1] == 0
    assert [current, late, copies] == pytest.approx([720_000, 180_000, 100_000], rel=0.02)


# --- shards -------------------------------------------------------------------------------------


def group(**changes: Any) -> Group:  # noqa: ANN401
    given: dict[str, Any] = {
        "number": 0,
        "shards": 1.0,
        "write_shards": 1.0,
        "batch_bytes": 1000,
        "batch_interval_s": 30,
        "random": RANDOM(1),
    }
    return Group(**{**given, **changes})


def test_a_shard_takes_a_thousand_records_a_second_and_producers_keep_the_rest() -> None:
    shard = group()
    shard.put(cohort(2500), 1.0)
    assert sum(each.total for each in shard.in_stream) == 1000
    assert shard.throttled == 1500
    shard.put(cohort(0), 2.0)
    shard.put(cohort(0), 3.0)
    assert sum(each.total for each in shard.in_stream) == 2500
    assert not shard.at_producers
    # A record counts once, however often it is refused.
    assert (shard.throttled, shard.waiting_records) == (1500, 0)


def test_a_shard_takes_a_mebibyte_a_second_with_the_keys() -> None:
    shard = group()
    shard.put(cohort(900, size=5000.0), 1.0)
    assert sum(each.total for each in shard.in_stream) == 1_048_576 // 5016


def test_a_read_is_at_most_two_mebibytes_a_second_of_each_shard() -> None:
    shard = group(write_shards=1000.0, shards=2.0, batch_bytes=10**9)
    shard.put(cohort(100_000, size=1000.0), 1.0)
    shard.read()
    assert shard.take_page(1.5) == pytest.approx(2 * 1_048_576 / 1000, abs=1)
    shard = group(write_shards=1000.0, shards=2.0, batch_bytes=10**9)
    shard.put(cohort(100_000, size=10.0), 1.0)
    shard.read()
    assert shard.take_page(1.5) == 20_000


def test_nothing_is_read_while_five_batches_wait() -> None:
    shard = group(write_shards=1000.0)
    shard.put(cohort(100), 1.0)
    shard.read()
    shard.take_page(1.5)
    assert len(shard.waiting) == 10
    shard.put(cohort(7), 2.0)
    shard.read()
    assert shard.take_page(2.5) == 0
    assert shard.held_records == 107


def test_a_group_of_shards_has_batches_of_each() -> None:
    """Ten shards with batches of 1,000 bytes: a hundred records of 100 are one batch of each."""
    shards = group(shards=10.0, write_shards=1000.0)
    shards.put(cohort(250), 1.0)
    shards.read()
    shards.take_page(1.5)
    assert [batch.records for batch in shards.waiting] == [100, 100]
    shards.close_if_due(31.4)
    assert len(shards.waiting) == 2
    shards.close_if_due(31.5)
    assert [batch.records for batch in shards.waiting] == [100, 100, 50]


# --- the claims table ---------------------------------------------------------------------------

ON_DEMAND = ClaimsConfig()
PROVISIONED = ClaimsConfig(
    mode=CapacityMode.PROVISIONED,
    min_write_units=100,
    max_write_units=5000,
    min_read_units=1,
    max_read_units=1,
)


def test_a_new_table_takes_four_thousand_a_second() -> None:
    table = ClaimTable.new(ON_DEMAND)
    assert table.write(4000, 0.0, 45) == 0
    assert table.write(8000, 1.0, 45) == pytest.approx(1.0)
    assert table.throttled == 4000


def test_writes_in_the_queue_wait_for_those_before_them() -> None:
    table = ClaimTable.new(ON_DEMAND)
    assert table.write(12_000, 0.0, 45) == pytest.approx(2.0)
    assert table.write(4000, 0.0, 45) == pytest.approx(3.0)


def test_what_is_undecided_at_the_deadline_is_repeated_and_what_was_written_stays() -> None:
    """Of a million, 4,000 at once and 45 seconds of 4,000; nothing is left for whoever comes."""
    table = ClaimTable.new(ON_DEMAND)
    assert table.write(1_000_000, 0.0, 45) is None
    assert table.write(4000, 45.0, 45) == pytest.approx(1.0)


def test_a_table_on_demand_takes_twice_its_peak_of_half_an_hour_ago() -> None:
    table = ClaimTable.new(ON_DEMAND)
    for minute in range(1, 32):
        for second in range(60):
            table.write(3500, 60 * (minute - 1) + second, 45)
        table.minute(60.0 * minute)
        assert table.capacity == (7000 if minute >= 31 else 4000)


def test_a_warm_table_takes_twice_the_peak() -> None:
    assert ClaimTable.warm(ON_DEMAND, 1000, 9000).capacity == 18_000
    assert ClaimTable.warm(ON_DEMAND, 10, 90).capacity == 4000
    assert ClaimTable.warm(PROVISIONED, 700, 9000).capacity == pytest.approx(1000)
    assert ClaimTable.new(PROVISIONED).capacity == 100


def test_autoscaling_follows_two_minutes_of_high_use_and_keeps_its_bound() -> None:
    table = ClaimTable.warm(PROVISIONED, 700, 700)
    for minute in range(1, 4):
        for second in range(60):
            table.write(900, 60 * (minute - 1) + second, 45)
        table.minute(60.0 * minute)
        assert table.capacity == pytest.approx(1000 if minute < 2 else 900 / 0.7)
    for minute in (4, 5):
        for second in range(60):
            table.write(9000, 60 * (minute - 1) + second, 1e9)
        table.minute(60.0 * minute)
    assert table.capacity == 5000


def test_autoscaling_lowers_what_was_idle_for_a_quarter_of_an_hour() -> None:
    table = ClaimTable.warm(PROVISIONED, 700, 700)
    for minute in range(1, 16):
        for second in range(60):
            table.write(210, 60 * (minute - 1) + second, 45)
        table.minute(60.0 * minute)
    assert table.capacity == pytest.approx(300)


def test_unused_provisioned_capacity_is_there_for_five_minutes_of_bursts() -> None:
    table = ClaimTable.warm(PROVISIONED, 700, 700)
    assert table.write(300_000, 3600.0, 45) == 0
    assert table.write(1000, 3600.0, 45) == pytest.approx(1)


# --- buffers and percentiles --------------------------------------------------------------------


def test_freshness_is_from_the_first_sending_to_the_object() -> None:
    made: list[tuple[float, list[int], list[float]]] = []
    buffers = PartitionBuffers(
        3,
        size_bytes=1000,
        interval_s=60,
        quota=500,
        on_objects=lambda now, where, rows: made.append((now, list(where), list(rows))),
    )
    buffers.add(np.array([2, 0, 1]), 100, 1.0, 100.0, 110.0)
    buffers.add(np.array([1, 0, 0]), 100, 1.0, 130.0, 135.0)
    assert (buffers.active, buffers.held_rows) == (2, 4)
    buffers.close_due(169.9)
    assert made == []
    buffers.close_due(170.0)
    assert made == [(170.0, [0, 2], [3.0, 1.0])]
    assert buffers.freshness[70] == 3
    assert buffers.freshness[40] == 1
    # Writing them takes a step.
    assert buffers.active == 2
    buffers.close_due(170.5)
    assert (buffers.active, buffers.held_rows) == (0, 0)


def test_a_cohort_fills_one_buffer_after_another() -> None:
    made: list[list[float]] = []
    buffers = PartitionBuffers(
        1,
        size_bytes=1000,
        interval_s=60,
        quota=1,
        on_objects=lambda _now, _where, rows: made.append(list(rows)),
    )
    buffers.add(np.array([35]), 100, 2.0, 0.0, 0.0)
    assert made == [[20.0], [20.0], [20.0]]
    assert buffers.held_rows == 10


def test_percentiles_are_of_a_histogram() -> None:
    counts = np.zeros(100)
    counts[[10, 20, 30]] = [50, 40, 10]
    assert [percentile(counts, each) for each in (1, 50, 51, 90, 99)] == [10, 10, 20, 20, 30]
    assert percentile(np.zeros(5), 50) == 0
    sizes = Sizes()
    sizes.add(np.array([1000.0] * 9 + [1e6]))
    assert sizes.percentile(50) == pytest.approx(1000, rel=0.02)
    assert sizes.percentile(95) == pytest.approx(1e6, rel=0.02)
