"""An Iceberg table at one moment, as the rest sees tables: columns by Athena's types.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-time-travel-and-version-travel-queries.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.table_version import TableVersion
from athena_on_duckdb.iceberg.types import athena_type
from athena_on_duckdb.tables.glue import GlueColumn

if TYPE_CHECKING:
    from datetime import datetime

    from athena_on_duckdb.tables.glue import GlueTable


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
