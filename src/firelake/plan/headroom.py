"""What breaks first as volume grows, at which volume, and which setting moves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLAIMS_DEADLINE_S, MAX_ANSWER_BYTES
from firelake.infra.config_limits import MOST_PARTITIONS
from firelake.infra.config_setting import CapacityMode
from firelake.plan import limits
from firelake.plan.plan import Situation, needs_of
from firelake.plan.workload import MAX_EVENTS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.plan.costs import Needs

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit and what counts against it.

    Attributes:
        kind: What it takes to pass it.
        remedy: Which setting moves it, or what to ask AWS for.
        page: Where AWS documents it.
        use: What a situation's needs count against it.
    """

    name: str
    most: float
    unit: str
    kind: Kind
    remedy: str
    page: str
    use: Callable[[Needs], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """How far a situation is from a limit.

    Attributes:
        used: What counts against it now.
        breaks_at: Events per hour at which it is reached; None where volume does not reach it.
    """

    limit: Limit
    used: float
    breaks_at: float | None

    @property
    def is_broken(self) -> bool:
        """Whether the situation is beyond the limit."""
        return self.used > self.limit.most

    @property
    def share(self) -> float:
        """How much of the limit is used."""
        return self.used / self.limit.most


def headrooms(situation: Situation) -> tuple[Headroom, ...]:
    """Returns how far a situation is from each limit, what breaks first first."""
    now = needs_of(situation)
    found = [
        Headroom(limit=each, used=each.use(now), breaks_at=_breaks_at(each, situation, now))
        for each in _limits(situation)
    ]
    return tuple(sorted(found, key=_volume))


def _limits(situation: Situation) -> Iterator[Limit]:
    """Yields the limits that hold in the modes of a situation."""
    yield from _of_stream(situation)
    yield from _of_function(situation)
    if situation.has_claims:
        yield from _of_claims(situation)
    yield from _of_delivery(situation)


def _of_stream(situation: Situation) -> Iterator[Limit]:
    stream = situation.config.stream
    is_large = situation.region in limits.LARGE_REGIONS
    if stream.mode is CapacityMode.PROVISIONED:
        yield Limit(
            name="shards filled at the peak",
            most=stream.shard_count or 1,
            unit="shards",
            kind=Kind.SETTING,
            remedy="stream.shardCount; packing, where records and not bytes fill them",
            page=limits.KINESIS_QUOTAS_PAGE,
            use=lambda needs: needs.stream.filled_shards,
        )
        yield Limit(
            name="shards of the account, full to the planned share",
            most=limits.SHARD_QUOTA_LARGE if is_large else limits.SHARD_QUOTA,
            unit="shards",
            kind=Kind.QUOTA,
            remedy="a higher shard quota; packing",
            page=limits.KINESIS_QUOTAS_PAGE,
            use=lambda needs: needs.stream.planned_shards,
        )
        return
    yield Limit(
        name="a new on-demand stream at the peak",
        most=limits.ON_DEMAND_START_SHARDS,
        unit="shards filled",
        kind=Kind.START,
        remedy="raise the load slowly: it takes twice its earlier peak; or stream.mode provisioned",
        page=limits.ON_DEMAND_STREAM_PAGE,
        use=lambda needs: needs.stream.filled_shards,
    )
    most = (
        limits.ON_DEMAND_MOST_BYTES_PER_S_LARGE if is_large else limits.ON_DEMAND_MOST_BYTES_PER_S
    )
    yield Limit(
        name="bytes into an on-demand stream at the peak",
        most=most,
        unit="bytes/s",
        kind=Kind.QUOTA,
        remedy="a higher quota; or stream.mode provisioned",
        page=limits.KINESIS_QUOTAS_PAGE,
        use=lambda needs: needs.stream.peak_bytes_per_s,
    )


def _of_function(situation: Situation) -> Iterator[Limit]:
    transform = situation.config.transform
    reserved = transform.reserved_concurrency
    yield Limit(
        name="invocations at once at the peak",
        most=needs_of(situation).function.allowed_concurrency,
        unit="invocations",
        kind=Kind.QUOTA if reserved is None else Kind.SETTING,
        remedy="a higher concurrency quota of the account; transform.memoryMb up to 1769 for"
        " shorter ones"
        if reserved is None
        else "transform.reservedConcurrency",
        page=limits.LAMBDA_QUOTAS_PAGE,
        use=lambda needs: needs.function.peak_concurrency,
    )
    yield Limit(
        name="of Firehose's 5 invocations at once a shard, at the peak",
        most=1.0,
        unit="of them",
        kind=Kind.SETTING,
        remedy="more shards (stream.shardCount); delivery.batchSizeMb; transform.memoryMb",
        page=limits.FIREHOSE_QUOTAS_PAGE,
        use=lambda needs: needs.function.peak_concurrency / needs.function.most_concurrency,
    )
    yield Limit(
        name="time of an invocation against the claims' deadline",
        most=CLAIMS_DEADLINE_S,
        unit="s",
        kind=Kind.SETTING,
        remedy="a smaller delivery.batchSizeMb; transform.memoryMb; transform.callsInFlight",
        page=limits.FIREHOSE_TRANSFORM_PAGE,
        use=lambda needs: needs.function.duration_s,
    )
    yield Limit(
        name="answer to a full batch",
        most=MAX_ANSWER_BYTES,
        unit="bytes",
        kind=Kind.FIXED,
        remedy="a smaller delivery.batchSizeMb",
        page=limits.FIREHOSE_TRANSFORM_PAGE,
        use=lambda needs: needs.function.answer_bytes,
    )
    yield Limit(
        name="memory of an invocation",
        most=transform.memory_mb,
        unit="MB",
        kind=Kind.SETTING,
        remedy="transform.memoryMb",
        page=limits.LAMBDA_QUOTAS_PAGE,
        use=lambda needs: needs.function.memory_mb,
    )


def _of_claims(situation: Situation) -> Iterator[Limit]:
    claims = situation.config.claims
    if claims.mode is CapacityMode.ON_DEMAND:
        yield Limit(
            name="claims of a new on-demand table at the peak",
            most=limits.ON_DEMAND_TABLE_START_WRITES_PER_S,
            unit="writes/s",
            kind=Kind.START,
            remedy="raise the load slowly: it takes twice its earlier peak every 30 minutes; or set"
            " its warm throughput",
            page=limits.DYNAMODB_WARM_PAGE,
            use=_claim_writes,
        )
    else:
        yield Limit(
            name="claims at the peak against the greatest capacity",
            most=claims.max_write_units or 1,
            unit="writes/s",
            kind=Kind.SETTING,
            remedy="claims.maxWriteUnits",
            page=limits.DYNAMODB_SCALING_PAGE,
            use=_claim_writes,
        )
    yield Limit(
        name="claims against a table's default quota",
        most=limits.TABLE_WRITES_PER_S,
        unit="writes/s",
        kind=Kind.QUOTA,
        remedy="a higher table-level write quota",
        page=limits.DYNAMODB_QUOTAS_PAGE,
        use=_claim_writes,
    )


def _of_delivery(situation: Situation) -> Iterator[Limit]:
    quota = situation.config.delivery.active_partitions_quota
    yield Limit(
        name="partitions that may be open by the settings",
        most=quota,
        unit="partitions",
        kind=Kind.QUOTA,
        remedy="fewer latenessDays, a coarser granularity, fewer event types; or a higher quota and"
        " delivery.activePartitionsQuota",
        page=limits.FIREHOSE_QUOTAS_PAGE,
        use=lambda needs: needs.delivery.most_partitions,
    )
    yield Limit(
        name="partitions against the most that AWS gives",
        most=MOST_PARTITIONS,
        unit="partitions",
        kind=Kind.FIXED,
        remedy="fewer latenessDays, a coarser granularity, fewer event types",
        page=limits.FIREHOSE_PARTITIONS_PAGE,
        use=lambda needs: needs.delivery.most_partitions,
    )
    yield Limit(
        name="partitions open at the peak",
        most=quota,
        unit="partitions",
        kind=Kind.QUOTA,
        remedy="as above; a shorter delivery.bufferIntervalS closes rare ones sooner",
        page=limits.FIREHOSE_QUOTAS_PAGE,
        use=lambda needs: needs.delivery.peak_open_partitions,
    )
    yield Limit(
        name="bytes of the busiest partition at the peak",
        most=limits.PARTITION_BYTES_PER_S,
        unit="bytes/s",
        kind=Kind.FIXED,
        remedy="spread the type over more event types: nothing else divides a partition",
        page=limits.FIREHOSE_QUOTAS_PAGE,
        use=lambda needs: needs.delivery.partition_bytes_per_s,
    )
    yield Limit(
        name=f"partitions of a table after {situation.kept_months:g} months",
        most=limits.GLUE_TABLE_PARTITIONS,
        unit="partitions",
        kind=Kind.QUOTA,
        remedy="catalog.hasCrawler false: Athena projects partitions, and needs none registered; a"
        " coarser granularity",
        page=limits.GLUE_QUOTAS_PAGE,
        use=lambda needs: needs.lake.partitions,
    )
    yield Limit(
        name="a day of all events in one query, against the scan limit",
        most=situation.config.catalog.scan_limit_bytes,
        unit="bytes",
        kind=Kind.SETTING,
        remedy="catalog.scanLimitBytes; name event types and columns in the query",
        page=limits.ATHENA_SCAN_PAGE,
        use=lambda needs: needs.lake.questions[-1].read_bytes,
    )


def _volume(headroom: Headroom) -> float:
    """Returns where a limit breaks; what no volume reaches is broken at every one, or never."""
    if headroom.breaks_at is None:
        return 0.0 if headroom.is_broken else float("inf")
    return headroom.breaks_at


def _claim_writes(needs: Needs) -> float:
    return 0.0 if needs.claims is None else needs.claims.peak_writes_per_s


def _breaks_at(limit: Limit, situation: Situation, now: Needs) -> float | None:
    """Returns where a limit is reached: found by doubling or halving, then by bisection."""
    volume = situation.workload.events_per_hour
    broken = limit.use(now) > limit.most
    factor = 1.0
    while True:
        following = factor / 2 if broken else factor * 2
        if not _LEAST_VOLUME <= volume * following <= MAX_EVENTS_PER_HOUR:
            return None
        if (limit.use(needs_of(situation.times(following))) > limit.most) is not broken:
            break
        factor = following
    low, high = sorted((factor, following))
    while high / low > _PRECISION:
        middle = (low * high) ** 0.5
        if limit.use(needs_of(situation.times(middle))) > limit.most:
            high = middle
        else:
            low = middle
    return volume * low
