"""An import put together from a stack's settings: catalog, plan, lease, clock."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.aws.backoff import Waiting
from firelake.aws.query_run import LONGEST_STATEMENT_S, MAX_QUERY_BYTES, Athena
from firelake.catalog.columns import events_columns
from firelake.catalog.history_sql import MAX_OPEN_PARTITIONS
from firelake.contract.events import parse_contract
from firelake.history.backfill.columns import read_table
from firelake.history.backfill.dynamo_lease import DynamoLeases
from firelake.history.backfill.wiring import run_lease
from firelake.history.bulk_import.athena_queries import AthenaQueries
from firelake.history.bulk_import.chunks import ImportChunk, LakePartition
from firelake.history.bulk_import.errors import BulkImportError, ImportPlanError
from firelake.history.bulk_import.plan import plan_import
from firelake.history.bulk_import.rows import JudgingMoment
from firelake.history.bulk_import.run import BulkImport
from firelake.history.bulk_import.source_table import read_columns
from firelake.history.bulk_import.statements import ImportStatements
from firelake.history.glue_tables import GlueTables
from firelake.operations.lake_clock import LakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.events import EventContract
    from firelake.history.bulk_import.mapping import ColumnMapping
    from firelake.history.bulk_import.plan import ImportPlan
    from firelake.history.bulk_import.sql_names import TableName
    from firelake.history.glue_tables import DeployedTables
    from firelake.operations.settings_history import Closing


@dataclass(frozen=True, slots=True)
class Planned:
    """An import that may begin.

    Attributes:
        closing: When an event is closed.
    """

    statements: ImportStatements
    closing: Closing
    bulk_import: BulkImport


def planned(
    lake: LakeRef, clients: AwsClients, contract: str, table: TableName, mapping: ColumnMapping
) -> ImportPlan:
    """Decide what of a table goes where, by the catalog alone.

    Args:
        contract: Text of the contract's file, which is without a fault.

    Raises:
        BulkImportError: The lake has no history, or its views do not read all of it.
        LakeError: The contract is not the deployed one.
        ImportPlanError: The table does not fit the contract.
    """
    parsed = parse_contract(contract)
    glue = clients.glue()
    read_table(glue, lake.database, parsed)
    _require_history(GlueTables(glue, lake.database).deployed(), parsed)
    return plan_import(table, read_columns(glue, table), parsed, mapping)


@contextmanager
def opened(  # noqa: PLR0913 -- a lake, its clients, what to do, and how
    lake: LakeRef,
    clients: AwsClients,
    contract: str,
    plan: ImportPlan,
    say: Callable[[str], None],
    *,
    is_dry_run: bool,
) -> Generator[Planned]:
    """Take backfill's lease for as long as an import lasts; a dry run needs none.

    The time is DynamoDB's, told before anything is asked: it decides which events are closed.

    Raises:
        LeaseError: A backfill, a move or another import is running.
        LakeQueryError: Athena refused.
    """
    dynamodb = clients.dynamodb()
    leases = DynamoLeases(dynamodb, lake.claims_table, Waiting())
    parsed = parse_contract(contract)
    tables = GlueTables(clients.glue(), lake.database)

    def statements_at(moment: JudgingMoment) -> ImportStatements:
        return ImportStatements(
            plan, parsed, lake.granularity, tables.hiding(), tables.retention(), moment
        )

    require_size(statements_at(JudgingMoment(0, 0)))
    athena = AthenaQueries(Athena.of_lake(lake, clients, deadline_s=LONGEST_STATEMENT_S))

    with run_lease(leases, say, is_dry_run=is_dry_run) as (lease, now_s):
        ended = 0 if lease is None else athena.end_others(now_s - LONGEST_STATEMENT_S)
        if ended:
            say(f"stopped {ended} statements of a run that was killed")
        closing = LakeClock(dynamodb, lake.claims_table).closing(lake)
        statements = statements_at(JudgingMoment(now_s, closing.closed_before_s(now_s)))
        check = (lambda: None) if lease is None else lease.check
        yield Planned(statements, closing, BulkImport(statements, athena, check, say))


def require_size(statements: ImportStatements) -> None:
    """See to it that Athena takes the longest statement of an import.

    Raises:
        ImportPlanError: It does not.
    """
    longest = max(statements.contract.event_types, key=len)
    partitions = (LakePartition("2026-01-01-00", longest),) * MAX_OPEN_PARTITIONS
    size = len(statements.insert(ImportChunk(partitions, (), {})).encode())
    if size > MAX_QUERY_BYTES:
        message = (
            f"a statement of this import has {size:,} bytes, and Athena takes {MAX_QUERY_BYTES:,}:"
            " leave columns out by leave_out in --mapping, or import views with fewer columns"
        )
        raise ImportPlanError(message)


def _require_history(deployed: DeployedTables, contract: EventContract) -> None:
    """Sees to it that what goes into history is shown by the views.

    Raises:
        BulkImportError: It would not be.
    """
    if deployed.watermark is None:
        message = (
            "this lake has no history, into which a table is imported: set catalog.hasHistory to"
            " true and deploy"
        )
        raise BulkImportError(message)
    wanted = {column.name: column.glue_type for column in events_columns(contract)}
    history = deployed.history or {}
    lacking = sorted(
        name
        for name, glue_type in wanted.items()
        if history.get(name, "").replace(" ", "").lower() != glue_type or name not in deployed.read
    )
    if lacking:
        message = (
            f"events_history, or the views of it, lack {', '.join(lacking)}: run `firelake history"
            " move`, deploy, and import then"
        )
        raise BulkImportError(message)
