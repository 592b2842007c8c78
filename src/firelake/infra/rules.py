"""What AWS or Firelake's promise would refuse, refused before anything is made."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import pulumi

from firelake.contract.claim_schedule import Schedule
from firelake.contract.errors import ScheduleError
from firelake.contract.facts import CLOCK_SKEW_DAYS
from firelake.contract.layout import EVENTS_FIREHOSE_PREFIX, EVENTS_PREFIX
from firelake.contract.names import (
    DT,
    EVENT_TYPE,
    EXTRAS,
    LEADING_COLUMNS,
    PARTITION_KEYS,
    UNREGISTERED,
    view_name,
)
from firelake.infra.config import DELIVERY_DAYS, LakeConfig, least_dedupe_days, values_of
from firelake.infra.config_reader import value_problems
from firelake.infra.config_setting import CapacityMode
from firelake.infra.errors import ConfigError, ConfigProblem
from firelake.infra.existing_rules import existing_problems
from firelake.infra.name_rules import name_problems
from firelake.infra.partitions import longest_fitting_lateness_days, open_periods, partition_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from firelake.contract.events import EventContract
    from firelake.infra.config_catalog import CatalogConfig
    from firelake.infra.config_sections import ClaimsConfig, DeliveryConfig, StreamConfig
    from firelake.infra.config_watch import WatchConfig
    from firelake.infra.naming import Names

_FIREHOSE_GUIDE: Final = "https://docs.aws.amazon.com/firehose/latest/dev"
_STREAM_MODE: Final = (
    "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html"
)
_TABLE_MODE: Final = (
    "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html"
)
_ATHENA_NAMES: Final = (
    "https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html"
)
_MAX_EVALUATED_PREFIX: Final = 512
_ATHENA_NAME: Final = re.compile("[a-z][a-z0-9_]{0,254}")
_EVENT_TYPE: Final = re.compile("[a-z0-9_]+")

# Firehose's own defaults of processor parameters: the provider keeps none of them in its state and
# would show them as a change in every preview.
_FIREHOSE_DEFAULTS: Final = {"batchSizeMb": "1", "batchIntervalS": "60", "transformRetries": "3"}


def check(config: LakeConfig, names: Names, contract: EventContract, *, today: date) -> None:
    """Check everything that can be known before a resource is made.

    Args:
        config: The stack's configuration.
        names: The stack's names.
        contract: The event contract.
        today: The day of the deployment, UTC.

    Raises:
        ConfigError: Rules are broken; the error lists all of them, each with whose rule it is.
    """
    problems = (
        *bounds_problems(config),
        *name_problems(names),
        *existing_problems(config, names),
        *_windows(config, today),
        *_stream(config.stream),
        *_claims(config.claims),
        *_delivery(config.delivery),
        *_lake_formation(config.catalog),
        *_watch(config.watch),
        *_prefixes(config, contract),
        *_contract_names(contract),
        *_open_partitions(config, contract),
    )
    if problems:
        raise ConfigError(problems)


def bounds_problems(config: LakeConfig) -> tuple[ConfigProblem, ...]:
    """List the values that `LakeConfig.parse` would refuse, of a configuration made without it.

    Args:
        config: The configuration. Outputs of other resources are left out.
    """
    known = dict[str, object]()
    for key, value in values_of(config).items():
        if isinstance(value, list | tuple):
            members = cast("Sequence[object]", value)
            known[key] = [each for each in members if not isinstance(each, pulumi.Output)]
        elif value is not None and not isinstance(value, pulumi.Output):
            known[key] = value
    return value_problems(LakeConfig, known)


def _windows(config: LakeConfig, today: date) -> Iterator[ConfigProblem]:
    lateness, retention = config.lateness_days, config.stream.retention_days
    least = least_dedupe_days(lateness, config.stream.retention_hours)
    if config.dedupe_days < least:
        rule = (
            f"must be at least {least}: {lateness} (latenessDays) + {CLOCK_SKEW_DAYS} (clock skew)"
            f" + {retention} (stream.retentionHours in days) + {DELIVERY_DAYS} (delivery), or a"
            " copy could be accepted after the claim of its event has gone"
        )
        yield ConfigProblem("dedupeDays", str(config.dedupe_days), rule)
    latest = today - timedelta(days=lateness + 1)
    if config.start_date > latest:
        rule = (
            f"must be {latest} or earlier: today less latenessDays and one day, or Athena would"
            " not find the oldest events that are accepted"
        )
        yield ConfigProblem("startDate", str(config.start_date), rule)


def _stream(stream: StreamConfig) -> Iterator[ConfigProblem]:
    shards, warm = {"shardCount": stream.shard_count}, stream.warm_throughput_mib_s
    yield from _capacity("stream", stream.mode, _STREAM_MODE, shards, {"warmThroughputMibS": warm})


def _capacity(
    section: str,
    mode: CapacityMode,
    page: str,
    units: Mapping[str, int | None],
    warm: Mapping[str, int | None],
) -> Iterator[ConfigProblem]:
    """Yields what does not go with a mode: units are of provisioned capacity, warm is on demand."""
    is_provisioned = mode is CapacityMode.PROVISIONED
    for key, value in units.items():
        if is_provisioned and value is None:
            rule = f"is expected when {section}.mode is {mode}; give it ({page})"
            yield ConfigProblem(f"{section}.{key}", "(missing)", rule)
    unexpected = warm if is_provisioned else units
    for key, value in unexpected.items():
        if value is not None:
            rule = f"is not expected when {section}.mode is {mode}; leave it out ({page})"
            yield ConfigProblem(f"{section}.{key}", str(value), rule)


def _claims(claims: ClaimsConfig) -> Iterator[ConfigProblem]:
    units = {
        "minWriteUnits": claims.min_write_units,
        "maxWriteUnits": claims.max_write_units,
        "minReadUnits": claims.min_read_units,
        "maxReadUnits": claims.max_read_units,
    }
    warm = {"warmWriteUnits": claims.warm_write_units, "warmReadUnits": claims.warm_read_units}
    yield from _capacity("claims", claims.mode, _TABLE_MODE, units, warm)
    try:
        Schedule.parse(claims.schedule)
    except ScheduleError as error:
        yield ConfigProblem("claims.schedule", str(list(claims.schedule)), str(error))
    for direction in ("Write", "Read"):
        least, most = units[f"min{direction}Units"], units[f"max{direction}Units"]
        if least is not None and most is not None and least > most:
            rule = f"must not be above claims.max{direction}Units, {most}"
            yield ConfigProblem(f"claims.min{direction}Units", str(least), rule)


def _delivery(delivery: DeliveryConfig) -> Iterator[ConfigProblem]:
    # As the program writes them, so that 0.9999999 counts as the 1 that it becomes.
    values = {
        "batchSizeMb": f"{delivery.batch_size_mb:g}",
        "batchIntervalS": str(delivery.batch_interval_s),
        "transformRetries": str(delivery.transform_retries),
    }
    for key, default in _FIREHOSE_DEFAULTS.items():
        if values[key] == default:
            rule = (
                "is Firehose's own default, which Pulumi's provider does not keep: every preview"
                " would show a change; take another value"
                f" ({_FIREHOSE_GUIDE}/data-transformation.html)"
            )
            yield ConfigProblem(f"delivery.{key}", values[key], rule)


def _lake_formation(catalog: CatalogConfig) -> Iterator[ConfigProblem]:
    principals = catalog.lake_formation_principals
    if principals and not catalog.has_lake_formation:
        rule = "is not expected without catalog.hasLakeFormation: nothing would be granted"
        yield ConfigProblem("catalog.lakeFormationPrincipals", str(list(principals)), rule)


def _watch(watch: WatchConfig) -> Iterator[ConfigProblem]:
    if watch.alarm_email is not None and not watch.has_alarms:
        rule = "is not expected without watch.hasAlarms: nothing would be sent"
        yield ConfigProblem("watch.alarmEmail", watch.alarm_email, rule)


def _prefixes(config: LakeConfig, contract: EventContract) -> Iterator[ConfigProblem]:
    """Yields the one rule for prefixes that hangs on the contract: how long they become."""
    longest = max((*contract.event_types, UNREGISTERED), key=len)
    folder = config.existing.bucket_folder or ""
    length = len(
        f"{folder}{EVENTS_PREFIX}{EVENT_TYPE}={longest}/{DT}={config.granularity.pattern}/"
    )
    if length > _MAX_EVALUATED_PREFIX:
        rule = (
            f"may be {length} characters evaluated: at most {_MAX_EVALUATED_PREFIX}"
            f" ({_FIREHOSE_GUIDE}/s3-prefixes.html)"
        )
        yield ConfigProblem("Prefix", EVENTS_FIREHOSE_PREFIX, rule)


def _contract_names(contract: EventContract) -> Iterator[ConfigProblem]:
    columns = (*LEADING_COLUMNS, *contract.by_column, EXTRAS)
    named = [("column", name) for name in columns]
    named += [("view", view_name(name)) for name in contract.events]
    for what, name in named:
        if _ATHENA_NAME.fullmatch(name) is None:
            rule = (
                "must be at most 255 of a-z, 0-9 and _, a letter first, as Athena wants any other"
                f" name quoted or refuses it ({_ATHENA_NAMES})"
            )
            yield ConfigProblem(f"events.toml, {what}", name, rule)
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield ConfigProblem("events.toml, column", name, "stands twice in the table `events`")
    for name in sorted(set(PARTITION_KEYS).intersection(columns)):
        rule = f"is a partition key, which must not be a column too ({_ATHENA_NAMES})"
        yield ConfigProblem("events.toml, column", name, rule)
    for name in contract.event_types:
        if _EVENT_TYPE.fullmatch(name) is None:
            rule = "must be of a-z, 0-9 and _, as it is a part of keys in S3"
            yield ConfigProblem("events.toml, event type", name, rule)


def _open_partitions(config: LakeConfig, contract: EventContract) -> Iterator[ConfigProblem]:
    quota = config.delivery.active_partitions_quota
    types = partition_types(contract)
    periods = open_periods(config.granularity, config.lateness_days)
    if types * periods <= quota or config.delivery.accept_partition_overflow:
        return
    fitting = longest_fitting_lateness_days(config.granularity, types, quota, config.lateness_days)
    advice = (
        "no latenessDays fits; take a coarser granularity"
        if fitting is None
        else f"the largest latenessDays that fits is {fitting}"
    )
    rule = (
        f"{types} event types ({UNREGISTERED} is one) in {periods} periods of one"
        f" {config.granularity} (latenessDays, one day of clock skew, and the one in progress) are"
        f" up to {types * periods} open partitions, above delivery.activePartitionsQuota {quota}:"
        f" Firehose would send what does not fit to errors/. {advice}; or have AWS raise the quota,"
        f" or set delivery.acceptPartitionOverflow ({_FIREHOSE_GUIDE}/limits.html)"
    )
    yield ConfigProblem("latenessDays", str(config.lateness_days), rule)
