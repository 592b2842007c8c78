"""Tests of what is refused before anything is made: values that do not go together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from firelake.contract.events import Event, EventContract
from firelake.contract.layout import Granularity
from firelake.infra.config import (
    CatalogConfig,
    ClaimsConfig,
    DeliveryConfig,
    LakeConfig,
    StreamConfig,
)
from firelake.infra.config_setting import CapacityMode
from firelake.infra.errors import ConfigError
from firelake.infra.naming import Names
from firelake.infra.rules import check
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from firelake.infra.errors import ConfigProblem

TODAY = date(2026, 11, 22)
CONFIG = LakeConfig(start_date=date(2026, 11, 1))
NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")
CONTRACT = LEARNING

ON_DEMAND, PROVISIONED = CapacityMode.ON_DEMAND, CapacityMode.PROVISIONED


def problems(
    config: LakeConfig, *, names: Names = NAMES, contract: EventContract = CONTRACT
) -> list[ConfigProblem]:
    try:
        check(config, names, contract, today=TODAY)
    except ConfigError as error:
        return list(error.problems)
    return []


def texts(config: LakeConfig, *, contract: EventContract = CONTRACT) -> list[str]:
    return [str(problem) for problem in problems(config, contract=contract)]


def with_event_types(count: int) -> EventContract:
    """A contract with so many event types, `unregistered` not among them."""
    names = [f"type{number:03d}" for number in range(count)]
    events = {name: Event(f"{name}:done", (), (), "Done.") for name in names}
    return EventContract(1, {}, {each.name: each for each in events.values()}, tuple(names))


def test_the_defaults_pass() -> None:
    assert problems(CONFIG) == []


@pytest.mark.parametrize(
    ("lateness", "retention_hours", "least"),
    [(7, 72, 12), (7, 24, 10), (7, 25, 11), (1, 24, 4), (14, 168, 23)],
    ids=["default", "one day kept", "an hour more kept", "least", "two weeks late"],
)
def test_claims_live_as_long_as_a_copy_can_be_accepted(
    lateness: int, retention_hours: int, least: int
) -> None:
    config = replace(
        CONFIG,
        lateness_days=lateness,
        stream=StreamConfig(retention_hours=retention_hours),
        dedupe_days=least,
    )
    assert problems(config) == []
    (problem,) = problems(replace(config, dedupe_days=least - 1))
    assert (problem.key, problem.value) == ("dedupeDays", str(least - 1))
    assert problem.rule.startswith(f"must be at least {least}: {lateness} (latenessDays) + 1 ")


def test_the_reason_for_the_dedupe_window_is_told() -> None:
    assert texts(replace(CONFIG, dedupe_days=11)) == [
        (
            "dedupeDays: 11: must be at least 12: 7 (latenessDays) + 1 (clock skew) + 3"
            " (stream.retentionHours in days) + 1 (delivery), or a copy could be accepted after the"
            " claim of its event has gone"
        )
    ]


def test_the_table_begins_before_the_oldest_event_that_is_accepted() -> None:
    assert problems(replace(CONFIG, start_date=date(2026, 11, 14))) == []
    assert texts(replace(CONFIG, start_date=date(2026, 11, 15))) == [
        (
            "startDate: 2026-11-15: must be 2026-11-14 or earlier: today less latenessDays and one"
            " day, or Athena would not find the oldest events that are accepted"
        )
    ]


def test_a_stream_on_demand_has_no_shard_count() -> None:
    assert problems(replace(CONFIG, stream=StreamConfig(mode=ON_DEMAND))) == []
    assert texts(replace(CONFIG, stream=StreamConfig(mode=ON_DEMAND, shard_count=4))) == [
        (
            "stream.shardCount: 4: is not expected when stream.mode is on_demand; leave it out"
            " (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html)"
        )
    ]


def test_a_provisioned_stream_has_a_shard_count() -> None:
    assert problems(replace(CONFIG, stream=StreamConfig(mode=PROVISIONED, shard_count=4))) == []
    assert texts(replace(CONFIG, stream=StreamConfig(mode=PROVISIONED))) == [
        (
            "stream.shardCount: (missing): is expected when stream.mode is provisioned; give it"
            " (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html)"
        )
    ]


def provisioned(least_write: int | None = 5, most_read: int | None = 10) -> ClaimsConfig:
    return ClaimsConfig(
        mode=PROVISIONED,
        min_write_units=least_write,
        max_write_units=5,
        min_read_units=10,
        max_read_units=most_read,
    )


def test_a_provisioned_table_has_all_four_units() -> None:
    assert problems(replace(CONFIG, claims=provisioned())) == []
    missing = problems(replace(CONFIG, claims=ClaimsConfig(mode=PROVISIONED)))
    assert [problem.key for problem in missing] == [
        "claims.minWriteUnits",
        "claims.maxWriteUnits",
        "claims.minReadUnits",
        "claims.maxReadUnits",
    ]
    assert texts(replace(CONFIG, claims=provisioned(least_write=None))) == [
        (
            "claims.minWriteUnits: (missing): is expected when claims.mode is provisioned; give it"
            " (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)"
        )
    ]


def test_a_table_on_demand_has_no_units() -> None:
    assert texts(replace(CONFIG, claims=replace(ClaimsConfig(), max_read_units=5))) == [
        (
            "claims.maxReadUnits: 5: is not expected when claims.mode is on_demand; leave it out"
            " (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html)"
        )
    ]


def test_only_what_is_on_demand_can_be_warmed() -> None:
    warm = ClaimsConfig(warm_write_units=20_000, warm_read_units=12_000)
    stream = StreamConfig(warm_throughput_mib_s=50)
    assert problems(replace(CONFIG, claims=warm, stream=stream)) == []
    refused = texts(
        replace(
            CONFIG,
            claims=replace(provisioned(), warm_write_units=20_000, warm_read_units=12_000),
            stream=StreamConfig(mode=PROVISIONED, shard_count=4, warm_throughput_mib_s=50),
        )
    )
    assert [each.partition("; leave it out")[0] for each in refused] == [
        "stream.warmThroughputMibS: 50: is not expected when stream.mode is provisioned",
        "claims.warmWriteUnits: 20000: is not expected when claims.mode is provisioned",
        "claims.warmReadUnits: 12000: is not expected when claims.mode is provisioned",
    ]


def test_lake_formation_grants_only_where_it_decides() -> None:
    arn = "arn:aws:iam::111122223333:role/analyst"
    granted = CatalogConfig(has_lake_formation=True, lake_formation_principals=(arn,))
    assert problems(replace(CONFIG, catalog=granted)) == []
    assert texts(replace(CONFIG, catalog=replace(granted, has_lake_formation=False))) == [
        (
            f"catalog.lakeFormationPrincipals: ['{arn}']: is not expected without"
            " catalog.hasLakeFormation: nothing would be granted"
        )
    ]


def test_the_least_units_are_not_above_the_greatest() -> None:
    assert texts(replace(CONFIG, claims=provisioned(least_write=6, most_read=9))) == [
        "claims.minWriteUnits: 6: must not be above claims.maxWriteUnits, 5",
        "claims.minReadUnits: 10: must not be above claims.maxReadUnits, 9",
    ]


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (DeliveryConfig(batch_size_mb=1), ["delivery.batchSizeMb: 1"]),
        (DeliveryConfig(batch_size_mb=0.99), []),
        (DeliveryConfig(batch_size_mb=0.9999999), ["delivery.batchSizeMb: 1"]),
        (DeliveryConfig(batch_interval_s=60), ["delivery.batchIntervalS: 60"]),
        (DeliveryConfig(batch_interval_s=59), []),
        (DeliveryConfig(batch_interval_s=61), []),
        (DeliveryConfig(transform_retries=3), ["delivery.transformRetries: 3"]),
        (DeliveryConfig(transform_retries=4), []),
        (DeliveryConfig(transform_retries=2), []),
    ],
    ids=[
        "size 1",
        "size below",
        "size written as 1",
        "interval 60",
        "interval below",
        "interval above",
        "3 retries",
        "4 retries",
        "2 retries",
    ],
)
def test_a_default_of_firehose_that_would_show_as_a_change_for_ever_is_refused(
    delivery: DeliveryConfig, expected: list[str]
) -> None:
    found = problems(replace(CONFIG, delivery=delivery))
    assert [f"{problem.key}: {problem.value}" for problem in found] == expected
    assert all("every preview would show a change" in problem.rule for problem in found)


def test_22_types_and_7_days_by_day_are_198_partitions() -> None:
    assert len(CONTRACT.event_types) == 21
    quota = DeliveryConfig(active_partitions_quota=198)
    assert problems(replace(CONFIG, delivery=quota)) == []
    (problem,) = texts(replace(CONFIG, delivery=DeliveryConfig(active_partitions_quota=197)))
    assert problem == (
        "latenessDays: 7: 22 event types (unregistered is one) in 9 periods of one day"
        " (latenessDays, one day of clock skew, and the one in progress) are up to 198 open"
        " partitions, above delivery.activePartitionsQuota 197: Firehose would send what does not"
        " fit to errors/. the largest latenessDays that fits is 6; or have AWS raise the quota, or"
        " set delivery.acceptPartitionOverflow"
        " (https://docs.aws.amazon.com/firehose/latest/dev/limits.html)"
    )


@pytest.mark.parametrize(("types", "partitions"), [(55, 504), (56, 513)], ids=str)
def test_the_largest_lateness_that_fits_is_named(types: int, partitions: int) -> None:
    (problem,) = texts(CONFIG, contract=with_event_types(types))
    assert f"up to {partitions} open partitions" in problem
    assert "the largest latenessDays that fits is 6;" in problem


def test_54_types_and_unregistered_just_fit() -> None:
    assert problems(CONFIG, contract=with_event_types(54)) == []


def test_by_hour_no_lateness_may_fit() -> None:
    config = replace(CONFIG, granularity=Granularity.HOUR)
    (problem,) = texts(config)
    assert "in 193 periods of one hour" in problem
    assert "4246 open partitions" in problem
    assert "no latenessDays fits; take a coarser granularity" in problem


def test_by_month_a_long_lateness_fits() -> None:
    config = replace(CONFIG, granularity=Granularity.MONTH, lateness_days=600, dedupe_days=605)
    config = replace(config, start_date=date(2025, 1, 1))
    assert problems(config) == []  # 22 months: 484
    (problem,) = texts(
        replace(config, lateness_days=700, dedupe_days=705, start_date=date(2024, 1, 1))
    )
    assert "in 25 periods of one month" in problem
    assert "550 open partitions" in problem
    assert "the largest latenessDays that fits is 637" in problem


def test_an_accepted_overflow_passes() -> None:
    delivery = DeliveryConfig(accept_partition_overflow=True)
    config = replace(CONFIG, granularity=Granularity.HOUR, delivery=delivery)
    assert problems(config) == []


def test_values_out_of_their_bounds_are_refused_here_too() -> None:
    config = replace(CONFIG, delivery=DeliveryConfig(buffer_size_mb=63, buffer_interval_s=901))
    assert [problem.key for problem in problems(config)] == [
        "delivery.bufferSizeMb",
        "delivery.bufferIntervalS",
    ]


def test_names_are_checked_too() -> None:
    found = problems(CONFIG, names=replace(NAMES, stack="Dev"))
    assert [problem.key for problem in found] == ["name of project and stack"]


def with_column(name: str) -> EventContract:
    return replace(CONTRACT, fields={"id": replace(CONTRACT.fields["user_id"], own_column=name)})


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (
            with_column("Mixed"),
            ["events.toml, column: Mixed"],
        ),
        (
            with_column("a" * 256),
            [f"events.toml, column: {'a' * 256}"],
        ),
        (
            with_column("a" * 255),
            [],
        ),
        (
            with_column("extras"),
            ["events.toml, column: extras"],
        ),
        (
            with_column("dt"),
            ["events.toml, column: dt"],
        ),
        (
            replace(CONTRACT, events={"a-b": CONTRACT.events["lesson:started"]}),
            ["events.toml, view: event_a-b"],
        ),
        (
            replace(CONTRACT, event_types=("lesson", "a b")),
            ["events.toml, event type: a b"],
        ),
    ],
    ids=[
        "capitals",
        "256 characters",
        "255 characters",
        "a column twice",
        "a partition key",
        "a view to quote",
        "an event type with a space",
    ],
)
def test_names_of_the_contract_that_glue_or_athena_would_not_take_are_refused(
    contract: EventContract, expected: list[str]
) -> None:
    found = problems(CONFIG, contract=contract)
    assert [f"{problem.key}: {problem.value}" for problem in found] == expected


def test_an_event_type_that_makes_a_key_too_long_is_refused() -> None:
    # events/event_type= + type + /dt=yyyy-MM-dd/ is 34 characters and the type.
    longest = replace(CONTRACT, event_types=("x" * 479,))
    assert problems(CONFIG, contract=longest) == []
    (problem,) = problems(CONFIG, contract=replace(CONTRACT, event_types=("x" * 480,)))
    assert problem.key == "Prefix"
    assert problem.rule == (
        "may be 513 characters evaluated: at most 512"
        " (https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html)"
    )


def test_all_problems_are_told_at_once() -> None:
    config = replace(
        CONFIG,
        start_date=TODAY,
        dedupe_days=8,
        stream=StreamConfig(shard_count=1),
        delivery=DeliveryConfig(active_partitions_quota=100, transform_retries=3),
    )
    with pytest.raises(ConfigError) as raised:
        check(config, replace(NAMES, account_id="1"), CONTRACT, today=TODAY)
    assert str(raised.value).startswith("the configuration has 6 problems:\n  account: 1: ")
    assert [problem.key for problem in raised.value.problems] == [
        "account",
        "dedupeDays",
        "startDate",
        "stream.shardCount",
        "delivery.transformRetries",
        "latenessDays",
    ]
