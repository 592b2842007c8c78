"""Settings for a volume: cheapest of their kind, and accepted by the program."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from firelake.contract.layout import Granularity
from firelake.infra.config import LakeConfig
from firelake.infra.config_setting import CapacityMode
from firelake.infra.naming import Names
from firelake.infra.program import program
from firelake.infra.rules import check
from firelake.operations.stack_settings import stack_settings
from firelake.plan.assumptions import Assumptions
from firelake.plan.headroom import headrooms
from firelake.plan.needs import Needs
from firelake.plan.plan import make_plan
from firelake.plan.recommend import recommend, stack_file
from firelake.plan.request import Request, situation_of
from firelake.plan.variants import variants
from tests.helpers.contracts import LEARNING, LEARNING_FILE
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.plan.situations import situation, workload

if TYPE_CHECKING:
    from firelake.plan.situation import Situation

STACKS = Path(__file__).parents[3] / "src" / "firelake" / "plan" / "stacks"
VOLUMES = {"thousandth": 1e3, "million": 1e6, "thousandfold": 1e9}
every_volume = pytest.mark.parametrize(("stack", "volume"), VOLUMES.items(), ids=VOLUMES)


def recommended(volume: float) -> Situation:
    return recommend(
        situation(workload(events_per_hour=volume, event_bytes=700), Assumptions())
    ).situation


def settings_of(stack: str) -> dict[str, object]:
    return {
        key.removeprefix("firelake:"): value
        for key, value in stack_settings(stack, folder=STACKS).items()
        if key.startswith("firelake:")
    }


@every_volume
def test_a_ready_file_is_what_the_command_writes(stack: str, volume: float) -> None:
    made = situation_of(Request(contract=LEARNING_FILE, events_per_hour=volume))
    title = f"For {volume:,.0f} events an hour."
    text = (STACKS / f"Pulumi.{stack}.yaml").read_text("utf-8")
    assert text == stack_file(recommend(made), made.config.start_date, title)


@every_volume
def test_a_ready_file_breaks_no_rule_and_its_partitions_are_under_the_quota(
    stack: str, volume: float
) -> None:
    settings = LakeConfig.parse(settings_of(stack))
    names = Names("firelake", stack, "111122223333", "us-east-1")
    check(settings, names, LEARNING, today=date(2026, 11, 30))
    made = replace(situation(workload(events_per_hour=volume)), config=settings)
    quota = settings.delivery.active_partitions_quota
    assert Needs(made).delivery.most_partitions <= quota == 500


def test_the_program_takes_the_ready_file_of_the_greatest_volume() -> None:
    config: dict[str, object] = yaml.safe_load(
        (STACKS / "Pulumi.thousandfold.yaml").read_text("utf-8")
    )["config"]
    made = run(
        lambda: program(zip_at(Path(__file__)), lambda: date(2026, 11, 30), LEARNING_FILE),
        config,
        stack="thousandfold",
    )
    assert made.only("aws:kinesis/stream:Stream").inputs["shardCount"] == 794
    assert made.only("Table").inputs["billingMode"] == "PROVISIONED"


@every_volume
def test_recommended_settings_break_nothing_but_quotas_and_the_scan_limit(
    stack: str, volume: float
) -> None:
    del stack
    broken = {each.use.name for each in headrooms(recommended(volume)) if each.use.is_broken}
    assert broken <= {
        "claims against a table's default quota",
        "a day of all events in one query, against the scan limit",
    }


@every_volume
def test_recommended_settings_cost_no_more_than_the_defaults(stack: str, volume: float) -> None:
    del stack
    plain = situation(workload(events_per_hour=volume, event_bytes=700), Assumptions())
    assert make_plan(recommended(volume)).dollars < make_plan(plain).dollars


def test_a_small_lake_has_months_and_long_buffers() -> None:
    small = recommended(1e3).config
    assert small.granularity is Granularity.MONTH
    assert (small.delivery.buffer_interval_s, small.transform.memory_mb) == (900, 512)
    assert small.claims.mode is CapacityMode.ON_DEMAND


def test_a_large_lake_has_large_batches_and_a_whole_processor() -> None:
    large = recommended(1e9).config
    assert large.granularity is Granularity.DAY
    assert large.delivery.batch_size_mb == 1.5
    assert large.transform.memory_mb == 1769
    assert large.claims.mode is CapacityMode.PROVISIONED
    assert large.claims.schedule[0].startswith("pages 2s/")
    # A peak of twice the mean, of which autoscaling keeps 70 % in use.
    claims = Needs(recommended(1e9)).claims
    assert claims is not None
    assert large.claims.max_write_units == ceil(2 * claims.writes_per_s / 0.7)
    assert claims.writes_per_s < 0.1 * 1e9 / 3600


def test_claims_are_items_where_pages_would_save_less_than_a_dollar() -> None:
    assert recommended(1e3).config.claims.schedule == ("items",)
    assert recommended(1e4).config.claims.schedule != ("items",)


def test_a_table_that_keeps_claims_for_years_has_the_class_for_it() -> None:
    made = recommend(situation(workload(events_per_hour=1e6), dedupeDays=1500))
    assert made.situation.config.claims.table_class == "STANDARD_INFREQUENT_ACCESS"
    assert "claims.tableClass" in made.reasons
    short = recommend(situation(workload(events_per_hour=1e6)))
    assert short.situation.config.claims.table_class == "STANDARD"


def test_tiny_events_keep_batches_small() -> None:
    """Their rows are three times as long as they are, and an answer ends at 6 MB."""
    tiny = recommend(situation(workload(events_per_hour=1e9, event_bytes=100), Assumptions()))
    assert Needs(tiny.situation).function.answer_bytes <= 0.6 * 6_000_000


def test_more_partitions_than_the_quota_are_asked_for() -> None:
    made = recommend(situation(workload(events_per_hour=1e7), latenessDays=60, dedupeDays=80))
    assert made.situation.config.delivery.active_partitions_quota == 10 * 62
    text = stack_file(made, date(2026, 11, 1), "x")
    assert "activePartitionsQuota: 620" in text
    assert "have AWS raise the quota of 500 first" in text


def test_variants_tell_what_each_change_would_save_best_first() -> None:
    made = make_plan(situation(workload(events_per_hour=1e9), Assumptions()))
    found = variants(made)
    saved = [each.saved for each in found]
    assert saved == sorted(saved, reverse=True)
    assert found[0].name.startswith("no claims")
    assert found[0].saved == pytest.approx(made.by_service()["DynamoDB"], rel=0.02)
    for each in found:
        assert each.plan.dollars == pytest.approx(made.dollars - each.saved)


def test_a_provisioned_stack_is_compared_with_on_demand_and_a_packed_one_not_packed_again() -> None:
    large = recommended(1e9)
    packed = replace(large, workload=replace(large.workload, events_per_record=20.0))
    names = [each.name for each in variants(make_plan(packed))]
    assert "claims.mode on_demand" in names
    assert "stream.mode on_demand" in names
    assert not [name for name in names if "--pack" in name]
