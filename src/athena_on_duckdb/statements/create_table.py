"""CREATE EXTERNAL TABLE: reads Hive's DDL and tells Glue.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.catalog import create_table, full_name, require_free_name
from athena_on_duckdb.statements.grammar import read_columns, read_texts
from athena_on_duckdb.statements.hive import STORAGES, DataFormat, Storage
from athena_on_duckdb.statements.model import TableStatement
from athena_on_duckdb.statements.tokens import Reader, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from athena_on_duckdb.statements.context import Context

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


@dataclass(frozen=True, slots=True)
class CreateTable(TableStatement):
    """CREATE EXTERNAL TABLE, whose text is looked at when it runs."""

    subtype = "CREATE_TABLE"
    text: str

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the name."""
        reader.accept("IF", "NOT", "EXISTS")
        table = reader.qualified_name()
        reader.rest()
        return cls(table, reader.sql)

    def run(self, context: Context) -> Lines:
        """Tells Glue."""
        reader = Reader(self.text)
        reader.expect("CREATE", "EXTERNAL", "TABLE")
        if_not_exists = reader.accept("IF", "NOT", "EXISTS")
        database, name = full_name(context, reader.qualified_name())
        columns, clauses = read_columns(reader), _clauses(reader)
        if "LOCATION" not in clauses:
            detail = "CREATE EXTERNAL TABLE needs a LOCATION"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        table = _input(name, columns, clauses)
        if require_free_name(context, (database, name), if_not_exists=if_not_exists):
            create_table(context, database, table)
        return Lines()


def _clauses(reader: Reader) -> dict[str, Any]:
    """Reads what stands behind the columns, by the words that each clause begins with."""
    found: dict[str, Any] = {}
    while reader.token.kind is not TokenKind.END:
        for words, read in _CLAUSES.items():
            if reader.accept(*words.split()):
                found[words] = read(reader)
                break
        else:
            detail = f"{reader.token.text[:40].upper()} in CREATE EXTERNAL TABLE is not supported"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return found


def _delimiters(reader: Reader) -> dict[str, str]:
    found: dict[str, str] = {}
    while words := next((each for each in _DELIMITERS if reader.accept(*each.split())), None):
        text = reader.text()
        found[_DELIMITERS[words]] = _ESCAPES.get(text, text)
    return {"serialization.format": found.get("field.delim", "1"), **found}


def _stored_as(reader: Reader) -> Storage:
    if reader.accept("INPUTFORMAT"):
        input_format = reader.text()
        reader.expect("OUTPUTFORMAT")
        return Storage(STORAGES[DataFormat.TEXTFILE].serde, input_format, reader.text())
    name = reader.name().upper()
    if name not in _STORED_AS:
        detail = f"STORED AS {name} is not read here: use {', '.join(_STORED_AS)}"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return _STORED_AS[name]


_CLAUSES: Final[dict[str, Callable[[Reader], object]]] = {
    "COMMENT": Reader.text,
    "PARTITIONED BY": read_columns,
    "ROW FORMAT DELIMITED": _delimiters,
    "ROW FORMAT SERDE": Reader.text,
    "WITH SERDEPROPERTIES": read_texts,
    "STORED AS": _stored_as,
    "LOCATION": Reader.text,
    "TBLPROPERTIES": read_texts,
}


def _input(
    name: str, columns: Sequence[Mapping[str, str]], clauses: Mapping[str, Any]
) -> dict[str, Any]:
    storage: Storage = clauses.get("STORED AS", STORAGES[DataFormat.TEXTFILE])
    told = clauses.get("ROW FORMAT DELIMITED", {}) | clauses.get("WITH SERDEPROPERTIES", {})
    comment = {"comment": clauses["COMMENT"]} if "COMMENT" in clauses else {}
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **comment, **clauses.get("TBLPROPERTIES", {})},
        "PartitionKeys": list(clauses.get("PARTITIONED BY", ())),
        "StorageDescriptor": {
            "Columns": list(columns),
            "Location": clauses["LOCATION"],
            "InputFormat": storage.input_format,
            "OutputFormat": storage.output_format,
            "SerdeInfo": {
                "SerializationLibrary": clauses.get("ROW FORMAT SERDE") or storage.serde,
                "Parameters": told or {"serialization.format": "1"},
            },
        },
    }
