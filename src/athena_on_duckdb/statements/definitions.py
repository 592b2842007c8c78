"""Reads the statements that define: CREATE and DROP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.statements.iceberg_ddl import read_iceberg_table
from athena_on_duckdb.statements.model import (
    CreateDatabase,
    CreateTable,
    CreateTableAs,
    CreateView,
    DropDatabase,
    DropTable,
    DropView,
)
from athena_on_duckdb.statements.properties import read_properties

if TYPE_CHECKING:
    from athena_on_duckdb.statements.model import Statement, Value
    from athena_on_duckdb.statements.tokens import Reader


def read_create(reader: Reader) -> Statement:
    """Read what follows CREATE.

    Raises:
        QueryError: It is wrong or not supported.
    """
    or_replace = reader.accept("OR", "REPLACE")
    if reader.accept("VIEW"):
        view = reader.qualified_name()
        reader.expect("AS")
        return CreateView(view, reader.rest(), or_replace)
    if or_replace:
        reader.refuse("VIEW")
    if reader.accept("DATABASE") or reader.accept("SCHEMA"):
        return _create_database(reader)
    if reader.accept("EXTERNAL", "TABLE"):
        reader.accept("IF", "NOT", "EXISTS")
        table = reader.qualified_name()
        reader.rest()
        return CreateTable(table, reader.sql.strip().rstrip(";"))
    if reader.accept("TABLE"):
        return _create_table(reader)
    detail = f"statement CREATE {reader.token.text[:40].upper()} is not supported"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def _create_database(reader: Reader) -> Statement:
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    name = reader.name()
    comment = reader.text() if reader.accept("COMMENT") else None
    location = reader.text() if reader.accept("LOCATION") else None
    properties: dict[str, Value] = {}
    if reader.accept("WITH", "DBPROPERTIES"):
        properties = read_properties(reader)
    reader.end()
    return CreateDatabase(name, if_not_exists, comment, location, properties)


def _create_table(reader: Reader) -> Statement:
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    table = reader.qualified_name()
    if reader.is_at("("):
        return read_iceberg_table(reader, table, if_not_exists=if_not_exists)
    comment = reader.text() if reader.accept("COMMENT") else None
    properties = read_properties(reader) if reader.accept("WITH") else {}
    if comment is not None:
        detail = "COMMENT in CREATE TABLE AS is not supported"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    reader.expect("AS")
    query, is_empty = reader.rest_without("WITH", "NO", "DATA")
    return CreateTableAs(table, query, properties, if_not_exists, not is_empty)


def read_drop(reader: Reader) -> Statement:
    """Read what follows DROP.

    Raises:
        QueryError: It is wrong or not supported.
    """
    for word in ("DATABASE", "SCHEMA", "TABLE", "VIEW"):
        if reader.accept(word):
            break
    else:
        detail = f"statement DROP {reader.token.text[:40].upper()} is not supported"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    if_exists = reader.accept("IF", "EXISTS")
    statement: Statement
    if word == "TABLE":
        statement = DropTable(reader.qualified_name(), if_exists)
    elif word == "VIEW":
        statement = DropView(reader.qualified_name(), if_exists)
    else:
        name = reader.name()
        cascade = reader.accept("CASCADE")
        if not cascade:
            reader.accept("RESTRICT")
        statement = DropDatabase(name, if_exists, cascade)
    reader.end()
    return statement
