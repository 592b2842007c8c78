"""What a session reaches and what not, and how a query on it is stopped."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import duckdb
import pytest

from athena_on_duckdb.errors import CancelledError
from athena_on_duckdb.session import Session
from athena_on_duckdb.translation.failures import failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("lake", "home"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text("a\n1\n", encoding="utf-8")
    return tmp_path / "lake", tmp_path / "home"


@pytest.fixture
def session(folders: tuple[Path, Path]) -> Iterator[Session]:
    opened = Session.open(folders[:1])
    yield opened
    opened.close()


def test_a_session_reads_its_folder(session: Session, folders: tuple[Path, Path]) -> None:
    rows = session.cursor().sql(f"SELECT a FROM read_csv('{folders[0]}/x.csv')").fetchall()  # noqa: S608 -- the test's file

    assert rows == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{outside}/x.csv')",
        "SELECT * FROM '{outside}/x.csv'",
        "SELECT * FROM read_csv('{inside}/../home/x.csv')",
        "SELECT * FROM read_text('http://127.0.0.1:1/x')",
        "COPY (SELECT 1) TO '{outside}/y.csv'",
        "ATTACH '{outside}/z.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "RESET allowed_directories",
    ],
)
def test_a_session_refuses_what_lies_outside(
    session: Session, folders: tuple[Path, Path], statement: str
) -> None:
    inside, outside = folders
    with pytest.raises(duckdb.Error):
        _ = session.cursor().execute(statement.format(inside=inside, outside=outside)).fetchall()

    assert sorted(path.name for path in outside.iterdir()) == ["x.csv"]


def test_cursors_see_each_others_relations(session: Session) -> None:
    _ = session.cursor().execute("CREATE SCHEMA held; CREATE VIEW held.one AS SELECT 1 AS a")

    assert session.cursor().sql("SELECT a FROM held.one").fetchall() == [(1,)]


def test_an_interrupted_query_is_a_cancelled_one(session: Session) -> None:
    cursor = session.cursor()
    done = threading.Event()

    def interrupt() -> None:
        # An interrupt before the query begins would stop nothing, so it comes again and again.
        while not done.is_set():
            cursor.interrupt()
            time.sleep(0.01)

    other = threading.Thread(target=interrupt)
    other.start()
    try:
        with pytest.raises(duckdb.InterruptException) as stopped:
            _ = cursor.execute("SELECT count(*) FROM range(10000000000) a").fetchall()
    finally:
        done.set()
        other.join()

    assert isinstance(failure(stopped.value), CancelledError)


def test_a_failure_tells_no_path_of_this_machine(session: Session) -> None:
    with pytest.raises(duckdb.Error) as failed:
        _ = session.cursor().execute("SELECT * FROM read_parquet('/nowhere/secret.parquet')")

    assert "secret" not in str(failure(failed.value))
