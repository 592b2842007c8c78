"""The move by its own statements, on the local Athena: the same rows before, meanwhile, after."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from athena_on_duckdb.errors import QueryError
from firelake.catalog.erasures import Hiding
from firelake.catalog.history_table import history_columns
from firelake.history.backfill.history import AthenaHistory
from firelake.history.backfill.work import Partition
from firelake.history.move.lake import LakeStatements
from tests.helpers.athena_engines import running_engine
from tests.unit.history.lake_account import NOW_S, ROWS, LakeAccount, LakeAthena, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from athena_on_duckdb.engine import Engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("moves")
    with running_engine(folder, lambda: time.time_ns() // 1_000_000) as made:
        yield made


@pytest.fixture
def lake(engine: Engine, tmp_path: Path) -> LakeAccount:
    """A lake with three closed files, one of them delivered twice, and one that is open."""
    made = LakeAccount(engine, tmp_path)
    made.deploy()
    made.deliver("one", "2026-11-02", "a", "b")
    made.deliver("again", "2026-11-02", "a", "b")
    made.deliver("two", "2026-11-03", "c")
    made.deliver("open", "2026-11-05", "d")
    return made


def test_the_views_show_the_same_rows_at_every_step_of_a_move(lake: LakeAccount) -> None:
    before = lake.shown()
    assert [row[0] for row in before] == ["a", "b", "c", "d"]
    assert lake.move().needs_deployment
    lake.deploy()
    seen: list[list[tuple[Any, ...]]] = []

    done = lake.move(lambda _: seen.append(lake.shown()))

    assert (done.dts, done.watermark, done.removed) == (
        ("2026-11-02", "2026-11-03", "2026-11-05"),
        "2026-11-05",
        4,
    )
    assert len(seen) >= 5
    assert all(each == before for each in seen)
    assert lake.shown() == before
    assert lake.shown("event_lesson__started") == before
    assert lake.files() == []
    assert lake.rows(
        'SELECT dt, count(*), count(DISTINCT "$path") FROM events_history GROUP BY dt ORDER BY dt'
    ) == [("2026-11-02", 2, 1), ("2026-11-03", 1, 1), ("2026-11-05", 1, 1)]
    lake.deploy()
    assert lake.shown() == before


def test_every_value_of_a_row_is_as_it_was(lake: LakeAccount) -> None:
    every = "SELECT * FROM event_lesson__started ORDER BY event_uuid"
    before = lake.rows(every)
    lake.move()
    lake.deploy()
    lake.move()

    assert lake.rows(every) == before


def test_a_question_about_one_day_reads_the_files_of_that_day_alone(lake: LakeAccount) -> None:
    lake.move()
    lake.deploy()
    lake.move()
    # A reader that opens any other file fails.
    lake.deliver("young", "2026-11-05", "e")
    moved = [
        key for key in lake.objects if "/dt=2026-11-02/" not in key and key.endswith(".parquet")
    ]
    assert len(moved) == 3
    for key in moved:
        del lake.objects[key]

    asked = "SELECT event_uuid FROM events_unique WHERE event_type = 'lesson' AND dt = '2026-11-02'"
    assert lake.rows(f"{asked} ORDER BY 1") == [("a",), ("b",)]


def test_backfill_learns_from_history_which_events_have_moved(lake: LakeAccount) -> None:
    lake.move()
    lake.deploy()
    lake.move()

    history = AthenaHistory(cast("Any", LakeAthena(lake)))
    (ids,) = history.ids(Partition("lesson", "2026-11-02"))
    assert len(ids) == 2
    assert list(history.ids(Partition("lesson", "2026-11-06"))) == []


def test_an_open_day_moves_again_and_again_and_is_one_file_once_it_is_closed(
    lake: LakeAccount,
) -> None:
    lake.move()
    lake.deploy()
    for name in ("e", "f", "g"):
        lake.deliver(name, "2026-11-05", "d", name)
        before = lake.shown()
        lake.move(lambda _, before=before: lake.require_shown(before))
        assert lake.files() == []
        assert lake.shown() == before

    count = "SELECT count(*), count(DISTINCT \"$path\") FROM events_history WHERE dt = '2026-11-05'"
    assert lake.rows(count) == [(4, 3)]
    lake.deliver("h", "2026-11-06", "h")
    before = lake.shown()
    assert lake.move(now_s=NOW_S + 86_400).watermark == "2026-11-06"
    assert lake.rows(count) == [(4, 1)]
    assert lake.shown() == before


def test_what_history_needs_no_more_is_deleted_days_later(lake: LakeAccount) -> None:
    lake.move()
    lake.deploy()
    for name in ("e", "f"):
        lake.deliver(name, "2026-11-02", name)
        lake.move()
    before = lake.shown()
    assert len(lake.data_files("history")) == 5

    # Long after the objects were written.
    lake.now_ms = time.time_ns() // 1_000_000 + 6 * 86_400_000
    lake.deliver("g", "2026-11-05", "g")
    lake.move()

    named = {path for (path,) in lake.rows('SELECT file_path FROM "events_history$files"')}
    assert set(lake.data_files("history")) == named
    assert [row[:1] for row in lake.shown()] == [*(row[:1] for row in before), ("g",)]


def test_a_query_that_opens_a_file_after_its_removal_fails_and_answers_all_when_asked_again(
    lake: LakeAccount,
) -> None:
    lake.move()
    lake.deploy()
    # History has its event, and the local Athena has not read the file yet.
    lake.deliver("first", "2026-11-05", "e")
    lake.move()
    lake.deliver("young", "2026-11-05", "e", "e")
    removed: list[str] = []

    def remove_when_opened(operation: str, given: Mapping[str, Any]) -> None:
        """Takes the file away as the move does, once a query has listed it."""
        if operation == "GetObject" and given["Key"].endswith("/young.parquet"):
            removed.append(given["Key"])
            lake.objects.pop(f"s3://lake/{given['Key']}", None)

    lake.before = remove_when_opened
    closed = ROWS.format("events_unique WHERE dt < '2026-11-05'")
    assert [row[0] for row in lake.rows(closed)] == ["a", "b", "c"]
    assert removed == []
    with pytest.raises(QueryError, match=r"HIVE_CANNOT_OPEN_SPLIT: .*young.parquet"):
        lake.shown()
    assert len(removed) == 1
    assert [row[0] for row in lake.shown()] == ["a", "b", "c", "d", "e"]


def test_a_statement_that_commits_while_a_run_waits_proves_nothing_to_it(
    lake: LakeAccount,
) -> None:
    lake.move()
    lake.deploy()

    def another_run(told: str) -> None:
        if told.startswith("waiting"):
            lake.deliver("late", "2026-11-05", "e")
            statements = LakeStatements("db", "lake", lambda: Hiding("db"))
            columns = history_columns(columns_of(lake.tables["db", "events_history"]))
            for sql in statements.copy(columns, "2026-11-05", ["lesson"]):
                lake.run(sql)

    lake.move(another_run)

    assert lake.files() == ["late.parquet"]
    assert [row[0] for row in lake.shown()] == ["a", "b", "c", "d", "e"]
