"""ALTER TABLE: reads its forms, and changes columns, properties and location of a table.

Files stay as they are: what a Hive table has in them is read by the name of the column, what an
Iceberg table has by its id.
https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-evolving-table-schema.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

from athena_on_duckdb.crawl import update_partitions
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.catalog import changing, open_table
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.properties import iceberg_properties, removed
from athena_on_duckdb.iceberg.types import iceberg_type
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import require_iceberg, table_of
from athena_on_duckdb.statements.grammar import (
    read_column,
    read_columns,
    read_partition,
    read_texts,
)
from athena_on_duckdb.statements.model import Statement
from athena_on_duckdb.statements.partitions import (
    AddPartitions,
    DropPartitions,
    registered_partition,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import TableName
    from athena_on_duckdb.statements.tokens import Reader
    from athena_on_duckdb.tables.glue import GlueTable

# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
_INPUTS: Final = frozenset(
    {"Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys"}
    | {"TableType", "Parameters", "TargetTable"}
)
# https://docs.aws.amazon.com/glue/latest/webapi/API_PartitionInput.html
_PARTITION_INPUTS: Final = frozenset({"Values", "StorageDescriptor", "Parameters"})


@dataclass(frozen=True, slots=True)
class Alteration(Statement):
    """An ALTER TABLE that Hive's tables, Iceberg's or both have."""

    table: TableName

    def run(self, context: Context) -> Lines:
        """Changes the table."""
        table = table_of(context, self.table)
        if table.view_text is not None:
            detail = f"ALTER TABLE {table.full_name}: it is a view"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        if table.is_iceberg:
            self.of_iceberg(context, table)
        else:
            self.of_hive(context, table)
        return Lines()

    def of_hive(self, context: Context, table: GlueTable) -> None:
        """Changes a table that Glue alone describes."""
        del context
        require_iceberg(table, "ALTER TABLE")

    def of_iceberg(self, context: Context, table: GlueTable) -> None:
        """Changes an Iceberg table."""
        del context
        detail = f"ALTER TABLE {table.full_name}: an Iceberg table is not altered so"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)


@dataclass(frozen=True, slots=True)
class SetProperties(Alteration):
    """ALTER TABLE SET TBLPROPERTIES: those given, beside the others."""

    subtype = "ALTER_TABLE_SET_TBLPROPERTIES"
    properties: Mapping[str, str]

    def of_hive(self, context: Context, table: GlueTable) -> None:
        """Tells Glue."""
        _update(context, table, Parameters={**table.parameters, **self.properties})

    def of_iceberg(self, context: Context, table: GlueTable) -> None:
        """Commits those that Athena knows."""
        added = iceberg_properties(self.properties)
        with changing(_opened(context, table)) as transaction:
            transaction.set_properties(added)


@dataclass(frozen=True, slots=True)
class UnsetProperties(Alteration):
    """ALTER TABLE UNSET TBLPROPERTIES."""

    subtype = "ALTER_TABLE_UNSET_TBLPROPERTIES"
    names: tuple[str, ...]

    @classmethod
    def read(cls, reader: Reader, table: TableName) -> Self:
        """Reads the names."""
        return cls(table, tuple(reader.listed(reader.text)) or reader.refuse("a name"))

    def of_iceberg(self, context: Context, table: GlueTable) -> None:
        """Commits without them."""
        with changing(_opened(context, table)) as transaction:
            transaction.remove_properties(*removed(self.names))


@dataclass(frozen=True, slots=True)
class SetLocation(Alteration):
    """ALTER TABLE SET LOCATION, of the table, or of the partition whose values are given by key."""

    subtype = "ALTER_TABLE_SET_LOCATION"
    location: str
    partition: Mapping[str, str] | None = None

    @classmethod
    def read_of_partition(cls, reader: Reader, table: TableName) -> Self:
        """Reads the partition and its location."""
        partition = read_partition(reader)
        reader.expect("SET", "LOCATION")
        return cls(table, reader.text(), partition)

    def of_hive(self, context: Context, table: GlueTable) -> None:
        """Tells Glue; a partition must be registered."""
        if self.partition is None:
            _update(context, table, StorageDescriptor=self._storage(table.raw))
            return
        held = registered_partition(context, table, self.partition)
        changed = {**held, "StorageDescriptor": self._storage(held)}
        given = {name: value for name, value in changed.items() if name in _PARTITION_INPUTS}
        update_partitions(context.clients, table, [given])

    def _storage(self, held: Mapping[str, Any]) -> dict[str, Any]:
        return {**held["StorageDescriptor"], "Location": self.location}


@dataclass(frozen=True, slots=True)
class AddColumns(Alteration):
    """ALTER TABLE ADD COLUMNS, behind the others, as Glue describes columns."""

    subtype = "ALTER_TABLE_ADD_COLUMNS"
    columns: tuple[Mapping[str, str], ...]

    def of_hive(self, context: Context, table: GlueTable) -> None:
        """Tells Glue."""
        _set_columns(context, table, [*table.raw["StorageDescriptor"]["Columns"], *self.columns])

    def of_iceberg(self, context: Context, table: GlueTable) -> None:
        """Commits the columns."""
        with _columns(_opened(context, table)) as update:
            for each in self.columns:
                update.add_column(each["Name"], iceberg_type(each["Type"]), doc=each.get("Comment"))


@dataclass(frozen=True, slots=True)
class ReplaceColumns(Alteration):
    """ALTER TABLE REPLACE COLUMNS, with those given, as Glue describes columns; keys stay."""

    subtype = "ALTER_TABLE_REPLACE_COLUMNS"
    columns: tuple[Mapping[str, str], ...]

    def of_hive(self, context: Context, table: GlueTable) -> None:
        """Tells Glue."""
        _set_columns(context, table, self.columns)


@dataclass(frozen=True, slots=True)
class DropColumn(Alteration):
    """ALTER TABLE DROP COLUMN; files keep its values, which no later column gets."""

    subtype = "ALTER_TABLE_DROP_COLUMN"
    column: str

    def of_iceberg(self, context: Context, table: GlueTable) -> None:
        """Commits without the column."""
        opened = _opened(context, table)
        schema, fields = opened.metadata.schema(), opened.metadata.spec().fields
        if self.column in {schema.find_column_name(each.source_id) for each in fields}:
            detail = f"ALTER TABLE DROP COLUMN {self.column}: the table is partitioned by it"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        with _columns(opened) as update:
            update.delete_column(self.column)


@dataclass(frozen=True, slots=True)
class ChangeColumn(Alteration):
    """ALTER TABLE CHANGE COLUMN: its name, type and, where one is given, comment.

    Attributes:
        after: The column behind which it comes; empty for FIRST, None where its place stays.
    """

    subtype = "ALTER_TABLE_CHANGE_COLUMN"
    name: str
    column: Mapping[str, str]
    after: str | None = None

    @classmethod
    def read(cls, reader: Reader, table: TableName) -> Self:
        """Reads the column, what it becomes, and where it comes."""
        name, column = reader.name(), read_column(reader)
        after = "" if reader.accept("FIRST") else None
        if after is None and reader.accept("AFTER"):
            after = reader.name()
        return cls(table, name, column, after)

    def of_hive(self, context: Context, table: GlueTable) -> None:
        """Tells Glue."""
        if self.name not in {column.name for column in table.columns}:
            detail = f"Table {table.full_name} has no column {self.name}"
            raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
        if self.after is not None:
            detail = f"ALTER TABLE {table.full_name}: FIRST and AFTER are for Iceberg tables only"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        changed = [
            {**column, **self.column} if column["Name"].lower() == self.name else column
            for column in table.raw["StorageDescriptor"]["Columns"]
        ]
        _set_columns(context, table, changed)

    def of_iceberg(self, context: Context, table: GlueTable) -> None:
        """Commits another name, a wider type, a comment, another place."""
        kind, doc = iceberg_type(self.column["Type"]), self.column.get("Comment")
        with _columns(_opened(context, table)) as update:
            update.update_column(self.name, field_type=kind, doc=doc)
            if self.after == "":
                update.move_first(self.name)
            elif self.after is not None:
                update.move_after(self.name, self.after)
            if self.column["Name"] != self.name:
                update.rename_column(self.name, self.column["Name"])


def read_alter(reader: Reader) -> Statement:
    """Reads what follows ALTER TABLE.

    Raises:
        QueryError: It is wrong or not supported.
    """
    table = reader.qualified_name()
    for words, read in _FORMS.items():
        if reader.accept(*words.split()):
            return read(reader, table)
    words = " ".join(reader.sql[reader.token.start :].upper().split()[:2])
    detail = f"ALTER TABLE {words} is not supported: {', '.join(_FORMS)} are"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


_FORMS: Final[dict[str, Callable[[Reader, TableName], Statement]]] = {
    "ADD COLUMNS": lambda reader, table: AddColumns(table, read_columns(reader)),
    "ADD IF NOT EXISTS PARTITION": partial(AddPartitions.read, if_not_exists=True),
    "ADD PARTITION": AddPartitions.read,
    "CHANGE COLUMN": ChangeColumn.read,
    "CHANGE": ChangeColumn.read,
    "DROP COLUMN": lambda reader, table: DropColumn(table, reader.name()),
    "DROP IF EXISTS PARTITION": partial(DropPartitions.read, if_exists=True),
    "DROP PARTITION": DropPartitions.read,
    "PARTITION": SetLocation.read_of_partition,
    "REPLACE COLUMNS": lambda reader, table: ReplaceColumns(table, read_columns(reader)),
    "SET LOCATION": lambda reader, table: SetLocation(table, reader.text()),
    "SET TBLPROPERTIES": lambda reader, table: SetProperties(table, read_texts(reader)),
    "UNSET TBLPROPERTIES": UnsetProperties.read,
}


def _set_columns(
    context: Context,
    table: GlueTable,
    columns: Sequence[Mapping[str, str]],
) -> None:
    names = [column["Name"].lower() for column in columns]
    names += [key.name for key in table.keys]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        detail = f"Duplicate column name in table {table.full_name}: {', '.join(twice)}"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    storage = {**table.raw["StorageDescriptor"], "Columns": [dict(column) for column in columns]}
    _update(context, table, StorageDescriptor=storage)


def _update(context: Context, table: GlueTable, **changed: object) -> None:
    """Tells Glue what has changed, and of all else what it was."""
    kept = {name: value for name, value in table.raw.items() if name in _INPUTS and value}
    asked = {"DatabaseName": table.database, "TableInput": {**kept, **changed}}
    context.clients.call("glue", "UpdateTable", asked)


def _opened(context: Context, table: GlueTable) -> Any:  # noqa: ANN401 -- pyiceberg's Table
    return open_table(context.clients, table.database, table.name)


@contextmanager
def _columns(opened: Any) -> Generator[Any]:  # noqa: ANN401 -- of pyiceberg
    try:
        with changing(opened) as transaction, transaction.update_schema() as update:
            yield update
    except QueryError:
        raise
    except (ValueError, module("exceptions").ValidationError) as error:
        detail = f"ALTER TABLE {'.'.join(opened.name())}: {error}"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail) from error
