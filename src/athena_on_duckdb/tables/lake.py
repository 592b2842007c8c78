"""Makes relations of tables: partitions chosen, files fetched, views written."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.iceberg.metadata_tables import metadata_rows
from athena_on_duckdb.iceberg.relation import (
    iceberg_bytes,
    planned_files,
    rows_sql,
    scanned_file,
)
from athena_on_duckdb.tables import information_schema
from athena_on_duckdb.tables.cache import all_of
from athena_on_duckdb.tables.conditions import conjunction
from athena_on_duckdb.tables.formats import column_type, text_format
from athena_on_duckdb.tables.listing import list_files
from athena_on_duckdb.tables.objects import StoredObject
from athena_on_duckdb.tables.parquet_files import ParquetFile
from athena_on_duckdb.tables.partitions import Partition, choose_partitions, on_columns
from athena_on_duckdb.tables.references import RELATION_SCHEMA
from athena_on_duckdb.tables.relations import LakeFile, folders_of, relation_sql
from athena_on_duckdb.tables.scanned import scanned_bytes
from athena_on_duckdb.types import quoted

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from athena_on_duckdb.iceberg.table_version import TableVersion
    from athena_on_duckdb.tables.cache import FileCache
    from athena_on_duckdb.tables.glue import Catalog
    from athena_on_duckdb.tables.objects import Objects
    from athena_on_duckdb.tables.partitions import Holds
    from athena_on_duckdb.tables.plan import Need

_MOST_FOOTERS: Final = 4096


@dataclass(frozen=True, slots=True)
class Relation:
    """What a query sees of a table.

    Attributes:
        name: Its name.
        source: The SELECT of its rows, or an Arrow table of them.
        scanned_bytes: What Athena would bill for it.
    """

    name: str
    source: Any
    scanned_bytes: int

    def create(self, connection: DuckDBPyConnection) -> None:
        """Let a connection see it, and no other one."""
        if isinstance(self.source, str):
            place = f"{RELATION_SCHEMA}.{quoted(self.name)}"
            connection.execute(f"CREATE TEMP VIEW {place} AS {self.source}")
        else:
            connection.register(self.name, self.source)


class Lake:
    """The files of tables, fetched when they are first asked for."""

    def __init__(self, cache: FileCache, pool: Executor) -> None:
        """Begin without any file.

        Args:
            cache: Where files are kept.
            pool: By what they are fetched.
        """
        self._cache = cache
        self._pool = pool
        self._lock = threading.Lock()
        self._footers: dict[Path, ParquetFile] = {}

    def relation(
        self,
        need: Need,
        *,
        catalog: Catalog,
        objects: Objects,
        now_ms: Callable[[], int],
        holds: Holds,
    ) -> Relation:
        """Make the relation of a table.

        Args:
            need: What is needed of it.
            catalog: Where its partitions are registered.
            objects: Where its files are.
            now_ms: Gives the time by which dates are projected, Unix time in milliseconds.
            holds: Evaluates conditions on partitions.

        Raises:
            QueryError: The table cannot be read.
        """
        table = need.table
        if table.database == information_schema.NAME:
            rows = information_schema.rows(table, need.condition, catalog, holds)
            return Relation(need.name, rows, 0)
        if table.iceberg is not None:
            return self._of_iceberg(need, table.iceberg, objects)
        text = text_format(table)
        form = "" if text is None else text.name
        partitions = choose_partitions(
            table, need.condition, catalog=catalog, now_ms=now_ms, holds=holds
        )
        listed = list_files(partitions, objects, self._pool)

        def fetched(partition: Partition, stored: StoredObject) -> LakeFile:
            place = folders_of(table, partition)
            convert = None if text is None else partial(text.convert, uri=stored.uri)
            path = self._cache.path(stored, place, objects, form=form, convert=convert)
            return LakeFile(partition, stored, path, self._footer(path, stored))

        found = all_of([partial(fetched, *each) for each in listed], self._pool)
        self._cache.tidy()
        kinds = [(column.name, column_type(column.type)) for column in table.columns]
        needed = [(name, kind) for name, kind in kinds if name in need.columns]
        for file in found:
            file.parquet.require_types(needed)
        size_bytes = scanned_bytes(
            found,
            [name for name, _ in needed],
            conjunction(on_columns(need.condition, (name for name, _ in kinds))),
            is_text=text is not None,
            row_limit=need.row_limit,
        )
        return Relation(need.name, relation_sql(table, found, need.hidden), size_bytes)

    def _of_iceberg(self, need: Need, version: TableVersion, objects: Objects) -> Relation:
        if need.table.name.partition("$")[1]:
            return Relation(need.name, metadata_rows(need.table, version), 0)
        tasks = planned_files(need, version)
        known = {each.file_path: each for task in tasks for each in (task.file, *task.delete_files)}

        def fetched(file: Any) -> LakeFile:  # noqa: ANN401 -- pyiceberg's DataFile
            stored = StoredObject.unchanging(file.file_path, file.file_size_in_bytes)
            path = self._cache.path(stored, "", objects)
            return LakeFile(Partition((), ""), stored, path, self._footer(path, stored))

        fetches = [partial(fetched, each) for each in known.values()]
        local = dict(zip(known, all_of(fetches, self._pool), strict=True))
        self._cache.tidy()
        files = [
            scanned_file(
                need,
                version,
                task,
                local[task.file.file_path],
                [local[each.file_path] for each in task.delete_files],
            )
            for task in tasks
        ]
        size_bytes = iceberg_bytes(files, need)
        return Relation(need.name, rows_sql(need, files), size_bytes)

    def _footer(self, path: Path, stored: StoredObject) -> ParquetFile:
        with self._lock:
            known = self._footers.get(path)
        if known is not None:
            return known
        read = ParquetFile.read(path, stored.uri)
        with self._lock:
            if len(self._footers) >= _MOST_FOOTERS:
                self._footers.clear()
            self._footers[path] = read
        return read
