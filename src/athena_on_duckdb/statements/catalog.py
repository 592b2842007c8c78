"""Tables and databases of Glue as statements need them, with the caller's permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.glue import GlueTable, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import TableName

ABSENT: Final = "EntityNotFoundException"
PRESENT: Final = "AlreadyExistsException"


def error_code(error: ClientError) -> str:
    """Give the name of an error of Glue."""
    return error.response.get("Error", {}).get("Code", "")


def full_name(context: Context, table: TableName) -> tuple[str, str]:
    """Give database and name of a table that a statement names."""
    database, name = table
    return database or context.asked.database, name


def find_table(context: Context, table: TableName) -> GlueTable | None:
    """Give a table or view; None where there is none.

    Raises:
        botocore.exceptions.ClientError: Glue refused.
    """
    database, name = full_name(context, table)
    try:
        answer = context.clients.call("glue", "GetTable", {"DatabaseName": database, "Name": name})
    except ClientError as error:
        if error_code(error) == ABSENT:
            return None
        raise
    return read_table(database, answer["Table"])


def table_of(context: Context, table: TableName) -> GlueTable:
    """Give a table or view that must be there.

    Raises:
        QueryError: It is not.
        botocore.exceptions.ClientError: Glue refused.
    """
    found = find_table(context, table)
    if found is None:
        database, name = full_name(context, table)
        detail = f"Table 'awsdatacatalog.{database}.{name}' does not exist"
        raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)
    return found


def require_iceberg(table: GlueTable, what: str) -> None:
    """Refuses a table whose rows and columns no statement changes.

    Raises:
        QueryError: It is no Iceberg table.
    """
    if not table.is_iceberg:
        detail = f"{what} {table.full_name}: only Iceberg tables are changed so"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def require_free_name(context: Context, table: TableName, *, if_not_exists: bool) -> bool:
    """Tell whether a table is to be made, whose database must be there.

    Raises:
        QueryError: It is there already, or its database is not.
    """
    database, name = full_name(context, table)
    if find_table(context, table) is not None:
        if if_not_exists:
            return False
        detail = f"Table 'awsdatacatalog.{database}.{name}' already exists"
        raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail)
    require_database(context, database)
    return True


def require_database(context: Context, name: str) -> None:
    """Make sure that a database is there.

    Raises:
        QueryError: It is not.
        botocore.exceptions.ClientError: Glue refused.
    """
    # One that has tables is there. To ask for it by name, MiniStack wants a permission on a table
    # of this name, which nobody has.
    asked = {"DatabaseName": name, "MaxResults": 1}
    if context.clients.call("glue", "GetTables", asked)["TableList"]:
        return
    try:
        context.clients.call("glue", "GetDatabase", {"Name": name})
    except ClientError as error:
        if error_code(error) != ABSENT:
            raise
        detail = f"Schema {name} does not exist"
        raise QueryError(ErrorName.SCHEMA_NOT_FOUND, detail) from error


def create_table(context: Context, database: str, table: Mapping[str, Any]) -> None:
    """Make a table in Glue.

    Raises:
        QueryError: Another one of its name came meanwhile.
        botocore.exceptions.ClientError: Glue refused.
    """
    try:
        context.clients.call(
            "glue", "CreateTable", {"DatabaseName": database, "TableInput": dict(table)}
        )
    except ClientError as error:
        if error_code(error) != PRESENT:
            raise
        detail = f"Table 'awsdatacatalog.{database}.{table['Name']}' already exists"
        raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail) from error
