"""Statements that write data: CREATE TABLE AS, UNLOAD and INSERT INTO."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from athena_on_duckdb.crawl import register_partitions
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Form, Written
from athena_on_duckdb.results.places import S3Place, split_uri
from athena_on_duckdb.statements.catalog import create_table, full_name, require_free_name, table_of
from athena_on_duckdb.statements.data_files import FileStyle, Rows, write_files
from athena_on_duckdb.statements.grammar import read_properties
from athena_on_duckdb.statements.hive import STORAGES, DataFormat, column_names, hive_type
from athena_on_duckdb.statements.iceberg_rows import insert_rows
from athena_on_duckdb.statements.inserting import in_order, require_insertable
from athena_on_duckdb.statements.model import Statement, StatementType, TableStatement
from athena_on_duckdb.statements.queries import QUERY, parse_query, run_query
from athena_on_duckdb.tables.glue import read_table
from athena_on_duckdb.tables.projection import is_projected
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.query_result import QueryResult
    from athena_on_duckdb.results.text import ArrowColumn
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.data_files import DataFile
    from athena_on_duckdb.statements.model import TableName, Value
    from athena_on_duckdb.statements.tokens import Reader
    from athena_on_duckdb.tables.glue import GlueTable
    from athena_on_duckdb.types import AthenaType

_COMPRESSION: Final = ("write_compression", "parquet_compression", "compression")
# https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
_DEFAULTS: Final[Mapping[str, Value]] = {"table_type": "HIVE", "is_external": True}
_COMMON: Final = frozenset({"format", "field_delimiter", "partitioned_by", *_COMPRESSION})


@dataclass(frozen=True, slots=True)
class CreateTableAs(TableStatement):
    """CREATE TABLE AS: writes the rows of a query, and registers them as a table.

    https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
    """

    subtype = "CREATE_TABLE_AS_SELECT"
    form = Form.TABLE
    query: str
    properties: Mapping[str, Value]
    if_not_exists: bool = False
    with_data: bool = True

    @classmethod
    def read_named(cls, reader: Reader, table: TableName, *, if_not_exists: bool) -> Self:
        """Reads what follows the name."""
        comment = reader.optional("COMMENT")
        properties = read_properties(reader) if reader.accept("WITH") else {}
        if comment is not None:
            detail = "COMMENT in CREATE TABLE AS is not supported"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        reader.expect("AS")
        query, is_empty = reader.rest_without("WITH", "NO", "DATA")
        return cls(table, query, properties, if_not_exists, not is_empty)

    def run(self, context: Context) -> Written:
        """Writes the rows and tells Glue."""
        database, name = full_name(context, self.table)
        if not require_free_name(context, self.table, if_not_exists=self.if_not_exists):
            return Written((), 0, 0)
        style = _style(_beyond_defaults(self.properties), _COMMON | {"external_location"})
        location = _table_location(context, self.properties, name)
        result = run_query(context, self.query)
        rows = _named_rows(result, self.properties)
        if not self.with_data:
            rows = replace(rows, table=rows.table.slice(0, 0))
        files = write_files(context, rows, location, style)
        table = _table_input(name, rows, location, style)
        create_table(context, database, table)
        _register(context, read_table(database, table), files)
        return _written(files, rows, result)


@dataclass(frozen=True, slots=True)
class Unload(Statement):
    """UNLOAD: writes the rows of a query where nothing is yet.

    https://docs.aws.amazon.com/athena/latest/ug/unload.html
    """

    type = StatementType.DML
    subtype = "UNLOAD"
    form = Form.FILES
    query: str
    location: str
    properties: Mapping[str, Value]

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the query, the place and the form."""
        query = reader.parenthesized()
        reader.expect("TO")
        location = reader.text()
        reader.expect("WITH")
        return cls(query, location, read_properties(reader))

    def run(self, context: Context) -> Written:
        """Writes the rows."""
        if "format" not in self.properties:
            detail = "UNLOAD needs the property format"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        style = _style(self.properties, _COMMON)
        _require_empty(context, self.location)
        result = run_query(context, self.query)
        rows = _named_rows(result, self.properties)
        return _written(write_files(context, rows, self.location, style), rows, result)


@dataclass(frozen=True, slots=True)
class Insert(TableStatement):
    """INSERT INTO; without columns, all of the table's are meant.

    https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
    """

    type = StatementType.DML
    subtype = "INSERT"
    form = Form.FILES
    query: str
    columns: tuple[str, ...] | None = None

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table, its columns and the query."""
        table, columns = reader.qualified_name(), None
        if reader.is_at("(") and not any(reader.is_at("(", word) for word in QUERY):
            columns = tuple(reader.listed(reader.name)) or reader.refuse("a name")
        return cls(table, reader.rest(), columns)

    def run(self, context: Context) -> Written:
        """Writes the rows beside those of the table."""
        table = table_of(context, self.table)
        if table.view_text is not None or is_projected(table):
            kind = "views" if table.view_text is not None else "tables with partition projection"
            detail = f"INSERT INTO {table.full_name}: {kind} are not inserted into here"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        if table.is_iceberg:
            return insert_rows(context, table, parse_query(self.query), self.columns)
        formats = [form for form, storage in STORAGES.items() if storage.serde == table.serde]
        if not formats:
            detail = f"INSERT INTO {table.full_name}: its SerDe {table.serde} is not written here"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        types = {each.name: parse_type(each.type) for each in (*table.columns, *table.keys)}
        result = run_query(context, self.query)
        rows = _inserted_rows(result, self.columns or tuple(types), types, len(table.keys))
        delimiter = table.serde_parameters.get("field.delim", "\x01")
        style = FileStyle(format=formats[0], delimiter=delimiter)
        files = write_files(context, rows, table.location, style)
        _register(context, table, files)
        return _written(files, rows, result)


def _written(files: Sequence[DataFile], rows: Rows, result: QueryResult) -> Written:
    return Written(tuple(each.uri for each in files), rows.table.num_rows, result.scanned_bytes)


def _beyond_defaults(properties: Mapping[str, Value]) -> Mapping[str, Value]:
    """Leave out properties that ask for what is done without them."""
    return {
        name: value
        for name, value in properties.items()
        if _DEFAULTS.get(name) != (value.upper() if isinstance(value, str) else value)
    }


def _style(properties: Mapping[str, Value], known: frozenset[str]) -> FileStyle:
    unknown = sorted(set(properties) - known)
    if unknown:
        detail = f"table property {', '.join(unknown)} is not supported"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    form = str(properties.get("format", DataFormat.PARQUET)).upper()
    if form not in set(DataFormat):
        detail = f"format {form} is not written here: use {', '.join(DataFormat)}"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    chosen = [str(properties[name]).upper() for name in _COMPRESSION if name in properties]
    return FileStyle(
        format=DataFormat(form),
        compression=chosen[0] if chosen else "GZIP",
        delimiter=str(properties.get("field_delimiter", "\x01")),
    )


def _table_location(context: Context, properties: Mapping[str, Value], table: str) -> str:
    given, place = properties.get("external_location"), context.asked.place
    if given is None:
        if not isinstance(place, S3Place):
            detail = "CREATE TABLE AS needs external_location where Athena keeps the results"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        return f"{place.uri(context.asked.name)}/"
    if context.asked.is_enforced:
        detail = (
            "The Create Table As Select query failed because it was submitted with an "
            "'external_location' property to an Athena Workgroup that enforces a centralized "
            "output location for all queries. Please remove the 'external_location' property and "
            "resubmit the query."
        )
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    location = f"{str(given).rstrip('/')}/"
    _require_empty(context, location, table)
    return location


def _require_empty(context: Context, location: str, table: str = "") -> None:
    bucket, prefix = split_uri(f"{location.rstrip('/')}/")
    asked = {"Bucket": bucket, "Prefix": prefix, "MaxKeys": 1}
    if context.clients.call("s3", "ListObjectsV2", asked).get("KeyCount"):
        subject = f"Target directory for table '{table}'" if table else "Target directory"
        detail = f"{subject} already exists: {location}. Use another one, or empty it."
        raise QueryError(ErrorName.HIVE_PATH_ALREADY_EXISTS, detail)


def _named_rows(result: QueryResult, properties: Mapping[str, Value]) -> Rows:
    """The rows of a query whose columns must have names, each its own, and types of tables."""
    names = column_names(result.columns)
    types = tuple(parse_type(column.type) for column in result.columns)
    for name, type_ in zip(names, types, strict=True):
        if type_.name == "unknown":
            detail = f"Column type is unknown: {name}"
            raise QueryError(ErrorName.COLUMN_TYPE_UNKNOWN, detail)
        hive_type(type_)
    given = properties.get("partitioned_by", ())
    keys = tuple(each.lower() for each in given) if isinstance(given, tuple) else (str(given),)
    if keys and (names[-len(keys) :] != keys or len(keys) == len(names)):
        detail = (
            "Partition keys must be the last columns in the table and in the same order as the "
            f"table properties: {list(keys)}"
        )
        raise QueryError(ErrorName.HIVE_COLUMN_ORDER_MISMATCH, detail)
    return Rows(names=names, types=types, table=result.table, keys=len(keys))


def _table_input(name: str, rows: Rows, location: str, style: FileStyle) -> dict[str, Any]:
    storage = STORAGES[style.format]
    columns = [
        {"Name": column, "Type": hive_type(type_)}
        for column, type_ in zip(rows.names, rows.types, strict=True)
    ]
    data = len(columns) - rows.keys
    parameters = {"serialization.format": "1"}
    if style.format is DataFormat.TEXTFILE:
        parameters = {"field.delim": style.delimiter, "serialization.format": style.delimiter}
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "has_encrypted_data": "false"},
        "PartitionKeys": columns[data:],
        "StorageDescriptor": {
            "Columns": columns[:data],
            "Location": location,
            "InputFormat": storage.input_format,
            "OutputFormat": storage.output_format,
            "SerdeInfo": {"SerializationLibrary": storage.serde, "Parameters": parameters},
        },
    }


def _register(context: Context, table: GlueTable, files: tuple[DataFile, ...]) -> None:
    found = {each.values: each.location for each in files if each.values}
    register_partitions(context.clients, table, found)


def _inserted_rows(
    result: QueryResult,
    names: tuple[str, ...],
    types: Mapping[str, AthenaType],
    keys: int,
) -> Rows:
    """The rows of a query as those of a table, whose other columns are NULL."""
    require_insertable(result.columns, names, types)
    for name, column, values in zip(names, result.columns, result.table.columns, strict=True):
        _require_lengths(values, parse_type(column.type), types[name])
    table = in_order(result.table, result.columns, names, types)
    return Rows(names=tuple(types), types=tuple(types.values()), table=table, keys=keys)


def _require_lengths(values: ArrowColumn, source: AthenaType, target: AthenaType) -> None:
    """Refuse texts that are longer than a column's, which an INSERT does not cut."""
    if target.name != "varchar" or target.precision is None or source.name != "varchar":
        return
    longest = max((len(text) for text in values.to_pylist() if text is not None), default=0)
    if longest > target.precision:
        detail = f"Cannot truncate characters when casting from {source} to {target} on INSERT"
        raise QueryError(ErrorName.INVALID_CAST_ARGUMENT, detail)
