"""The lake's table, which must hold what the contract declares and show what is brought in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.contract.names import DT, TABLE_EVENTS
from firelake.formats.columns import Column
from firelake.history.backfill.errors import LakeError
from firelake.history.backfill.rows import columns_of
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

    from firelake.contract.events import EventContract


@dataclass(frozen=True, slots=True)
class EventsTable:
    """What of the table `events` a backfill goes by.

    Attributes:
        first_dt: The first `dt` that Athena looks for; empty where it looks for all that there is.
    """

    columns: tuple[Column, ...]
    first_dt: str


def read_table(client: GlueClient, database: str, contract: EventContract) -> EventsTable:
    """Read the table `events`.

    Firehose leaves out what its table does not have; a file of history would lack it for good.

    Args:
        contract: The contract that rows are made by.

    Raises:
        LakeError: Glue refused, or the table lacks a column of the contract.
    """
    with refused_as(LakeError, f"the columns of {database}.{TABLE_EVENTS} cannot be read"):
        table = client.get_table(DatabaseName=database, Name=TABLE_EVENTS)["Table"]
    found = table.get("StorageDescriptor", {}).get("Columns", [])
    columns = tuple(Column(each["Name"], each.get("Type", "")) for each in found)
    lacking = sorted(column.name for column in set(columns_of(contract)) - set(columns))
    if lacking:
        message = (
            f"{database}.{TABLE_EVENTS} lacks columns of the contract, or has them of another "
            f"type: {', '.join(lacking)}; deploy the contract first, or name the deployed one"
        )
        raise LakeError(message)
    dates = table.get("Parameters", {}).get(f"projection.{DT}.range", "")
    return EventsTable(columns, dates.partition(",")[0])
