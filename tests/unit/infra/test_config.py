"""Tests of the configuration: defaults, values, and what it refuses with which words."""

from __future__ import annotations

import contextvars
import json
from datetime import date
from typing import TYPE_CHECKING

import pulumi
import pytest
from pulumi.runtime import set_all_config

from firelake.contract.layout import Granularity
from firelake.infra.config import (
    SETTINGS,
    LakeConfig,
    defaults,
    values_of,
)
from firelake.infra.config_catalog import CatalogConfig
from firelake.infra.config_sections import (
    ClaimsConfig,
    DeliveryConfig,
    StreamConfig,
    TransformConfig,
)
from firelake.infra.config_setting import CapacityMode, TableClass, camel_case
from firelake.infra.config_watch import WatchConfig
from firelake.infra.configured_values import read_configured
from firelake.infra.errors import ConfigError
from firelake.infra.rules import bounds_problems
from firelake.infra.target import Architecture
from tests.helpers.configurations import START, parsed, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERYTHING = {
    "startDate": "2026-11-01",
    "granularity": "hour",
    "latenessDays": 2,
    "dedupeDays": 30,
    "isProtected": True,
    "tags": {"owner": "data"},
    "stream": {
        "mode": "provisioned",
        "shardCount": 2,
        "retentionHours": 48,
        "takesPackedRecords": True,
    },
    "claims": {
        "mode": "provisioned",
        "minWriteUnits": 5,
        "maxWriteUnits": 500,
        "minReadUnits": 1,
        "maxReadUnits": 10,
        "hasPointInTimeRecovery": True,
        "tableClass": "STANDARD_INFREQUENT_ACCESS",
        "schedule": ["pages 5s/4", "2026-12-04T06:00Z items"],
    },
    "transform": {
        "pythonVersion": "3.12",
        "architecture": "x86_64",
        "memoryMb": 512,
        "reservedConcurrency": 20,
        "logRetentionDays": 7,
        "callsInFlight": 4,
    },
    "delivery": {
        "bufferSizeMb": 64,
        "bufferIntervalS": 60,
        "batchSizeMb": 0.7,
        "batchIntervalS": 10,
        "transformRetries": 100,
        "activePartitionsQuota": 2000,
        "acceptPartitionOverflow": True,
        "rawExpireDays": 90,
        "errorsExpireDays": 200,
        "oldVersionsExpireDays": 7,
        "rawBufferIntervalS": 60,
    },
    "catalog": {
        "hasCrawler": False,
        "crawlerSchedule": "cron(0 4 ? * MON *)",
        "scanLimitBytes": 1_000_000_000,
        "resultsExpireDays": 3,
    },
    "watch": {
        "alarmEmail": "alarms@example.com",
        "runbookUrl": "https://example.com/runbook.md",
        "noDataMinutes": 15,
        "hasTypeMetrics": True,
    },
}


def test_only_the_start_date_must_be_given() -> None:
    config = LakeConfig.parse(START)
    assert config == LakeConfig(start_date=date(2026, 11, 1))
    assert (config.granularity, config.lateness_days, config.dedupe_days) == ("day", 7, 14)
    assert (config.is_protected, config.tags) == (False, {})
    assert config.stream == StreamConfig(
        mode=CapacityMode.ON_DEMAND, shard_count=None, retention_hours=72
    )
    assert config.claims == ClaimsConfig(
        mode=CapacityMode.ON_DEMAND,
        min_write_units=None,
        max_write_units=None,
        min_read_units=None,
        max_read_units=None,
        has_point_in_time_recovery=False,
        table_class=TableClass.STANDARD,
    )
    assert config.transform == TransformConfig(
        python_version="3.13",
        architecture=Architecture.ARM64,
        memory_mb=1024,
        reserved_concurrency=None,
        log_retention_days=30,
        calls_in_flight=8,
    )
    assert config.delivery == DeliveryConfig(
        buffer_size_mb=128,
        buffer_interval_s=300,
        batch_size_mb=0.5,
        batch_interval_s=30,
        transform_retries=60,
        active_partitions_quota=500,
        accept_partition_overflow=False,
        raw_expire_days=30,
        errors_expire_days=400,
        old_versions_expire_days=14,
        raw_buffer_interval_s=300,
    )
    assert config.catalog == CatalogConfig(
        has_crawler=True,
        crawler_schedule="cron(30 2 * * ? *)",
        scan_limit_bytes=100_000_000_000,
        results_expire_days=14,
    )
    assert config.watch == WatchConfig(
        alarm_email=None,
        runbook_url="docs/runbook.md",
        no_data_minutes=60,
        has_type_metrics=False,
    )


def test_every_key_sets_its_value() -> None:
    assert LakeConfig.parse(EVERYTHING) == LakeConfig(
        start_date=date(2026, 11, 1),
        granularity=Granularity.HOUR,
        lateness_days=2,
        dedupe_days=30,
        is_protected=True,
        tags={"owner": "data"},
        stream=StreamConfig(
            mode=CapacityMode.PROVISIONED,
            shard_count=2,
            retention_hours=48,
            takes_packed_records=True,
        ),
        claims=ClaimsConfig(
            mode=CapacityMode.PROVISIONED,
            min_write_units=5,
            max_write_units=500,
            min_read_units=1,
            max_read_units=10,
            has_point_in_time_recovery=True,
            table_class=TableClass.INFREQUENT_ACCESS,
            schedule=("pages 5s/4", "2026-12-04T06:00Z items"),
        ),
        transform=TransformConfig(
            python_version="3.12",
            architecture=Architecture.X86_64,
            memory_mb=512,
            reserved_concurrency=20,
            log_retention_days=7,
            calls_in_flight=4,
        ),
        delivery=DeliveryConfig(
            buffer_size_mb=64,
            buffer_interval_s=60,
            batch_size_mb=0.7,
            batch_interval_s=10,
            transform_retries=100,
            active_partitions_quota=2000,
            accept_partition_overflow=True,
            raw_expire_days=90,
            errors_expire_days=200,
            old_versions_expire_days=7,
            raw_buffer_interval_s=60,
        ),
        catalog=CatalogConfig(
            has_crawler=False,
            crawler_schedule="cron(0 4 ? * MON *)",
            scan_limit_bytes=1_000_000_000,
            results_expire_days=3,
        ),
        watch=WatchConfig(
            alarm_email="alarms@example.com",
            runbook_url="https://example.com/runbook.md",
            no_data_minutes=15,
            has_type_metrics=True,
        ),
    )


def test_every_key_of_the_table_is_a_field_and_the_reverse() -> None:
    keys = [setting.key for setting in SETTINGS]
    assert sorted(keys) == sorted(values_of(LakeConfig.parse(START)))
    assert len(keys) == len(set(keys)) == 90
    with_default = set(keys) - {"startDate", "tags"}
    assert set(defaults()) == with_default


def test_a_missing_start_date_is_asked_for() -> None:
    with pytest.raises(ConfigError) as raised:
        LakeConfig.parse({})
    assert str(raised.value).startswith(
        "the configuration has 1 problem:\n  startDate: (missing): must be given:"
        " a date yyyy-MM-dd from 1970-01-01 on; "
    )


@pytest.mark.parametrize(
    ("values", "nearest"),
    [
        ({"latenesDays": 7}, "latenesDays: 7: there is no such key; the nearest is latenessDays"),
        (
            {"retentionHours": 7},
            "retentionHours: 7: there is no such key; the nearest is stream.retentionHours",
        ),
        (
            {"stream": {"retentionhours": 7}},
            "stream.retentionhours: 7: there is no such key; the nearest is stream.retentionHours",
        ),
        (
            {"stream": {"latenessDays": 7}},
            "stream.latenessDays: 7: there is no such key; the nearest is latenessDays",
        ),
    ],
    ids=["misspelled", "outside its section", "wrong case", "in another section"],
)
def test_an_unknown_key_is_refused_with_the_nearest(
    values: dict[str, object], nearest: str
) -> None:
    assert refusals(values) == [nearest]


def test_a_section_is_a_map() -> None:
    keys = "hasAlarms, hasDashboard, alarmEmail, runbookUrl, hasTypeMetrics, noDataMinutes"
    assert refusals({"watch": [1]}) == [f"watch: [1]: must be a map of some of these keys: {keys}"]


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        LakeConfig.parse({"latenessDays": 0, "stream": {"mode": "fast", "x": 1}, "isProtected": 1})
    keys = [problem.key for problem in raised.value.problems]
    assert sorted(keys) == ["isProtected", "latenessDays", "startDate", "stream.mode", "stream.x"]
    assert str(raised.value).startswith("the configuration has 5 problems:\n  ")


def test_a_long_value_is_cut_in_the_message() -> None:
    (problem,) = refusals({"granularity": "x" * 200})
    assert problem.startswith(f"granularity: '{'x' * 76}...: must be one of month, day, hour; ")


def test_no_value_is_the_default() -> None:
    assert parsed({"latenessDays": None, "stream": None}) == LakeConfig.parse(START)


@pytest.mark.parametrize(
    ("hours", "days"), [(24, 1), (25, 2), (48, 2), (72, 3), (8760, 365)], ids=str
)
def test_retention_counts_in_whole_days_rounded_up(hours: int, days: int) -> None:
    assert StreamConfig(retention_hours=hours).retention_days == days


def test_a_configuration_made_without_parsing_can_still_be_checked() -> None:
    assert bounds_problems(LakeConfig.parse(EVERYTHING)) == ()
    wrong = LakeConfig(
        start_date=date(1960, 1, 1), lateness_days=0, delivery=DeliveryConfig(buffer_size_mb=5)
    )
    assert [each.key for each in bounds_problems(wrong)] == [
        "startDate",
        "latenessDays",
        "delivery.bufferSizeMb",
    ]


def test_a_field_is_written_in_camel_case() -> None:
    assert [camel_case(name) for name in ("tags", "buffer_interval_s", "memory_mb")] == [
        "tags",
        "bufferIntervalS",
        "memoryMb",
    ]


def as_pulumi_writes(values: Mapping[str, object]) -> dict[str, str]:
    return {
        f"firelake:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }


def read_in_process(values: Mapping[str, str]) -> LakeConfig:
    def run() -> LakeConfig:
        set_all_config(dict(values))
        return read_configured(LakeConfig, pulumi.Config("firelake"))

    return contextvars.Context().run(run)


def test_pulumi_gives_the_same_configuration_in_process() -> None:
    others = {"aws:region": "eu-central-1", "firelakes:latenessDays": "0"}
    assert read_in_process(as_pulumi_writes(EVERYTHING) | others) == LakeConfig.parse(EVERYTHING)


def test_pulumi_gives_the_same_configuration_through_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(as_pulumi_writes(EVERYTHING)))
    config = contextvars.Context().run(read_configured, LakeConfig, pulumi.Config("firelake"))
    assert config == LakeConfig.parse(EVERYTHING)


def test_a_key_that_only_pulumi_knows_is_found() -> None:
    with pytest.raises(ConfigError, match=r"latenesDays: 7: there is no such key"):
        read_in_process(as_pulumi_writes({**START, "latenesDays": 7}))


def test_a_text_that_is_no_number_stays_what_it_is_in_the_message() -> None:
    with pytest.raises(ConfigError, match=r"latenessDays: 'seven': must be a whole number"):
        read_in_process(as_pulumi_writes({**START, "latenessDays": "seven"}))
