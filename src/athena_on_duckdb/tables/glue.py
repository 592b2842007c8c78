"""Databases, tables and partitions as Glue has them, read as the caller of the query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from botocore.exceptions import ClientError

from athena_on_duckdb.errors import ErrorName, QueryError
from firelake.formats.emulation import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.iceberg.table_version import TableVersion

_NOT_FOUND: Final = "EntityNotFoundException"
_VIEW: Final = "VIRTUAL_VIEW"
_NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class GlueColumn:
    """A column or partition key.

    Attributes:
        name: Its name, in lower case.
        type: Its type in Hive's words.
        comment: What Glue tells of it; None for nothing.
    """

    name: str
    type: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlueTable:
    """A table or view.

    Attributes:
        database: Name of its database.
        name: Its name, in lower case.
        columns: Its columns without partition keys.
        keys: Its partition keys.
        location: URI of its files; empty for a view.
        parameters: Its parameters.
        serde: Name of the library that reads its files.
        serde_parameters: That library's parameters.
        view_text: What Glue keeps of a view's SQL; None for a table.
        iceberg: What is read of an Iceberg table that was opened; else None.
        raw: All that Glue tells of it.
    """

    database: str
    name: str
    columns: tuple[GlueColumn, ...]
    keys: tuple[GlueColumn, ...] = ()
    location: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    serde: str = ""
    serde_parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    view_text: str | None = None
    iceberg: TableVersion | None = None
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)

    @property
    def is_iceberg(self) -> bool:
        """Whether Glue says that it is an Iceberg table."""
        return self.parameters.get("table_type", "").upper() == "ICEBERG"

    @property
    def full_name(self) -> str:
        """Its name as Athena tells it."""
        return f"awsdatacatalog.{self.database}.{self.name}"


@dataclass(frozen=True, slots=True)
class GluePartition:
    """A registered partition.

    Attributes:
        values: Its values as Glue has them, in the order of the keys.
        location: URI of its files.
        columns: Its own columns.
    """

    values: tuple[str, ...]
    location: str
    columns: tuple[GlueColumn, ...]


class Catalog(Protocol):
    """Where tables are looked up."""

    def databases(self) -> Sequence[str]:
        """Give the names of all databases."""
        ...

    def has_database(self, database: str) -> bool:
        """Tell whether there is such a database."""
        ...

    def tables(self, database: str) -> Sequence[GlueTable]:
        """Give the tables and views of a database."""
        ...

    def table(self, database: str, name: str) -> GlueTable | None:
        """Give a table or view; None where there is none."""
        ...

    def partitions(self, table: GlueTable) -> Sequence[GluePartition]:
        """Give the registered partitions of a table."""
        ...


class GlueCatalog:
    """The Glue catalog, with the permissions of the caller."""

    def __init__(self, clients: Clients) -> None:
        """Take the caller's clients."""
        self._clients = clients

    def databases(self) -> list[str]:
        """Give the names of all databases."""
        return [str(each["Name"]) for each in self._pages("GetDatabases", {}, "DatabaseList")]

    def has_database(self, database: str) -> bool:
        """Tell whether there is such a database."""
        return self._call("GetDatabase", {"Name": database}) is not None

    def tables(self, database: str) -> list[GlueTable]:
        """Give the tables and views of a database."""
        found = self._pages("GetTables", {"DatabaseName": database}, "TableList")
        return [read_table(database, each) for each in found]

    def table(self, database: str, name: str) -> GlueTable | None:
        """Give a table or view; None where there is none."""
        answer = self._call("GetTable", {"DatabaseName": database, "Name": name})
        return None if answer is None else read_table(database, answer["Table"])

    def partitions(self, table: GlueTable) -> list[GluePartition]:
        """Give the registered partitions of a table."""
        asked = {"DatabaseName": table.database, "TableName": table.name}
        return [_partition(each) for each in self._pages("GetPartitions", asked, "Partitions")]

    def _call(self, operation: str, parameters: Mapping[str, object]) -> Mapping[str, Any] | None:
        try:
            return self._clients.call("glue", operation, parameters)
        except InputError:
            return None  # a name that Glue does not take, as it has none like it
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _NOT_FOUND:
                return None
            raise refused(error) from error

    def _pages(
        self, operation: str, parameters: Mapping[str, object], key: str
    ) -> list[dict[str, Any]]:
        try:
            return self._clients.pages("glue", operation, parameters, key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _NOT_FOUND:
                return []
            raise refused(error) from error


def refused(error: ClientError) -> QueryError:
    """Make the failure of a query of a refusal of Glue or S3."""
    told = error.response.get("Error", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    is_denied = "AccessDenied" in code or code in {"403", "Forbidden"}
    name = ErrorName.PERMISSION_DENIED if is_denied else ErrorName.GENERIC_INTERNAL_ERROR
    return QueryError(name, f"{error.operation_name} was refused with {code}: {message}")


def read_table(database: str, table: Mapping[str, Any]) -> GlueTable:
    """Read a table as Glue describes it."""
    storage: Mapping[str, Any] = table.get("StorageDescriptor") or {}
    serde: Mapping[str, Any] = storage.get("SerdeInfo") or {}
    return GlueTable(
        database=database.lower(),
        name=str(table["Name"]).lower(),
        columns=_columns(storage.get("Columns")),
        keys=_columns(table.get("PartitionKeys")),
        location=str(storage.get("Location") or ""),
        parameters=_texts(table.get("Parameters")),
        serde=str(serde.get("SerializationLibrary") or ""),
        serde_parameters=_texts(serde.get("Parameters")),
        view_text=str(table.get("ViewOriginalText")) if table.get("TableType") == _VIEW else None,
        raw=table,
    )


def _texts(parameters: Mapping[str, object] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (parameters or {}).items()}


def _columns(columns: Sequence[Mapping[str, Any]] | None) -> tuple[GlueColumn, ...]:
    return tuple(
        GlueColumn(
            str(each["Name"]).lower(), str(each.get("Type") or "string"), each.get("Comment")
        )
        for each in columns or ()
        # Glue keeps the columns that an Iceberg table had before.
        if each.get("Parameters", _NONE).get("iceberg.field.current") != "false"
    )


def _partition(partition: Mapping[str, Any]) -> GluePartition:
    storage: Mapping[str, Any] = partition.get("StorageDescriptor") or {}
    return GluePartition(
        tuple(str(value) for value in partition["Values"]),
        str(storage.get("Location") or ""),
        _columns(storage.get("Columns")),
    )
