"""Writes rows as data files: Parquet, delimited text or JSON, a file for each partition."""

from __future__ import annotations

import gzip
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.arrow import arrow, arrow_type, compute, parquet
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.places import encryption_parameters, split_uri
from athena_on_duckdb.results.text import as_texts
from athena_on_duckdb.results.upload import PART_BYTES, upload
from athena_on_duckdb.statements.hive import DataFormat
from athena_on_duckdb.tables.partitions import HIVE_NULL, hive_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from athena_on_duckdb.results.text import ArrowColumn
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.types import AthenaType

# https://docs.aws.amazon.com/athena/latest/ug/ctas-considerations-limitations.html
_MOST_PARTITIONS: Final = 100
_COMPRESSIONS: Final[Mapping[DataFormat, tuple[str, ...]]] = {
    DataFormat.PARQUET: ("GZIP", "NONE", "SNAPPY", "ZSTD"),
    DataFormat.TEXTFILE: ("GZIP", "NONE"),
    DataFormat.JSON: ("GZIP", "NONE"),
}
_NESTED: Final = frozenset({"array", "map", "row"})
_NULL: Final = r"\N"
# Hive's, where none is given.
_DELIMITER: Final = "\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStyle:
    """How data files are written.

    Attributes:
        format: Their form.
        compression: How they are compressed.
        delimiter: What stands between the values of a line of text.
    """

    format: DataFormat = DataFormat.PARQUET
    compression: str = "GZIP"
    delimiter: str = _DELIMITER

    def __post_init__(self) -> None:
        """Refuse what is not written here."""
        if self.compression not in _COMPRESSIONS[self.format]:
            known = ", ".join(_COMPRESSIONS[self.format])
            detail = f"compression {self.compression} of {self.format} is not supported: {known}"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows to be written.

    Attributes:
        names: The columns, in order; partition keys last.
        types: Their types.
        table: The rows, a `pyarrow.Table`.
        keys: How many of the last columns are partition keys.
    """

    names: tuple[str, ...]
    types: tuple[AthenaType, ...]
    table: Any
    keys: int = 0


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that was written, and the partition whose it is: its values, and its location."""

    uri: str
    values: tuple[str, ...] = ()
    location: str = ""


def write_files(
    context: Context, rows: Rows, location: str, style: FileStyle
) -> tuple[DataFile, ...]:
    """Write rows below a location, a file for each partition that has any.

    Raises:
        QueryError: A value cannot be written so, or there are too many partitions.
        botocore.exceptions.ClientError: S3 refused.
    """
    data = len(rows.names) - rows.keys
    moment = datetime.fromtimestamp(context.now_ms() / 1000, UTC)
    is_zipped = style.format is not DataFormat.PARQUET and style.compression == "GZIP"
    files: list[DataFile] = []
    for values, part in _partitions(_typed(rows), rows):
        folder = hive_folder(rows.names[data:], values)
        place = f"{location.rstrip('/')}/{folder}{'/' if folder else ''}"
        name = f"{moment:%Y%m%d_%H%M%S}_00000_{uuid.uuid4()}{'.gz' if is_zipped else ''}"
        files.append(DataFile(f"{place}{name}", values, place))
        bucket, key = split_uri(files[-1].uri)
        with NamedTemporaryFile(dir=context.folder) as file:
            _write(file.name, part.select(range(data)), rows.types[:data], style)
            pieces = iter(lambda: file.read(PART_BYTES), b"")
            encryption = encryption_parameters(context.asked.encryption)
            upload(context.clients, bucket, key, pieces, encryption)
    return tuple(files)


def _write(path: str, table: ArrowColumn, types: tuple[AthenaType, ...], style: FileStyle) -> None:
    if style.format is DataFormat.PARQUET:
        # As Athena's own, which clients read as nanoseconds.
        codec = style.compression.lower()
        parquet.write_table(table, path, compression=codec, use_deprecated_int96_timestamps=True)
        return
    lines = _json_lines if style.format is DataFormat.JSON else _text_lines
    with gzip.open(path, "wb") if style.compression == "GZIP" else open(path, "wb") as out:  # noqa: PTH123
        for piece in lines(table, types, style.delimiter):
            out.write(piece.encode())


def _typed(rows: Rows) -> ArrowColumn:
    columns = [
        rows.table.column(index).cast(arrow_type(type_)) for index, type_ in enumerate(rows.types)
    ]
    return arrow.Table.from_arrays(columns, names=list(rows.names))


def _partitions(table: ArrowColumn, rows: Rows) -> Iterator[tuple[tuple[str, ...], ArrowColumn]]:
    """Give the rows of each partition with its values, as folders have them."""
    if table.num_rows == 0:
        return
    if not rows.keys:
        yield (), table
        return
    first = len(rows.names) - rows.keys
    texts = [
        compute.fill_null(as_texts(table.column(index), rows.types[index]), HIVE_NULL)
        for index in range(first, len(rows.names))
    ]
    names = [str(index) for index in range(rows.keys)]
    keyed = arrow.Table.from_arrays(texts, names=names)
    found = keyed.group_by(names).aggregate([]).sort_by([(name, "ascending") for name in names])
    if found.num_rows > _MOST_PARTITIONS:
        detail = f"Exceeded limit of {_MOST_PARTITIONS} open writers for partitions/buckets"
        raise QueryError(ErrorName.HIVE_TOO_MANY_OPEN_PARTITIONS, detail)
    for each in found.to_pylist():
        values = tuple(str(each[name]) for name in names)
        mask = compute.equal(keyed.column(0), values[0])
        for index in range(1, rows.keys):
            mask = compute.and_(mask, compute.equal(keyed.column(index), values[index]))
        yield values, table.filter(mask)


def _text_lines(table: ArrowColumn, types: tuple[AthenaType, ...], delimiter: str) -> Iterator[str]:
    for type_ in types:
        if type_.name in _NESTED:
            detail = f"columns of type {type_} are not written as TEXTFILE: use PARQUET or JSON"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    columns = [
        as_texts(table.column(index), type_).to_pylist() for index, type_ in enumerate(types)
    ]
    for values in zip(*columns, strict=True):
        texts = [_NULL if value is None else str(value) for value in values]
        if any(delimiter in text or "\n" in text for text in texts):
            detail = "a text has the field delimiter or a line break: use PARQUET or JSON"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        yield delimiter.join(texts) + "\n"


def _json_lines(
    table: ArrowColumn, types: tuple[AthenaType, ...], _delimiter: str
) -> Iterator[str]:
    for type_ in types:
        if type_.name in _NESTED | {"varbinary"}:
            detail = f"columns of type {type_} are not written as JSON: use PARQUET"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    plain = {"boolean", "tinyint", "smallint", "integer", "bigint", "real", "double"}
    columns = [
        (column if type_.name in plain else as_texts(column, type_)).to_pylist()
        for column, type_ in zip(table.columns, types, strict=True)
    ]
    for values in zip(*columns, strict=True):
        row = dict(zip(table.column_names, values, strict=True))
        yield json.dumps({key: value for key, value in row.items() if value is not None}) + "\n"
