"""Reads the text of a statement; what is inside a query is left to the translation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.statements.alterations import read_alter
from athena_on_duckdb.statements.definitions import read_create, read_drop
from athena_on_duckdb.statements.iceberg_model import Delete, Merge, Optimize, Update, Vacuum
from athena_on_duckdb.statements.model import (
    Deallocate,
    Describe,
    Execute,
    Explain,
    Insert,
    Prepare,
    Repair,
    Select,
    ShowColumns,
    ShowCreate,
    ShowDatabases,
    ShowPartitions,
    ShowProperties,
    ShowTables,
    ShowViews,
    Unload,
)
from athena_on_duckdb.statements.properties import read_properties
from athena_on_duckdb.statements.tokens import Reader, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.statements.model import Statement

# With these a query begins.
_QUERY: Final = ("SELECT", "WITH", "VALUES", "(")


def parse_statement(sql: str) -> Statement:
    """Give the statement that a text is.

    Raises:
        QueryError: The text is no statement, or none of those that are supported.
    """
    reader = Reader(sql)
    if any(reader.is_at(word) for word in _QUERY):
        return Select(reader.rest())
    for word, read in _READERS.items():
        if reader.accept(*word.split()):
            return read(reader)
    if reader.token.kind is TokenKind.END:
        reader.refuse("a statement")
    detail = f"statement {reader.token.text[:40].upper()} is not supported"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def _explain(reader: Reader) -> Statement:
    if reader.is_at("ANALYZE") or reader.is_at("("):
        detail = f"EXPLAIN {reader.token.text.upper()} is not supported: only EXPLAIN of a query is"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    if not any(reader.is_at(word) for word in _QUERY):
        detail = f"EXPLAIN of {reader.token.text[:40].upper()} is not supported: only of a query"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return Explain(reader.rest())


def _unload(reader: Reader) -> Statement:
    query = reader.parenthesized()
    reader.expect("TO")
    location = reader.text()
    reader.expect("WITH")
    properties = read_properties(reader)
    reader.end()
    return Unload(query, location, properties)


def _insert(reader: Reader) -> Statement:
    table = reader.qualified_name()
    columns: tuple[str, ...] | None = None
    if reader.is_at("(") and not any(reader.is_at("(", word) for word in _QUERY):
        reader.expect("(")
        names = [reader.name()]
        while reader.accept(","):
            names.append(reader.name())
        reader.expect(")")
        columns = tuple(names)
    return Insert(table, reader.rest(), columns)


def _delete(reader: Reader) -> Statement:
    table = reader.qualified_name()
    if reader.token.kind is not TokenKind.END:
        reader.expect("WHERE")
        reader.rest()
    return Delete(table, reader.sql)


def _repair(reader: Reader) -> Statement:
    table = reader.qualified_name()
    reader.end()
    return Repair(table)


def _describe(reader: Reader) -> Statement:
    for word in ("EXTENDED", "FORMATTED", "INPUT", "OUTPUT"):
        if reader.is_at(word):
            detail = f"DESCRIBE {word} is not supported: only DESCRIBE of a table is"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    reader.accept("TABLE")
    table = reader.qualified_name()
    reader.end()
    return Describe(table)


def _update(reader: Reader) -> Statement:
    table = reader.qualified_name()
    reader.expect("SET")
    reader.rest()
    return Update(table, reader.sql)


def _merge(reader: Reader) -> Statement:
    table = reader.qualified_name()
    reader.rest()
    return Merge(table, reader.sql)


def _optimize(reader: Reader) -> Statement:
    table = reader.qualified_name()
    reader.expect("REWRITE", "DATA", "USING", "BIN_PACK")
    if reader.accept("WHERE"):
        return Optimize(table, f"DELETE FROM t WHERE {reader.rest()}")  # noqa: S608 -- parsed
    reader.end()
    return Optimize(table)


def _vacuum(reader: Reader) -> Statement:
    table = reader.qualified_name()
    reader.end()
    return Vacuum(table)


def _show(reader: Reader) -> Statement:
    for words, read in _SHOWS.items():
        if reader.accept(*words.split()):
            statement = read(reader)
            reader.end()
            return statement
    detail = f"statement SHOW {reader.token.text[:40].upper()} is not supported"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def _show_columns(reader: Reader) -> Statement:
    if not reader.accept("FROM"):
        reader.expect("IN")
    database, table = reader.qualified_name()
    if reader.accept("FROM") or reader.accept("IN"):
        database = reader.name()
    return ShowColumns((database, table))


def _show_properties(reader: Reader) -> Statement:
    table = reader.qualified_name()
    key = None
    if reader.accept("("):
        key = reader.text()
        reader.expect(")")
    return ShowProperties(table, key)


def _database(reader: Reader) -> str | None:
    return reader.name() if reader.accept("IN") or reader.accept("FROM") else None


def _pattern(reader: Reader) -> str | None:
    if reader.accept("LIKE") or reader.token.kind is TokenKind.TEXT:
        return reader.text()
    return None


def _prepare(reader: Reader) -> Statement:
    name = reader.name()
    reader.expect("FROM")
    return Prepare(name, reader.rest())


def _execute(reader: Reader) -> Statement:
    name = reader.name()
    values: list[str] = []
    if reader.accept("USING"):
        values = split_expressions(reader.rest())
    reader.end()
    return Execute(name, tuple(values))


def _deallocate(reader: Reader) -> Statement:
    name = reader.name()
    reader.end()
    return Deallocate(name)


def split_expressions(text: str) -> list[str]:
    """Cut a list of expressions at the commas that stand in no parentheses.

    Raises:
        QueryError: One of them is empty.
    """
    reader = Reader(text)
    found: list[str] = []
    start, depth = reader.token.start, 0
    while True:
        token = reader.token
        is_over = token.kind is TokenKind.END
        if is_over or (depth == 0 and reader.is_at(",")):
            found.append(text[start : token.start].strip())
            if not found[-1]:
                reader.refuse("an expression")
            if is_over:
                return found
            reader.expect(",")
            start = reader.token.start
            continue
        if token.kind is TokenKind.MARK:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        reader.any_token()


_SHOWS: Final[dict[str, Callable[[Reader], Statement]]] = {
    "DATABASES": lambda reader: ShowDatabases(_pattern(reader)),
    "SCHEMAS": lambda reader: ShowDatabases(_pattern(reader)),
    "TABLES": lambda reader: ShowTables(_database(reader), _pattern(reader)),
    "VIEWS": lambda reader: ShowViews(_database(reader), _pattern(reader)),
    "COLUMNS": _show_columns,
    "PARTITIONS": lambda reader: ShowPartitions(reader.qualified_name()),
    "TBLPROPERTIES": _show_properties,
    "CREATE TABLE": lambda reader: ShowCreate(reader.qualified_name()),
    "CREATE VIEW": lambda reader: ShowCreate(reader.qualified_name()),
}
_READERS: Final[dict[str, Callable[[Reader], Statement]]] = {
    "EXPLAIN": _explain,
    "UNLOAD": _unload,
    "INSERT INTO": _insert,
    "CREATE": read_create,
    "DELETE FROM": _delete,
    "UPDATE": _update,
    "MERGE INTO": _merge,
    "OPTIMIZE": _optimize,
    "VACUUM": _vacuum,
    "DROP": read_drop,
    "ALTER TABLE": read_alter,
    "MSCK REPAIR TABLE": _repair,
    "DESCRIBE": _describe,
    "DESC": _describe,
    "SHOW": _show,
    "PREPARE": _prepare,
    "EXECUTE": _execute,
    "DEALLOCATE PREPARE": _deallocate,
}
