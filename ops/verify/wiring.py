"""The parts of one run of verify, put together for a stack."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from aws.clients import AwsClients
from aws.query_run import Athena
from contract.names import METRIC_EVENTS_RECEIVED
from infra.watch.event_rules import error_objects_rule
from infra.watch.metrics import claims, event_rule, firehose, quality
from ops.error_objects.listing import Selection
from ops.errors import StreamError
from ops.kinesis import KinesisPut, random_partition_key
from ops.put import Pace, put_all
from ops.records import Record
from ops.replay.claims import ClaimsTable
from ops.stack_names import names_of
from ops.verify.evidence import CLAIM_WRITES, FRESHNESS, MATCHED, READ, RECEIVED
from ops.verify.lake import CanaryLake
from ops.verify.objects import ErrorLines, raw_records
from ops.verify.run import World
from ops.verify.services import Crawler, metric_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from aws.lake_ref import LakeRef
    from infra.naming import Names
    from infra.watch.metrics import Metric
    from ops.verify.canaries import Canary

_PATIENCE_S: Final = 60.0


def metrics_of(names: Names) -> dict[str, Metric]:
    """Give the metrics that are looked at, by short name.

    Args:
        names: The stack's names.
    """
    return {
        FRESHNESS: firehose(names, "DeliveryToS3.DataFreshness"),
        READ: firehose(names, "DataReadFromKinesisStream.Records"),
        RECEIVED: quality(names, METRIC_EVENTS_RECEIVED),
        CLAIM_WRITES: claims(names, "ConsumedWriteCapacityUnits"),
        MATCHED: event_rule(error_objects_rule(names).name),
    }


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
        lake: The lake.
        run: The run.
        canaries: What will be sent.
        executor: Runs calls of DynamoDB.
        started: When the run began, UTC.
        say: Is told what is being done.

    Returns:
        The parts, and the address to which records are sent.

    Raises:
        AwsError: The environment does not suffice for AWS.
    """
    clients = AwsClients(1)
    s3, cloudwatch, kinesis = clients.s3(), clients.cloudwatch(), clients.kinesis_puts()
    table = ClaimsTable(
        clients.dynamodb(),
        lake.claims_table,
        executor=executor,
    )
    # No canary arrived before, and clocks differ by less.
    selection = Selection(
        since=started - timedelta(minutes=5),
        until=started + timedelta(days=1),
        lag_days=lake.dedupe_days,
    )
    names = names_of(lake)
    metrics = metrics_of(names)

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
            [event for canary in canaries for event in canary.rows],
        ),
        new_failures=ErrorLines(s3, lake.bucket, run, selection).new,
        raw=lambda: raw_records(s3, lake.bucket, run, selection),
        claims_of=table.read,
        metric_sums=sums,
        crawler=Crawler(clients.glue(), names.crawler, lake.database),
        now_s=time.monotonic,
        sleep=time.sleep,
        say=say,
    )
    return world, kinesis.meta.endpoint_url


def _sender(put: KinesisPut) -> Callable[[Sequence[Canary]], None]:
    pace = Pace(patience_s=_PATIENCE_S)

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
