"""A lake in memory whose files a move takes by its own statements, run on the local Athena."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from firelake.catalog.history_table import DeployedHistory, history_columns, watermark_of
from firelake.catalog.location import LakeLocation
from firelake.catalog.retention import expire_statements
from firelake.catalog.tables import events_recent_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.history.erase.eraser import HistoryEraser
from firelake.history.erase.register import Register
from firelake.history.glue_tables import GlueTables
from firelake.history.move.lake import LakeFiles, LakeStatements
from firelake.history.move.means import Means
from firelake.history.move.mover import Mover
from firelake.history.move.progress import Progress
from firelake.history.move.rules import closed_end
from firelake.history.move.run import run_move
from firelake.operations.settings_history import Closing
from tests.unit.athena_on_duckdb.iceberg.account import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
            {} if kept is None else history_columns(columns_of(kept)),
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


class LakeAthena:
    """What the project runs statements by, on an account in memory."""

    def __init__(self, account: LakeAccount) -> None:
        self._account = account

    def run(self, sql: str) -> str:
        if not sql.startswith("SELECT"):
            self._account.run(sql)
        return sql

    def answer(self, sql: str) -> Any:  # noqa: ANN401
        return self._account.answer(self._account.rows(sql))


def columns_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Returns the Glue types of a table's columns."""
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
