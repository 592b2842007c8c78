"""What pyiceberg writes is read here, and what is written here is read by pyiceberg."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from athena_on_duckdb.iceberg.catalog import open_table
from athena_on_duckdb.iceberg.library import module

if TYPE_CHECKING:
    from tests.unit.athena_on_duckdb.iceberg.account import Account

_arrow = cast("Any", pa)
_AT = dt.datetime(2024, 5, 1, 12, 0, 0, 1)  # noqa: DTZ001


def _table(account: Account) -> Any:  # noqa: ANN401
    return open_table(cast("Any", account), "db", "t")


def _made(account: Account) -> None:
    account.run(
        "CREATE TABLE t (id bigint, kind string, at timestamp, tags array<string>,"
        " m map<string,int>, s struct<a:int>, d decimal(10,2)) PARTITIONED BY (kind, day(at))"
        " LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type'='ICEBERG')"
    )


def test_pyiceberg_reads_what_was_written_here(account: Account) -> None:
    _made(account)
    account.run(
        "INSERT INTO t VALUES (1, 'a', TIMESTAMP '2024-05-01 12:00:00.000001', ARRAY['x', NULL],"
        " MAP(ARRAY['k'], ARRAY[1]), CAST(ROW(2) AS row(a integer)), DECIMAL '1.25')"
    )
    found = _table(account).scan(row_filter="kind = 'a' and at >= '2024-05-01T00:00:00'")
    assert found.to_arrow().to_pylist() == [
        {
            "id": 1,
            "kind": "a",
            "at": _AT,
            "tags": ["x", None],
            "m": [("k", 1)],
            "s": {"a": 2},
            "d": Decimal("1.25"),
        }
    ]


def test_what_pyiceberg_appended_and_overwrote_is_read_here(account: Account) -> None:
    _made(account)
    rows = [{"id": n, "kind": "ab"[n % 2], "at": _AT} for n in range(4)]
    table = _table(account)
    table.append(_arrow.Table.from_pylist(rows))
    table.delete("id = 2")
    assert account.rows("SELECT id, kind, at, tags FROM t ORDER BY id") == [
        (0, "a", _AT, None),
        (1, "b", _AT, None),
        (3, "b", _AT, None),
    ]
    assert account.rows("SELECT count(*) FROM t WHERE kind = 'b'") == [(2,)]


def test_rows_that_another_writer_deleted_by_position_are_not_read(account: Account) -> None:
    _made(account)
    account.run("INSERT INTO t (id, kind) VALUES (1, 'a'), (2, 'a'), (3, 'a')")
    (location,) = account.data_files("t")
    _delete_positions(account, location, [0, 2])
    assert account.rows("SELECT id FROM t") == [(2,)]
    assert account.rows("SELECT count(*) FROM t") == [(1,)]
    assert account.written("DELETE FROM t WHERE id < 3") == 1
    assert account.rows("SELECT count(*) FROM t") == [(0,)]


def _delete_positions(account: Account, location: str, positions: list[int]) -> None:
    """Commits a file of deletes, as Spark and Athena write them."""
    table = _table(account)
    sink = _arrow.BufferOutputStream()
    rows = {"file_path": [location] * len(positions), "pos": positions}
    cast("Any", pq).write_table(_arrow.table(rows), sink)
    deletes = "s3://lake/t/data/deletes.parquet"
    account.objects[deletes] = sink.getvalue().to_pybytes()
    (task,) = table.scan().plan_files()

    manifest, snapshot = module("manifest"), module("table.update.snapshot")

    def content(_: object) -> object:
        return manifest.ManifestContent.DELETES

    def manifests(producer: Any) -> list[Any]:  # noqa: ANN401
        """Those of an append, and one of deletes."""
        metadata = table.metadata
        output = producer.new_manifest_output()
        kind = type(
            "DeletesWriter",
            (manifest.ManifestWriterV2,),
            {"content": content},
        )
        writer = kind(metadata.spec(), metadata.schema(), output, producer.snapshot_id, "deflate")
        file = manifest.DataFile.from_args(
            content=manifest.DataFileContent.POSITION_DELETES,
            file_path=deletes,
            file_format=manifest.FileFormat.PARQUET,
            partition=task.file.partition,
            record_count=len(positions),
            file_size_in_bytes=len(account.objects[deletes]),
            spec_id=task.file.spec_id,
        )
        with writer:
            writer.add(
                manifest.ManifestEntry.from_args(
                    status=manifest.ManifestEntryStatus.ADDED,
                    snapshot_id=producer.snapshot_id,
                    sequence_number=None,
                    file_sequence_number=None,
                    data_file=file,
                )
            )
        return [*snapshot._FastAppendFiles._manifests(producer), writer.to_manifest_file()]  # noqa: SLF001

    append = type("WithDeletes", (snapshot._FastAppendFiles,), {"_manifests": manifests})  # noqa: SLF001
    with table.transaction() as transaction:
        append(module("table.snapshots").Operation.APPEND, transaction, table.io).commit()
