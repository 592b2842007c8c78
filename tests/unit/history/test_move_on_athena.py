"""The move by its own statements, on the local Athena: the same rows before, meanwhile, after."""

from __future__ import annotations

import io
import time
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from firelake.catalog.erasures import Hiding
from firelake.catalog.history_table import DeployedHistory, history_columns, watermark_of
from firelake.catalog.location import LakeLocation
from firelake.catalog.retention import expire_statements
from firelake.catalog.tables import events_recent_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.history.backfill.history import AthenaHistory
from firelake.history.backfill.work import Partition
from firelake.history.erase.eraser import HistoryEraser
from firelake.history.erase.register import Register
from firelake.history.move.lake import GlueTables, LakeFiles, LakeStatements
from firelake.history.move.means import Means
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.rules import closed_end
from firelake.history.move.run import run_move
from firelake.operations.settings_history import Closing
from tests.helpers.athena_engines import running_engine
from tests.unit.athena_on_duckdb.iceberg.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from athena_on_duckdb.engine import Engine
    from firelake.history.move.work import Moved

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)

CONTRACT: Final = parse_contract(
    """
version = 1
[fields]
score = { type = "double", description = "Points." }
paid_at = { type = "timestamp", description = "When it was booked." }
tags = { type = "array<string>", description = "Labels." }
[events."lesson:started"]
description = "A lesson was begun."
optional = ["score", "paid_at", "tags"]
[events.ping]
description = "A device is there."
"""
)
LAKE: Final = LakeLocation("lake", "db", date(2026, 11, 1), Granularity.DAY)
# 2026-11-05T12:00:00Z: of days that close with their end, four are closed.
NOW_S: Final = 1_793_880_000.0
MOMENT: Final = datetime(2026, 11, 2, 10, 0, 0, 123_000, UTC)
ROWS: Final = (
    "SELECT event_uuid, created_datetime, stream_position, event_type, dt FROM {} ORDER BY 1"
)


class LakeAccount(Account):
    """An account that lists files as a Hive table's reader wants them."""

    contract = CONTRACT

    def _s3_listobjectsv2(self, given: Mapping[str, Any]) -> dict[str, Any]:
        listed = super()._s3_listobjectsv2(given)
        for each in listed["Contents"]:
            body = self.objects[f"s3://{given['Bucket']}/{each['Key']}"]
            each.update(Size=len(body), ETag=f'"{hash(body)}"')
        return listed

    # --- as the lake's users see it ---

    def deploy(self) -> None:
        """Puts the tables and views as a deployment renders them."""
        events = events_table(self.contract, LAKE)
        found = {
            name: self.tables.get(("db", name)) for name in ("events_history", "events_recent")
        }
        kept, recent = found["events_history"], found["events_recent"]
        history = DeployedHistory(
            {} if kept is None else history_columns(_columns(kept)),
            None if recent is None else watermark_of(recent["Parameters"]),
            "2026-11-01",
        )
        made = [
            events,
            events_recent_table(events, history.next_watermark("2026-11-01")),
            events_unique_view(self.contract, LAKE, history),
            *event_views(self.contract, LAKE, history),
        ]
        for table in made:
            self.tables["db", table["Name"]] = {**table, "DatabaseName": "db", "VersionId": "1"}

    def deliver(self, name: str, dt: str, *uuids: str) -> None:
        """Puts a file, as Firehose does, of events of one type and day."""
        rows = [_row(uuid) for uuid in uuids]
        body = io.BytesIO()
        _parquet.write_table(
            _arrow.Table.from_pylist(rows, _SCHEMA), body, use_deprecated_int96_timestamps=True
        )
        self.objects[f"s3://lake/events/event_type=lesson/dt={dt}/{name}.parquet"] = body.getvalue()

    def shown(self, table: str = "events_unique") -> list[tuple[Any, ...]]:
        """The rows that a view shows."""
        return self.rows(ROWS.format(table))

    def files(self) -> list[str]:
        """The files under `events/`."""
        return sorted(
            location.rpartition("/")[2]
            for location in self.objects
            if location.startswith("s3://lake/events/")
        )

    # --- as the move sees it ---

    def folders(self, prefix: str) -> list[str]:
        """The prefixes one level below a prefix."""
        below = (
            location.removeprefix(f"s3://lake/{prefix}")
            for location in self.objects
            if location.startswith(f"s3://lake/{prefix}")
        )
        return sorted({f"{prefix}{each.partition('/')[0]}/" for each in below if "/" in each})

    def delete_objects(self, **given: Any) -> dict[str, Any]:  # noqa: ANN401
        return self.call("s3", "DeleteObjects", given)

    def answer(self, rows: list[tuple[Any, ...]]) -> Any:  # noqa: ANN401
        """Rows as Athena tells them, in texts."""
        texts = [tuple(None if each is None else str(each) for each in row) for row in rows]
        return SimpleNamespace(rows=iter(texts))

    def require_shown(self, rows: list[tuple[Any, ...]]) -> None:
        """Holds what the views show to what they have shown."""
        assert self.shown() == rows

    def move(self, say: Callable[[str], None] = lambda _: None, now_s: float = NOW_S) -> Moved:
        """Runs a move, for which a clock stands still but while it sleeps."""
        clock = [now_s]

        def sleep(seconds: float) -> None:
            clock[0] += seconds

        tables = GlueTables(cast("Any", self.client("glue")), "db")
        means = Means(
            tables=tables,
            statements=LakeStatements("db", "lake", tables.hiding),
            files=LakeFiles(cast("Any", self), "lake", cast("Any", self)),
            lease=FreeLease(),
            eraser=self.eraser(tables, lambda: clock[0]),
            closed_end=lambda watermark, most: closed_end(watermark, Closing(0), now_s, most),
            now_s=lambda: clock[0],
            say=say,
        )
        progress = Progress.begun("a", most=31, grace_s=60)
        return run_move(Mover(means), progress, self.values, sleep)

    def eraser(self, tables: GlueTables, now_s: Callable[[], float]) -> HistoryEraser:
        """What takes rows out of history, with a register in S3."""
        return HistoryEraser(
            register=Register(cast("Any", self), "lake"),
            hiding=tables.hiding,
            expired=lambda: [
                *expire_statements("db", tables.retention(), now_s(), LAKE.granularity)
            ],
            sweep=lambda: None,
            now_s=now_s,
            say=lambda _: None,
        )

    def values(self, sql: str) -> list[str]:
        """Runs a statement; gives the one column of its answer."""
        if not sql.startswith("SELECT"):
            self.run(sql)
            return []
        return [str(value) for (value,) in self.rows(sql)]


class FreeLease:
    """A lease that nobody else wants."""

    def take(self, holder: str) -> bool:
        return bool(holder)

    is_held = take

    def release(self, holder: str) -> None:
        assert holder


class _Athena:
    """What the project runs statements by, on an account in memory."""

    def __init__(self, account: LakeAccount) -> None:
        self._account = account

    def run(self, sql: str) -> str:
        if not sql.startswith("SELECT"):
            self._account.run(sql)
        return sql

    def answer(self, sql: str) -> Any:  # noqa: ANN401
        return self._account.answer(self._account.rows(sql))


def _columns(table: Mapping[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Type"] for each in table["StorageDescriptor"]["Columns"]}


_SCHEMA: Final = _arrow.schema(
    [
        ("event_uuid", _arrow.string()),
        ("event_name", _arrow.string()),
        ("created_at", _arrow.float64()),
        ("created_datetime", _arrow.timestamp("ms")),
        ("stream_position", _arrow.string()),
        ("score", _arrow.float64()),
        ("paid_at", _arrow.timestamp("ms")),
        ("tags", _arrow.list_(_arrow.string())),
    ]
)


def _row(uuid: str) -> dict[str, object]:
    return {
        "event_uuid": uuid,
        "event_name": "lesson:started",
        "created_at": 1_793_613_600.123,
        "created_datetime": MOMENT.replace(tzinfo=None),
        "stream_position": f"shard:{uuid}:0#0",
        "score": 0.25,
        "paid_at": MOMENT.replace(tzinfo=None),
        "tags": ["x", None],
    }


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

    history = AthenaHistory(cast("Any", _Athena(lake)))
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


def test_a_statement_that_commits_while_a_run_waits_proves_nothing_to_it(
    lake: LakeAccount,
) -> None:
    lake.move()
    lake.deploy()

    def another_run(told: str) -> None:
        if told.startswith("waiting"):
            lake.deliver("late", "2026-11-05", "e")
            statements = LakeStatements("db", "lake", lambda: Hiding("db"))
            columns = history_columns(_columns(lake.tables["db", "events_history"]))
            for sql in statements.copy(columns, "2026-11-05", ["lesson"]):
                lake.run(sql)

    lake.move(another_run)

    assert lake.files() == ["late.parquet"]
    assert [row[0] for row in lake.shown()] == ["a", "b", "c", "d", "e"]
