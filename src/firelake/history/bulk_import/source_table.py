"""The user's table, as the Glue catalog has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from firelake.history.bulk_import.errors import BulkImportError, ImportPlanError
from firelake.history.bulk_import.plan import SourceColumn
from firelake.history.bulk_import.source_types import parse_source_type
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

    from firelake.history.bulk_import.sql_names import TableName


def read_columns(client: GlueClient, table: TableName) -> tuple[SourceColumn, ...]:
    """Read the columns of a table or view, those by which it is partitioned last.

    Raises:
        ImportPlanError: There is no such table.
        BulkImportError: Glue refused.
    """
    with refused_as(BulkImportError, f"{table} cannot be read from the Glue catalog"):
        try:
            found = client.get_table(DatabaseName=table.database, Name=table.table)
        except client.exceptions.EntityNotFoundException as error:
            message = f"{table} is no table of the Glue catalog"
            raise ImportPlanError(message) from error
    described = cast("dict[str, Any]", found["Table"])
    keys = described.get("PartitionKeys", [])
    columns = described.get("StorageDescriptor", {}).get("Columns", [])
    # An Iceberg table also lists columns that it has no more.
    current = [each for each in columns if _is_current(each)]
    names = {each["Name"] for each in keys}
    return tuple(
        _column(each, is_key=each["Name"] in names)
        for each in (*(one for one in current if one["Name"] not in names), *keys)
    )


def _is_current(column: dict[str, Any]) -> bool:
    return column.get("Parameters", {}).get("iceberg.field.current", "true") == "true"


def _column(given: dict[str, Any], *, is_key: bool) -> SourceColumn:
    glue_type = given.get("Type", "")
    return SourceColumn(given["Name"].lower(), glue_type, parse_source_type(glue_type), is_key)
