"""A lake of plain dicts: tables as Glue has them, objects as S3 has them, and what was asked."""

from __future__ import annotations

import base64
import gzip
import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.tables.glue import GluePartition, GlueTable, read_table
from athena_on_duckdb.tables.objects import StoredObject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOW_MS: Final = 1_772_452_800_000  # 2026-03-02T12:00:00Z
PARQUET: Final = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
LINES: Final = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPENX: Final = "org.openx.data.jsonserde.JsonSerDe"
MODIFIED: Final = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 -- as listings are read: UTC without a zone

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)


@dataclass
class FakeLake:
    """A catalog and a bucket `lake` in one; both ports of the engine."""

    tables_by_name: dict[tuple[str, str], GlueTable] = field(
        default_factory=dict[tuple[str, str], GlueTable]
    )
    contents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    registered: dict[str, list[GluePartition]] = field(
        default_factory=dict[str, list[GluePartition]]
    )
    page_keys: int = 0
    vanishing: set[str] = field(default_factory=set[str])
    listed: list[str] = field(default_factory=list[str])
    fetched: list[str] = field(default_factory=list[str])

    def __hash__(self) -> int:
        return id(self)

    # --- the catalog ---

    def databases(self) -> list[str]:
        return sorted({database for database, _ in self.tables_by_name})

    def has_database(self, database: str) -> bool:
        return database in self.databases()

    def tables(self, database: str) -> list[GlueTable]:
        return [table for (each, _), table in self.tables_by_name.items() if each == database]

    def table(self, database: str, name: str) -> GlueTable | None:
        return self.tables_by_name.get((database, name))

    def partitions(self, table: GlueTable) -> list[GluePartition]:
        return self.registered.get(table.name, [])

    # --- the objects ---

    @property
    def caller(self) -> str:
        return f"caller-{id(self)}"

    def list(self, bucket: str, prefix: str) -> list[StoredObject]:
        assert bucket == "lake"
        self.listed.append(prefix)
        return [
            StoredObject(
                bucket,
                key,
                len(content),
                str(hash(content)),
                MODIFIED,
            )
            for key, content in sorted(self.contents.items())
            if key.startswith(prefix)
        ]

    def list_few(self, bucket: str, prefix: str) -> list[StoredObject] | None:
        if sum(key.startswith(prefix) for key in self.contents) > self.page_keys:
            return None
        return self.list(bucket, prefix)

    def fetch(self, stored: StoredObject, path: Path) -> None:
        if stored.key in self.vanishing:
            raise QueryError(ErrorName.HIVE_CANNOT_OPEN_SPLIT, f"{stored.uri} is gone")
        self.fetched.append(stored.key)
        path.write_bytes(self.contents[stored.key])

    # --- what tests put there ---

    def add_table(  # noqa: PLR0913 -- each is a part of a table
        self,
        name: str,
        columns: Mapping[str, str],
        *,
        keys: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        serde: str = PARQUET,
        options: Mapping[str, str] | None = None,
        database: str = "db",
    ) -> GlueTable:
        """A table whose files stand under its name."""
        table = read_table(
            database,
            {
                "Name": name,
                "Parameters": dict(parameters or {}),
                "PartitionKeys": _columns(keys or {}),
                "StorageDescriptor": {
                    "Columns": _columns(columns),
                    "Location": f"s3://lake/{name}/",
                    "SerdeInfo": {
                        "SerializationLibrary": serde,
                        "Parameters": dict(options or {}),
                    },
                },
            },
        )
        self.tables_by_name[database, table.name] = table
        return table

    def add_view(self, name: str, sql: str, *, database: str = "db") -> None:
        definition = {"originalSql": sql, "catalog": "awsdatacatalog", "schema": database}
        encoded = base64.b64encode(json.dumps(definition).encode()).decode()
        self.tables_by_name[database, name] = GlueTable(
            database=database,
            name=name,
            columns=(),
            view_text=f"/* Presto View: {encoded} */",
        )

    def register(self, table: GlueTable, values: Sequence[str], location: str) -> None:
        self.registered.setdefault(table.name, []).append(
            GluePartition(tuple(values), f"s3://lake/{location}", table.columns)
        )

    def put_parquet(self, key: str, rows: object, **options: object) -> None:
        """Rows are dicts, or an Arrow table."""
        table = _arrow.Table.from_pylist(rows) if isinstance(rows, list) else rows
        sink = io.BytesIO()
        _parquet.write_table(table, sink, **options)
        self.contents[key] = sink.getvalue()

    def put_lines(self, key: str, lines: Sequence[str], *, is_gzip: bool = False) -> None:
        text = "".join(f"{line}\n" for line in lines).encode()
        self.contents[key] = gzip.compress(text, mtime=0) if is_gzip else text


def _columns(columns: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind in columns.items()]
