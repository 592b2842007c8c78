"""A move put together from a stack's settings: clients, lease, clocks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from firelake.aws.backoff import Waiting
from firelake.aws.query_run import LONGEST_STATEMENT_S, Athena
from firelake.history.backfill.dynamo_lease import DynamoLeases
from firelake.history.backfill.store import S3Files
from firelake.history.erase.move_wiring import eraser_of
from firelake.history.glue_tables import GlueTables
from firelake.history.move.lake import LakeFiles, LakeStatements
from firelake.history.move.lease import StatementLease
from firelake.history.move.means import Means
from firelake.history.move.rules import closed_end
from firelake.operations.athena import athena_errors
from firelake.operations.lake_clock import LakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.aws.query_run import Execution
    from firelake.history.statement import Rows


def means_of(
    lake: LakeRef,
    clients: AwsClients,
    say: Callable[[str], None],
    has_time: Callable[[], bool] = lambda: True,
) -> Means:
    """Return what a move of a lake works with.

    Args:
        say: Tells the operator what happens.
        has_time: Whether there is time for more than what must be done.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
    """
    dynamodb, s3 = clients.dynamodb(), clients.s3()
    leases = DynamoLeases(dynamodb, lake.claims_table, Waiting())
    clock = LakeClock(dynamodb, lake.claims_table)

    def ends(watermark: str, most: int) -> str:
        # The time first: what is asked after it may only know more.
        _, asked_at_s = leases.read()
        return closed_end(watermark, clock.closing(lake), asked_at_s, most)

    tables = GlueTables(clients.glue(), lake.database)
    return Means(
        tables=tables,
        statements=LakeStatements(lake.database, lake.bucket, tables.hiding),
        files=LakeFiles(s3, lake.bucket, S3Files(s3, lake.bucket)),
        lease=StatementLease(leases),
        eraser=eraser_of(lake, s3, tables, lambda: clock.now_ms() / 1000, say),
        closed_end=ends,
        now_s=time.time,
        say=say,
        has_time=has_time,
    )


def runs_statements(lake: LakeRef, clients: AwsClients) -> Callable[[str], Rows]:
    """Return what runs a statement of a lake to its end, and gives its answer.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
    """
    athena = Athena.of_lake(lake, clients, deadline_s=LONGEST_STATEMENT_S)

    def run(sql: str) -> Rows:
        with athena_errors():
            return values(athena, athena.run(sql))

    return run


def values(athena: Athena, execution: Execution) -> Iterator[str]:
    """Yield the values of the one column that a statement gave, page by page.

    Raises:
        LakeQueryError: Athena did not answer.
    """
    with athena_errors():
        yield from (value for (value,) in athena.answer(execution).rows if value is not None)
