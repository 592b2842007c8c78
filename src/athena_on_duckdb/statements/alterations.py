"""Reads ALTER TABLE, in the forms that Athena has for tables of Hive and of Iceberg.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.statements.column_definitions import read_column, read_columns
from athena_on_duckdb.statements.iceberg_model import DropColumn, UnsetProperties
from athena_on_duckdb.statements.model import (
    AddColumns,
    AddPartitions,
    ChangeColumn,
    DropPartitions,
    ReplaceColumns,
    SetLocation,
    SetProperties,
)
from athena_on_duckdb.statements.properties import read_texts
from athena_on_duckdb.statements.tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.statements.model import Statement, TableName
    from athena_on_duckdb.statements.tokens import Reader


def read_alter(reader: Reader) -> Statement:
    """Reads what follows ALTER TABLE.

    Raises:
        QueryError: It is wrong or not supported.
    """
    table = reader.qualified_name()
    for words, read in _FORMS.items():
        if reader.accept(*words.split()):
            statement = read(reader, table)
            reader.end()
            return statement
    words = " ".join(reader.sql[reader.token.start :].upper().split()[:2])
    detail = f"ALTER TABLE {words} is not supported: {', '.join(_FORMS)} are"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def _add_partitions(
    reader: Reader, table: TableName, *, if_not_exists: bool = False
) -> AddPartitions:
    found = [_partition_and_location(reader)]
    while reader.accept("PARTITION"):
        found.append(_partition_and_location(reader))
    return AddPartitions(table, tuple(found), if_not_exists)


def _drop_partitions(
    reader: Reader, table: TableName, *, if_exists: bool = False
) -> DropPartitions:
    found = [_partition(reader)]
    while reader.accept(",", "PARTITION"):
        found.append(_partition(reader))
    return DropPartitions(table, tuple(found), if_exists)


def _change_column(reader: Reader, table: TableName) -> ChangeColumn:
    name, column = reader.name(), read_column(reader)
    after = "" if reader.accept("FIRST") else None
    if after is None and reader.accept("AFTER"):
        after = reader.name()
    return ChangeColumn(table, name, column, after)


def _set_location_of_partition(reader: Reader, table: TableName) -> SetLocation:
    partition = _partition(reader)
    reader.expect("SET", "LOCATION")
    return SetLocation(table, reader.text(), partition)


def _partition_and_location(reader: Reader) -> tuple[dict[str, str], str | None]:
    return _partition(reader), reader.text() if reader.accept("LOCATION") else None


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


def _unset_properties(reader: Reader, table: TableName) -> UnsetProperties:
    reader.expect("(")
    found = [reader.text()]
    while reader.accept(","):
        found.append(reader.text())
    reader.expect(")")
    return UnsetProperties(table, tuple(found))


_FORMS: Final[dict[str, Callable[[Reader, TableName], Statement]]] = {
    "ADD COLUMNS": lambda reader, table: AddColumns(table, tuple(read_columns(reader))),
    "ADD IF NOT EXISTS PARTITION": partial(_add_partitions, if_not_exists=True),
    "ADD PARTITION": _add_partitions,
    "CHANGE COLUMN": _change_column,
    "CHANGE": _change_column,
    "DROP COLUMN": lambda reader, table: DropColumn(table, reader.name()),
    "DROP IF EXISTS PARTITION": partial(_drop_partitions, if_exists=True),
    "DROP PARTITION": _drop_partitions,
    "PARTITION": _set_location_of_partition,
    "REPLACE COLUMNS": lambda reader, table: ReplaceColumns(table, tuple(read_columns(reader))),
    "SET LOCATION": lambda reader, table: SetLocation(table, reader.text()),
    "SET TBLPROPERTIES": lambda reader, table: SetProperties(table, read_texts(reader)),
    "UNSET TBLPROPERTIES": _unset_properties,
}
