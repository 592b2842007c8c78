"""What breaks first as volume grows, at which volume, and which setting moves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cache
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLAIMS_DEADLINE_S, MAX_ANSWER_BYTES
from firelake.infra.config_limits import MOST_PARTITIONS
from firelake.infra.config_setting import CapacityMode
from firelake.plan import limits
from firelake.plan.needs import Needs
from firelake.plan.workload import MAX_EVENTS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.plan.situation import Situation


# Volumes are told to a tenth of a percent.
_PRECISION: Final = 1.001
_LEAST_VOLUME: Final = 1e-3


@unique
class Kind(StrEnum):
    """What it takes to pass a limit."""

    START = "grows by itself"
    QUOTA = "AWS raises it on request"
    SETTING = "a setting"
    FIXED = "fixed by AWS"


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit a situation takes."""

    name: str
    used: float
    limit: float
    unit: str

    @property
    def is_broken(self) -> bool:
        """Whether the situation is beyond the limit."""
        return self.used > self.limit

    @property
    def share(self) -> float:
        """How much of the limit is used."""
        return self.used / self.limit


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a limit is passed.

    Attributes:
        remedy: Which setting moves it, or what to ask AWS for.
        page: Where AWS documents it.
    """

    kind: Kind
    remedy: str
    page: str


@dataclass(frozen=True, slots=True)
class Headroom:
    """How far a situation is from a limit.

    Attributes:
        breaks_at: Events per hour at which it is reached; None where volume does not reach it.
    """

    use: Use
    remedy: Remedy
    breaks_at: float | None


def headrooms(situation: Situation) -> tuple[Headroom, ...]:
    """Returns how far a situation is from each limit, in the order in which they break."""
    volume = situation.workload.events_per_hour

    @cache
    def at(factor: float) -> tuple[tuple[Use, Remedy], ...]:
        return tuple(limits_of(situation.times(factor)))

    def headroom(index: int) -> Headroom:
        return Headroom(*at(1.0)[index], _breaks_at(lambda by: at(by)[index][0].is_broken, volume))

    return tuple(sorted(map(headroom, range(len(at(1.0)))), key=_volume))


def limits_of(situation: Situation) -> Iterator[tuple[Use, Remedy]]:
    """Yields the limits that hold in the modes of a situation, whatever its volume."""
    needs = Needs(situation)
    yield from _of_stream(situation, needs)
    yield from _of_function(situation, needs)
    yield from _of_claims(situation, needs)
    yield from _of_delivery(situation, needs)


def _of_stream(situation: Situation, needs: Needs) -> Iterator[tuple[Use, Remedy]]:
    stream, config = needs.stream, situation.config.stream
    is_large = situation.region in limits.LARGE_REGIONS
    page = limits.KINESIS_QUOTAS_PAGE
    if stream.mode is CapacityMode.PROVISIONED:
        yield (
            Use(
                "shards filled at the peak", stream.filled_shards, config.shard_count or 1, "shards"
            ),
            Remedy(
                Kind.SETTING,
                "stream.shardCount; packing, where records and not bytes fill them",
                page,
            ),
        )
        quota = limits.SHARD_QUOTA_LARGE if is_large else limits.SHARD_QUOTA
        yield (
            Use(
                "shards of the account, full to the planned share",
                stream.planned_shards,
                quota,
                "shards",
            ),
            Remedy(Kind.QUOTA, "a higher shard quota; packing", page),
        )
        return
    slowly = "raise the load slowly: it takes twice its earlier peak; or stream.mode provisioned"
    start = limits.ON_DEMAND_START_SHARDS
    yield (
        Use("a new on-demand stream at the peak", stream.filled_shards, start, "shards filled"),
        Remedy(Kind.START, slowly, limits.ON_DEMAND_STREAM_PAGE),
    )
    most = (
        limits.ON_DEMAND_MOST_BYTES_PER_S_LARGE if is_large else limits.ON_DEMAND_MOST_BYTES_PER_S
    )
    name = "bytes into an on-demand stream at the peak"
    yield (
        Use(name, stream.peak_bytes_per_s, most, "bytes/s"),
        Remedy(Kind.QUOTA, "a higher quota; or stream.mode provisioned", page),
    )


def _of_function(situation: Situation, needs: Needs) -> Iterator[tuple[Use, Remedy]]:
    function, config = needs.function, situation.config.transform
    at_once, allowed = function.peak_concurrency, function.allowed_concurrency
    higher = (
        "a higher concurrency quota of the account; transform.memoryMb up to 1769 for shorter ones"
    )
    yield (
        Use("invocations at once at the peak", at_once, allowed, "invocations"),
        Remedy(Kind.QUOTA, higher, limits.LAMBDA_QUOTAS_PAGE)
        if config.reserved_concurrency is None
        else Remedy(Kind.SETTING, "transform.reservedConcurrency", limits.LAMBDA_QUOTAS_PAGE),
    )
    name = "of Firehose's 5 invocations at once a shard, at the peak"
    more = "more shards (stream.shardCount); delivery.batchSizeMb; transform.memoryMb"
    yield (
        Use(name, at_once / function.most_concurrency, 1.0, "of them"),
        Remedy(Kind.SETTING, more, limits.FIREHOSE_QUOTAS_PAGE),
    )
    name = "time of an invocation against the claims' deadline"
    shorter = "a smaller delivery.batchSizeMb; transform.memoryMb; transform.callsInFlight"
    yield (
        Use(name, function.duration_s, CLAIMS_DEADLINE_S, "s"),
        Remedy(Kind.SETTING, shorter, limits.FIREHOSE_TRANSFORM_PAGE),
    )
    yield (
        Use("answer to a full batch", function.answer_bytes, MAX_ANSWER_BYTES, "bytes"),
        Remedy(Kind.FIXED, "a smaller delivery.batchSizeMb", limits.FIREHOSE_TRANSFORM_PAGE),
    )
    yield (
        Use("memory of an invocation", function.memory_mb, config.memory_mb, "MB"),
        Remedy(Kind.SETTING, "transform.memoryMb", limits.LAMBDA_QUOTAS_PAGE),
    )


def _of_claims(situation: Situation, needs: Needs) -> Iterator[tuple[Use, Remedy]]:
    if needs.claims is None:
        return
    claims, writes = situation.config.claims, needs.claims.peak_writes_per_s
    if claims.mode is CapacityMode.ON_DEMAND:
        start = limits.ON_DEMAND_TABLE_START_WRITES_PER_S
        slowly = (
            "raise the load slowly: it takes twice its earlier peak every 30 minutes; or set its"
            " warm throughput"
        )
        yield (
            Use("claims of a new on-demand table at the peak", writes, start, "writes/s"),
            Remedy(Kind.START, slowly, limits.DYNAMODB_WARM_PAGE),
        )
    else:
        name = "claims at the peak against the greatest capacity"
        yield (
            Use(name, writes, claims.max_write_units or 1, "writes/s"),
            Remedy(Kind.SETTING, "claims.maxWriteUnits", limits.DYNAMODB_SCALING_PAGE),
        )
    name = "claims against a table's default quota"
    yield (
        Use(name, writes, limits.TABLE_WRITES_PER_S, "writes/s"),
        Remedy(Kind.QUOTA, "a higher table-level write quota", limits.DYNAMODB_QUOTAS_PAGE),
    )


def _of_delivery(situation: Situation, needs: Needs) -> Iterator[tuple[Use, Remedy]]:
    delivery, quota = needs.delivery, situation.config.delivery.active_partitions_quota
    most, page = delivery.most_partitions, limits.FIREHOSE_QUOTAS_PAGE
    fewer = "fewer latenessDays, a coarser granularity, fewer event types"
    higher = f"{fewer}; or a higher quota and delivery.activePartitionsQuota"
    yield (
        Use("partitions that may be open by the settings", most, quota, "partitions"),
        Remedy(Kind.QUOTA, higher, page),
    )
    yield (
        Use("partitions against the most that AWS gives", most, MOST_PARTITIONS, "partitions"),
        Remedy(Kind.FIXED, fewer, limits.FIREHOSE_PARTITIONS_PAGE),
    )
    sooner = "as above; a shorter delivery.bufferIntervalS closes rare ones sooner"
    yield (
        Use("partitions open at the peak", delivery.peak_open_partitions, quota, "partitions"),
        Remedy(Kind.QUOTA, sooner, page),
    )
    name, busiest = "bytes of the busiest partition at the peak", delivery.partition_bytes_per_s
    spread = "spread the type over more event types: nothing else divides a partition"
    yield (
        Use(name, busiest, limits.PARTITION_BYTES_PER_S, "bytes/s"),
        Remedy(Kind.FIXED, spread, page),
    )
    name = f"partitions of a table after {situation.kept_months:g} months"
    projected = (
        "catalog.hasCrawler false: Athena projects partitions, and needs none registered; a"
        " coarser granularity"
    )
    yield (
        Use(name, needs.lake.partitions, limits.GLUE_TABLE_PARTITIONS, "partitions"),
        Remedy(Kind.QUOTA, projected, limits.GLUE_QUOTAS_PAGE),
    )
    name, scan = (
        "a day of all events in one query, against the scan limit",
        needs.lake.questions[-1],
    )
    named = "catalog.scanLimitBytes; name event types and columns in the query"
    yield (
        Use(name, scan.read_bytes, situation.config.catalog.scan_limit_bytes, "bytes"),
        Remedy(Kind.SETTING, named, limits.ATHENA_SCAN_PAGE),
    )


def _volume(headroom: Headroom) -> float:
    """Returns where a limit breaks; what no volume reaches is broken at every one, or never."""
    if headroom.breaks_at is None:
        return 0.0 if headroom.use.is_broken else float("inf")
    return headroom.breaks_at


def _breaks_at(is_broken: Callable[[float], bool], volume: float) -> float | None:
    """Returns where a limit is reached: found by doubling or halving, then by bisection.

    Args:
        is_broken: Whether it is at so many times the volume.
        volume: Events per hour.
    """
    factor = following = 1.0
    while is_broken(following) is is_broken(1.0):
        factor = following
        following = factor / 2 if is_broken(1.0) else factor * 2
        if not _LEAST_VOLUME <= volume * following <= MAX_EVENTS_PER_HOUR:
            return None
    low, high = sorted((factor, following))
    while high / low > _PRECISION:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if is_broken(middle) else (middle, high)
    return volume * low
