"""The statements that make, change and keep Iceberg tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from athena_on_duckdb.statements.model import Form, Statement, StatementType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.statements.model import TableName


@dataclass(frozen=True, slots=True)
class CreateIcebergTable(Statement):
    """CREATE TABLE of an Iceberg table: its columns as Glue has them, its fields of partitions."""

    subtype = "CREATE_TABLE"
    table: TableName
    columns: tuple[Mapping[str, str], ...]
    partition_fields: tuple[tuple[str, str], ...] = ()
    comment: str | None = None
    location: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class Delete(Statement):
    """DELETE; without a condition, of all rows."""

    type = StatementType.DML
    subtype = "DELETE"
    form = Form.FILES
    table: TableName
    change: str


@dataclass(frozen=True, slots=True)
class Update(Statement):
    """UPDATE."""

    type = StatementType.DML
    subtype = "UPDATE"
    form = Form.FILES
    table: TableName
    change: str


@dataclass(frozen=True, slots=True)
class Merge(Statement):
    """MERGE INTO."""

    type = StatementType.DML
    subtype = "MERGE"
    form = Form.FILES
    table: TableName
    change: str


@dataclass(frozen=True, slots=True)
class Optimize(Statement):
    """OPTIMIZE; its condition as that of a DELETE, None for the whole table."""

    type = StatementType.DML
    subtype = "OPTIMIZE"
    form = Form.FILES
    table: TableName
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Vacuum(Statement):
    """VACUUM."""

    subtype = "VACUUM"
    table: TableName


@dataclass(frozen=True, slots=True)
class DropColumn(Statement):
    """ALTER TABLE DROP COLUMN."""

    subtype = "ALTER_TABLE_DROP_COLUMN"
    table: TableName
    column: str


@dataclass(frozen=True, slots=True)
class UnsetProperties(Statement):
    """ALTER TABLE UNSET TBLPROPERTIES."""

    subtype = "ALTER_TABLE_UNSET_TBLPROPERTIES"
    table: TableName
    names: tuple[str, ...]
