"""Runs the statements that make and drop databases, and drop tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import ABSENT, PRESENT, error_code, find_table, full_name
from athena_on_duckdb.statements.iceberg_files import delete_all

if TYPE_CHECKING:
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import CreateDatabase, DropDatabase, DropTable, DropView


def create_database(context: Context, statement: CreateDatabase) -> Lines:
    """Run CREATE DATABASE.

    Raises:
        QueryError: It is there already.
        botocore.exceptions.ClientError: Glue refused.
    """
    given: dict[str, object] = {"Name": statement.name}
    if statement.comment is not None:
        given["Description"] = statement.comment
    if statement.location is not None:
        given["LocationUri"] = statement.location
    if statement.properties:
        given["Parameters"] = {name: str(value) for name, value in statement.properties.items()}
    try:
        context.clients.call("glue", "CreateDatabase", {"DatabaseInput": given})
    except ClientError as error:
        if error_code(error) != PRESENT:
            raise
        if not statement.if_not_exists:
            detail = f"Database {statement.name} already exists"
            raise QueryError(ErrorName.SCHEMA_ALREADY_EXISTS, detail) from error
    return Lines()


def drop_database(context: Context, statement: DropDatabase) -> Lines:
    """Run DROP DATABASE; one that holds tables goes with CASCADE only.

    Raises:
        QueryError: It is not there, or holds tables.
        botocore.exceptions.ClientError: Glue refused.
    """
    name = statement.name
    try:
        tables = context.clients.pages("glue", "GetTables", {"DatabaseName": name}, "TableList")
        if tables and not statement.cascade:
            detail = f"Database {name} is not empty. One or more tables exist."
            raise QueryError(ErrorName.SCHEMA_NOT_EMPTY, detail)
        context.clients.call("glue", "DeleteDatabase", {"Name": name})
    except ClientError as error:
        if error_code(error) != ABSENT:
            raise
        if not statement.if_exists:
            detail = f"Database does not exist: {name}"
            raise QueryError(ErrorName.SCHEMA_NOT_FOUND, detail) from error
    return Lines()


def drop_table(context: Context, statement: DropTable) -> Lines:
    """Run DROP TABLE; the files stay, but those of an Iceberg table, which is Athena's to keep.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html

    Raises:
        QueryError: It is not there, or is a view.
        botocore.exceptions.ClientError: Glue refused.
    """
    return _drop(context, statement.table, if_exists=statement.if_exists, is_view=False)


def drop_view(context: Context, statement: DropView) -> Lines:
    """Run DROP VIEW.

    Raises:
        QueryError: It is not there, or is a table.
        botocore.exceptions.ClientError: Glue refused.
    """
    return _drop(context, statement.view, if_exists=statement.if_exists, is_view=True)


def _drop(
    context: Context, table: tuple[str | None, str], *, if_exists: bool, is_view: bool
) -> Lines:
    database, name = full_name(context, table)
    found = find_table(context, table)
    kind = "View" if is_view else "Table"
    if found is None:
        if if_exists:
            return Lines()
        detail = f"{kind} 'awsdatacatalog.{database}.{name}' does not exist"
        raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)
    if (found[0].view_text is not None) != is_view:
        other = "a table: use DROP TABLE" if is_view else "a view: use DROP VIEW"
        detail = f"'awsdatacatalog.{database}.{name}' is {other}"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    location = found[0].location.rstrip("/") if found[0].is_iceberg else None
    context.clients.call("glue", "DeleteTable", {"DatabaseName": database, "Name": name})
    if location is not None:
        delete_all(context, location)
    return Lines()
