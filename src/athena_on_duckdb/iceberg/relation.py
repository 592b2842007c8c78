"""The rows of an Iceberg table for DuckDB: data files, without the rows that were deleted since.

Columns are found by Iceberg's field ids (https://iceberg.apache.org/spec/#column-projection): files
with the same names for them are read together, and the reads are joined by UNION ALL.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.pruning import row_filter
from athena_on_duckdb.tables.conditions import conjunction
from athena_on_duckdb.tables.formats import column_type
from athena_on_duckdb.tables.partitions import on_columns
from athena_on_duckdb.tables.relations import (
    FILE,
    ICEBERG_HIDDEN,
    ROW,
    no_rows,
    of_file,
    sql_text,
    unbounded,
)
from athena_on_duckdb.tables.scanned import scanned_bytes
from athena_on_duckdb.types import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from athena_on_duckdb.iceberg.table_version import TableVersion
    from athena_on_duckdb.tables.plan import Need
    from athena_on_duckdb.tables.relations import LakeFile

_ROW_NUMBER: Final = "file_row_number"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A data file of a scan.

    Attributes:
        location: Its location, as the table has it.
        file: The file on this machine.
        columns: Of each column of the table, in order, SQL that gives it of the file's columns.
        names: The file's names of the columns that it has, by the table's names.
        deletes: The files on this machine that say which of its rows were deleted.
    """

    location: str
    file: LakeFile
    columns: tuple[str, ...]
    names: Mapping[str, str]
    deletes: tuple[LakeFile, ...]


def planned_files(need: Need, version: TableVersion) -> list[Any]:
    """Returns pyiceberg's tasks of the data files that a query needs.

    Raises:
        QueryError: Rows were deleted in a way that is not read here.
        botocore.exceptions.ClientError: S3 refused.
    """
    if version.snapshot_id is None:
        return []
    found = version.table.scan(
        row_filter=row_filter(need.condition, version.schema), snapshot_id=version.snapshot_id
    ).plan_files()
    tasks = [each for each in found if version.only is None or each.file.file_path in version.only]
    for task in tasks:
        for each in (task.file, *task.delete_files):
            is_rows = each.content.name in {"DATA", "POSITION_DELETES"}
            if not is_rows or each.file_format.name != "PARQUET":
                detail = (
                    f"{need.table.full_name} has {each.content.name} as {each.file_format.name} in"
                    f" {each.file_path}: Parquet files and position deletes are read here"
                )
                raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return sorted(tasks, key=lambda task: str(task.file.file_path))


def scanned_file(
    need: Need,
    version: TableVersion,
    task: Any,  # noqa: ANN401 -- of pyiceberg
    file: LakeFile,
    deletes: Sequence[LakeFile],
) -> ScannedFile:
    """Finds the columns of a table in a data file.

    Raises:
        QueryError: The file has a column as another type.
    """
    ids = file.parquet.ids or _ids_by_name(version, file)
    by_id = {number: name for name, number in ids.items()}
    columns: list[str] = []
    names: dict[str, str] = {}
    for column, field in zip(need.table.columns, version.schema.fields, strict=True):
        kind = column_type(column.type)
        name = by_id.get(field.field_id)
        if name is None:
            value = _of_partition(version, task, field)
        else:
            names[column.name] = name
            value = unbounded(f"CAST({quoted(name)} AS {kind.duckdb})", kind)
        columns.append(f"CAST({value} AS {kind.duckdb}) AS {quoted(column.name)}")
    return ScannedFile(task.file.file_path, file, tuple(columns), names, tuple(deletes))


def rows_sql(need: Need, files: Sequence[ScannedFile]) -> str:
    """Writes the SELECT of a table's rows, with the hidden columns that a query needs."""
    if not files:
        named = [(each.name, each.type) for each in need.table.columns]
        named += [(name, ICEBERG_HIDDEN[name]) for name in need.hidden]
        return no_rows((name, column_type(kind)) for name, kind in named)
    groups: dict[tuple[tuple[str, ...], bool], list[ScannedFile]] = defaultdict(list)
    for each in files:
        groups[each.columns, bool(each.deletes)].append(each)
    return " UNION ALL ".join(_group_sql(need, group) for group in groups.values())


def _group_sql(need: Need, group: Sequence[ScannedFile]) -> str:
    locations = (sql_text(each.location) for each in group)
    path = of_file((each.file for each in group), locations)
    values = {"$path": path, ROW: _ROW_NUMBER}
    hidden = [f"{values[name]} AS {quoted(name)}" for name in need.hidden]
    given = ", ".join([*group[0].columns, *hidden])
    deletes = list(dict.fromkeys(each.path for one in group for each in one.deletes))
    options = [f"filename = {sql_text(FILE)}", "hive_partitioning = false"]
    if deletes or ROW in need.hidden:
        options.append("file_row_number = true")
    if len({id(each.file.parquet.fields) for each in group}) > 1:
        options.append("union_by_name = true")
    paths = _paths(each.file.path for each in group)
    scan = f"read_parquet({paths}, {', '.join(options)})"
    if not deletes:
        return f"SELECT {given} FROM {scan}"  # noqa: S608 -- names are quoted
    return (
        f"SELECT {given} FROM {scan} AS d ANTI JOIN"  # noqa: S608 -- names are quoted
        f" (SELECT file_path, pos FROM read_parquet({_paths(deletes)})) AS x"
        f" ON x.pos = d.{_ROW_NUMBER} AND x.file_path = {path}"
    )


def iceberg_bytes(files: Sequence[ScannedFile], need: Need) -> int:
    """Adds up the bytes that Athena reads of files, as `scanned_bytes` does."""
    total, row_count = 0, 0
    for each in files:
        left = None if need.row_limit is None else need.row_limit - row_count
        if left is not None and left <= 0:
            break
        is_named_so = all(name == of_file for name, of_file in each.names.items())
        total += scanned_bytes(
            [each.file],
            [each.names[name] for name in need.columns if name in each.names],
            conjunction(on_columns(need.condition, each.names)) if is_named_so else None,
            is_text=False,
            row_limit=left,
        )
        total += sum(one.stored.size_bytes for one in each.deletes)
        row_count += sum(each.file.parquet.rows)
    return total


def _paths(paths: Any) -> str:  # noqa: ANN401 -- any iterable of paths
    return f"[{', '.join(sql_text(str(path)) for path in paths)}]"


def _ids_by_name(version: TableVersion, file: LakeFile) -> dict[str, int]:
    """Returns ids for a file that another writer made and somebody added as it was."""
    mapping = version.table.metadata.name_mapping() or version.schema.name_mapping
    found: dict[str, int | None] = {}
    for name in file.parquet.fields:
        try:
            found[name] = mapping.find(name).field_id
        except ValueError:
            continue
    return {name: number for name, number in found.items() if number is not None}


def _of_partition(version: TableVersion, task: Any, field: Any) -> str:  # noqa: ANN401 -- of pyiceberg
    """Writes the value that a whole file has by its partition, where a column is not in it."""
    spec = version.table.metadata.specs()[task.file.spec_id]
    identity = module("transforms").IdentityTransform
    for position, each in enumerate(spec.fields):
        if each.source_id == field.field_id and isinstance(each.transform, identity):
            value = task.file.partition[position]
            kind = type(field.field_type).__name__
            if isinstance(value, int) and kind == "DateType":
                value = date(1970, 1, 1) + timedelta(days=value)
            elif isinstance(value, int) and kind in {"TimestampType", "TimestamptzType"}:
                value = _EPOCH + timedelta(microseconds=value)
            return "NULL" if value is None else sql_text(str(value))
    return "NULL"
