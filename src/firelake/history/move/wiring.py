"""A move put together from a stack's settings: clients, lease, clocks."""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from firelake.aws.backoff import Waiting
from firelake.aws.query_run import LONGEST_STATEMENT_S, Athena
from firelake.history.backfill.dynamo_lease import DynamoLeases
from firelake.history.backfill.lease import Clocks, HeldLease, renewing
from firelake.history.backfill.store import S3Files
from firelake.history.move.lake import AthenaStatements, GlueTables, LakeFiles
from firelake.history.move.run import Means
from firelake.operations.lake_clock import LakeClock
from firelake.operations.settings_history import Closing

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef


def means_of(lake: LakeRef, clients: AwsClients, say: Callable[[str], None]) -> Means:
    """Return what a move of a lake works with.

    Args:
        say: Tells the operator what happens.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
        LeaseError: DynamoDB does not tell the time.
        ClockError: DynamoDB does not tell the settings of before.
    """
    dynamodb, s3 = clients.dynamodb(), clients.s3()
    leases = DynamoLeases(dynamodb, lake.claims_table, Waiting())
    _, asked_at_s = leases.read()

    @contextmanager
    def leased() -> Generator[Callable[[], None]]:
        clocks = Clocks((time.monotonic, time.time), time.sleep)
        lease = HeldLease(leases, uuid.uuid4().hex, clocks)
        lease.take(say)
        with renewing(lease):
            yield lease.check

    return Means(
        tables=GlueTables(clients.glue(), lake.database),
        statements=AthenaStatements(
            Athena.of_lake(lake, clients, deadline_s=LONGEST_STATEMENT_S),
            lake.database,
            lake.bucket,
        ),
        files=LakeFiles(s3, lake.bucket, S3Files(s3, lake.bucket)),
        closing=Closing.of(
            lateness_days=lake.lateness_days,
            retention_hours=lake.retention_hours,
            periods=LakeClock(dynamodb, lake.claims_table).periods(),
        ),
        asked_at_s=asked_at_s,
        lease=leased,
        now_s=time.time,
        sleep=time.sleep,
        say=say,
    )
