"""Reads the statements that define: CREATE, DROP and ALTER TABLE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.statements.iceberg_table import read_iceberg_table
from athena_on_duckdb.statements.model import (
    AddPartitions,
    CreateDatabase,
    CreateTable,
    CreateTableAs,
    CreateView,
    DropDatabase,
    DropPartitions,
    DropTable,
    DropView,
)
from athena_on_duckdb.statements.properties import read_properties
from athena_on_duckdb.statements.tokens import TokenKind

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


def read_alter(reader: Reader) -> Statement:
    """Read what follows ALTER TABLE.

    Raises:
        QueryError: It is wrong or not supported.
    """
    table = reader.qualified_name()
    if reader.accept("ADD"):
        if_not_exists = reader.accept("IF", "NOT", "EXISTS")
        if reader.is_at("PARTITION"):
            return _add_partitions(reader, table, if_not_exists=if_not_exists)
    elif reader.accept("DROP"):
        if_exists = reader.accept("IF", "EXISTS")
        if reader.is_at("PARTITION"):
            return _drop_partitions(reader, table, if_exists=if_exists)
    detail = "ALTER TABLE is supported with ADD PARTITION and DROP PARTITION only"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def _add_partitions(
    reader: Reader, table: tuple[str | None, str], *, if_not_exists: bool
) -> Statement:
    found: list[tuple[dict[str, str], str | None]] = []
    while reader.accept("PARTITION"):
        values = _partition(reader)
        found.append((values, reader.text() if reader.accept("LOCATION") else None))
    reader.end()
    return AddPartitions(table, tuple(found), if_not_exists)


def _drop_partitions(
    reader: Reader, table: tuple[str | None, str], *, if_exists: bool
) -> Statement:
    reader.expect("PARTITION")
    found = [_partition(reader)]
    while reader.accept(",", "PARTITION"):
        found.append(_partition(reader))
    reader.end()
    return DropPartitions(table, tuple(found), if_exists)


def _partition(reader: Reader) -> dict[str, str]:
    values: dict[str, str] = {}
    reader.expect("(")
    while not reader.accept(")"):
        if values:
            reader.expect(",")
        key = reader.name()
        reader.expect("=")
        if reader.token.kind not in {TokenKind.TEXT, TokenKind.NUMBER}:
            reader.refuse("a value")
        values[key] = reader.any_token().text
    return values
