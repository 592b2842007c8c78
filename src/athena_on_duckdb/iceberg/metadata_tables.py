"""The tables about an Iceberg table: its files, snapshots and so on, as `"table$files"`.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html, with the columns
of https://trino.io/docs/current/connector/iceberg.html#metadata-tables
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.arrow import arrow, arrow_type
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.types import athena_type
from athena_on_duckdb.iceberg.version import version_of
from athena_on_duckdb.tables.glue import GlueColumn
from athena_on_duckdb.types import parse_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from athena_on_duckdb.arrow import ArrowType
    from athena_on_duckdb.iceberg.table_version import TableVersion
    from athena_on_duckdb.tables.glue import GlueTable

_MOMENT: Final = "timestamp(3) with time zone"
_COUNTS: Final = "map(integer, bigint)"
_BOUNDS: Final = "map(integer, varchar)"
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "files": {
        "content": "integer",
        "file_path": "varchar",
        "record_count": "bigint",
        "file_format": "varchar",
        "file_size_in_bytes": "bigint",
        "column_sizes": _COUNTS,
        "value_counts": _COUNTS,
        "null_value_counts": _COUNTS,
        "nan_value_counts": _COUNTS,
        "lower_bounds": _BOUNDS,
        "upper_bounds": _BOUNDS,
        "key_metadata": "varbinary",
        "split_offsets": "array(bigint)",
        "equality_ids": "array(integer)",
    },
    "history": {
        "made_current_at": _MOMENT,
        "snapshot_id": "bigint",
        "parent_id": "bigint",
        "is_current_ancestor": "boolean",
    },
    "manifests": {
        "path": "varchar",
        "length": "bigint",
        "partition_spec_id": "integer",
        "added_snapshot_id": "bigint",
        "added_data_files_count": "integer",
        "added_rows_count": "bigint",
        "existing_data_files_count": "integer",
        "existing_rows_count": "bigint",
        "deleted_data_files_count": "integer",
        "deleted_rows_count": "bigint",
    },
    "partitions": {"record_count": "bigint", "file_count": "bigint", "total_size": "bigint"},
    "refs": {"name": "varchar", "type": "varchar", "snapshot_id": "bigint"},
    "snapshots": {
        "committed_at": _MOMENT,
        "snapshot_id": "bigint",
        "parent_id": "bigint",
        "operation": "varchar",
        "manifest_list": "varchar",
        "summary": "map(varchar, varchar)",
    },
}


def metadata_table(table: GlueTable, kind: str) -> GlueTable:
    """Returns the table about a table.

    Raises:
        QueryError: There is none of this kind.
    """
    if kind not in _COLUMNS:
        detail = f"{table.full_name} has no metadata table ${kind}: there are {', '.join(_COLUMNS)}"
        raise QueryError(ErrorName.TABLE_NOT_FOUND, detail)
    columns = [GlueColumn(name, type_) for name, type_ in _COLUMNS[kind].items()]
    fields = _partition_fields(version_of(table).table) if kind == "partitions" else ""
    if fields:
        columns.insert(0, GlueColumn("partition", f"row({fields})"))
    return replace(table, name=f"{table.name}${kind}", columns=tuple(columns))


def metadata_rows(table: GlueTable, version: TableVersion) -> Any:  # noqa: ANN401 -- pyarrow has no types
    """Returns the rows of a table about a table, as an Arrow table.

    Raises:
        botocore.exceptions.ClientError: S3 refused.
    """
    found = list(_ROWS[table.name.rpartition("$")[2]](version))
    columns = [
        arrow.array([_value(row[column.name], column.type) for row in found], kind)
        for column, kind in ((each, _arrow_type(each.type, version)) for each in table.columns)
    ]
    return arrow.table(columns, names=[column.name for column in table.columns])


def _value(value: object, type_: str) -> object:
    """Returns a value of pyiceberg's as Arrow takes it."""
    if type_.startswith("map(") and value is not None:
        return list(cast("Mapping[object, object]", value).items())
    return cast("object", value.value) if isinstance(value, Enum) else value


def _arrow_type(text: str, version: TableVersion) -> ArrowType:
    if text.startswith("row("):
        metadata = version.table.metadata
        partition = metadata.spec().partition_type(metadata.schema())
        return module("io.pyarrow").schema_to_pyarrow(partition)
    return arrow_type(parse_type(text))


def _partition_fields(table: Any) -> str:  # noqa: ANN401 -- pyiceberg's Table
    kind = table.metadata.spec().partition_type(table.metadata.schema())
    return athena_type(kind).removeprefix("row(").removesuffix(")") if kind.fields else ""


def _moment(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)


def manifest_files(version: TableVersion) -> Iterator[Any]:
    """Yields pyiceberg's manifest and data file of each file of a snapshot.

    Raises:
        botocore.exceptions.ClientError: S3 refused.
    """
    for manifest in _manifests(version):
        for entry in manifest.fetch_manifest_entry(version.table.io, discard_deleted=True):
            yield entry.data_file


def _manifests(version: TableVersion) -> list[Any]:
    metadata = version.table.metadata
    snapshot = None if version.snapshot_id is None else metadata.snapshot_by_id(version.snapshot_id)
    return [] if snapshot is None else snapshot.manifests(version.table.io)


def _files(version: TableVersion) -> Iterator[dict[str, object]]:
    conversions, schema = module("conversions"), version.table.metadata.schema()
    known = set(schema.field_ids)

    def readable(bounds: Mapping[int, bytes] | None) -> dict[int, str] | None:
        if bounds is None:
            return None
        kinds = {number: schema.find_type(number) for number in bounds if number in known}
        return {
            number: str(conversions.from_bytes(kind, bounds[number]))
            for number, kind in kinds.items()
        }

    for file in manifest_files(version):
        bounds = {name: readable(getattr(file, name)) for name in ("lower_bounds", "upper_bounds")}
        yield {**{name: getattr(file, name) for name in _COLUMNS["files"]}, **bounds}


def _history(version: TableVersion) -> Iterator[dict[str, object]]:
    metadata = version.table.metadata
    ancestors: set[int] = set()
    snapshot = metadata.current_snapshot()
    while snapshot is not None:
        ancestors.add(snapshot.snapshot_id)
        parent = snapshot.parent_snapshot_id
        snapshot = None if parent is None else metadata.snapshot_by_id(parent)
    for entry in metadata.snapshot_log:
        logged = metadata.snapshot_by_id(entry.snapshot_id)
        yield {
            "made_current_at": _moment(entry.timestamp_ms),
            "snapshot_id": entry.snapshot_id,
            "parent_id": None if logged is None else logged.parent_snapshot_id,
            "is_current_ancestor": entry.snapshot_id in ancestors,
        }


def _manifest_rows(version: TableVersion) -> Iterator[dict[str, object]]:
    own = {"path": "manifest_path", "length": "manifest_length"}
    names = {name: own.get(name, name.replace("_data_", "_")) for name in _COLUMNS["manifests"]}
    for each in _manifests(version):
        yield {column: getattr(each, name) for column, name in names.items()}


def _partitions(version: TableVersion) -> Iterator[dict[str, object]]:
    metadata = version.table.metadata
    names = [field.name for field in metadata.spec().fields]
    totals: dict[tuple[object, ...], list[int]] = {}
    for file in manifest_files(version):
        if file.content.name != "DATA" or file.spec_id != metadata.default_spec_id:
            continue
        key = tuple(file.partition[position] for position in range(len(names)))
        found = totals.setdefault(key, [0, 0, 0])
        for at, value in enumerate((file.record_count, 1, file.file_size_in_bytes)):
            found[at] += value
    for key, (records, files, size_bytes) in totals.items():
        yield {
            "partition": dict(zip(names, key, strict=True)),
            "record_count": records,
            "file_count": files,
            "total_size": size_bytes,
        }


def _refs(version: TableVersion) -> Iterator[dict[str, object]]:
    for name, ref in version.table.metadata.refs.items():
        kind = ref.snapshot_ref_type.value.upper()
        yield {"name": name, "type": kind, "snapshot_id": ref.snapshot_id}


def _snapshots(version: TableVersion) -> Iterator[dict[str, object]]:
    for each in version.table.metadata.snapshots:
        summary = each.summary
        yield {
            "committed_at": _moment(each.timestamp_ms),
            "snapshot_id": each.snapshot_id,
            "parent_id": each.parent_snapshot_id,
            "operation": None if summary is None else summary.operation,
            "manifest_list": each.manifest_list,
            "summary": None if summary is None else summary.additional_properties,
        }


_ROWS: Final[Mapping[str, Callable[[TableVersion], Iterator[dict[str, object]]]]] = {
    "files": _files,
    "history": _history,
    "manifests": _manifest_rows,
    "partitions": _partitions,
    "refs": _refs,
    "snapshots": _snapshots,
}
