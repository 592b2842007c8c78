"""Reads the text of a statement, that of a prepared one too; a query is left to the translation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Self

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.altering import read_alter
from athena_on_duckdb.statements.create_table import CreateTable
from athena_on_duckdb.statements.databases import CreateDatabase, DropDatabase, DropTable, DropView
from athena_on_duckdb.statements.iceberg_changes import Delete, Merge, Update
from athena_on_duckdb.statements.iceberg_maintenance import Optimize, Vacuum
from athena_on_duckdb.statements.iceberg_table import CreateIcebergTable
from athena_on_duckdb.statements.model import Statement
from athena_on_duckdb.statements.partitions import Repair, ShowPartitions
from athena_on_duckdb.statements.queries import QUERY, Explain, Select
from athena_on_duckdb.statements.show import (
    Describe,
    ShowColumns,
    ShowDatabases,
    ShowProperties,
    ShowTables,
    ShowViews,
)
from athena_on_duckdb.statements.show_create import ShowCreate
from athena_on_duckdb.statements.tokens import Reader, TokenKind
from athena_on_duckdb.statements.views import CreateView
from athena_on_duckdb.statements.writing import CreateTableAs, Insert, Unload

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.statements.context import Context


def parse_statement(sql: str) -> Statement:
    """Give the statement that a text is.

    Raises:
        QueryError: The text is no statement, or none of those that are supported.
    """
    reader = Reader(sql)
    if any(map(reader.is_at, QUERY)):
        return Select(reader.rest())
    for words, read in _READERS.items():
        if reader.accept(*words.split()):
            statement = read(reader)
            reader.end()
            return statement
    if reader.token.kind is TokenKind.END:
        reader.refuse("a statement")
    first = [f"{word} " for word in ("CREATE", "DROP", "SHOW") if reader.accept(word)]
    detail = f"statement {''.join(first)}{reader.token.text[:40].upper()} is not supported"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


@dataclass(frozen=True, slots=True)
class Prepare(Statement):
    """PREPARE; prepared statements are kept by the cloud behind."""

    subtype = "PREPARE"
    name: str
    text: str

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name and the statement, which is looked at when this one runs."""
        name = reader.name()
        reader.expect("FROM")
        return cls(name, reader.rest())

    def run(self, context: Context) -> Lines:
        """Keeps the statement in the place of one of the same name."""
        parse_statement(self.text)
        name = _permitted(context, "CreatePreparedStatement", self.name)
        listed = context.athena("ListPreparedStatements", {"WorkGroup": name["WorkGroup"]})
        if self.name in [each["StatementName"] for each in listed["PreparedStatements"]]:
            context.athena("DeletePreparedStatement", name)
        context.athena("CreatePreparedStatement", {**name, "QueryStatement": self.text})
        return Lines()


@dataclass(frozen=True, slots=True)
class Execute(Statement):
    """EXECUTE; it becomes the statement that was prepared before it runs."""

    subtype = "EXECUTE"
    name: str
    values: tuple[str, ...] = ()

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name and the values."""
        name = reader.name()
        return cls(name, tuple(split_expressions(reader.rest())) if reader.accept("USING") else ())


@dataclass(frozen=True, slots=True)
class Deallocate(Statement):
    """DEALLOCATE PREPARE."""

    subtype = "DEALLOCATE"
    name: str

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name."""
        return cls(reader.name())

    def run(self, context: Context) -> Lines:
        """Forgets the statement."""
        operation = "DeletePreparedStatement"
        context.athena(operation, _permitted(context, operation, self.name))
        return Lines()


def _permitted(context: Context, operation: str, name: str) -> dict[str, str]:
    """Returns the parameters that name a prepared statement, of a caller who may do this to it."""
    workgroup = context.asked.workgroup
    context.require(f"athena:{operation}", f"workgroup/{workgroup}")
    return {"StatementName": name, "WorkGroup": workgroup}


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


def _create_table(reader: Reader) -> Statement:
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    table = reader.qualified_name()
    of_kind = CreateIcebergTable if reader.is_at("(") else CreateTableAs
    return of_kind.read_named(reader, table, if_not_exists=if_not_exists)


# By the words that each begins with.
_READERS: Final[dict[str, Callable[[Reader], Statement]]] = {
    "ALTER TABLE": read_alter,
    "CREATE DATABASE": CreateDatabase.read,
    "CREATE EXTERNAL TABLE": CreateTable.read,
    "CREATE OR REPLACE": partial(CreateView.read, or_replace=True),
    "CREATE SCHEMA": CreateDatabase.read,
    "CREATE TABLE": _create_table,
    "CREATE VIEW": CreateView.read,
    "DEALLOCATE PREPARE": Deallocate.read,
    "DELETE FROM": Delete.read,
    "DESC": Describe.read,
    "DESCRIBE": Describe.read,
    "DROP DATABASE": DropDatabase.read,
    "DROP SCHEMA": DropDatabase.read,
    "DROP TABLE": DropTable.read,
    "DROP VIEW": DropView.read,
    "EXECUTE": Execute.read,
    "EXPLAIN": Explain.read,
    "INSERT INTO": Insert.read,
    "MERGE INTO": Merge.read,
    "MSCK REPAIR TABLE": Repair.read,
    "OPTIMIZE": Optimize.read,
    "PREPARE": Prepare.read,
    "SHOW COLUMNS": ShowColumns.read,
    "SHOW CREATE TABLE": ShowCreate.read,
    "SHOW CREATE VIEW": ShowCreate.read,
    "SHOW DATABASES": ShowDatabases.read,
    "SHOW PARTITIONS": ShowPartitions.read,
    "SHOW SCHEMAS": ShowDatabases.read,
    "SHOW TABLES": ShowTables.read,
    "SHOW TBLPROPERTIES": ShowProperties.read,
    "SHOW VIEWS": ShowViews.read,
    "UNLOAD": Unload.read,
    "UPDATE": Update.read,
    "VACUUM": Vacuum.read,
}
