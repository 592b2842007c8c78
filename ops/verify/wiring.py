"""The parts of one run of verify, put together for a stack."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from contract.names import METRIC_EVENTS_RECEIVED
from infra.naming import Names, stack_of_workgroup
from infra.watch.event_rules import error_objects_rule
from infra.watch.metrics import claims, event_rule, firehose, quality
from ops.athena import athena_of
from ops.error_objects.listing import Selection
from ops.errors import StreamError
from ops.kinesis import KinesisPut, kinesis_client, random_partition_key
from ops.put import Pace, put_all
from ops.records import Record
from ops.replay.claims import ClaimsTable, Waiting
from ops.replay.clients import AwsClients
from ops.verify.evidence import CLAIM_WRITES, FRESHNESS, MATCHED, READ, RECEIVED
from ops.verify.lake import CanaryLake
from ops.verify.objects import ErrorLines, raw_records
from ops.verify.run import World
from ops.verify.services import Crawler, metric_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from infra.watch.metrics import Metric
    from ops.verify.canaries import Canary

_PATIENCE_S: Final = 60.0

_random: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What a stack's outputs say.

    Attributes:
        bucket: The lake's bucket.
        stream: Name or ARN of the Kinesis stream.
        database: The Glue database.
        workgroup: The Athena workgroup, named as the stack's prefix is.
        claims_table: The table of claims.
        dedupe_days: How long a claim lives.
    """

    bucket: str
    stream: str
    database: str
    workgroup: str
    claims_table: str
    dedupe_days: int

    @property
    def names(self) -> Names:
        """The names of what has no output; account and Region are in none of them."""
        project, name = stack_of_workgroup(self.workgroup)
        return Names(project, name, "", "")


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
    stack: Stack,
    run: str,
    canaries: Sequence[Canary],
    executor: Executor,
    *,
    started: datetime,
    say: Callable[[str], None],
) -> tuple[World, str]:
    """Put the parts together.

    Args:
        stack: What the stack's outputs say.
        run: The run.
        canaries: What will be sent.
        executor: Runs calls of DynamoDB.
        started: When the run began, UTC.
        say: Is told what is being done.

    Returns:
        The parts, and the address to which records are sent.

    Raises:
        OpsError: The environment does not suffice for AWS.
    """
    clients = AwsClients(1)
    s3, cloudwatch, kinesis = clients.s3(), clients.cloudwatch(), kinesis_client(1)
    table = ClaimsTable(
        clients.dynamodb(),
        stack.claims_table,
        executor=executor,
        waiting=Waiting(time.sleep, _random.random),
    )
    # No canary arrived before, and clocks differ by less.
    selection = Selection(
        since=started - timedelta(minutes=5),
        until=started + timedelta(days=1),
        lag_days=stack.dedupe_days,
    )
    names = stack.names
    metrics = metrics_of(names)

    def sums() -> Mapping[str, float]:
        since_s = started.timestamp()
        return metric_sums(
            cloudwatch, metrics, since_s=since_s, now_s=datetime.now(UTC).timestamp()
        )

    world = World(
        send=_sender(KinesisPut(kinesis, stack.stream)),
        lake=CanaryLake(
            athena_of(stack.database, stack.workgroup),
            s3,
            run,
            [event for canary in canaries for event in canary.rows],
        ),
        new_failures=ErrorLines(s3, stack.bucket, run, selection).new,
        raw=lambda: raw_records(s3, stack.bucket, run, selection),
        claims_of=table.read,
        metric_sums=sums,
        crawler=Crawler(clients.glue(), names.crawler, stack.database),
        now_s=time.monotonic,
        sleep=time.sleep,
        say=say,
    )
    return world, kinesis.meta.endpoint_url


def _sender(put: KinesisPut) -> Callable[[Sequence[Canary]], None]:
    pace = Pace(
        now_s=time.monotonic, sleep=time.sleep, jitter=_random.random, patience_s=_PATIENCE_S
    )

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
