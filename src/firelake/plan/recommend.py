"""Settings for a workload, as a stack's file with the reason beside each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import MAX_ANSWER_BYTES
from firelake.contract.layout import Granularity
from firelake.infra.config import LakeConfig, defaults, values_of
from firelake.infra.config_limits import LONGEST_INTERVAL_S, MOST_PARTITIONS, PARTITION_QUOTA
from firelake.infra.config_sections import CLAIMS_UTILIZATION_PERCENT
from firelake.infra.config_setting import TableClass
from firelake.plan import limits
from firelake.plan.headroom import Kind, headrooms
from firelake.plan.needs import Needs
from firelake.plan.plan import make_plan
from firelake.plan.units import HOURS_A_MONTH
from firelake.plan.variants import (
    claims_in,
    claims_on_pages,
    on_demand_claims,
    on_demand_stream,
    provisioned_claims,
    provisioned_stream,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from firelake.plan.situation import Situation

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
    rows = Needs(situation).delivery.rows_per_object
    if rows >= _FEW_ROWS:
        return situation
    longest = dict.fromkeys(("buffer_interval_s", "raw_buffer_interval_s"), LONGEST_INTERVAL_S)
    slower = situation.with_settings("delivery", **longest)
    reasons["delivery.bufferIntervalS"] = (
        f"{Needs(slower).delivery.rows_per_object:,.0f} rows a file instead of {rows:,.0f}, for"
        " events that are in the lake later"
    )
    return slower


def _memory(situation: Situation, reasons: dict[str, str]) -> Situation:
    function = Needs(situation).function
    if function.peak_concurrency > 1:
        memory_mb = limits.MEMORY_MB_PER_CPU
        why = "a whole processor: batches take less time for the same price"
    elif function.peak_invocations_per_s < 1:
        memory_mb, why = _SMALL_MEMORY_MB, "few batches, for which nobody waits"
    else:
        return situation
    reasons["transform.memoryMb"] = why
    return situation.with_settings("transform", memory_mb=memory_mb)


def _batches(situation: Situation, reasons: dict[str, str]) -> Situation:
    best = situation
    if Needs(situation).function.invocations_per_s < _MANY_INVOCATIONS_PER_S:
        return best
    for size_mb in _BATCH_SIZES_MB:
        tried = situation.with_settings("delivery", batch_size_mb=size_mb)
        needs = Needs(tried).function
        if needs.answer_bytes <= _ANSWER_SHARE * MAX_ANSWER_BYTES:
            best = tried
            reasons["delivery.batchSizeMb"] = (
                f"{needs.invocations_per_s:,.0f} batches a second; an answer of"
                f" {needs.answer_bytes / 1e6:.1f} MB, of which 6 MB are allowed"
            )
    return best


def _stream(situation: Situation, reasons: dict[str, str]) -> Situation:
    reasons["stream.shardCount"] = (
        f"{Needs(situation).stream.filled_shards:,.2f} shards full at a peak of"
        f" {situation.workload.peak_ratio:g} times the mean, and room above it"
    )
    ways = provisioned_stream(situation), on_demand_stream(situation)
    return _cheaper("Kinesis", "stream.mode", ways, reasons)


def _layout(situation: Situation, reasons: dict[str, str]) -> Situation:
    paged, items = claims_on_pages(situation), claims_in(situation, "items")
    # A page takes more calls where events come late, which is the function's time.
    dollars = [_dollars(each, "DynamoDB", "Lambda") for each in (paged, items)]
    if dollars[1] - dollars[0] < LEAST_SAVED:
        return items
    reasons["claims.schedule"] = (
        f"DynamoDB and Lambda ${dollars[0]:,.0f} a month, with items ${dollars[1]:,.0f}; a living"
        " stack adds it with a time"
    )
    return paged


def _table_class(situation: Situation, reasons: dict[str, str]) -> Situation:
    made = [situation.with_settings("claims", table_class=each) for each in TableClass]
    dollars = [_dollars(each, "DynamoDB") for each in made]
    reasons["claims.tableClass"] = (
        f"DynamoDB ${min(dollars):,.0f} a month instead of ${max(dollars):,.0f}: more of it is"
        " storage than writes"
    )
    return made[dollars.index(min(dollars))]


def _claims(situation: Situation, reasons: dict[str, str]) -> Situation:
    reasons["claims.maxWriteUnits"] = (
        f"the peak at {CLAIMS_UTILIZATION_PERCENT} % use, autoscaling's target"
    )
    ways = provisioned_claims(situation), on_demand_claims(situation)
    return _cheaper("DynamoDB", "claims.mode", ways, reasons)


def _cheaper(
    service: str, path: str, ways: tuple[Situation, Situation], reasons: dict[str, str]
) -> Situation:
    """Returns the provisioned one where its service costs less, else the one on demand."""
    provisioned, on_demand = (_dollars(each, service) for each in ways)
    reasons[path] = (
        f"{service} ${provisioned:,.0f} a month provisioned, ${on_demand:,.0f} on demand"
    )
    return ways[0] if provisioned < on_demand else ways[1]


def _partitions(situation: Situation, reasons: dict[str, str]) -> Situation:
    most = Needs(situation).delivery.most_partitions
    if not situation.config.delivery.active_partitions_quota < most <= MOST_PARTITIONS:
        return situation
    reasons["delivery.activePartitionsQuota"] = (
        f"{most} partitions may be open: have AWS raise the quota of {PARTITION_QUOTA} first"
    )
    return situation.with_settings("delivery", active_partitions_quota=most)


def _dollars(situation: Situation, *services: str) -> float:
    by_service = make_plan(situation).by_service()
    return sum(by_service[each] for each in services)
