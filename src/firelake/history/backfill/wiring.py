"""A backfill put together from a stack's settings: clients, lease, processes, folders."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from firelake.aws.backoff import Waiting
from firelake.aws.history_table import has_history
from firelake.aws.query_run import LONGEST_STATEMENT_S, Athena
from firelake.contract.events import parse_contract
from firelake.formats.parquet import use_system_memory
from firelake.history.backfill.columns import read_table
from firelake.history.backfill.dynamo_lease import DynamoLeases
from firelake.history.backfill.history import AthenaHistory
from firelake.history.backfill.lake import LakeIds
from firelake.history.backfill.lease import Clocks, HeldLease, renewing
from firelake.history.backfill.processes import Processes
from firelake.history.backfill.run import Means
from firelake.history.backfill.slices import Cutting
from firelake.history.backfill.store import S3Files
from firelake.history.backfill.work import Settings
from firelake.operations.lake_clock import LakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.history.backfill.lease import Leases

READERS: Final = 4
WRITERS: Final = 4
# Chunks that are read ahead, a process.
_CHUNKS_AHEAD: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a backfill is to run.

    Attributes:
        contract: Text of the contract's file, which is without a fault.
        folder: Where the files of the work go; None for the system's place.
        is_dry_run: Whether nothing is to be written, for which no lease is needed.
    """

    contract: str
    processes: int
    folder: Path | None
    is_dry_run: bool


@contextmanager
def opened(
    lake: LakeRef, way: Way, clients: AwsClients, say: Callable[[str], None]
) -> Generator[Means]:
    """Take the lease and start the processes, for as long as a run lasts.

    The run's time is DynamoDB's: it decides which events are closed, and is read before the lake is
    asked for anything. So are the settings that were in force before those of today.

    Raises:
        BackfillError: Another backfill is running, or AWS refused.
    """
    use_system_memory()
    store = S3Files(clients.s3(), lake.bucket)
    table = read_table(clients.glue(), lake.database, parse_contract(way.contract))
    dynamodb = clients.dynamodb()
    leases = DynamoLeases(dynamodb, lake.claims_table, Waiting())
    with ExitStack() as opened_here:
        lease, now_s = opened_here.enter_context(run_lease(leases, say, is_dry_run=way.is_dry_run))
        closing = LakeClock(dynamodb, lake.claims_table).closing(lake)
        settings = Settings(
            way.contract,
            lake.granularity,
            closing,
            now_s * 1000,
            table.columns,
            Path(opened_here.enter_context(TemporaryDirectory(dir=way.folder, prefix="backfill-"))),
        )
        readers = opened_here.enter_context(ThreadPoolExecutor(READERS, "lake"))
        writers = opened_here.enter_context(ThreadPoolExecutor(WRITERS, "writer"))
        pool = opened_here.enter_context(Processes(way.processes))
        yield Means(
            settings=settings,
            cutting=Cutting(),
            store=store,
            first_dt=table.first_dt,
            lake=LakeIds(store, settings.folder, readers, _history(lake, clients)),
            lease=lease,
            processes=pool,
            chunks_ahead=way.processes * _CHUNKS_AHEAD,
            writers=writers,
        )


@contextmanager
def run_lease(
    leases: Leases, say: Callable[[str], None], *, is_dry_run: bool
) -> Generator[tuple[HeldLease | None, int]]:
    """Hold the lease for as long as a run lasts; a dry run needs none.

    Yields:
        The lease, and the time by the table's clock.

    Raises:
        LeaseError: Another run renews it, or the table has no answer.
    """
    if is_dry_run:
        yield None, leases.read()[1]
        return
    lease = HeldLease(leases, uuid.uuid4().hex, Clocks((time.monotonic, time.time), time.sleep))
    now_s = lease.take(say)
    with renewing(lease):
        yield lease, now_s


def _history(lake: LakeRef, clients: AwsClients) -> AthenaHistory | None:
    if not has_history(clients.glue(), lake.database):
        return None
    athena = Athena.of_lake(lake, clients, deadline_s=LONGEST_STATEMENT_S)
    return AthenaHistory(athena)
