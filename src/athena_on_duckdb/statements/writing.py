"""Runs the statements that write data: CREATE TABLE AS, UNLOAD and INSERT INTO."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.crawl import CatalogTable, register_partitions
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Written
from athena_on_duckdb.results.places import S3Place, split_uri
from athena_on_duckdb.statements.catalog import create_table, full_name, require_free_name, table_of
from athena_on_duckdb.statements.data_files import FileStyle, FileWriter, Rows, with_columns
from athena_on_duckdb.statements.hive import STORAGES, DataFormat, hive_type
from athena_on_duckdb.statements.iceberg_rows import insert_rows
from athena_on_duckdb.statements.queries import run_query
from athena_on_duckdb.tables.projection import is_projected
from athena_on_duckdb.translation.coercion import cost
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.query_result import QueryResult
    from athena_on_duckdb.results.text import ArrowColumn
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.data_files import DataFile
    from athena_on_duckdb.statements.model import CreateTableAs, Insert, Unload, Value
    from athena_on_duckdb.types import AthenaType

_COMPRESSION: Final = ("write_compression", "parquet_compression", "compression")
# https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
_DEFAULTS: Final[Mapping[str, Value]] = {"table_type": "HIVE", "is_external": True}
_COMMON: Final = frozenset({"format", "field_delimiter", "partitioned_by", *_COMPRESSION})


def create_table_as(context: Context, statement: CreateTableAs) -> Written:
    """Run CREATE TABLE AS: write the rows of a query, and register them as a table.

    https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
    """
    database, name = full_name(context, statement.table)
    if not require_free_name(context, statement.table, if_not_exists=statement.if_not_exists):
        return Written((), 0, 0)
    style = _style(_beyond_defaults(statement.properties), _COMMON | {"external_location"})
    location = _table_location(context, statement, name)
    result = run_query(context, statement.query)
    rows = _named_rows(result, statement.properties)
    if not statement.with_data:
        rows = replace(rows, table=rows.table.slice(0, 0))
    files = _writer(context).write(rows, location, style)
    table = _table_input(name, rows, location, style)
    create_table(context, database, table)
    _register(context, database, table, files)
    return Written(tuple(each.uri for each in files), rows.table.num_rows, result.scanned_bytes)


def unload(context: Context, statement: Unload) -> Written:
    """Run UNLOAD: write the rows of a query where nothing is yet.

    https://docs.aws.amazon.com/athena/latest/ug/unload.html

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
    """
    if "format" not in statement.properties:
        detail = "UNLOAD needs the property format"
        raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
    style = _style(statement.properties, _COMMON)
    _require_empty(context, statement.location)
    result = run_query(context, statement.query)
    rows = _named_rows(result, statement.properties)
    files = _writer(context).write(rows, statement.location, style)
    return Written(tuple(each.uri for each in files), rows.table.num_rows, result.scanned_bytes)


def insert(context: Context, statement: Insert) -> Written:
    """Run INSERT INTO: write the rows of a query beside those of a table.

    https://docs.aws.amazon.com/athena/latest/ug/insert-into.html

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
    """
    table, raw = table_of(context, statement.table)
    if table.view_text is not None or is_projected(table):
        kind = "views" if table.view_text is not None else "tables with partition projection"
        detail = f"INSERT INTO {table.full_name}: {kind} are not inserted into here"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    if table.is_iceberg:
        return insert_rows(context, statement, table)
    formats = [form for form, storage in STORAGES.items() if storage.serde == table.serde]
    if not formats:
        detail = f"INSERT INTO {table.full_name}: its SerDe {table.serde} is not written here"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    columns = [*table.columns, *table.keys]
    types = {column.name: parse_type(column.type) for column in columns}
    result = run_query(context, statement.query)
    rows = _inserted_rows(result, statement.columns or tuple(types), types, len(table.keys))
    delimiter = table.serde_parameters.get("field.delim", "\x01")
    style = FileStyle(format=formats[0], delimiter=delimiter)
    files = _writer(context).write(rows, table.location, style)
    _register(context, table.database, raw, files)
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


def _table_location(context: Context, statement: CreateTableAs, table: str) -> str:
    given = statement.properties.get("external_location")
    if given is None:
        if not isinstance(context.place, S3Place):
            detail = "CREATE TABLE AS needs external_location where Athena keeps the results"
            raise QueryError(ErrorName.GENERIC_USER_ERROR, detail)
        return f"{context.place.uri(context.name)}/"
    if context.is_enforced:
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


def _writer(context: Context) -> FileWriter:
    return FileWriter(
        clients=context.clients,
        folder=context.folder,
        now_ms=context.now_ms(),
        encryption=context.encryption,
    )


def _named_rows(result: QueryResult, properties: Mapping[str, Value]) -> Rows:
    """The rows of a query whose columns must have names, each its own, and types of tables."""
    names = tuple(column.name.lower() for column in result.columns)
    types = tuple(parse_type(column.type) for column in result.columns)
    for index, (name, type_) in enumerate(zip(names, types, strict=True)):
        if name == f"_col{index}":
            detail = f"Column name not specified at position {index + 1}"
            raise QueryError(ErrorName.MISSING_COLUMN_NAME, detail)
        if type_.name == "unknown":
            detail = f"Column type is unknown: {name}"
            raise QueryError(ErrorName.COLUMN_TYPE_UNKNOWN, detail)
        if name in names[:index]:
            detail = f"Column name '{name}' specified more than once"
            raise QueryError(ErrorName.DUPLICATE_COLUMN_NAME, detail)
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


def _register(
    context: Context, database: str, table: Mapping[str, Any], files: tuple[DataFile, ...]
) -> None:
    found = {each.values: each.location for each in files if each.values}
    register_partitions(context.clients, CatalogTable(database, table), found)


def _inserted_rows(
    result: QueryResult,
    names: tuple[str, ...],
    types: Mapping[str, AthenaType],
    keys: int,
) -> Rows:
    """The rows of a query as those of a table, whose other columns are NULL."""
    given = [parse_type(column.type) for column in result.columns]
    unknown = [name for name in names if name not in types]
    if unknown or len(set(names)) < len(names):
        detail = f"Insert column name does not exist in target table, or twice: {list(names)}"
        raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
    wanted = [types[name] for name in names]
    is_fitting = len(given) == len(wanted) and all(
        cost(source, target) is not None or source.name == target.name == "varchar"
        for source, target in zip(given, wanted, strict=True)
    )
    if not is_fitting:
        detail = (
            "Insert query has mismatched column types: "
            f"Table: [{', '.join(map(str, wanted))}], Query: [{', '.join(map(str, given))}]"
        )
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    for index, (source, target) in enumerate(zip(given, wanted, strict=True)):
        _require_lengths(result.table.column(index), source, target)
    # A bare NULL is of no type.
    typed = tuple(
        "" if type_.name == "unknown" else name for name, type_ in zip(names, given, strict=True)
    )
    table = with_columns(result.table, typed, types)
    return Rows(names=tuple(types), types=tuple(types.values()), table=table, keys=keys)


def _require_lengths(values: ArrowColumn, source: AthenaType, target: AthenaType) -> None:
    """Refuse texts that are longer than a column's, which an INSERT does not cut."""
    if target.name != "varchar" or target.precision is None or source.name != "varchar":
        return
    longest = max((len(text) for text in values.to_pylist() if text is not None), default=0)
    if longest > target.precision:
        detail = f"Cannot truncate characters when casting from {source} to {target} on INSERT"
        raise QueryError(ErrorName.INVALID_CAST_ARGUMENT, detail)
