"""Writes rows as data files of an Iceberg table: a file for each partition, in bounded memory.

Nothing of them is seen before a commit names them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.arrow import arrow, compute, parquet
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg import properties
from athena_on_duckdb.iceberg.arrow_schema import file_schema
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.results.places import split_uri
from athena_on_duckdb.results.upload import PART_BYTES, upload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from athena_on_duckdb.clients import Clients

# Of rows that wait for a row group: one with this many is written, and the largest of all when
# all together have more than twice as many.
_GROUP_BYTES: Final = 64 << 20
_HELD_BYTES: Final = 2 * _GROUP_BYTES


@dataclass(slots=True)
class _OpenFile:
    """A file that is being written, and the rows that wait for its next row group."""

    path: Path
    writer: Any
    partition: tuple[object, ...]
    waiting: list[Any] = field(default_factory=list[Any])
    waiting_bytes: int = 0


class DataFiles:
    """Takes rows of one statement, and gives the data files that hold them.

    Args:
        table: pyiceberg's table.
        clients: Clients of whose permissions hold.
        folder: Where files are put together.
        most_partitions: How many partitions may be written to; None for any number.
    """

    def __init__(
        self,
        table: Any,  # noqa: ANN401 -- of pyiceberg
        clients: Clients,
        folder: Path,
        *,
        most_partitions: int | None,
    ) -> None:
        self._table, self._clients, self._folder = table, clients, folder
        self._schema = table.metadata.schema()
        self._spec = table.metadata.spec()
        self._arrow_schema = file_schema(self._schema)
        self._target_bytes = properties.number(table.metadata.properties, properties.TARGET_BYTES)
        self._codec = properties.codec(table.metadata.properties)
        self._most_partitions = most_partitions
        self._open: dict[tuple[object, ...], _OpenFile] = {}
        self._seen: set[tuple[object, ...]] = set()
        self._held_bytes = 0
        self._done: list[Any] = []
        self.row_count = 0

    def add(self, batch: Any) -> None:  # noqa: ANN401 -- a pyarrow.RecordBatch
        """Takes rows, whose columns stand in the order of the table's.

        Raises:
            QueryError: There are too many partitions, or a value that no column can have.
            botocore.exceptions.ClientError: S3 refused.
        """
        rows = self._typed(batch)
        self.row_count += rows.num_rows
        for partition, part in self._split(rows):
            file = self._file(partition)
            file.waiting.append(part)
            file.waiting_bytes += part.nbytes
            self._held_bytes += part.nbytes
            if file.waiting_bytes >= _GROUP_BYTES:
                self._flush(file)
        while self._held_bytes > _HELD_BYTES:
            self._flush(max(self._open.values(), key=lambda each: each.waiting_bytes))

    def finished(self) -> list[Any]:
        """Ends the files and returns pyiceberg's description of each so far.

        Raises:
            botocore.exceptions.ClientError: S3 refused.
        """
        for file in list(self._open.values()):
            self._end(file)
        return self._done

    def handed_over(self) -> list[Any]:
        """Ends the files and gives them up to who commits them: nothing here deletes them."""
        self.finished()
        ours, self._done = self._done, []
        return ours

    def discard(self) -> None:
        """Deletes what was written, where no commit names it."""
        for file in self._open.values():
            file.writer.close()
            file.path.unlink(missing_ok=True)
        for each in self._done:
            self._table.io.delete(each.file_path)
        self._done = []

    def _typed(self, batch: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
        columns: list[Any] = []
        for values, wanted in zip(batch.columns, self._arrow_schema, strict=True):
            if not wanted.nullable and values.null_count:
                detail = f"NULL value not allowed for NOT NULL column: {wanted.name}"
                raise QueryError(ErrorName.CONSTRAINT_VIOLATION, detail)
            columns.append(values.cast(wanted.type))
        return arrow.RecordBatch.from_arrays(columns, schema=self._arrow_schema)

    def _split(self, rows: Any) -> Iterator[tuple[tuple[object, ...], Any]]:  # noqa: ANN401 -- of pyarrow
        """Yields the rows of each partition in their order."""
        if not self._spec.fields or not rows.num_rows:
            if rows.num_rows:
                yield (), rows
            return
        keys = [
            each.transform.pyarrow_transform(self._schema.find_type(each.source_id))(
                rows.column(self._schema.find_column_name(each.source_id))
            )
            for each in self._spec.fields
        ]
        encoded = [compute.dictionary_encode(key, null_encoding="encode") for key in keys]
        codes = encoded[0].indices.cast(arrow.int64())
        for each in encoded[1:]:
            shifted = compute.multiply(codes, len(each.dictionary))
            codes = compute.add(shifted, each.indices.cast(arrow.int64()))
        order = compute.sort_indices(codes)
        runs = compute.run_end_encode(codes.take(order), run_end_type=arrow.int32())
        start = 0
        for end in runs.run_ends.to_pylist():
            picked = order.slice(start, end - start)
            first = picked[0].as_py()
            yield tuple(key[first].as_py() for key in keys), rows.take(picked)
            start = end

    def _file(self, partition: tuple[object, ...]) -> _OpenFile:
        found = self._open.get(partition)
        if found is not None:
            return found
        self._seen.add(partition)
        if self._most_partitions is not None and len(self._seen) > self._most_partitions:
            detail = f"Exceeded limit of {self._most_partitions} open writers for partitions."
            raise QueryError(ErrorName.ICEBERG_TOO_MANY_OPEN_PARTITIONS, detail)
        path = self._folder / f"{uuid.uuid4()}.parquet"
        writer = parquet.ParquetWriter(path, self._arrow_schema, compression=self._codec)
        self._open[partition] = _OpenFile(path, writer, partition)
        return self._open[partition]

    def _flush(self, file: _OpenFile) -> None:
        """Writes the rows of a file that wait, and ends the file where it is large enough."""
        self._write_group(file)
        if file.path.stat().st_size >= self._target_bytes:
            self._end(file)

    def _write_group(self, file: _OpenFile) -> None:
        if file.waiting:
            group = arrow.Table.from_batches(file.waiting, schema=self._arrow_schema)
            file.writer.write_table(group, row_group_size=group.num_rows)
        self._held_bytes -= file.waiting_bytes
        file.waiting, file.waiting_bytes = [], 0

    def _end(self, file: _OpenFile) -> None:
        self._write_group(file)
        del self._open[file.partition]
        file.writer.close()
        key = module("partitioning")
        values = [
            key.PartitionFieldValue(each, value)
            for each, value in zip(self._spec.fields, file.partition, strict=True)
        ]
        partition = key.PartitionKey(values, self._spec, self._schema)
        location = self._table.location_provider().new_data_location(
            file.path.name, partition if values else None
        )
        bucket, name = split_uri(location)
        with file.path.open("rb") as content:
            upload(self._clients, bucket, name, iter(lambda: content.read(PART_BYTES), b""), {})
        self._done.append(self._described(location, file.path, partition.partition))
        file.path.unlink()

    def _described(self, location: str, path: Path, partition: Any) -> Any:  # noqa: ANN401 -- of pyiceberg
        files, manifest = module("io.pyarrow"), module("manifest")
        statistics = files.data_file_statistics_from_parquet_metadata(
            parquet_metadata=parquet.read_metadata(path),
            stats_columns=files.compute_statistics_plan(
                self._schema, self._table.metadata.properties
            ),
            parquet_column_mapping=files.parquet_path_to_id_mapping(self._schema),
        )
        return manifest.DataFile.from_args(
            content=manifest.DataFileContent.DATA,
            file_path=location,
            file_format=manifest.FileFormat.PARQUET,
            partition=partition,
            file_size_in_bytes=path.stat().st_size,
            sort_order_id=None,
            spec_id=self._spec.spec_id,
            equality_ids=None,
            key_metadata=None,
            **statistics.to_serialized_dict(),
        )
