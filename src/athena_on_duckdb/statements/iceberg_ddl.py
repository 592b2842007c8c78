"""Reads CREATE TABLE of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.partition_fields import read_fields
from athena_on_duckdb.iceberg.properties import ICEBERG, TABLE_TYPE
from athena_on_duckdb.statements.column_definitions import read_columns
from athena_on_duckdb.statements.iceberg_model import CreateIcebergTable
from athena_on_duckdb.statements.properties import read_texts

if TYPE_CHECKING:
    from athena_on_duckdb.statements.model import TableName
    from athena_on_duckdb.statements.tokens import Reader


def read_iceberg_table(
    reader: Reader, table: TableName, *, if_not_exists: bool
) -> CreateIcebergTable:
    """Reads what follows the name in CREATE TABLE.

    Raises:
        QueryError: It is wrong, or is of no Iceberg table.
    """
    columns = tuple(read_columns(reader))
    comment = reader.text() if reader.accept("COMMENT") else None
    fields = tuple(read_fields(reader)) if reader.accept("PARTITIONED", "BY") else ()
    location = reader.text() if reader.accept("LOCATION") else None
    properties = read_texts(reader) if reader.accept("TBLPROPERTIES") else {}
    reader.end()
    kinds = [value for name, value in properties.items() if name.lower() == TABLE_TYPE]
    if [each.upper() for each in kinds] != [ICEBERG]:
        # Athena's own words: https://repost.aws/knowledge-center/athena-hive-invalid-metadata-duplicate
        detail = (
            "External keyword required for table type HIVE: use CREATE EXTERNAL TABLE, or"
            " TBLPROPERTIES ('table_type'='ICEBERG')"
        )
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return CreateIcebergTable(table, columns, fields, comment, location, properties, if_not_exists)
