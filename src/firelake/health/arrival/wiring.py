"""The parts that wait for what was sent, put together for a lake."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.clients import AwsClients
from firelake.aws.history_table import has_history
from firelake.aws.query_run import Athena
from firelake.aws.query_stored import StoredEvents
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.listing import BucketError, ErrorBucket
from firelake.failures.replay.lake import AthenaLake
from firelake.health.arrival.sent_events import SentEvents
from firelake.health.arrival.wait import Arrival
from firelake.operations.lake_clock import time_of
from firelake.transform.events import EventReader

if TYPE_CHECKING:
    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.events import EventContract


def arrival_at(lake: LakeRef, contract: EventContract) -> Arrival:
    """Return what waits for events that are sent from now on.

    Args:
        lake: Its bucket, database, workgroup and granularity are used.

    Raises:
        BucketError: The bucket cannot be asked for the time.
        AwsError: The environment does not suffice for AWS.
    """
    clients = AwsClients()
    s3 = clients.s3()
    try:
        # The arrival of records is told by AWS's clock, and so must be the beginning.
        began_s = time_of(s3.head_bucket(Bucket=lake.bucket))
    except (BotoCoreError, ClientError) as error:
        message = f"the bucket {lake.bucket!r} cannot be asked: {error}"
        raise BucketError(message) from error
    return Arrival(
        sent=SentEvents(
            EventReader(contract, lateness_days=None, granularity=lake.granularity),
            lambda: time.time_ns() // 1_000_000,
        ),
        lake=AthenaLake(
            StoredEvents(
                Athena.of_lake(lake, clients),
                partial(has_history, clients.glue(), lake.database),
            )
        ),
        errors=ErrorBucket(s3, lake.bucket),
        judge=ErrorEvents(contract, lateness_days=None, granularity=lake.granularity),
        since=datetime.fromtimestamp(began_s, UTC),
    )
