"""Statements that show what there is: databases, tables, views, columns, properties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.catalog import open_table
from athena_on_duckdb.results.columns import line_columns
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import require_database, table_of
from athena_on_duckdb.statements.model import Statement, StatementType, TableStatement
from athena_on_duckdb.statements.tokens import TokenKind
from athena_on_duckdb.tables.glue import GlueCatalog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.tokens import Reader
    from athena_on_duckdb.tables.glue import GlueTable

# Hive fills the cells of these tables with blanks.
_WIDTH: Final = 20


@dataclass(frozen=True, slots=True)
class ShowDatabases(Statement):
    """SHOW DATABASES."""

    type = StatementType.UTILITY
    subtype = "SHOW_DATABASES"
    pattern: str | None = None

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the pattern."""
        return cls(_pattern(reader))

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        names = sorted(GlueCatalog(context.clients).databases())
        return Lines(line_columns("database_name"), _matching(names, self.pattern))


@dataclass(frozen=True, slots=True)
class ShowTables(Statement):
    """SHOW TABLES, views among them, of the execution's database where none is named."""

    type = StatementType.UTILITY
    subtype = "SHOW_TABLES"
    database: str | None = None
    pattern: str | None = None

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the database and the pattern."""
        is_named = reader.accept("IN") or reader.accept("FROM")
        return cls(reader.name() if is_named else None, _pattern(reader))

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        names = (table.name for table in self._tables(context))
        return Lines(line_columns("tab_name"), _matching(names, self.pattern))

    def _tables(self, context: Context) -> list[GlueTable]:
        name = self.database or context.asked.database
        require_database(context, name)
        return sorted(GlueCatalog(context.clients).tables(name), key=lambda table: table.name)


@dataclass(frozen=True, slots=True)
class ShowViews(ShowTables):
    """SHOW VIEWS, of the execution's database where none is named."""

    subtype = "SHOW_VIEWS"

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        names = (each.name for each in self._tables(context) if each.view_text is not None)
        return Lines(line_columns("views"), _matching(names, self.pattern))


@dataclass(frozen=True, slots=True)
class ShowColumns(TableStatement):
    """SHOW COLUMNS, partition keys last."""

    type = StatementType.UTILITY
    subtype = "SHOW_COLUMNS"

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table, whose database may come behind it."""
        if not reader.accept("FROM"):
            reader.expect("IN")
        database, table = reader.qualified_name()
        if reader.accept("FROM") or reader.accept("IN"):
            database = reader.name()
        return cls((database, table))

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        table = table_of(context, self.table)
        names = [column.name for column in (*table.columns, *table.keys)]
        return Lines(line_columns("field"), tuple(f"{name:<{_WIDTH}}" for name in names))


@dataclass(frozen=True, slots=True)
class ShowProperties(TableStatement):
    """SHOW TBLPROPERTIES, of one key or all."""

    type = StatementType.UTILITY
    subtype = "SHOW_TBLPROPERTIES"
    key: str | None = None

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table and the key."""
        table, key = reader.qualified_name(), None
        if reader.accept("("):
            key = reader.text()
            reader.expect(")")
        return cls(table, key)

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        table = table_of(context, self.table)
        columns = line_columns("prpt_name", "prpt_value")
        if self.key is None:
            lines = [f"{name}\t{value}" for name, value in sorted(table.parameters.items())]
            return Lines(columns, tuple(lines))
        missing = f"Table {table.database}.{table.name} does not have property: {self.key}"
        return Lines(columns, (table.parameters.get(self.key, missing),))


@dataclass(frozen=True, slots=True)
class Describe(TableStatement):
    """DESCRIBE: the columns, then once more those that are partition keys."""

    type = StatementType.UTILITY
    subtype = "DESCRIBE_TABLE"

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table, which no option may stand before."""
        for word in ("EXTENDED", "FORMATTED", "INPUT", "OUTPUT"):
            if reader.is_at(word):
                detail = f"DESCRIBE {word} is not supported: only DESCRIBE of a table is"
                raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        reader.accept("TABLE")
        return cls(reader.qualified_name())

    def run(self, context: Context) -> Lines:
        """Asks Glue."""
        table = table_of(context, self.table)
        lines = _of_iceberg(context, table) if table.is_iceberg else _of_hive(table)
        return Lines(line_columns("col_name", "data_type", "comment"), lines)


def _of_hive(table: GlueTable) -> tuple[str, ...]:
    lines = [
        _cells(column.name, column.type, column.comment or "")
        for column in (*table.columns, *table.keys)
    ]
    if table.keys:
        lines += [
            "\t \t ",
            "# Partition Information\t \t ",
            _cells("# col_name", "data_type", "comment"),
            "\t \t ",
            *(_cells(key.name, key.type, key.comment or "") for key in table.keys),
        ]
    return tuple(lines)


def _of_iceberg(context: Context, table: GlueTable) -> tuple[str, ...]:
    """Returns the columns of an Iceberg table, and its partition fields."""
    metadata = open_table(context.clients, table.database, table.name).metadata
    return (
        _cells("# Table schema:", "", ""),
        _cells("# col_name", "data_type", "comment"),
        *(_cells(column.name, column.type, column.comment or "") for column in table.columns),
        _cells("", "", ""),
        _cells("# Partition spec:", "", ""),
        _cells("# field_name", "field_transform", "column_name"),
        *(
            _cells(
                field.name,
                str(field.transform),
                metadata.schema().find_column_name(field.source_id),
            )
            for field in metadata.spec().fields
        ),
    )


def _cells(*texts: str) -> str:
    # A comment may hold anything: a line is a row, a tab ends a cell.
    plain = (re.sub(r"\s", " ", text) for text in texts)
    return "\t".join(f"{text:<{_WIDTH}}" for text in plain)


def _pattern(reader: Reader) -> str | None:
    is_there = reader.accept("LIKE") or reader.token.kind is TokenKind.TEXT
    return reader.text() if is_there else None


def _matching(names: Iterable[str], pattern: str | None) -> tuple[str, ...]:
    """Keep the names of a pattern of Hive's: `*` or `.*` for anything, `|` for or."""
    if pattern is None:
        return tuple(names)
    choices = [
        ".*".join(map(re.escape, choice.replace(".*", "*").split("*")))
        for choice in pattern.split("|")
    ]
    wanted = re.compile("|".join(choices), re.IGNORECASE)
    return tuple(name for name in names if wanted.fullmatch(name))
