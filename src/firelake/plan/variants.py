"""What other settings would cost: each a whole plan beside the one that was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, inf
from typing import TYPE_CHECKING, Final

from firelake.infra.config import least_dedupe_days
from firelake.infra.config_limits import LONGEST_INTERVAL_S, MOST_SHARDS, MOST_UNITS
from firelake.infra.config_setting import CapacityMode, TableClass
from firelake.plan.claim_pages import suited_pages
from firelake.plan.claims import ClaimsNeeds
from firelake.plan.costs import QUESTIONS_A_MONTH, asking_dollars
from firelake.plan.limits import TABLE_UTILIZATION
from firelake.plan.needs import Needs
from firelake.plan.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.plan.plan import Plan
    from firelake.plan.situation import Situation

# What a producer is taken to send: many do so in practice, and each packs for itself.
_EVENTS_PER_PRODUCER_S: Final = 5000
# Autoscaling's least: half of what the mean takes, so that quiet hours are cheaper.
_LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same workload with something changed.

    Attributes:
        name: What is changed.
        saved: What a month costs less; below 0 where it costs more.
        remark: What it gives up, or what it needs.
    """

    name: str
    plan: Plan
    saved: float
    remark: str


def variants(plan: Plan) -> tuple[Variant, ...]:
    """Returns what could be changed, what saves most first."""
    found: list[Variant] = []
    for name, situation, remark in _changes(plan.situation):
        other = make_plan(situation)
        saved = plan.dollars - other.dollars
        found.append(Variant(name=name, plan=other, saved=saved, remark=remark))
    return tuple(sorted(found, key=lambda each: -each.saved))


def provisioned_claims(situation: Situation) -> Situation:
    """Returns a situation with claims in provisioned mode, whose bounds the peak fits into."""
    workload = situation.workload
    needs = ClaimsNeeds(situation, Needs(situation).stream.shards)
    write_units, read_units = (
        each / TABLE_UTILIZATION for each in (needs.writes_per_s, needs.reads_per_s)
    )
    return situation.with_settings(
        "claims",
        mode=CapacityMode.PROVISIONED,
        min_write_units=_units(write_units * _LEAST_SHARE),
        max_write_units=_units(write_units * workload.peak_ratio),
        min_read_units=_units(read_units * _LEAST_SHARE),
        # A retried batch reads each of its claims: reads must not be the bottleneck then.
        max_read_units=_units(max(read_units * workload.peak_ratio * 4, 50)),
    )


def on_demand_claims(situation: Situation) -> Situation:
    """Returns a situation with claims in on-demand mode."""
    bounds = ("min_write_units", "max_write_units", "min_read_units", "max_read_units")
    return situation.with_settings(
        "claims", mode=CapacityMode.ON_DEMAND, **dict.fromkeys(bounds, None)
    )


def claims_on_pages(situation: Situation) -> Situation:
    """Returns a situation with claims in the layout of pages that suits it, from the start."""
    shards = Needs(situation).stream.shards
    return claims_in(situation, str(suited_pages(situation, shards)))


def claims_in(situation: Situation, layout: str) -> Situation:
    """Returns a situation with claims in a layout, `items` or pages, from the start."""
    made = situation.with_settings("claims", schedule=(layout,))
    # Units are those of the layout.
    is_provisioned = made.config.claims.mode is CapacityMode.PROVISIONED
    return provisioned_claims(made) if is_provisioned else made


def provisioned_stream(situation: Situation) -> Situation:
    """Returns a situation with as many shards as the peak fills to the planned share."""
    shards = min(Needs(situation).stream.planned_shards, MOST_SHARDS)
    return situation.with_settings("stream", mode=CapacityMode.PROVISIONED, shard_count=shards)


def on_demand_stream(situation: Situation) -> Situation:
    """Returns a situation with a stream in on-demand mode."""
    return situation.with_settings("stream", mode=CapacityMode.ON_DEMAND, shard_count=None)


def _changes(situation: Situation) -> Iterator[tuple[str, Situation, str]]:
    config, workload = situation.config, situation.workload
    yield (
        "no claims: events_unique alone leaves copies out",
        replace(situation, has_claims=False),
        "the price of exactness; no setting does it: every reader of events would meet the copies",
    )
    if situation.pages is None:
        paged = claims_on_pages(situation)
        yield (
            f"claims.schedule {paged.config.claims.schedule[-1]}",
            paged,
            "nothing where copies bear one created_at; an id used again is another event",
        )
    else:
        yield (
            "claims.schedule items",
            claims_in(situation, "items"),
            "for producers that stamp a new created_at on a retry",
        )
    other = next(each for each in TableClass if each is not config.claims.table_class)
    yield (
        f"claims.tableClass {other}",
        situation.with_settings("claims", table_class=other),
        "twice in 30 days at most; STANDARD_INFREQUENT_ACCESS where storage is the larger part",
    )
    if config.claims.mode is CapacityMode.ON_DEMAND:
        yield (
            "claims.mode provisioned, with autoscaling",
            provisioned_claims(situation),
            "a peak that comes faster than autoscaling waits in Kinesis",
        )
    else:
        yield (
            "claims.mode on_demand",
            on_demand_claims(situation),
            "takes twice its earlier peak every 30 minutes",
        )
    if config.stream.mode is CapacityMode.ON_DEMAND:
        provisioned = provisioned_stream(situation)
        yield (
            f"stream.mode provisioned, stream.shardCount {provisioned.config.stream.shard_count}",
            provisioned,
            "a peak above the shards waits at the producers",
        )
    else:
        yield (
            "stream.mode on_demand",
            on_demand_stream(situation),
            "grows by itself, to twice its earlier peak",
        )
    if not workload.is_packed:
        producers = ceil(workload.events_per_s / _EVENTS_PER_PRODUCER_S)
        packed = workload.packed_by(producers)
        if packed.is_packed:
            many = "one producer" if producers == 1 else f"{producers:,} producers"
            made = replace(situation, workload=packed)
            yield (
                f"produce --pack: {packed.events_per_record:,.1f} events a record, by {many}",
                # A packed record mixes ids, for which other pages suit.
                claims_on_pages(made) if situation.pages else made,
                "unconfirmed on AWS; more and smaller producers pack less",
            )
    least = least_dedupe_days(config.lateness_days, config.stream.retention_hours)
    if config.dedupe_days > least:
        yield (
            f"dedupeDays {least}, the least for these settings",
            situation.with_settings(dedupe_days=least),
            "nothing: older copies are too late to be accepted",
        )
    if config.catalog.has_crawler:
        yield (
            "catalog.hasCrawler false",
            situation.with_settings("catalog", has_crawler=False),
            "nothing for Athena; Spark, Redshift and the like find no new partitions",
        )
    yield from _history(situation)
    if config.watch.has_type_metrics:
        yield (
            "watch.hasTypeMetrics false",
            situation.with_settings("watch", has_type_metrics=False),
            "counts by event type are asked of Athena, not of CloudWatch",
        )
    if config.delivery.buffer_interval_s < LONGEST_INTERVAL_S:
        yield (
            f"delivery.bufferIntervalS {LONGEST_INTERVAL_S}",
            situation.with_settings("delivery", buffer_interval_s=LONGEST_INTERVAL_S),
            "events are in the lake later, in fewer and larger files",
        )


def with_history(situation: Situation) -> Situation:
    """Returns a situation whose files move into history."""
    return situation.with_settings("catalog", has_history=True)


def paying_questions(situation: Situation) -> float:
    """Returns how often a month each question must be asked for moves to pay for themselves.

    What moves cost in a month, by what each asking of the questions saves: both are the difference
    of a bill with history and one without, where nobody asks and where everybody asks as the bill
    takes it.
    """
    small, moved = make_plan(situation), make_plan(with_history(situation))
    saved = asking_dollars(small.costs) - asking_dollars(moved.costs)
    cost = moved.dollars - small.dollars + saved
    return cost * QUESTIONS_A_MONTH / saved if saved > 0 else inf


def _history(situation: Situation) -> Iterator[tuple[str, Situation, str]]:
    if situation.config.catalog.has_history:
        return
    moved = with_history(situation)
    before, after = (
        max(each.files for each in Needs(asked).lake.questions) for asked in (situation, moved)
    )
    times = paying_questions(situation)
    pays = "never by price alone" if times == inf else f"where each is asked {times:,.0f} times"
    files = f"a question reads {after:,.0f} files for {before:,.0f}, in less time at once"
    yield "catalog.hasHistory true", moved, f"{files}; pays for itself {pays} a month"


def _units(wanted: float) -> int:
    return min(MOST_UNITS, max(1, ceil(wanted)))
