"""Statements that make and drop databases, and drop tables and views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from botocore.exceptions import ClientError

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import ABSENT, PRESENT, error_code, find_table, full_name
from athena_on_duckdb.statements.grammar import read_properties
from athena_on_duckdb.statements.iceberg_files import delete_all
from athena_on_duckdb.statements.model import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import TableName, Value
    from athena_on_duckdb.statements.tokens import Reader


@dataclass(frozen=True, slots=True)
class CreateDatabase(Statement):
    """CREATE DATABASE."""

    subtype = "CREATE_DATABASE"
    name: str
    if_not_exists: bool = False
    comment: str | None = None
    location: str | None = None
    properties: Mapping[str, Value] = field(default_factory=dict[str, "Value"])

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name and what is told of the database."""
        if_not_exists, name = reader.accept("IF", "NOT", "EXISTS"), reader.name()
        comment, location = reader.optional("COMMENT"), reader.optional("LOCATION")
        properties = read_properties(reader) if reader.accept("WITH", "DBPROPERTIES") else {}
        return cls(name, if_not_exists, comment, location, properties)

    def run(self, context: Context) -> Lines:
        """Tells Glue."""
        given: dict[str, object] = {"Name": self.name}
        if self.comment is not None:
            given["Description"] = self.comment
        if self.location is not None:
            given["LocationUri"] = self.location
        if self.properties:
            given["Parameters"] = {name: str(value) for name, value in self.properties.items()}
        try:
            context.clients.call("glue", "CreateDatabase", {"DatabaseInput": given})
        except ClientError as error:
            if error_code(error) != PRESENT:
                raise
            if not self.if_not_exists:
                detail = f"Database {self.name} already exists"
                raise QueryError(ErrorName.SCHEMA_ALREADY_EXISTS, detail) from error
        return Lines()


@dataclass(frozen=True, slots=True)
class DropDatabase(Statement):
    """DROP DATABASE; one that holds tables goes with CASCADE only."""

    subtype = "DROP_DATABASE"
    name: str
    if_exists: bool = False
    cascade: bool = False

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name."""
        if_exists, name = reader.accept("IF", "EXISTS"), reader.name()
        cascade = reader.accept("CASCADE")
        if not cascade:
            reader.accept("RESTRICT")
        return cls(name, if_exists, cascade)

    def run(self, context: Context) -> Lines:
        """Tells Glue."""
        asked = {"DatabaseName": self.name}
        try:
            tables = context.clients.pages("glue", "GetTables", asked, "TableList")
            if tables and not self.cascade:
                detail = f"Database {self.name} is not empty. One or more tables exist."
                raise QueryError(ErrorName.SCHEMA_NOT_EMPTY, detail)
            context.clients.call("glue", "DeleteDatabase", {"Name": self.name})
        except ClientError as error:
            if error_code(error) != ABSENT:
                raise
            if not self.if_exists:
                detail = f"Database does not exist: {self.name}"
                raise QueryError(ErrorName.SCHEMA_NOT_FOUND, detail) from error
        return Lines()


@dataclass(frozen=True, slots=True)
class DropTable(Statement):
    """DROP TABLE; the files stay, but those of an Iceberg table, which is Athena's to keep.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html
    """

    subtype = "DROP_TABLE"
    is_of_view: ClassVar[bool] = False
    table: TableName
    if_exists: bool = False

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name."""
        if_exists = reader.accept("IF", "EXISTS")
        return cls(reader.qualified_name(), if_exists)

    def run(self, context: Context) -> Lines:
        """Tells Glue."""
        database, name = full_name(context, self.table)
        found = find_table(context, self.table)
        if found is None:
            if self.if_exists:
                return Lines()
            kind = "View" if self.is_of_view else "Table"
            detail = f"{kind} 'awsdatacatalog.{database}.{name}' does not exist"
            raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)
        if (found.view_text is not None) != self.is_of_view:
            other = "a table: use DROP TABLE" if self.is_of_view else "a view: use DROP VIEW"
            detail = f"'awsdatacatalog.{database}.{name}' is {other}"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        context.clients.call("glue", "DeleteTable", {"DatabaseName": database, "Name": name})
        if found.is_iceberg:
            delete_all(context, found.location)
        return Lines()


@dataclass(frozen=True, slots=True)
class DropView(DropTable):
    """DROP VIEW."""

    subtype = "DROP_VIEW"
    is_of_view = True
