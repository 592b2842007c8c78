"""Athena on the laptop: bytes scanned beside the raw records, and time beside plain DuckDB."""

# ruff: noqa: S608 -- the SQL is the benchmark's own

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from athena_on_duckdb.engine import Engine, Source
from athena_on_duckdb.session import Session
from athena_on_duckdb.translation.parse import parse
from bench.measure import print_table, side_by_side
from tests.unit.athena_on_duckdb.tables.shipped_lake import DATABASE, DAY, shipped_lake

if TYPE_CHECKING:
    from sqlglot import exp

    from tests.unit.athena_on_duckdb.tables.shipped_lake import ShippedLake

SCANNED_EVENTS = 50_000
TIMED_EVENTS = 50_000
COPIES = 20
"""How often each file is there: 20 files a partition, 1,000,000 rows in all."""
ROUNDS = 7

ONE_DAY = f"event_type = 'lesson' AND dt = '{DAY}'"
ON_RAW = f"""
    SELECT count(DISTINCT json_extract_scalar(record, '$.user_id')) FROM events_raw
    WHERE dt = '{DAY}' AND json_extract_scalar(record, '$.event_name') LIKE 'lesson:%'
"""
QUESTIONS = {
    "events_raw": ON_RAW,
    "events": f"SELECT count(DISTINCT user_id) FROM events WHERE {ONE_DAY}",
    "events_unique": f"SELECT count(DISTINCT user_id) FROM events_unique WHERE {ONE_DAY}",
    "view of one event": (
        f"SELECT count(DISTINCT user_id) FROM event_lesson__started WHERE dt = '{DAY}'"
    ),
}
AGGREGATE = """
    SELECT event_type, event_name, count(*) AS events, count(DISTINCT user_id) AS users,
        max(created_at) AS latest
    FROM {source} GROUP BY event_type, event_name ORDER BY events DESC, event_name
"""


class Laptop:
    """An engine on a lake of this process: neither HTTP nor S3 is in the figures."""

    def __init__(self, folder: Path, lake: ShippedLake) -> None:
        """Takes a folder for files, and the lake."""
        folder.mkdir(parents=True)
        self._lake = lake.fake
        self._engine = Engine(
            folder=folder, session=Session.open([folder]), now_ms=lambda: lake.now_ms
        )

    def run(self, sql: str) -> int:
        """Runs a query and gives the bytes it is billed for."""
        query = cast("exp.Query", parse(sql))
        source = Source(self._lake, self._lake)
        return self._engine.run(query, database=DATABASE, source=source).scanned_bytes


def scanned(folder: Path) -> None:
    """Prints the table of bytes."""
    laptop = Laptop(folder, shipped_lake(SCANNED_EVENTS))
    figures = {name: laptop.run(sql) for name, sql in QUESTIONS.items()}
    raw = figures["events_raw"]
    print_table(
        f"One type, one day, one column of {SCANNED_EVENTS:,} events of 21 types:"
        " learners of lessons",
        ["asked of", "bytes scanned", "raw / it"],
        [[name, f"{bytes_:,}", f"{raw / bytes_:.0f}"] for name, bytes_ in figures.items()],
    )


def timed(folder: Path) -> None:
    """Prints the table of times."""
    lake = shipped_lake(TIMED_EVENTS, copies_of_files=COPIES)
    plain = folder / "plain"
    for key, content in lake.fake.contents.items():
        if key.startswith("events/"):
            path = plain / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    laptop = Laptop(folder / "lake", lake)
    files = f"read_parquet('{plain}/events/**/*.parquet', hive_partitioning = true)"

    def run_plain(sql: str) -> int:
        with duckdb.connect() as connection:
            connection.sql(sql).to_arrow_table()
        return lake.rows

    def run_laptop(sql: str) -> int:
        laptop.run(sql)
        return lake.rows

    figures = side_by_side(
        {
            "plain DuckDB, the same files": partial(run_plain, AGGREGATE.format(source=files)),
            "Athena on the laptop": partial(run_laptop, AGGREGATE.format(source="events")),
            "the same of one type": partial(
                run_laptop, AGGREGATE.format(source=f"events WHERE {ONE_DAY}")
            ),
        },
        rounds=ROUNDS,
    )
    print_table(
        f"An aggregate over {lake.rows:,} events in {COPIES * 21:,} files, medians of {ROUNDS}",
        ["way", "ms", "x plain"],
        [
            [name, f"{each.wall_us * lake.rows / 1000:.0f}", f"{each.wall_ratio:.2f}"]
            for name, each in figures.items()
        ],
    )


def main() -> None:
    """Prints both tables."""
    with tempfile.TemporaryDirectory() as folder:
        scanned(Path(folder) / "scanned")
        timed(Path(folder) / "timed")


if __name__ == "__main__":
    main()
