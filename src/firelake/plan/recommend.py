"""Settings for a workload, as a stack's file with the reason beside each."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import MAX_ANSWER_BYTES
from firelake.contract.layout import Granularity
from firelake.infra.config import LakeConfig, defaults, values_of
from firelake.infra.config_limits import LONGEST_INTERVAL_S, MOST_PARTITIONS, PARTITION_QUOTA
from firelake.infra.config_sections import CLAIMS_UTILIZATION_PERCENT
from firelake.infra.config_setting import TableClass
from firelake.plan import limits
from firelake.plan.headroom import Kind, headrooms
from firelake.plan.plan import Situation, make_plan, needs_of
from firelake.plan.units import HOURS_A_MONTH
from firelake.plan.variants import (
    claims_as_items,
    claims_on_pages,
    on_demand_claims,
    on_demand_stream,
    provisioned_claims,
    provisioned_stream,
    with_table_class,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_BATCH_SIZES_MB: Final = (0.5, 0.75, 1.5, 2.0, 2.5, 3.0)
# A batch may hold smaller events than the mean, which grow more: so much of the answer is planned.
_ANSWER_SHARE: Final = 0.6
# Fewer batches only matter where there are many.
_MANY_INVOCATIONS_PER_S: Final = 20
_FEW_ROWS: Final = 1000
_FEW_ROWS_A_MONTH: Final = 1_000_000
_SMALL_MEMORY_MB: Final = 512
# Dollars a month for which another layout than the plainest is worth its schedule.
LEAST_SAVED: Final = 1.0


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The workload with settings, and why each is so by the path of its key."""

    situation: Situation
    reasons: dict[str, str]


def recommend(situation: Situation) -> Recommendation:
    """Returns settings for a workload; what is not about volume stays as it is."""
    reasons: dict[str, str] = {}
    for step in (
        _granularity,
        _buffers,
        _memory,
        _batches,
        _stream,
        _layout,
        _claims,
        _table_class,
        _partitions,
    ):
        situation = step(situation, reasons)
    return Recommendation(situation, reasons)


def stack_file(recommendation: Recommendation, start: date, title: str) -> str:
    """Returns the text of a `Pulumi.<stack>.yaml` with the settings that are no defaults.

    Args:
        recommendation: The settings and their reasons.
        start: First day of the lake.
        title: What the file is for, one line.
    """
    situation = recommendation.situation
    lines = [
        f"# {title}",
        "# Made by `firelake plan --stack-file`. Every key is described in docs/configuration.md.",
        *_to_do_first(situation),
        "config:",
        f"  aws:region: {situation.region}",
        f'  firelake:startDate: "{start.isoformat()}"',
    ]
    sections: dict[str, list[str]] = {}
    for path, value in _changed(situation.config):
        section, _, name = path.rpartition(".")
        indent = "    " if section else "  firelake:"
        reason = recommendation.reasons.get(path)
        entry = f"{indent}{name}: {_yaml(value)}"
        listed = sections.setdefault(section, [])
        if reason:
            listed.append(f"{'    ' if section else '  '}# {reason}")
        listed.append(entry)
    lines += sections.pop("", [])
    for section, entries in sections.items():
        lines += [f"  firelake:{section}:", *entries]
    return "\n".join(lines) + "\n"


def _to_do_first(situation: Situation) -> Iterator[str]:
    """Yields what no setting does: quotas to have raised, and what must be led to the volume."""
    for each in headrooms(situation):
        use, way = each.use, each.remedy
        if use.is_broken and way.kind in {Kind.QUOTA, Kind.START}:
            shown = f"{use.used:,.0f} of {use.limit:,.0f} {use.unit}"
            yield f"# Before the load comes: {use.name}: {shown};"
            yield f"#   {way.remedy}."


def _changed(config: LakeConfig) -> Iterator[tuple[str, object]]:
    given = defaults()
    # A boundary is of one stack, and the file may be for another.
    left_out = {"startDate", "tags", "permissionsBoundary"}
    for path, value in values_of(config).items():
        if path not in left_out and value is not None and value != given.get(path):
            yield path, value


def _yaml(value: object) -> str:
    if isinstance(value, tuple):
        return json.dumps(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _granularity(situation: Situation, reasons: dict[str, str]) -> Situation:
    rows_a_month = situation.workload.events_per_hour * HOURS_A_MONTH
    is_small = rows_a_month <= _FEW_ROWS_A_MONTH
    chosen = Granularity.MONTH if is_small else Granularity.DAY
    reasons["granularity"] = (
        f"{rows_a_month:,.0f} events a month: a day of them is too little for partitions of its own"
    )
    return situation.with_settings(granularity=chosen)


def _buffers(situation: Situation, reasons: dict[str, str]) -> Situation:
    needs = needs_of(situation)
    if needs.delivery.rows_per_object >= _FEW_ROWS:
        return situation
    delivery = replace(
        situation.config.delivery,
        buffer_interval_s=LONGEST_INTERVAL_S,
        raw_buffer_interval_s=LONGEST_INTERVAL_S,
    )
    slower = situation.with_settings(delivery=delivery)
    reasons["delivery.bufferIntervalS"] = (
        f"{needs_of(slower).delivery.rows_per_object:,.0f} rows a file instead of"
        f" {needs.delivery.rows_per_object:,.0f}, for events that are in the lake later"
    )
    return slower


def _memory(situation: Situation, reasons: dict[str, str]) -> Situation:
    needs = needs_of(situation)
    transform = situation.config.transform
    if needs.function.peak_concurrency > 1:
        memory_mb = limits.MEMORY_MB_PER_CPU
        why = "a whole processor: batches take less time for the same price"
    elif needs.function.peak_invocations_per_s < 1:
        memory_mb, why = _SMALL_MEMORY_MB, "few batches, for which nobody waits"
    else:
        return situation
    reasons["transform.memoryMb"] = why
    return situation.with_settings(transform=replace(transform, memory_mb=memory_mb))


def _batches(situation: Situation, reasons: dict[str, str]) -> Situation:
    if needs_of(situation).function.invocations_per_s < _MANY_INVOCATIONS_PER_S:
        return situation
    best = situation
    for size_mb in _BATCH_SIZES_MB:
        delivery = replace(situation.config.delivery, batch_size_mb=size_mb)
        tried = situation.with_settings(delivery=delivery)
        needs = needs_of(tried).function
        if needs.answer_bytes <= _ANSWER_SHARE * MAX_ANSWER_BYTES:
            best = tried
            reasons["delivery.batchSizeMb"] = (
                f"{needs.invocations_per_s:,.0f} batches a second; an answer of"
                f" {needs.answer_bytes / 1e6:.1f} MB, of which 6 MB are allowed"
            )
    return best


def _stream(situation: Situation, reasons: dict[str, str]) -> Situation:
    provisioned, on_demand = provisioned_stream(situation), on_demand_stream(situation)
    costs = [_dollars(each, "Kinesis") for each in (provisioned, on_demand)]
    if costs[0] >= costs[1]:
        return on_demand
    reasons["stream.mode"] = (
        f"Kinesis ${costs[0]:,.0f} a month provisioned, ${costs[1]:,.0f} on demand"
    )
    reasons["stream.shardCount"] = (
        f"{needs_of(provisioned).stream.filled_shards:,.2f} shards full at a peak of"
        f" {situation.workload.peak_ratio:g} times the mean, and room above it"
    )
    return provisioned


def _layout(situation: Situation, reasons: dict[str, str]) -> Situation:
    paged, items = claims_on_pages(situation), claims_as_items(situation)
    # A page takes more calls where events come late, which is the function's time.
    costs = [_dollars(each, "DynamoDB") + _dollars(each, "Lambda") for each in (paged, items)]
    if costs[1] - costs[0] < LEAST_SAVED:
        return items
    reasons["claims.schedule"] = (
        f"DynamoDB and Lambda ${costs[0]:,.0f} a month, with items ${costs[1]:,.0f}; a living stack"
        " adds it with a time"
    )
    return paged


def _table_class(situation: Situation, reasons: dict[str, str]) -> Situation:
    classes = {each: with_table_class(situation, each) for each in TableClass}
    costs = {each: _dollars(made, "DynamoDB") for each, made in classes.items()}
    best = min(costs, key=lambda each: costs[each])
    reasons["claims.tableClass"] = (
        f"DynamoDB ${costs[best]:,.0f} a month instead of ${max(costs.values()):,.0f}: more of it"
        " is storage than writes"
    )
    return classes[best]


def _claims(situation: Situation, reasons: dict[str, str]) -> Situation:
    provisioned, on_demand = provisioned_claims(situation), on_demand_claims(situation)
    costs = [_dollars(each, "DynamoDB") for each in (provisioned, on_demand)]
    if costs[0] >= costs[1]:
        return on_demand
    reasons["claims.mode"] = (
        f"DynamoDB ${costs[0]:,.0f} a month provisioned, ${costs[1]:,.0f} on demand"
    )
    reasons["claims.maxWriteUnits"] = (
        f"the peak at {CLAIMS_UTILIZATION_PERCENT} % use, autoscaling's target"
    )
    return provisioned


def _partitions(situation: Situation, reasons: dict[str, str]) -> Situation:
    most = needs_of(situation).delivery.most_partitions
    delivery = situation.config.delivery
    if most <= delivery.active_partitions_quota or most > MOST_PARTITIONS:
        return situation
    reasons["delivery.activePartitionsQuota"] = (
        f"{most} partitions may be open: have AWS raise the quota of {PARTITION_QUOTA} first"
    )
    return situation.with_settings(delivery=replace(delivery, active_partitions_quota=most))


def _dollars(situation: Situation, service: str) -> float:
    return make_plan(situation).by_service()[service]
