"""The statements that are known, and what Athena calls each and writes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

TableName: TypeAlias = "tuple[str | None, str]"
"""A table's database, None for that of the execution, and its name."""
Value: TypeAlias = "str | int | bool | tuple[str, ...]"
"""Of a property in `WITH (...)`."""


class StatementType(StrEnum):
    """Athena's kinds of statements.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
    """

    DDL = "DDL"
    DML = "DML"
    UTILITY = "UTILITY"


class Form(StrEnum):
    """What is written of a result.

    https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
    """

    ROWS = "a CSV file"
    LINES = "a text file"
    FILES = "data files, and a manifest of them"
    TABLE = "data files of a new table, and a manifest of them"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement.

    Attributes:
        type: Athena's kind.
        subtype: Athena's finer kind.
        form: What is written of its result.
    """

    type: ClassVar[StatementType] = StatementType.DDL
    subtype: ClassVar[str]
    form: ClassVar[Form] = Form.LINES


@dataclass(frozen=True, slots=True)
class Select(Statement):
    """SELECT, WITH or VALUES."""

    type = StatementType.DML
    subtype = "SELECT"
    form = Form.ROWS
    query: str


@dataclass(frozen=True, slots=True)
class Explain(Statement):
    """EXPLAIN of a query."""

    type = StatementType.UTILITY
    subtype = "EXPLAIN"
    query: str


@dataclass(frozen=True, slots=True)
class CreateTableAs(Statement):
    """CREATE TABLE AS."""

    subtype = "CREATE_TABLE_AS_SELECT"
    form = Form.TABLE
    table: TableName
    query: str
    properties: Mapping[str, Value]
    if_not_exists: bool = False
    with_data: bool = True


@dataclass(frozen=True, slots=True)
class Unload(Statement):
    """UNLOAD."""

    type = StatementType.DML
    subtype = "UNLOAD"
    form = Form.FILES
    query: str
    location: str
    properties: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Insert(Statement):
    """INSERT INTO; without columns, all of the table's are meant."""

    type = StatementType.DML
    subtype = "INSERT"
    form = Form.FILES
    table: TableName
    query: str
    columns: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CreateView(Statement):
    """CREATE VIEW."""

    subtype = "CREATE_VIEW"
    view: TableName
    query: str
    or_replace: bool = False


@dataclass(frozen=True, slots=True)
class DropView(Statement):
    """DROP VIEW."""

    subtype = "DROP_VIEW"
    view: TableName
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateDatabase(Statement):
    """CREATE DATABASE."""

    subtype = "CREATE_DATABASE"
    name: str
    if_not_exists: bool = False
    comment: str | None = None
    location: str | None = None
    properties: Mapping[str, Value] = field(default_factory=dict[str, "Value"])


@dataclass(frozen=True, slots=True)
class DropDatabase(Statement):
    """DROP DATABASE."""

    subtype = "DROP_DATABASE"
    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class CreateTable(Statement):
    """CREATE EXTERNAL TABLE, which the cloud behind reads itself."""

    subtype = "CREATE_TABLE"
    table: TableName
    text: str


@dataclass(frozen=True, slots=True)
class DropTable(Statement):
    """DROP TABLE."""

    subtype = "DROP_TABLE"
    table: TableName
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class AddPartitions(Statement):
    """ALTER TABLE ADD PARTITION: of each partition its values by key, and its location if given."""

    subtype = "ALTER_TABLE_ADD_PARTITION"
    table: TableName
    partitions: tuple[tuple[Mapping[str, str], str | None], ...]
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropPartitions(Statement):
    """ALTER TABLE DROP PARTITION: of each partition its values by key."""

    subtype = "ALTER_TABLE_DROP_PARTITION"
    table: TableName
    partitions: tuple[Mapping[str, str], ...]
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetProperties(Statement):
    """ALTER TABLE SET TBLPROPERTIES: those given, beside the others."""

    subtype = "ALTER_TABLE_SET_TBLPROPERTIES"
    table: TableName
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetLocation(Statement):
    """ALTER TABLE SET LOCATION, of the table, or of the partition whose values are given by key."""

    subtype = "ALTER_TABLE_SET_LOCATION"
    table: TableName
    location: str
    partition: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class AddColumns(Statement):
    """ALTER TABLE ADD COLUMNS, behind the others, as Glue describes columns."""

    subtype = "ALTER_TABLE_ADD_COLUMNS"
    table: TableName
    columns: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReplaceColumns(Statement):
    """ALTER TABLE REPLACE COLUMNS, with those given, as Glue describes columns."""

    subtype = "ALTER_TABLE_REPLACE_COLUMNS"
    table: TableName
    columns: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangeColumn(Statement):
    """ALTER TABLE CHANGE COLUMN: its name, type and, where one is given, comment.

    Attributes:
        after: The column behind which it comes; empty for FIRST, None where its place stays.
    """

    subtype = "ALTER_TABLE_CHANGE_COLUMN"
    table: TableName
    name: str
    column: Mapping[str, str]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Repair(Statement):
    """MSCK REPAIR TABLE."""

    subtype = "MSCK_REPAIR_TABLE"
    table: TableName


@dataclass(frozen=True, slots=True)
class ShowDatabases(Statement):
    """SHOW DATABASES."""

    type = StatementType.UTILITY
    subtype = "SHOW_DATABASES"
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class ShowTables(Statement):
    """SHOW TABLES, of the execution's database where none is named."""

    type = StatementType.UTILITY
    subtype = "SHOW_TABLES"
    database: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class ShowViews(Statement):
    """SHOW VIEWS, of the execution's database where none is named."""

    type = StatementType.UTILITY
    subtype = "SHOW_VIEWS"
    database: str | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class ShowColumns(Statement):
    """SHOW COLUMNS."""

    type = StatementType.UTILITY
    subtype = "SHOW_COLUMNS"
    table: TableName


@dataclass(frozen=True, slots=True)
class ShowPartitions(Statement):
    """SHOW PARTITIONS."""

    type = StatementType.UTILITY
    subtype = "SHOW_PARTITIONS"
    table: TableName


@dataclass(frozen=True, slots=True)
class ShowProperties(Statement):
    """SHOW TBLPROPERTIES, of one key or all."""

    type = StatementType.UTILITY
    subtype = "SHOW_TBLPROPERTIES"
    table: TableName
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ShowCreate(Statement):
    """SHOW CREATE TABLE or VIEW."""

    type = StatementType.UTILITY
    subtype = "SHOW_CREATE_TABLE"
    table: TableName


@dataclass(frozen=True, slots=True)
class Describe(Statement):
    """DESCRIBE."""

    type = StatementType.UTILITY
    subtype = "DESCRIBE_TABLE"
    table: TableName


@dataclass(frozen=True, slots=True)
class Prepare(Statement):
    """PREPARE."""

    subtype = "PREPARE"
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Execute(Statement):
    """EXECUTE; it becomes the statement that was prepared before it runs."""

    subtype = "EXECUTE"
    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deallocate(Statement):
    """DEALLOCATE PREPARE."""

    subtype = "DEALLOCATE"
    name: str
