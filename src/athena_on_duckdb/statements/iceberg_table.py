"""CREATE TABLE of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.catalog import create_table
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.partition_fields import partition_spec, read_fields
from athena_on_duckdb.iceberg.properties import ICEBERG, TABLE_TYPE, iceberg_properties
from athena_on_duckdb.iceberg.types import iceberg_type
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.results.places import split_uri
from athena_on_duckdb.statements.catalog import full_name, require_free_name
from athena_on_duckdb.statements.grammar import read_columns, read_texts
from athena_on_duckdb.statements.model import TableStatement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import TableName
    from athena_on_duckdb.statements.tokens import Reader


@dataclass(frozen=True, slots=True)
class CreateIcebergTable(TableStatement):
    """CREATE TABLE of an Iceberg table: its columns as Glue has them, its fields of partitions."""

    subtype = "CREATE_TABLE"
    columns: tuple[Mapping[str, str], ...]
    partition_fields: tuple[tuple[str, str], ...] = ()
    comment: str | None = None
    location: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    if_not_exists: bool = False

    @classmethod
    def read_named(cls, reader: Reader, table: TableName, *, if_not_exists: bool) -> Self:
        """Reads what follows the name.

        Raises:
            QueryError: It is wrong, or is of no Iceberg table.
        """
        columns, comment = read_columns(reader), reader.optional("COMMENT")
        fields = tuple(read_fields(reader)) if reader.accept("PARTITIONED", "BY") else ()
        location = reader.optional("LOCATION")
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
        return cls(table, columns, fields, comment, location, properties, if_not_exists)

    def run(self, context: Context) -> Lines:
        """Makes the table, without rows."""
        name = full_name(context, self.table)
        properties = iceberg_properties(self.properties)
        schema = iceberg_schema(self.columns)
        spec = partition_spec(self.partition_fields, schema)
        if not require_free_name(context, self.table, if_not_exists=self.if_not_exists):
            return Lines()
        if self.location is None:
            detail = "CREATE TABLE of an Iceberg table needs a LOCATION"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        if not split_uri(self.location)[1].strip("/"):
            detail = f"LOCATION {self.location} is a bucket: give a folder in it, as VACUUM needs"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        if self.comment is not None:
            properties["comment"] = self.comment
        create_table(
            context.clients,
            name,
            schema=schema,
            spec=spec,
            location=self.location.rstrip("/"),
            properties=properties,
        )
        return Lines()


def iceberg_schema(columns: Iterable[Mapping[str, str]]) -> Any:  # noqa: ANN401 -- pyiceberg's Schema
    """Returns pyiceberg's schema of columns as Glue has them.

    Raises:
        QueryError: A type is none of Iceberg's, or two columns have one name.
    """
    schema, types = module("schema"), module("types")
    given = list(columns)
    names = [each["Name"] for each in given]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        detail = f"Column name '{twice[0]}' specified more than once"
        raise QueryError(ErrorName.DUPLICATE_COLUMN_NAME, detail)
    nested = count(len(given) + 1)
    return schema.Schema(*(
        types.NestedField(
            number, each["Name"], iceberg_type(each["Type"], nested), doc=each.get("Comment")
        )
        for number, each in enumerate(given, start=1)
    ))  # fmt: skip
