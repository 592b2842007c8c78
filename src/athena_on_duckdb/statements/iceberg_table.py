"""Runs CREATE TABLE of an Iceberg table.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.catalog import create_table
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.partition_fields import partition_spec
from athena_on_duckdb.iceberg.properties import iceberg_properties
from athena_on_duckdb.iceberg.types import iceberg_type
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.results.places import split_uri
from athena_on_duckdb.statements.catalog import full_name, require_free_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.iceberg_model import CreateIcebergTable


def create_iceberg_table(context: Context, statement: CreateIcebergTable) -> Lines:
    """Runs CREATE TABLE of an Iceberg table.

    Raises:
        QueryError: It is wrong or not supported, or the table is there already.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    name = full_name(context, statement.table)
    properties = iceberg_properties(statement.properties)
    schema = iceberg_schema(statement.columns)
    spec = partition_spec(statement.partition_fields, schema)
    if not require_free_name(context, statement.table, if_not_exists=statement.if_not_exists):
        return Lines()
    if statement.location is None:
        detail = "CREATE TABLE of an Iceberg table needs a LOCATION"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    if not split_uri(statement.location)[1].strip("/"):
        detail = f"LOCATION {statement.location} is a bucket: give a folder in it, as VACUUM needs"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    if statement.comment is not None:
        properties["comment"] = statement.comment
    create_table(
        context.clients,
        name,
        schema=schema,
        spec=spec,
        location=statement.location.rstrip("/"),
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
