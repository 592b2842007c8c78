"""What other settings would cost: each a whole plan beside the one that was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.infra.config import CLOCK_SKEW_DAYS, DELIVERY_DAYS
from firelake.infra.config_setting import CapacityMode
from firelake.plan.limits import TABLE_UTILIZATION
from firelake.plan.plan import Situation, make_plan, needs_of
from firelake.plan.workload import packed_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.infra.config import ClaimsConfig, LakeConfig, StreamConfig
    from firelake.plan.plan import Plan

_LONG_INTERVAL_S: Final = 900
# What a producer is taken to send: many do so in practice, and each packs for itself.
_EVENTS_PER_PRODUCER_S: Final = 5000
# Autoscaling's least: half of what the mean takes, so that quiet hours are cheaper.
_LEAST_SHARE: Final = 0.5
# DynamoDB's greatest capacity that the configuration takes.
_MOST_UNITS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same workload with something changed.

    Attributes:
        name: What is changed.
        plan: The plan with it.
        saved: What a month costs less; below 0 where it costs more.
        remark: What it gives up, or what it needs.
    """

    name: str
    plan: Plan
    saved: float
    remark: str


def variants(plan: Plan) -> tuple[Variant, ...]:
    """List what could be changed, what saves most first.

    Args:
        plan: The plan as it was asked for.
    """
    found: list[Variant] = []
    for name, situation, remark in _changes(plan.situation):
        other = make_plan(situation)
        found.append(
            Variant(name=name, plan=other, saved=plan.dollars - other.dollars, remark=remark)
        )
    return tuple(sorted(found, key=lambda each: -each.saved))


def provisioned_claims(situation: Situation) -> ClaimsConfig:
    """Give the claims in provisioned mode, with bounds for autoscaling that the peak fits into.

    Args:
        situation: Whose writes decide the bounds.
    """
    workload = situation.workload
    copies = workload.duplicates
    write_units = workload.events_per_s / TABLE_UTILIZATION
    return replace(
        situation.config.claims,
        mode=CapacityMode.PROVISIONED,
        min_write_units=_units(write_units * _LEAST_SHARE),
        max_write_units=_units(write_units * workload.peak_ratio),
        min_read_units=_units(write_units * copies * _LEAST_SHARE),
        # A retried batch reads each of its claims: reads must not be the bottleneck then.
        max_read_units=_units(max(write_units * workload.peak_ratio * copies * 4, 50)),
    )


def on_demand_claims(config: LakeConfig) -> ClaimsConfig:
    """Give the claims in on-demand mode."""
    return replace(
        config.claims,
        mode=CapacityMode.ON_DEMAND,
        min_write_units=None,
        max_write_units=None,
        min_read_units=None,
        max_read_units=None,
    )


def provisioned_stream(situation: Situation) -> StreamConfig:
    """Give the stream with as many shards as the peak fills to the planned share.

    Args:
        situation: Whose records decide the number.
    """
    shards = needs_of(situation).stream.planned_shards
    return replace(
        situation.config.stream, mode=CapacityMode.PROVISIONED, shard_count=min(shards, 20_000)
    )


def least_dedupe_days(config: LakeConfig) -> int:
    """Give the shortest time for which claims must live, as `firelake.infra.rules` has it."""
    return config.lateness_days + CLOCK_SKEW_DAYS + config.stream.retention_days + DELIVERY_DAYS


def _changes(situation: Situation) -> Iterator[tuple[str, Situation, str]]:
    config, workload = situation.config, situation.workload
    yield (
        "no claims: events_unique alone leaves copies out",
        replace(situation, has_claims=False),
        "the price of exactness; no setting does it: every reader of events would meet the copies",
    )
    if config.claims.mode is CapacityMode.ON_DEMAND:
        yield (
            "claims.mode provisioned, with autoscaling",
            replace(situation, config=replace(config, claims=provisioned_claims(situation))),
            "a peak that comes faster than autoscaling waits in Kinesis",
        )
    else:
        yield (
            "claims.mode on_demand",
            replace(situation, config=replace(config, claims=on_demand_claims(config))),
            "takes twice its earlier peak every 30 minutes",
        )
    if config.stream.mode is CapacityMode.ON_DEMAND:
        stream = provisioned_stream(situation)
        yield (
            f"stream.mode provisioned, stream.shardCount {stream.shard_count}",
            replace(situation, config=replace(config, stream=stream)),
            "a peak above the shards waits at the producers",
        )
    else:
        stream = replace(config.stream, mode=CapacityMode.ON_DEMAND, shard_count=None)
        yield (
            "stream.mode on_demand",
            replace(situation, config=replace(config, stream=stream)),
            "grows by itself, to twice its earlier peak",
        )
    if not workload.is_packed:
        producers = ceil(workload.events_per_s / _EVENTS_PER_PRODUCER_S)
        packed = packed_events(
            workload.events_per_s, workload.event_bytes, workload.type_shares, producers
        )
        if packed > 1:
            yield (
                f"produce --pack: {packed:,.1f} events a record, by {_many(producers)}",
                replace(situation, workload=replace(workload, events_per_record=packed)),
                "unconfirmed on AWS; more and smaller producers pack less",
            )
    least = least_dedupe_days(config)
    if config.dedupe_days > least:
        yield (
            f"dedupeDays {least}, the least for these settings",
            replace(situation, config=replace(config, dedupe_days=least)),
            "nothing: older copies are too late to be accepted",
        )
    if config.catalog.has_crawler:
        catalog = replace(config.catalog, has_crawler=False)
        yield (
            "catalog.hasCrawler false",
            replace(situation, config=replace(config, catalog=catalog)),
            "nothing for Athena; Spark, Redshift and the like find no new partitions",
        )
    if config.delivery.buffer_interval_s < _LONG_INTERVAL_S:
        delivery = replace(config.delivery, buffer_interval_s=_LONG_INTERVAL_S)
        yield (
            f"delivery.bufferIntervalS {_LONG_INTERVAL_S}",
            replace(situation, config=replace(config, delivery=delivery)),
            "events are in the lake later, in fewer and larger files",
        )


def _many(producers: int) -> str:
    return "one producer" if producers == 1 else f"{producers:,} producers"


def _units(wanted: float) -> int:
    return min(_MOST_UNITS, max(1, ceil(wanted)))
