"""The parts of one run of verify, put together for a stack."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact
from firelake.aws.query_run import Athena
from firelake.contract.names import METRIC_EVENTS_RECEIVED
from firelake.failures.claims import ClaimsTable
from firelake.failures.errors.listing import Selection
from firelake.health.verify.evidence import CLAIM_WRITES, FRESHNESS, MATCHED, READ, RECEIVED
from firelake.health.verify.lake import CanaryLake
from firelake.health.verify.objects import ErrorLines, raw_records
from firelake.health.verify.run import World
from firelake.health.verify.services import Crawler, metric_sums
from firelake.infra.watch.event_rules import error_objects_rule
from firelake.infra.watch.metrics import claims, event_rule, firehose, quality
from firelake.operations.errors import StreamError
from firelake.operations.lake_clock import LakeClock
from firelake.operations.stack_names import names_of
from firelake.send.kinesis import KinesisPut, random_partition_key
from firelake.send.put import Pace, put_all
from firelake.send.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.claim_schedule import Schedule
    from firelake.health.verify.canaries import Canary
    from firelake.infra.naming import Names
    from firelake.infra.watch.metrics import Metric


# Not those of the claims: of a lake whose claims have none nothing more is to be told.
_AWAITED: Final = (FRESHNESS, READ, RECEIVED, MATCHED)


def metrics_of(names: Names, *, has_rules: bool = True) -> dict[str, Metric]:
    """Returns the metrics that are looked at, by short name.

    Args:
        has_rules: Whether the stack has rules of EventBridge, which count what they match.
    """
    counted = {MATCHED: event_rule(error_objects_rule(names).name)} if has_rules else {}
    return {
        FRESHNESS: firehose(names, "DeliveryToS3.DataFreshness"),
        READ: firehose(names, "DataReadFromKinesisStream.Records"),
        RECEIVED: quality(names, METRIC_EVENTS_RECEIVED),
        CLAIM_WRITES: claims(names, "ConsumedWriteCapacityUnits"),
        **counted,
    }


def schedule_of(lake: LakeRef) -> Schedule:
    """Returns which layout has the claim of which event.

    Raises:
        AwsError: The environment does not suffice for AWS.
        ClockError: DynamoDB does not tell.
    """
    return LakeClock(AwsClients(1).dynamodb(), lake.claims_table).schedule()


def world_of(  # noqa: PLR0913 -- each by what it is
    lake: LakeRef,
    run: str,
    canaries: Sequence[Canary],
    executor: Executor,
    *,
    started: datetime,
    say: Callable[[str], None],
) -> tuple[World, str]:
    """Put the parts together.

    Args:
        started: When the run began, UTC.

    Returns:
        The parts, and the address to which records are sent.

    Raises:
        AwsError: The environment does not suffice for AWS.
    """
    clients = AwsClients(1)
    s3, cloudwatch, kinesis = clients.s3(), clients.cloudwatch(), clients.kinesis_puts()
    dynamodb = clients.dynamodb()
    clock = LakeClock(dynamodb, lake.claims_table)
    table = ClaimsTable(dynamodb, lake.claims_table, clock.schedule, executor=executor)
    # No canary arrived before, and clocks differ by less.
    selection = Selection(
        since=started - timedelta(minutes=5),
        until=started + timedelta(days=1),
        lag_days=lake.dedupe_days,
    )
    names = names_of(lake)
    metrics = metrics_of(names, has_rules=lake.given(Fact.ALARM_PREFIX) is not None)

    def sums() -> Mapping[str, float]:
        since_s = started.timestamp()
        return metric_sums(
            cloudwatch, metrics, since_s=since_s, now_s=datetime.now(UTC).timestamp()
        )

    world = World(
        send=_sender(KinesisPut(kinesis, lake.stream)),
        lake=CanaryLake(
            Athena.of_lake(lake, clients),
            s3,
            run,
            canaries,
        ),
        new_failures=ErrorLines(s3, lake.bucket, run, selection).new,
        raw=lambda: raw_records(s3, lake.bucket, run, selection),
        claims_of=table.read,
        metric_sums=sums,
        awaited={each: metrics[each].name for each in _AWAITED if each in metrics},
        crawler=Crawler(clients.glue(), names.crawler, lake.database),
        now_s=time.monotonic,
        sleep=time.sleep,
        say=say,
    )
    return world, kinesis.meta.endpoint_url


def _sender(put: KinesisPut) -> Callable[[Sequence[Canary]], None]:
    pace = Pace()

    def send(canaries: Sequence[Canary]) -> None:
        records: list[Record] = []
        for canary in canaries:
            # One shard for all records of a canary, so that they keep their order.
            key = random_partition_key()
            records += [Record(data, key, 1) for data in canary.records]
        tally = put_all(records, put, pace)
        if tally.failure is not None:
            raise tally.failure
        if tally.refused:
            codes = ", ".join(sorted(tally.codes))
            message = f"the stream took not all canaries: {codes}; look at its throttles"
            raise StreamError(message)

    return send
