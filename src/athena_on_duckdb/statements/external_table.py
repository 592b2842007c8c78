"""Runs CREATE EXTERNAL TABLE: reads Hive's DDL and tells Glue.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import create_table, full_name, require_free_name
from athena_on_duckdb.statements.column_definitions import read_columns
from athena_on_duckdb.statements.hive import STORAGES, DataFormat, Storage
from athena_on_duckdb.statements.properties import read_texts
from athena_on_duckdb.statements.tokens import Reader, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import CreateTable

# Beside those that Athena writes here; other formats are not read here.
_STORED_AS: Final = {
    "PARQUET": STORAGES[DataFormat.PARQUET],
    "TEXTFILE": STORAGES[DataFormat.TEXTFILE],
    "JSONFILE": STORAGES[DataFormat.JSON],
}
_DELIMITERS: Final = {
    "FIELDS TERMINATED BY": "field.delim",
    "ESCAPED BY": "escape.delim",
    "COLLECTION ITEMS TERMINATED BY": "collection.delim",
    "MAP KEYS TERMINATED BY": "mapkey.delim",
    "LINES TERMINATED BY": "line.delim",
    "NULL DEFINED AS": "serialization.null.format",
}
_ESCAPES: Final = {r"\t": "\t", r"\n": "\n", r"\001": "\x01", r"\\": "\\"}


@dataclass(slots=True)
class _Table:
    """What was read so far."""

    columns: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    keys: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    comment: str | None = None
    serde: str | None = None
    serde_parameters: dict[str, str] = field(default_factory=dict[str, str])
    storage: Storage = STORAGES[DataFormat.TEXTFILE]
    location: str | None = None
    parameters: dict[str, str] = field(default_factory=dict[str, str])


def create_external_table(context: Context, statement: CreateTable) -> Lines:
    """Run CREATE EXTERNAL TABLE.

    Raises:
        QueryError: It is wrong or not supported, or the table is there already.
        botocore.exceptions.ClientError: Glue refused.
    """
    reader = Reader(statement.text)
    reader.expect("CREATE", "EXTERNAL", "TABLE")
    if_not_exists = reader.accept("IF", "NOT", "EXISTS")
    database, name = full_name(context, reader.qualified_name())
    table = _read(reader)
    if table.location is None:
        detail = "CREATE EXTERNAL TABLE needs a LOCATION"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    if require_free_name(context, (database, name), if_not_exists=if_not_exists):
        create_table(context, database, _input(name, table, table.location))
    return Lines()


def _read(reader: Reader) -> _Table:
    table = _Table(columns=read_columns(reader))
    while reader.token.kind is not TokenKind.END:
        for words, read in _CLAUSES.items():
            if reader.accept(*words.split()):
                read(reader, table)
                break
        else:
            detail = f"{reader.token.text[:40].upper()} in CREATE EXTERNAL TABLE is not supported"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return table


def _comment(reader: Reader, table: _Table) -> None:
    table.comment = reader.text()


def _keys(reader: Reader, table: _Table) -> None:
    table.keys = read_columns(reader)


def _delimited(reader: Reader, table: _Table) -> None:
    table.serde_parameters["serialization.format"] = "1"
    while True:
        for words, key in _DELIMITERS.items():
            if reader.accept(*words.split()):
                text = reader.text()
                table.serde_parameters[key] = _ESCAPES.get(text, text)
                break
        else:
            break
    delimiter = table.serde_parameters.get("field.delim")
    if delimiter is not None:
        table.serde_parameters["serialization.format"] = delimiter


def _serde(reader: Reader, table: _Table) -> None:
    table.serde = reader.text()


def _serde_properties(reader: Reader, table: _Table) -> None:
    table.serde_parameters |= read_texts(reader)


def _stored_as(reader: Reader, table: _Table) -> None:
    if reader.accept("INPUTFORMAT"):
        input_format = reader.text()
        reader.expect("OUTPUTFORMAT")
        table.storage = Storage(table.storage.serde, input_format, reader.text())
        return
    name = reader.name().upper()
    if name not in _STORED_AS:
        detail = f"STORED AS {name} is not read here: use {', '.join(_STORED_AS)}"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    table.storage = _STORED_AS[name]


def _location(reader: Reader, table: _Table) -> None:
    table.location = reader.text()


def _parameters(reader: Reader, table: _Table) -> None:
    table.parameters = read_texts(reader)


_CLAUSES: Final[dict[str, Callable[[Reader, _Table], None]]] = {
    "COMMENT": _comment,
    "PARTITIONED BY": _keys,
    "ROW FORMAT DELIMITED": _delimited,
    "ROW FORMAT SERDE": _serde,
    "WITH SERDEPROPERTIES": _serde_properties,
    "STORED AS": _stored_as,
    "LOCATION": _location,
    "TBLPROPERTIES": _parameters,
}


def _input(name: str, table: _Table, location: str) -> dict[str, Any]:
    comment = {} if table.comment is None else {"comment": table.comment}
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **comment, **table.parameters},
        "PartitionKeys": table.keys,
        "StorageDescriptor": {
            "Columns": table.columns,
            "Location": location,
            "InputFormat": table.storage.input_format,
            "OutputFormat": table.storage.output_format,
            "SerdeInfo": {
                "SerializationLibrary": table.serde or table.storage.serde,
                "Parameters": table.serde_parameters or {"serialization.format": "1"},
            },
        },
    }
