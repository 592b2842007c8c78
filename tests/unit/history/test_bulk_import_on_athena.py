"""Whole imports on the local Athena: what the lake shows afterwards, and what is told."""

from __future__ import annotations

import hashlib
import io
import json
import time
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow.parquet as pq
import pytest

from firelake.contract.layout import Granularity
from firelake.history.backfill.rows import RowFiles, columns_of
from firelake.history.bulk_import.mapping import BY_NAME
from firelake.operations.errors import LakeQueryError
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.athena_engines import running_engine
from tests.unit.history.imported_lake import MOMENT, ImportedLake, arrow_table
from tests.unit.history.imported_orders import COLUMNS, CONTRACT, MAPPING, SCHEMA, put_orders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from athena_on_duckdb.engine import Engine
    from firelake.history.bulk_import.run import InsertOutcome

_parquet: Final = cast("Any", pq)

# 2026-11-02T10:00:00.123Z
FIRST_MS: Final = 1_793_613_600_123
DAY_MS: Final = 86_400_000
PAID: Final = datetime(2026, 11, 2, 10, 0, 1, 500_000)  # noqa: DTZ001 -- of a column without zone


def order(key: int, **others: object) -> dict[str, object]:
    return {
        "event_key": key,
        "kind": "Order Paid",
        "ordered_ms": FIRST_MS,
        "order_id": 100 + key,
        "total": "12.50",
        "paid": PAID,
        "lines": [{"sku": "a", "qty": 2}, None],
        "address": {"city": "Ulm", "zip": "01"},
        "etl_batch": "b7",
        "channel": "web",
        **others,
    }


def event(key: int, created_at_s: float = FIRST_MS / 1000) -> dict[str, object]:
    """The same as a producer of JSON would have sent it."""
    return {
        "event_uuid": str(key),
        "event_name": "shop:order:paid",
        "created_at": created_at_s,
        "order_id": 100 + key,
        "total": "12.50",
        "paid_at": "2026-11-02T10:00:01.500Z",
        "lines": [{"sku": "a", "qty": 2}, None],
        "address": {"city": "Ulm", "zip": "01"},
        "channel": "web",
    }


def backfilled(*events: Mapping[str, object]) -> bytes:
    """The file that backfill makes of events."""
    reader = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
    position = RecordPosition("backfill:0123:0", int(MOMENT.now_s * 1000))
    rows = [
        found.row
        for each in events
        for found in reader.read(json.dumps(each).encode(), position).events
    ]
    file = io.BytesIO()
    RowFiles(CONTRACT, columns_of(CONTRACT)).write(
        file, "shop", [(b"".join(row + b"\n" for row in rows), None)]
    )
    return file.getvalue()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("imports")
    with running_engine(folder, lambda: time.time_ns() // 1_000_000) as made:
        yield made


@pytest.fixture
def lake(engine: Engine, tmp_path: Path) -> ImportedLake:
    made = ImportedLake(engine, tmp_path)
    made.deploy(CONTRACT)
    return made


def ids(lake: ImportedLake, table: str = "events_unique") -> list[str]:
    return [uuid for (uuid,) in lake.rows(f"SELECT event_uuid FROM {table} ORDER BY 1")]  # noqa: S608


def test_every_column_of_a_row_is_as_backfill_of_a_file_writes_it(lake: ImportedLake) -> None:
    put_orders(
        lake, [order(1), order(2, lines=None, address=None, total="-0"), order(3, channel=None)]
    )
    second = {**event(2), "lines": None, "address": None, "total": 0}
    third = {name: each for name, each in event(3).items() if name != "channel"}
    every = "SELECT * FROM {} ORDER BY event_uuid"

    lake.imported(lake.statements(CONTRACT, "db.orders", MAPPING))
    by_import = lake.rows(every.format("events_unique"))
    lake.run("DELETE FROM events_history")
    lake.deliver("shop", "2026-11-02", "b.parquet", backfilled(event(1), second, third))
    by_file = lake.rows(every.format("events_unique"))

    position = 6
    assert [row[:position] + row[position + 1 :] for row in by_import] == [
        row[:position] + row[position + 1 :] for row in by_file
    ]
    assert by_import[0][:position] == (
        "1",
        "shop:order:paid",
        "order",
        1793613600.123,
        datetime(2026, 11, 2, 10, 0, 0, 123_000),  # noqa: DTZ001
        None,
    )
    digest = hashlib.md5(b"1\nshop:order:paid\n1.793613600123E9").hexdigest()  # noqa: S324 -- no secret
    assert by_import[0][position] == f"backfill:{digest}:0#0"
    assert by_import[0][position + 1 :] == (
        101,
        Decimal("12.50"),
        PAID,
        [{"sku": "a", "qty": 2}, None],
        {"city": "Ulm", "zip": "01"},
        '{"channel":"web"}',
        "shop",
        "2026-11-02",
    )


def test_the_counts_tell_what_became_of_every_row(lake: ImportedLake) -> None:
    put_orders(
        lake,
        [
            order(1),
            order(1, channel="copy"),
            order(2, kind="ping"),
            order(3, kind="unknown:kind"),
            # Of the newest twelve days, and of tomorrow.
            order(4, ordered_ms=FIRST_MS + 15 * DAY_MS),
            order(5, ordered_ms=FIRST_MS + 20 * DAY_MS),
            order(6, order_id=None, total="12.505"),
            order(7, total="-1"),
            order(8, kind="Order Lost"),
            order(9, ordered_ms=None),
            order(10),
        ],
    )
    lake.deliver("shop", "2026-11-02", "b.parquet", backfilled(event(10)))
    statements = lake.statements(CONTRACT, "db.orders", MAPPING)

    tally = lake.imported(statements)

    assert (tally.rows, tally.imported, tally.there, tally.repeated) == (11, 3, 1, 1)
    assert (tally.later, tally.invalid, tally.undone) == (1, 5, 0)
    assert (tally.unregistered, tally.statements) == (1, 1)
    assert tally.faults == {
        "too_early:created_at": 1,
        "field_missing:order_id": 1,
        "field_type:total": 2,
        "event_name:event_name": 1,
        "created_at:created_at": 1,
    }
    assert ids(lake) == ["1", "10", "2", "3"]
    assert ids(lake, "events_history") == ["1", "2", "3"]
    assert [
        row[:2] for row in sorted(lake.rows(statements.left_out()), key=lambda row: row[1])
    ] == [
        ("too_early:created_at", 5),
        ("field_missing:order_id field_type:total", 6),
        ("field_type:total", 7),
        ("event_name:event_name", 8),
        ("created_at:created_at", 9),
    ]


def test_an_event_of_another_type_once_is_found_as_unregistered(lake: ImportedLake) -> None:
    put_orders(lake, [order(1)])
    lake.deliver("unregistered", "2026-11-02", "b.parquet", backfilled(event(1)))

    tally = lake.imported(lake.statements(CONTRACT, "db.orders", MAPPING))

    assert (tally.imported, tally.there) == (0, 1)


def test_rows_of_before_the_start_of_the_lake_are_shown(lake: ImportedLake) -> None:
    put_orders(lake, [order(1, ordered_ms=FIRST_MS - 700 * DAY_MS)])

    lake.imported(lake.statements(CONTRACT, "db.orders", MAPPING))

    asked = "SELECT event_uuid, dt FROM event_shop__order__paid WHERE dt < '2025-01-01'"
    assert lake.rows(asked) == [("1", "2024-12-02")]


def test_a_dry_run_tells_the_same_and_changes_nothing(lake: ImportedLake) -> None:
    put_orders(lake, [order(1), order(2), order(2)])
    statements = lake.statements(CONTRACT, "db.orders", MAPPING)

    tally = lake.imported(statements, is_dry_run=True)

    assert (tally.rows, tally.imported, tally.repeated, tally.statements) == (3, 2, 1, 1)
    assert ids(lake) == []


class _KilledLake(ImportedLake):
    """Dies before its second INSERT."""

    is_killed = False

    def insert(self, sql: str) -> InsertOutcome:
        if len(self.inserts) == 1 and not self.is_killed:
            self.is_killed = True
            raise KeyboardInterrupt
        return super().insert(sql)


def test_an_import_that_was_killed_goes_on_where_it_was(engine: Engine, tmp_path: Path) -> None:
    lake = _KilledLake(engine, tmp_path)
    lake.deploy(CONTRACT)
    put_orders(lake, [order(key, ordered_ms=FIRST_MS - key * DAY_MS) for key in range(120)])
    statements = lake.statements(CONTRACT, "db.orders", MAPPING)
    with pytest.raises(KeyboardInterrupt):
        lake.imported(statements)
    assert lake.rows("SELECT count(*), count(DISTINCT dt) FROM events_history") == [(100, 100)]

    tally = lake.imported(statements)
    again = lake.imported(statements)

    assert (tally.imported, tally.there, tally.statements) == (20, 100, 1)
    assert (again.imported, again.there, again.statements) == (0, 120, 0)
    assert lake.rows("SELECT count(*), count(DISTINCT event_uuid) FROM events_history") == [
        (120, 120)
    ]


class _WeakLake(ImportedLake):
    """Does no INSERT into more than one partition, and none of one day."""

    refused = "2026-11-04"

    def insert(self, sql: str) -> InsertOutcome:
        wanted = sql[sql.index("event_type IN ('2") :].partition("),\n")[0]
        if wanted.count("shop") > 1 or self.refused in wanted:
            message = "Query exhausted resources at this scale factor"
            raise LakeQueryError(message)
        return super().insert(sql)


def test_what_is_too_much_at_once_is_done_in_halves(engine: Engine, tmp_path: Path) -> None:
    lake = _WeakLake(engine, tmp_path)
    lake.deploy(CONTRACT)
    put_orders(lake, [order(key, ordered_ms=FIRST_MS + key * DAY_MS) for key in range(4)])
    statements = lake.statements(CONTRACT, "db.orders", MAPPING)

    tally = lake.imported(statements)

    assert (tally.imported, tally.undone, tally.statements) == (2, 2, 2)
    assert tally.failure.startswith("2026-11-04, shop: Query exhausted resources")
    lake.refused = "none"
    assert lake.imported(statements).imported == 2
    assert ids(lake) == ["0", "1", "2", "3"]


def test_a_statement_reads_the_partitions_of_the_table_that_have_its_rows(
    engine: Engine, tmp_path: Path
) -> None:
    lake = ImportedLake(engine, tmp_path)
    lake.deploy(CONTRACT)
    days = {
        f"day={day:03d}": [order(day, ordered_ms=FIRST_MS - day * DAY_MS)] for day in range(110)
    }
    parts = {folder: arrow_table(SCHEMA, rows) for folder, rows in days.items()}
    lake.put_table("orders", COLUMNS, parts, {"day": "string"})

    tally = lake.imported(lake.statements(CONTRACT, "db.orders", MAPPING))

    assert (tally.imported, tally.statements) == (110, 2)
    # The oldest hundred days come first, which have the greatest numbers.
    for sql, latest, earliest in ((lake.inserts[0], 10, 109), (lake.inserts[1], 0, 9)):
        ends = f"{FIRST_MS - earliest * DAY_MS} AND {FIRST_MS - latest * DAY_MS}"
        where = (
            f"\"ordered_ms\" BETWEEN {ends} AND \"day\" BETWEEN '{latest:03d}' AND '{earliest:03d}'"
        )
        assert f"WHERE {where}\n)" in sql
    assert '{"channel":"web","day":"000"}' in [
        extras for (extras,) in lake.rows("SELECT extras FROM events_unique WHERE event_uuid = '0'")
    ]


def test_an_iceberg_table_is_imported_with_its_microseconds_cut(lake: ImportedLake) -> None:
    lake.run(
        "CREATE TABLE db.own (id string, name string, created_at timestamp, order_id bigint,"
        " paid_at timestamp) PARTITIONED BY (name) LOCATION 's3://own/own/'"
        " TBLPROPERTIES ('table_type' = 'ICEBERG')"
    )
    lake.run(
        "INSERT INTO db.own SELECT 'a', 'shop:order:paid',"
        " TIMESTAMP '2026-11-02 10:00:00.123456', 1, TIMESTAMP '2026-11-02 10:00:00.999999'"
    )

    tally = lake.imported(lake.statements(CONTRACT, "db.own", BY_NAME))

    assert tally.imported == 1
    asked = "SELECT created_at, created_datetime, paid_at FROM event_shop__order__paid"
    assert lake.rows(asked) == [
        (
            1793613600.123456,
            datetime(2026, 11, 2, 10, 0, 0, 123_000),  # noqa: DTZ001
            datetime(2026, 11, 2, 10, 0, 0, 999_000),  # noqa: DTZ001
        )
    ]


def test_a_view_is_imported_as_a_table_is(lake: ImportedLake) -> None:
    put_orders(lake, [order(1), order(2)])
    lake.run(
        "CREATE VIEW db.paid AS SELECT CAST(event_key AS varchar) AS id, 'shop:order:paid' AS"
        " name, ordered_ms / 1e3 AS created_at, order_id, paid AS paid_at, lines"
        " FROM db.orders WHERE event_key > 1"
    )

    tally = lake.imported(lake.statements(CONTRACT, "db.paid", BY_NAME))

    assert (tally.rows, tally.imported) == (1, 1)
    assert lake.rows("SELECT event_uuid, order_id, lines FROM events_unique") == [
        ("2", 102, [{"sku": "a", "qty": 2}, None])
    ]
