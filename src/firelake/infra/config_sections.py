"""The sections of a stack's configuration, a class each, with the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firelake.contract.facts import DEFAULT_CLAIMS_CALLS_IN_FLIGHT, DEFAULT_RETENTION_HOURS
from firelake.infra.config_limits import PARTITION_QUOTA
from firelake.infra.config_setting import CapacityMode, TableClass
from firelake.infra.target import Architecture

# Application Auto Scaling reacts within minutes; the share above the target carries a burst.
CLAIMS_UTILIZATION_PERCENT: Final = 70
_HOURS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamConfig:
    """The Kinesis stream."""

    mode: CapacityMode = CapacityMode.ON_DEMAND
    shard_count: int | None = None
    retention_hours: int = DEFAULT_RETENTION_HOURS
    warm_throughput_mib_s: int | None = None
    producer_accounts: tuple[str, ...] = ()
    takes_packed_records: bool = False

    @property
    def retention_days(self) -> int:
        """The retention in whole days, rounded up."""
        return -(-self.retention_hours // _HOURS_A_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsConfig:
    """The DynamoDB table of the claims."""

    mode: CapacityMode = CapacityMode.ON_DEMAND
    min_write_units: int | None = None
    max_write_units: int | None = None
    min_read_units: int | None = None
    max_read_units: int | None = None
    warm_write_units: int | None = None
    warm_read_units: int | None = None
    has_point_in_time_recovery: bool = False
    table_class: TableClass = TableClass.STANDARD
    schedule: tuple[str, ...] = ("items",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformConfig:
    """The transform function."""

    python_version: str = "3.13"
    architecture: Architecture = Architecture.ARM64
    memory_mb: int = 1024
    reserved_concurrency: int | None = None
    log_retention_days: int = 30
    calls_in_flight: int = DEFAULT_CLAIMS_CALLS_IN_FLIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfig:
    """The Firehose stream."""

    buffer_size_mb: int = 128
    buffer_interval_s: int = 300
    batch_size_mb: float = 0.5
    batch_interval_s: int = 30
    transform_retries: int = 60
    active_partitions_quota: int = PARTITION_QUOTA
    accept_partition_overflow: bool = False
    raw_expire_days: int = 30
    errors_expire_days: int = 400
    old_versions_expire_days: int = 14
    raw_buffer_interval_s: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogConfig:
    """Glue and Athena."""

    has_crawler: bool = True
    crawler_schedule: str = "cron(30 2 * * ? *)"
    scan_limit_bytes: int = 100_000_000_000
    results_expire_days: int = 14
    has_history: bool = False
    history_schedule: str = "cron(15 3 * * ? *)"
    has_lake_formation: bool = False
    lake_formation_principals: tuple[str, ...] = ()

    @property
    def moves_by_itself(self) -> bool:
        """Whether files move into history by a schedule."""
        return self.has_history and self.history_schedule != "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchConfig:
    """Dashboard and alarms."""

    has_alarms: bool = True
    has_dashboard: bool = True
    alarm_email: str | None = None
    runbook_url: str = "docs/runbook.md"
    no_data_minutes: int = 60
    has_type_metrics: bool = False
