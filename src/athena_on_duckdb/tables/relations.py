"""Writes the DuckDB view through which a query sees the files of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from athena_on_duckdb.arrow import arrow
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.formats import column_type
from athena_on_duckdb.tables.partitions import HIVE_NULL
from athena_on_duckdb.translation.typed import struct
from athena_on_duckdb.types import field_names, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from athena_on_duckdb.tables.glue import GlueTable
    from athena_on_duckdb.tables.objects import StoredObject
    from athena_on_duckdb.tables.parquet_files import ParquetFile
    from athena_on_duckdb.tables.partitions import Partition
    from athena_on_duckdb.types import AthenaType

# Columns that every table has beside its own; `*` leaves them out.
# https://docs.aws.amazon.com/athena/latest/ug/querying-athena-tables.html
HIDDEN: Final = {
    "$path": "varchar",
    "$file_size": "bigint",
    "$file_modified_time": "timestamp(3) with time zone",
}
# The number of a row in its file, by which a statement finds it again.
ROW: Final = "$row"
ICEBERG_HIDDEN: Final = {"$path": "varchar", ROW: "bigint"}
# The column of a file's path that DuckDB is asked for.
FILE: Final = "$file"
_LONGEST_NAME_BYTES: Final = 255
_types: Final = arrow.types


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file of a table.

    Attributes:
        partition: Where it belongs.
        stored: The object.
        path: Its content on this machine.
        parquet: Its footer.
    """

    partition: Partition
    stored: StoredObject
    path: Path
    parquet: ParquetFile


def folders_of(table: GlueTable, partition: Partition) -> str:
    """Give the folders of a file of a partition: DuckDB reads the partition's values off them.

    Raises:
        QueryError: A value is too long for a folder's name.
    """
    parts: list[str] = []
    for key, value in zip(table.keys, partition.values, strict=True):
        part = f"{key.name}={HIVE_NULL if value is None else quote(value, safe='')}"
        if len(part.encode()) > _LONGEST_NAME_BYTES:
            detail = f"The value of the partition key {key.name} is too long here: {value!r}"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        parts.append(part)
    return "/".join(parts)


def relation_sql(table: GlueTable, files: Sequence[LakeFile], hidden: Iterable[str]) -> str:
    """Write the SELECT that gives a table's rows.

    Args:
        table: The table.
        files: Its files.
        hidden: Names of the hidden columns to give.

    Raises:
        QueryError: A column has a type that is not read here.
    """
    columns = [(column.name, column_type(column.type)) for column in table.columns]
    keys = [(key.name, column_type(key.type)) for key in table.keys]
    named = [*columns, *keys, *((name, column_type(HIDDEN[name])) for name in hidden)]
    if not files:
        return no_rows(named)
    fields = list({id(file.parquet.fields): file.parquet.fields for file in files}.values())
    stored = [_stored(name, kind, fields) for name, kind in columns]
    of_keys = [
        f"{_fitted(f'CAST({quoted(name)} AS {kind.duckdb})', kind)} AS {quoted(name)}"
        for name, kind in keys
    ]
    of_files = [f"{_hidden(name, files)} AS {quoted(name)}" for name in hidden]
    given = ", ".join([*stored, *of_keys, *of_files])
    return f"SELECT {given} FROM {_scan(table, files, fields)}"  # noqa: S608 -- names are quoted


def _stored(name: str, kind: AthenaType, fields: Sequence[Mapping[str, Any]]) -> str:
    kinds = [each[name] for each in fields if name in each]
    if not kinds:
        return f"CAST(NULL AS {kind.duckdb}) AS {quoted(name)}"
    value = _fitted(f"CAST({quoted(name)} AS {kind.duckdb})", kind)
    if kind.name == "timestamp" and any(
        _types.is_timestamp(each) and each.unit not in {"s", "ms"} for each in kinds
    ):
        # Athena's timestamps have milliseconds, rounded.
        value = f"date_trunc('milliseconds', {value} + INTERVAL 500 microseconds)"
    return f"{unbounded(value, kind)} AS {quoted(name)}"


def no_rows(columns: Iterable[tuple[str, AthenaType]]) -> str:
    """Writes a SELECT of columns by name and type, and of no row."""
    nulls = ", ".join(f"CAST(NULL AS {kind.duckdb}) AS {quoted(name)}" for name, kind in columns)
    return f"SELECT {nulls} WHERE false"


def unbounded(value: str, kind: AthenaType) -> str:
    """Writes a column's value so that DuckDB does not compute by the bounds of a file's.

    Writers leave NaN out of a column's bounds, and DuckDB computes by them what is greater, or
    whether there is any NaN: it may not conclude from bounds what never happens.
    """
    nan = _not_numbers(kind)
    if nan is None:
        return value
    return f"CASE WHEN {quoted(FILE)} = '' THEN CAST({nan} AS {kind.duckdb}) ELSE {value} END"


def _not_numbers(kind: AthenaType) -> str | None:
    """Write a value of a type that is NaN wherever it can be; None where it cannot."""
    if kind.name in {"double", "real"}:
        return "'NaN'"
    if kind.name == "array":
        element = _not_numbers(kind.children[0])
        return None if element is None else f"[CAST({element} AS {kind.children[0].duckdb})]"
    if kind.name == "row":
        names, found = field_names(kind), list(map(_not_numbers, kind.children))
        parts = [
            (name, f"CAST({each or 'NULL'} AS {child.duckdb})")
            for name, child, each in zip(names, kind.children, found, strict=True)
        ]
        return struct(parts) if any(found) else None
    return None


def _fitted(value: str, kind: AthenaType) -> str:
    """Cut a text to the length of its type; one of fixed length is filled with blanks."""
    if kind.name == "char":
        return f"rpad({value}, {kind.precision}, ' ')"
    if kind.name == "varchar" and kind.precision is not None:
        return f"left({value}, {kind.precision})"
    return value


def _hidden(name: str, files: Sequence[LakeFile]) -> str:
    """Look a file's attribute up by its name; DuckDB does so once a vector, not once a row."""
    if name == "$path":
        values = [sql_text(file.stored.uri) for file in files]
    elif name == "$file_size":
        values = [str(file.stored.size_bytes) for file in files]
    else:
        values = [f"TIMESTAMPTZ '{file.stored.modified.isoformat()}+00'" for file in files]
    return f"CAST({of_file(files, values)} AS {column_type(HIDDEN[name]).duckdb})"


def of_file(files: Iterable[LakeFile], values: Iterable[str]) -> str:
    """Writes what is the value, among one for each file, of the file that a row is in."""
    names = ", ".join(sql_text(file.path.name) for file in files)
    return f"[{', '.join(values)}][list_position([{names}], parse_filename({quoted(FILE)}))]"


def _scan(table: GlueTable, files: Sequence[LakeFile], fields: Sequence[Mapping[str, Any]]) -> str:
    options = ["hive_partitioning = true", f"filename = {sql_text(FILE)}"]
    kinds = [f"{quoted(key.name)}: VARCHAR" for key in table.keys]
    if kinds:
        options.append(f"hive_types = {{{', '.join(kinds)}}}")
    if len(fields) > 1:
        options.append("union_by_name = true")
    if _has_bare_texts(table, fields):
        options.append("binary_as_string = true")
    paths = ", ".join(sql_text(str(file.path)) for file in files)
    return f"read_parquet([{paths}], {', '.join(options)})"


def _has_bare_texts(table: GlueTable, fields: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether texts are stored without being marked as such."""
    kinds = {column.name: column_type(column.type).name for column in table.columns}
    bare = {
        kinds[name]
        for each in fields
        for name, stored in each.items()
        if name in kinds and (_types.is_binary(stored) or _types.is_large_binary(stored))
    }
    if bare > {"varbinary"}:
        detail = f"{table.full_name} has binary columns beside texts that are not marked as such."
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return bool(bare - {"varbinary"})


def sql_text(text: str) -> str:
    """Writes a text as SQL."""
    return "'" + text.replace("'", "''") + "'"
