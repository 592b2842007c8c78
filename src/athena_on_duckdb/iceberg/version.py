"""An Iceberg table at one moment, as the rest sees tables: columns by Athena's types.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.types import athena_type
from athena_on_duckdb.tables.glue import GlueColumn

if TYPE_CHECKING:
    from datetime import datetime

    from athena_on_duckdb.tables.glue import GlueTable


@dataclass(frozen=True, slots=True)
class TableVersion:
    """What is read of an Iceberg table.

    Attributes:
        table: pyiceberg's table, as it was opened.
        snapshot_id: The snapshot; None where there is none yet.
        only: Locations of the data files to read; None for all.
    """

    table: Any
    snapshot_id: int | None
    only: frozenset[str] | None = None

    @property
    def schema(self) -> Any:  # noqa: ANN401 -- pyiceberg's Schema
        """The columns that the snapshot was written with; those of today at today's snapshot."""
        metadata = self.table.metadata
        snapshot = None if self.snapshot_id is None else metadata.snapshot_by_id(self.snapshot_id)
        is_old = self.snapshot_id != metadata.current_snapshot_id
        if snapshot is not None and is_old and snapshot.schema_id is not None:
            return metadata.schema_by_id(snapshot.schema_id)
        return metadata.schema()


def current(described: GlueTable, table: Any) -> GlueTable:  # noqa: ANN401 -- pyiceberg's Table
    """Returns a table as Glue describes it with the columns and rows that it has now."""
    return _at(described, TableVersion(table, table.metadata.current_snapshot_id))


def at_snapshot(described: GlueTable, snapshot_id: int) -> GlueTable:
    """Returns a table as it was at a snapshot.

    Raises:
        QueryError: It has none of this id.
    """
    table = version_of(described).table
    if table.metadata.snapshot_by_id(snapshot_id) is None:
        detail = f"Iceberg snapshot ID does not exists: {snapshot_id} of {described.full_name}"
        raise QueryError(ErrorName.INVALID_ARGUMENTS, detail)
    return _at(described, TableVersion(table, snapshot_id))


def at_time(described: GlueTable, moment: datetime) -> GlueTable:
    """Returns a table as it was at a moment.

    Raises:
        QueryError: It had no snapshot then.
    """
    table = version_of(described).table
    until_ms = moment.timestamp() * 1000
    log = [each for each in table.metadata.snapshot_log if each.timestamp_ms <= until_ms]
    if not log:
        detail = f"No version history table {described.full_name} at or before {moment.isoformat()}"
        raise QueryError(ErrorName.INVALID_ARGUMENTS, detail)
    return at_snapshot(described, log[-1].snapshot_id)


def only_files(described: GlueTable, locations: frozenset[str]) -> GlueTable:
    """Returns a table of which no other data files are read."""
    return replace(described, iceberg=replace(version_of(described), only=locations))


def version_of(table: GlueTable) -> TableVersion:
    """Returns what is read of a table that must be an Iceberg table.

    Raises:
        QueryError: It is none.
    """
    if table.iceberg is None:
        detail = f"{table.full_name} is no Iceberg table: only those can be changed or asked so"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return table.iceberg


def _at(described: GlueTable, version: TableVersion) -> GlueTable:
    columns = tuple(
        GlueColumn(field.name.lower(), athena_type(field.field_type), field.doc)
        for field in version.schema.fields
    )
    return replace(described, columns=columns, keys=(), iceberg=version)
