"""What each service takes, against numbers reckoned by hand from the pages that the code names."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from firelake.contract.layout import Granularity
from firelake.plan.assumptions import Assumptions, listed
from firelake.plan.claims import ClaimsNeeds, claim_item_bytes, warm_up_s
from firelake.plan.delivery import DeliveryNeeds, late_periods, object_bytes
from firelake.plan.function import FunctionNeeds
from firelake.plan.lake import LakeNeeds
from firelake.plan.needs import Needs
from firelake.plan.stream import StreamNeeds
from firelake.plan.watch import types_in_batch
from tests.unit.plan.situations import provisioned, situation, workload

if TYPE_CHECKING:
    from firelake.plan.workload import Workload

MONTH_S = 730 * 3600

# --- Kinesis ------------------------------------------------------------------------------------


def test_records_or_bytes_fill_shards_whichever_are_more() -> None:
    """2,000 records a second at the peak fill 2 shards; their 2,032,000 bytes only 1.94."""
    needs = StreamNeeds(situation())
    assert needs.filled_shards == 2
    assert (needs.fewest_shards, needs.planned_shards) == (2, 3)
    large = StreamNeeds(situation(workload(event_bytes=10_000)))
    assert large.filled_shards == pytest.approx(2000 * 10_016 / 1_048_576)


def test_an_on_demand_stream_has_four_shards_at_least() -> None:
    assert StreamNeeds(situation()).shards == 4
    provisioned = situation(stream={"mode": "provisioned", "shardCount": 3})
    assert StreamNeeds(provisioned).shards == 3


def test_kinesis_bills_a_record_by_the_kilobyte() -> None:
    """1,000 bytes and a key of 16 are 1 KB; 1,020 and 16 are 2."""
    needs = StreamNeeds(situation())
    assert needs.billed_gb == pytest.approx(1000 * MONTH_S * 1024 / 2**30)
    needs = StreamNeeds(situation(workload(event_bytes=1020)))
    assert needs.billed_gb == pytest.approx(1000 * MONTH_S * 2048 / 2**30)


def test_a_put_unit_is_25_kilobytes() -> None:
    needs = StreamNeeds(situation(workload(event_bytes=30_000)))
    assert needs.put_units == 2 * 1000 * MONTH_S


def test_what_is_kept_beyond_a_day_is_told_and_beyond_a_week_too() -> None:
    """72 h are 48 beyond the first day; 200 h are 144 up to the week and 32 beyond it."""
    hour_gb = 3_600_000 * 1024 / 2**30
    needs = StreamNeeds(situation())
    assert (needs.extended_gb, needs.long_term_gb) == (pytest.approx(48 * hour_gb), 0)
    long = StreamNeeds(situation(stream={"retentionHours": 200}))
    assert long.extended_gb == pytest.approx(144 * hour_gb)
    assert long.long_term_gb == pytest.approx(32 * hour_gb)


# --- Lambda -------------------------------------------------------------------------------------


def test_a_batch_is_closed_at_its_size() -> None:
    """0.5 MiB of 1,000 bytes are 524 records, of 4 shards with 250 records a second each."""
    needs = FunctionNeeds(situation(), 4)
    assert needs.batch_records == pytest.approx(524.288)
    assert needs.invocations_per_s == pytest.approx(1000 / 524.288)
    assert needs.most_concurrency == 20


def test_a_batch_is_closed_at_its_age() -> None:
    """One event in 10 s and shard: its opener and what comes in 30 s, four events."""
    needs = FunctionNeeds(situation(workload(events_per_hour=1440)), 4)
    assert needs.batch_records == pytest.approx(4)
    assert needs.batch_period_s == pytest.approx(40)


def test_the_time_of_a_batch_is_its_processor_and_its_waves_of_calls() -> None:
    """A whole processor; 200 events: 10 ms + 2 ms, and 200/25 calls, 8 at once, of 20 ms."""
    made = workload(events_per_hour=720_000, event_bytes=1000)
    small = {"batchSizeMb": 0.2, "batchIntervalS": 1}
    needs = FunctionNeeds(situation(made, transform={"memoryMb": 1769}, delivery=small), 1)
    assert needs.batch_events == pytest.approx(201)
    assert needs.duration_s == pytest.approx(0.010 + 201 * 10e-6 + 201 / 200 * 0.020)
    assert needs.concurrency == pytest.approx(needs.invocations_per_s * needs.duration_s)
    assert needs.gb_s == pytest.approx(needs.invocations * needs.duration_s * 1769 / 1024)


def test_half_a_processor_takes_twice_as_long() -> None:
    half, whole = (
        FunctionNeeds(replace(situation(transform={"memoryMb": each}), has_claims=False), 4)
        for each in (884, 1768)
    )
    assert half.duration_s == pytest.approx(2 * whole.duration_s, rel=0.001)


def test_copies_are_read_in_a_wave_more() -> None:
    without = FunctionNeeds(situation(), 4).duration_s
    with_copies = FunctionNeeds(situation(workload(duplicates=0.1)), 4).duration_s
    assert with_copies - without == pytest.approx(0.020)


def test_an_answer_holds_rows_in_base64() -> None:
    """524 records: an entry of 240 bytes and 1,000 bytes of row in 334 groups of four."""
    needs = FunctionNeeds(situation(), 4)
    assert needs.answer_bytes == 524 * (240 + 4 * 334)


# --- DynamoDB -----------------------------------------------------------------------------------


def test_each_event_is_a_write_and_each_copy_a_read_too() -> None:
    needs = ClaimsNeeds(situation(workload(duplicates=0.2)), 1)
    assert (needs.writes_per_s, needs.peak_writes_per_s) == (1000, 2000)
    assert needs.reads_per_s == pytest.approx(200)
    assert needs.write_units == 1000 * MONTH_S
    assert needs.refused_write_units == pytest.approx(200 * MONTH_S)


def test_claims_stay_for_their_days_and_the_two_until_they_are_deleted() -> None:
    needs = ClaimsNeeds(situation(workload(duplicates=0.2)), 1)
    assert needs.items == pytest.approx(800 * 16 * 86_400)
    assert needs.stored_gb == pytest.approx(needs.items * (claim_item_bytes() + 100) / 2**30)


def test_a_claim_is_far_below_a_write_unit() -> None:
    """Names of 10, 5, 10, 10, 10, 10 and 15 characters; id, owner, name of 20, 3 numbers, a bit."""
    names = len("event_uuidownerevent_namecreated_atclaimed_atexpires_atis_unregistered")
    owner = len("shardId-000000000000:49615332175504399275388999519764255559777264071916650498:0#0")
    assert claim_item_bytes() == names + 36 + owner + 20 + 22 + 1


def test_autoscaling_keeps_70_percent_in_use_within_its_bounds() -> None:
    """700 writes a second at 70 % are 1,000 units; the bounds cut it."""
    made = workload(events_per_hour=700 * 3600)
    free = situation(made, claims=provisioned(1, 5000))
    assert ClaimsNeeds(free, 1).write_capacity == pytest.approx(1000)
    assert ClaimsNeeds(free, 1).write_unit_hours == pytest.approx(730_000)
    tight = situation(made, claims=provisioned(1, 800))
    assert ClaimsNeeds(tight, 1).write_capacity == 800
    idle = situation(made, claims=provisioned(3000, 4000))
    assert ClaimsNeeds(idle, 1).write_capacity == 3000


@pytest.mark.parametrize(
    ("peak", "minutes"), [(4000, 0), (4001, 30), (8000, 30), (8001, 60), (556_000, 240)]
)
def test_a_new_table_doubles_every_half_hour(peak: float, minutes: int) -> None:
    assert warm_up_s(peak) == minutes * 60


# --- Firehose -----------------------------------------------------------------------------------


def delivery(of: Workload | None = None, **values: object) -> DeliveryNeeds:
    made = situation(of, **values)
    return DeliveryNeeds(made, FunctionNeeds(made, 4))


def test_a_partition_is_written_when_it_is_old() -> None:
    """Ten types of 100 rows a second: 30,001 rows each 300.01 s, of 500 bytes in Parquet."""
    needs = delivery()
    assert needs.rows_per_object == pytest.approx(30_001)
    assert needs.objects_per_hour == pytest.approx(10 * 3600 / 300.01)
    assert needs.object_bytes == pytest.approx(30_000 * 500)


def test_a_partition_is_written_when_it_is_full() -> None:
    """64 MiB of 1,000 bytes are 67,109 rows: 67 s at 1,000 rows a second of one type."""
    needs = delivery(workload(type_shares=(1.0,)), delivery={"bufferSizeMb": 64})
    assert needs.rows_per_object == pytest.approx(67_108.864)


def test_few_late_events_are_many_small_files() -> None:
    """0.1 % late over 7 days and ten types: 70 partitions of 1/70 row a second, 5.3 rows each."""
    needs = delivery(workload(late=0.001))
    rate = 1 / 70
    assert needs.late_objects_per_hour == pytest.approx(70 * 3600 * rate / (1 + 300 * rate))
    assert needs.late_objects_per_hour > 5 * (needs.objects_per_hour - needs.late_objects_per_hour)


def test_open_partitions_are_bounded_by_types_and_periods() -> None:
    """Nine days can be open for each type: seven late, today, and tomorrow."""
    needs = delivery(workload(late=0.5))
    assert needs.most_partitions == 90
    assert needs.open_partitions == pytest.approx(80, rel=0.01)
    assert needs.peak_open_partitions == pytest.approx(90, rel=0.001)


@pytest.mark.parametrize(
    ("granularity", "periods"),
    [(Granularity.MONTH, 1), (Granularity.DAY, 7), (Granularity.HOUR, 168)],
)
def test_late_events_spread_over_earlier_periods(granularity: Granularity, periods: int) -> None:
    assert late_periods(granularity, 7) == periods


def test_firehose_bills_a_record_by_5_kilobytes() -> None:
    needs = delivery()
    assert needs.ingested_gb == pytest.approx(1000 * MONTH_S * 5120 / 2**30)
    assert needs.unrounded_gb == pytest.approx(1000 * MONTH_S * 1000 / 2**30)
    packed = delivery(workload(events_per_record=5))
    assert packed.ingested_gb == pytest.approx(200 * MONTH_S * 5120 / 2**30)


def test_an_event_waits_for_its_batch_and_half_its_buffer() -> None:
    """Half of a read's 0.5 s, half of a batch's 2.1 s, the function, and half of 300 s."""
    function = FunctionNeeds(situation(), 4)
    needs = delivery()
    batch_s = function.batch_period_s
    assert batch_s == pytest.approx(524.288 / 250)
    assert needs.delay_s == pytest.approx(0.25 + batch_s / 2 + function.duration_s + 150, abs=0.01)
    assert needs.worst_delay_s == pytest.approx(0.5 + batch_s + function.duration_s + 450)


def test_a_file_is_a_footer_and_its_rows() -> None:
    made = situation(workload(), Assumptions())
    assert object_bytes(1, made) == 36_186
    assert object_bytes(101, made) == 36_186 + 100 * 390


# --- S3, Athena, Glue, CloudWatch ---------------------------------------------------------------


def test_the_lake_grows_and_raw_records_stay_for_their_days() -> None:
    needs = delivery()
    lake = LakeNeeds(replace(situation(), kept_months=6), needs)
    month_gb = needs.objects_per_hour * needs.object_bytes * 730 / 2**30
    assert lake.events_gb == pytest.approx(6 * month_gb)
    assert lake.raw_gb == pytest.approx(1000 * 1000 * 0.27 * 30 * 86_400 / 2**30)
    assert lake.partitions == pytest.approx(10 * 6 * 730 / 24)


def test_a_query_is_billed_10_mb_at_least() -> None:
    made = workload(events_per_hour=10)
    tiny = LakeNeeds(situation(made), delivery(made))
    assert [each.billed_bytes for each in tiny.questions] == [10_000_000] * 3


def test_a_query_of_one_column_reads_a_tenth_of_the_rows_of_its_type() -> None:
    """8.64 million rows a day of one type of ten, 500 bytes each, a tenth of it."""
    needs = LakeNeeds(situation(), delivery())
    assert needs.questions[0].read_bytes == pytest.approx(8_640_000 * 500 * 0.1)
    assert needs.questions[1].read_bytes == pytest.approx(30 * 3 * 8_640_000 * 500 * 0.1)
    assert needs.questions[2].read_bytes == pytest.approx(86_400_000 * 500)


def test_without_a_crawler_nothing_is_crawled() -> None:
    needs = Needs(situation(catalog={"hasCrawler": False})).lake
    assert (needs.crawls, needs.crawl_dpu_hours, needs.crawl_list_requests) == (0, 0, 0)


def test_custom_metrics_are_seven_and_one_a_reason_and_a_type_where_asked() -> None:
    assert Needs(situation()).watch.metrics == 7 + 15
    asked = situation(watch={"hasTypeMetrics": True})
    assert Needs(asked).watch.metrics == 7 + 10 + 15


def test_a_small_batch_logs_few_types_and_a_large_one_all() -> None:
    assert types_in_batch(workload(), 1) == pytest.approx(10 * (1 - 2.718281828**-0.1))
    assert types_in_batch(workload(), 10_000) == pytest.approx(10)


def test_without_claims_copies_become_rows() -> None:
    made = situation(workload(duplicates=0.5))
    with_claims = Needs(made)
    without = Needs(replace(made, has_claims=False))
    assert without.claims is None
    assert without.delivery.partitioned_gb == pytest.approx(2 * with_claims.delivery.partitioned_gb)


def test_every_assumption_tells_where_it_comes_from() -> None:
    rows = listed(Assumptions(claim_call_ms=5))
    assert [name for name, _, _ in rows] == [each.name for each in fields(Assumptions)]
    assert {name for name, _, origin in rows if origin.startswith("measured: python -m ")} == {
        "row_extra_bytes",
        "parquet_file_bytes",
        "parquet_row_share",
        "raw_share",
        "batch_log_bytes",
        "type_log_bytes",
        "transform_us",
        "claim_us",
        "page_call_us",
        "page_claim_us",
        "id_share",
    }
    assert ("shard_utilization", 0.7, "Firelake's choice") in rows
    assert ("page_call_ms", 10.0, "assumed, not measured on AWS") in rows
    assert ("claim_call_ms", 5.0, "given") in rows
    assert ("claim_us", 58.0, "measured: python -m bench.bench_claims") in rows
