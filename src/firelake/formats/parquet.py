"""Rows as a Parquet file, with timestamps as Firehose writes them: INT96.

The one module that knows pyarrow, which has no types of its own.
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from firelake.formats.glue_types import Kind, parse_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.formats.columns import Column, ParquetCompression
    from firelake.formats.glue_types import GlueType

# Arrow's size of a row group; Firehose's is 256 MiB of Parquet, which memory here is not flat with.
_ROW_GROUP_BYTES: Final = 64 * 1024 * 1024
_PAGE_BYTES: Final = 1024 * 1024

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)

_TYPES: Final[dict[Kind, Any]] = {
    Kind.STRING: _arrow.string(),
    Kind.BOOLEAN: _arrow.bool_(),
    Kind.TINYINT: _arrow.int8(),
    Kind.SMALLINT: _arrow.int16(),
    Kind.INT: _arrow.int32(),
    Kind.BIGINT: _arrow.int64(),
    Kind.FLOAT: _arrow.float32(),
    Kind.DOUBLE: _arrow.float64(),
    Kind.TIMESTAMP: _arrow.timestamp("ns"),
    Kind.DATE: _arrow.date32(),
}


class ParquetWriter:
    """Writes one file; rows given to it are kept by columns until a row group is full."""

    def __init__(
        self, file: BinaryIO, columns: Sequence[Column], compression: ParquetCompression
    ) -> None:
        """Begin a file.

        Args:
            file: Where to write.

        Raises:
            SchemaError: A column has a type that is not converted to here.
        """
        self._schema = arrow_schema(columns)
        self._writer = _parquet.ParquetWriter(
            file,
            self._schema,
            compression=compression.value if compression != "UNCOMPRESSED" else "NONE",
            use_deprecated_int96_timestamps=True,
            # The service stores EnableDictionaryCompression false where it is not given.
            use_dictionary=False,
            data_page_size=_PAGE_BYTES,
            version="1.0",
        )
        self._batches: list[Any] = []
        self._batches_bytes = 0

    def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add rows: of each the values by column, nulls left out.

        The values are those that `firelake.formats.coercions` makes.
        """
        present = frozenset[str]().union(*rows)
        batch = _arrow.record_batch(
            [
                _arrow.array([row.get(field.name) for row in rows], type=field.type)
                if field.name in present
                else _arrow.nulls(len(rows), field.type)
                for field in self._schema
            ],
            schema=self._schema,
        )
        self._add(batch)

    def write_table(self, table: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        """Add rows that are Arrow's already, their columns of the file's types; others are null."""
        present = frozenset(table.column_names)
        for batch in table.to_batches():
            arrays = [
                batch[field.name]
                if field.name in present
                else _arrow.nulls(batch.num_rows, field.type)
                for field in self._schema
            ]
            self._add(_arrow.record_batch(arrays, schema=self._schema))

    def close(self) -> None:
        """End the file."""
        if self._batches:
            self._write_row_group()
        self._writer.close()

    def _add(self, batch: Any) -> None:  # noqa: ANN401 - pyarrow has no types
        self._batches.append(batch)
        self._batches_bytes += cast("int", batch.nbytes)
        if self._batches_bytes >= _ROW_GROUP_BYTES:
            self._write_row_group()

    def _write_row_group(self) -> None:
        table = _arrow.Table.from_batches(self._batches)
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self._batches, self._batches_bytes = [], 0


def use_system_memory() -> None:
    """Let Arrow take memory from the C library and give it back, rather than keep it for later."""
    _arrow.set_memory_pool(_arrow.system_memory_pool())


def arrow_schema(columns: Sequence[Column]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Give Arrow's schema of a table's columns.

    Raises:
        SchemaError: A column has a type that is not converted to here.
    """
    return _arrow.schema(
        [(column.name, _arrow_type(parse_type(column.type))) for column in columns]
    )


def _arrow_type(glue_type: GlueType) -> Any:  # noqa: ANN401 - pyarrow has no types
    if glue_type.kind is Kind.STRUCT:
        arrow_type = _arrow.struct(
            [(name, _arrow_type(member)) for name, member in glue_type.members]
        )
    elif glue_type.kind is Kind.MAP:
        arrow_type = _arrow.map_(*(_arrow_type(each) for _, each in glue_type.members))
    elif glue_type.kind is Kind.DECIMAL:
        arrow_type = _arrow.decimal128(glue_type.precision, glue_type.scale)
    else:
        arrow_type = _TYPES[glue_type.kind]
    for _ in range(glue_type.depth):
        arrow_type = _arrow.list_(arrow_type)
    return arrow_type
