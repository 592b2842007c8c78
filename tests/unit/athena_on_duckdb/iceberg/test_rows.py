"""Iceberg tables are made, filled, read and emptied of rows as Athena does."""

from __future__ import annotations

import datetime as dt
import math
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.engine import Engine
from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.session import Session
from tests.unit.athena_on_duckdb.iceberg.account import Account

if TYPE_CHECKING:
    from pathlib import Path

_MADE = "CREATE TABLE t (a bigint) LOCATION 's3://lake/t/' "
_PROPERTIES = "TBLPROPERTIES ('table_type'='ICEBERG', 'format'='parquet')"


@pytest.fixture
def events(account: Account) -> Account:
    account.run(
        "CREATE TABLE events (id bigint, kind string, at timestamp, price double)"
        " PARTITIONED BY (month(at), kind) LOCATION 's3://lake/events/' " + _PROPERTIES
    )
    account.run(
        "INSERT INTO events VALUES (1, 'a', TIMESTAMP '2024-01-31 23:59:59.123456', 1.5),"
        " (2, 'b', TIMESTAMP '2024-02-01 00:00:00', nan()), (3, NULL, NULL, NULL)"
    )
    account.run(
        "INSERT INTO events (kind, id, at) VALUES ('a', 4, TIMESTAMP '2024-01-02 00:00:00')"
    )
    return account


def test_what_is_inserted_is_read_with_microseconds(events: Account) -> None:
    rows = events.rows("SELECT * FROM events ORDER BY id")
    assert math.isnan(rows[1][3])
    assert [row[:3] for row in rows] == [
        (1, "a", dt.datetime(2024, 1, 31, 23, 59, 59, 123456)),  # noqa: DTZ001
        (2, "b", dt.datetime(2024, 2, 1)),  # noqa: DTZ001
        (3, None, None),
        (4, "a", dt.datetime(2024, 1, 2)),  # noqa: DTZ001
    ]
    assert [row[3] for row in rows if row[0] != 2] == [1.5, None, None]


def test_each_partition_of_an_insert_is_a_file_in_a_folder_of_its_values(events: Account) -> None:
    folders = [each.rpartition("/")[0] for each in events.data_files("events")]
    assert folders == [
        "s3://lake/events/data/at_month=2024-01/kind=a",
        "s3://lake/events/data/at_month=2024-01/kind=a",
        "s3://lake/events/data/at_month=2024-02/kind=b",
        "s3://lake/events/data/at_month=null/kind=null",
    ]


def test_conditions_leave_out_files_of_other_partitions(events: Account) -> None:
    february = "SELECT id FROM events WHERE at >= TIMESTAMP '2024-02-01 00:00:00'"
    assert events.rows(february) == [(2,)]
    by_day = "SELECT id FROM events WHERE at < DATE '2024-01-03' AND kind = 'a'"
    assert events.rows(by_day) == [(4,)]
    assert events.scanned_bytes(february) < events.scanned_bytes("SELECT id, at FROM events") / 2
    assert events.scanned_bytes("SELECT id FROM events WHERE kind IN ('x', 'y')") == 0


def test_deleted_rows_are_gone_and_the_others_stay(events: Account) -> None:
    assert events.written("DELETE FROM events WHERE id = 1 OR price > 1e9") == 1
    assert events.rows("SELECT id FROM events ORDER BY id") == [(2,), (3,), (4,)]
    assert events.written("DELETE FROM events WHERE kind = 'z'") == 0
    assert events.written("DELETE FROM events") == 3
    assert events.rows("SELECT count(*) FROM events") == [(0,)]


def test_a_condition_that_is_null_deletes_nothing(events: Account) -> None:
    assert events.written("DELETE FROM events WHERE kind <> 'a'") == 1
    assert events.rows("SELECT id FROM events ORDER BY id") == [(1,), (3,), (4,)]


def test_a_table_is_read_as_it_was(events: Account) -> None:
    first = events.rows('SELECT snapshot_id FROM "events$snapshots" ORDER BY committed_at')[0][0]
    events.run("DELETE FROM events")
    count = "SELECT count(*) FROM events FOR VERSION AS OF {}"
    assert events.rows(count.format(first)) == [(3,)]
    assert events.rows("SELECT count(*) FROM events FOR TIMESTAMP AS OF now()") == [(0,)]
    with pytest.raises(QueryError, match="INVALID_ARGUMENTS: No version history"):
        events.run("SELECT 1 FROM events FOR TIMESTAMP AS OF now() - INTERVAL '1' DAY")


def test_tables_about_a_table_tell_its_files_and_snapshots(events: Account) -> None:
    events.run("DELETE FROM events WHERE id = 2")
    assert events.rows(
        'SELECT sum(record_count), count(*), sum(file_size_in_bytes) > 0 FROM "events$files"'
    ) == [(3, 3, True)]
    assert events.rows(
        "SELECT operation, summary['total-records'] FROM \"events$snapshots\" ORDER BY committed_at"
    ) == [("append", "3"), ("append", "4"), ("overwrite", "3")]
    assert events.rows('SELECT count(*) FROM "events$history" WHERE is_current_ancestor') == [(3,)]
    assert events.rows(
        'SELECT partition.kind, record_count, file_count FROM "events$partitions" ORDER BY 1'
    ) == [("a", 2, 2), (None, 1, 1)]
    assert events.rows('SELECT count(*) > 0 FROM "events$manifests"') == [(True,)]
    assert events.rows('SELECT name, type FROM "events$refs"') == [("main", "BRANCH")]
    with pytest.raises(QueryError, match="TABLE_NOT_FOUND"):
        events.run('SELECT * FROM "events$nothing"')


def test_a_dropped_table_leaves_no_object(events: Account) -> None:
    events.run("DROP TABLE events")
    assert events.objects == {}
    with pytest.raises(QueryError, match="TABLE_NOT_FOUND"):
        events.run("SELECT * FROM events")


def test_an_insert_into_more_than_100_partitions_is_refused_and_leaves_nothing(
    account: Account,
) -> None:
    account.run(
        "CREATE TABLE days (n bigint, d date) PARTITIONED BY (day(d))"
        " LOCATION 's3://lake/days' " + _PROPERTIES
    )
    rows = "SELECT n, date_add('day', n, DATE '2024-01-01') FROM UNNEST(sequence(1, {})) AS t(n)"
    with pytest.raises(QueryError, match="ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100"):
        account.run("INSERT INTO days " + rows.format(101))
    assert account.data_files("days") == []
    assert account.written("INSERT INTO days " + rows.format(100)) == 100
    assert account.rows("SELECT count(*), max(d) FROM days WHERE d > DATE '2024-04-01'") == [
        (9, dt.date(2024, 4, 10))
    ]


def test_of_two_writers_at_once_one_fails_and_nothing_of_it_is_seen(events: Account) -> None:
    def other_comes_first(operation: str, given: object) -> None:
        if operation == "PutObject" and ".parquet" in str(given):
            events.before = lambda _operation, _given: None
            events.run("INSERT INTO events (id) VALUES (5)")

    events.before = other_comes_first
    with pytest.raises(QueryError, match="ICEBERG_COMMIT_ERROR: Failed to commit"):
        events.run("INSERT INTO events (id) VALUES (6)")
    assert events.rows("SELECT id FROM events WHERE id > 4") == [(5,)]
    files = {path for (path,) in events.rows('SELECT file_path FROM "events$files"')}
    assert set(events.data_files("events")) == files


@pytest.mark.parametrize("operation", ["PutObject", "GetObject"])
@pytest.mark.parametrize("nth", [1, 3, 5])
def test_an_insert_that_breaks_off_is_seen_whole_or_not_at_all(
    events: Account, operation: str, nth: int
) -> None:
    left = nth

    def broken(asked: str, _given: object) -> None:
        nonlocal left
        left -= asked == operation
        if not left:
            raise KeyboardInterrupt

    events.before = broken
    values = "INSERT INTO events (id, kind) VALUES (7, 'a'), (7, 'b')"
    with suppress(KeyboardInterrupt):
        events.run(values)
    events.before = lambda _operation, _given: None
    assert events.rows("SELECT count(*) FROM events WHERE id = 7")[0][0] in {0, 2}


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("CREATE TABLE t (a bigint)", "NOT_SUPPORTED: External keyword required"),
        ("CREATE TABLE t (a bigint) " + _PROPERTIES, "GENERIC_USER_ERROR: .* LOCATION"),
        ("CREATE TABLE t (a bigint) LOCATION 's3://lake' " + _PROPERTIES, "is a bucket"),
        (
            _MADE + _PROPERTIES.replace("parquet", "orc"),
            "NOT_SUPPORTED: table property format is 'orc'",
        ),
        (
            _MADE + _PROPERTIES.replace("format", "owner"),
            "NOT_SUPPORTED: Unsupported table property key: owner",
        ),
        (
            "CREATE TABLE t (a smallint) LOCATION 's3://lake/t/' " + _PROPERTIES,
            "NOT_SUPPORTED: Type smallint is not supported in Iceberg tables",
        ),
        (
            "CREATE TABLE t (a bigint) PARTITIONED BY (month(a)) LOCATION 's3://lake/t/' "
            + _PROPERTIES,
            "NOT_SUPPORTED: month cannot partition by a",
        ),
        (
            "CREATE TABLE t (a bigint) PARTITIONED BY (b) LOCATION 's3://lake/t/' " + _PROPERTIES,
            "COLUMN_NOT_FOUND: PARTITIONED BY names column b",
        ),
        ("INSERT INTO events (id) VALUES ('x')", "TYPE_MISMATCH: Insert query has mismatched"),
        ("INSERT INTO events (id, no) VALUES (1, 2)", "COLUMN_NOT_FOUND"),
        ("DELETE FROM events WHERE no = 1", "COLUMN_NOT_FOUND"),
    ],
)
def test_what_athena_refuses_is_refused_by_name(
    events: Account, statement: str, error: str
) -> None:
    with pytest.raises(QueryError, match=error):
        events.run(statement)
    assert ("db", "t") not in events.tables


def test_rows_for_files_are_computed_on_a_base_of_their_own_that_is_opened_once(
    tmp_path: Path,
) -> None:
    opened: list[Session] = []

    def open_streaming() -> Session:
        opened.append(Session.open([tmp_path / "lake"], memory_bytes=64 << 20))
        return opened[-1]

    session = Session.open([tmp_path / "lake"])
    engine = Engine(
        folder=tmp_path / "lake", session=session, now_ms=lambda: 0, open_streaming=open_streaming
    )
    account = Account(engine, tmp_path)
    account.run(_MADE + _PROPERTIES)
    account.rows("SELECT 1")
    assert opened == []
    account.run("INSERT INTO t VALUES 1, 2")
    account.run("DELETE FROM t WHERE a = 1")

    assert account.rows("SELECT a FROM t") == [(2,)]
    assert len(opened) == 1
    engine.close()
    session.close()
    opened[0].close()
