"""The reader of a lake's error objects, as `errors`, `replay` and `report` use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.failures.claims import ClaimsTable
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.listing import ErrorBucket
from firelake.failures.errors.reading import ErrorReader
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.operations.lake_clock import LakeClock

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.events import EventContract


def error_reader(
    lake: LakeRef, contract: EventContract, clients: AwsClients, executor: Executor
) -> ErrorReader:
    """Returns a reader that judges by the contract; the executor runs calls of DynamoDB.

    Raises:
        AwsError: The environment does not suffice for AWS.
    """
    s3, dynamodb = clients.s3(), clients.dynamodb()
    schedule = LakeClock(dynamodb, lake.claims_table).schedule
    return ErrorReader(
        ErrorBucket(s3, lake.bucket),
        ReceiptBucket(s3, lake.bucket),
        ErrorEvents(contract, lateness_days=lake.lateness_days, granularity=lake.granularity),
        ClaimsTable(dynamodb, lake.claims_table, schedule, executor=executor).read,
    )
