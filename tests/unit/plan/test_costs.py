"""The bill: tiers, lines that add up, and that more never costs less."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.operations.errors import InputError
from firelake.plan.assumptions import Assumptions
from firelake.plan.plan import make_plan
from firelake.plan.prices import Basis, load_prices
from firelake.plan.workload import zipf_shares
from tests.unit.plan.situations import provisioned, situation, workload

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.plan.workload import Workload

MONTH_S = 730 * 3600

# --- prices -------------------------------------------------------------------------------------


def test_a_price_holds_up_to_its_tiers_amount() -> None:
    """512,000 GB at 2.9 cents, the next 1,536,000 at 2.5, and 2.0 from there on."""
    price = load_prices()["firehose.ingested_gb"]
    assert price.cost(0) == 0
    assert price.cost(1000) == pytest.approx(29)
    assert price.cost(512_000) == pytest.approx(14_848)
    assert price.cost(3_000_000) == pytest.approx(14_848 + 38_400 + 19_040)


def test_every_price_has_its_page_at_aws_and_tells_how_it_came_here() -> None:
    for price in load_prices().by_key.values():
        assert price.page.startswith("https://aws.amazon.com/")
        assert price.page.endswith("/pricing/") or "/pricing/" in price.page
        if price.basis is Basis.SECOND_HAND:
            assert price.read_in


def test_prices_tell_their_age() -> None:
    prices = load_prices()
    assert prices.region == "us-east-1"
    assert prices.age_days(date(2026, 12, 2)) == 10


HEAD = 'region = "eu-west-1"\nas_of = 2026-01-01\n[s3]\npage = "https://example.com/"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "cannot be read"),
        ("as_of = 2026-01-01", "must say region and as_of"),
        ('region = "x"\nas_of = "today"', "must say region and as_of"),
        ('region = "x"\nas_of = 2026-01-01\ns3 = 1', "prices of s3: expected a table"),
        ('region = "x"\nas_of = 2026-01-01\n[s3]', "page must say where"),
        (f"{HEAD}gb = 1", "price s3.gb: expected a table"),
        (f"{HEAD}gb = {{ price = 1 }}", "basis must be one of"),
        (f'{HEAD}gb = {{ price = -1, basis = "price_list" }}', "tiers must rise"),
        (f'{HEAD}gb = {{ tiers = [[5, 1]], basis = "price_list" }}', "end with"),
        (f'{HEAD}gb = {{ tiers = [[5, 1], [3, 1], [0, 1]], basis = "price_list" }}', "rise"),
        (f'{HEAD}gb = {{ tiers = [1], basis = "price_list" }}', "tiers must rise"),
        (f'{HEAD}gb = {{ basis = "price_list" }}', "or give price alone"),
    ],
    ids=[
        "no TOML",
        "no region",
        "no date",
        "service no table",
        "no page",
        "no table",
        "no basis",
        "negative",
        "no last tier",
        "falling tiers",
        "tier no pair",
        "no price",
    ],
)
def test_a_file_that_is_none_of_prices_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        load_prices(path)


def test_a_price_that_is_missing_is_named() -> None:
    prices = load_prices()
    some = {key: each for key, each in prices.by_key.items() if key != "kms.key_month"}
    with pytest.raises(InputError, match=r"no 'kms.key_month': add it, as in prices.toml"):
        make_plan(replace(situation(), prices=replace(prices, by_key=some)))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_prices(tmp_path / "none.toml")


# --- the bill -----------------------------------------------------------------------------------


def dollars(service: str, dimension: str, **values: object) -> float:
    lines = make_plan(situation(workload(duplicates=0.1), **values)).costs
    (line,) = (each for each in lines if (each.service, each.dimension) == (service, dimension))
    return line.dollars


def test_kinesis_on_demand() -> None:
    gb = 1000 * MONTH_S * 1024 / 2**30
    assert dollars("Kinesis", "stream") == pytest.approx(730 * 0.04)
    assert dollars("Kinesis", "data in") == pytest.approx(gb * 0.08)
    assert dollars("Kinesis", "data out") == pytest.approx(gb * 0.04)
    assert dollars("Kinesis", "kept beyond a day") == pytest.approx(gb / 730 * 48 * 0.10)


def test_kinesis_provisioned() -> None:
    stream = {"mode": "provisioned", "shardCount": 3}
    assert dollars("Kinesis", "shards", stream=stream) == pytest.approx(3 * 730 * 0.015)
    put_units = 1000 * MONTH_S / 1e6
    assert dollars("Kinesis", "PUT units", stream=stream) == pytest.approx(put_units * 0.014)
    kept = dollars("Kinesis", "kept beyond a day", stream=stream)
    assert kept == pytest.approx(3 * 730 * 0.02)


def test_a_provisioned_stream_of_one_day_keeps_nothing_beyond_it() -> None:
    stream = {"mode": "provisioned", "shardCount": 3, "retentionHours": 24}
    lines = make_plan(situation(stream=stream)).costs
    assert "kept beyond a day" not in {each.dimension for each in lines}


def test_firehose_is_billed_by_rounded_records_and_by_rows_and_objects() -> None:
    gb = 1000 * MONTH_S * 5120 / 2**30
    assert dollars("Firehose", "ingested") == pytest.approx(gb * 0.029)
    assert dollars("Firehose", "converted to Parquet") == pytest.approx(gb * 0.018)
    rows_gb = 900 * MONTH_S * 1000 / 2**30
    assert dollars("Firehose", "dynamic partitioning, data") == pytest.approx(rows_gb * 0.02)
    objects = 10 * MONTH_S / (27_001 / 90)
    billed = dollars("Firehose", "dynamic partitioning, objects")
    assert billed == pytest.approx(objects / 1000 * 0.005)


def test_a_refused_write_costs_what_a_write_costs() -> None:
    assert dollars("DynamoDB", "claims written") == pytest.approx(900 * MONTH_S / 1e6 * 0.625)
    refused = dollars("DynamoDB", "refused writes of copies")
    assert refused == pytest.approx(100 * MONTH_S / 1e6 * 0.625)
    assert dollars("DynamoDB", "claims of copies read") == pytest.approx(
        100 * MONTH_S / 1e6 * 0.125
    )


def test_provisioned_claims_cost_their_capacity() -> None:
    claims = provisioned(100, 9000)
    write = dollars("DynamoDB", "write capacity", claims=claims)
    assert write == pytest.approx(1000 / 0.7 * 730 * 0.00065)
    read = dollars("DynamoDB", "read capacity", claims=claims)
    assert read == pytest.approx(100 / 0.7 * 730 * 0.00013)


def test_backups_of_the_claims_cost_where_there_are_any() -> None:
    kept = dollars("DynamoDB", "claims kept")
    backups = dollars("DynamoDB", "point-in-time recovery", claims={"hasPointInTimeRecovery": True})
    assert backups == pytest.approx(kept * 0.20 / 0.25)


def test_lambda_is_billed_by_its_architecture() -> None:
    arm = dollars("Lambda", "memory by time")
    x86 = dollars("Lambda", "memory by time", transform={"architecture": "x86_64"})
    assert x86 / arm == pytest.approx(0.0000166667 / 0.0000133334)


def test_278_000_claims_a_second_cost_hundreds_of_thousands_a_month_on_demand() -> None:
    """277,778 writes a second are 730 thousand millions a month, at 62.5 cents a million."""
    plan = make_plan(situation(workload(events_per_hour=1e9), Assumptions()))
    assert plan.by_service()["DynamoDB"] > 456_000
    claimed = [each.dollars for each in plan.costs if each.dimension == "claims written"]
    assert claimed == [pytest.approx(456_250, rel=1e-6)]


# --- properties ---------------------------------------------------------------------------------

WORKLOADS = st.builds(
    workload,
    events_per_hour=st.floats(1, 1e9),
    event_bytes=st.floats(50, 20_000),
    type_shares=st.builds(zipf_shares, st.integers(1, 40), st.floats(0, 2)),
    peak_ratio=st.floats(1, 10),
    duplicates=st.floats(0, 0.5),
    late=st.floats(0, 0.5),
    events_per_record=st.floats(1, 40),
)
STREAMS = st.sampled_from(
    [{}, {"mode": "provisioned", "shardCount": 20_000}, {"retentionHours": 200}]
)
CLAIMS = st.sampled_from(
    [
        {},
        provisioned(5, 1_000_000),
    ]
)


@given(WORKLOADS, STREAMS, CLAIMS, st.floats(1, 10), st.booleans())
def test_more_events_never_cost_less(
    of: Workload, stream: object, claims: object, factor: float, has_claims: bool
) -> None:
    made = replace(
        situation(of, Assumptions(), stream=stream, claims=claims), has_claims=has_claims
    )
    once, more = make_plan(made), make_plan(made.times(factor))
    for line, other in zip(once.costs, more.costs, strict=True):
        assert line.dollars <= other.dollars * (1 + 1e-9), line.dimension
    assert once.dollars <= more.dollars * (1 + 1e-9)


@given(WORKLOADS)
def test_costs_add_up_and_none_is_below_zero(of: Workload) -> None:
    plan = make_plan(situation(of, Assumptions()))
    assert all(line.dollars >= 0 and line.quantity >= 0 for line in plan.costs)
    assert sum(plan.by_service().values()) == pytest.approx(plan.dollars)


@given(WORKLOADS, STREAMS)
def test_packing_never_makes_kinesis_or_firehose_dearer(of: Workload, stream: object) -> None:
    packed, single = (
        make_plan(situation(each, Assumptions(), stream=stream)).costs
        for each in (of, replace(of, events_per_record=1.0))
    )
    for line, other in zip(packed, single, strict=True):
        if line.service in {"Kinesis", "Firehose"}:
            assert line.dollars <= other.dollars * (1 + 1e-9), line.dimension
