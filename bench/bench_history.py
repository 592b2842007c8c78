"""History: the same question of one type before and after a move, and the memory of the move."""

# ruff: noqa: S608 -- the SQL is the benchmark's own

from __future__ import annotations

import argparse
import io
import os
import random
import tempfile
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import print_table
from bench.memory import PeakMemory, tree_cpu_s, tree_mb
from firehose_emulator.rows import RowReader
from firehose_emulator.settings import Conversion
from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef
from firelake.catalog.columns import events_columns
from firelake.contract.layout import (
    EVENTS_PREFIX,
    HISTORY_PREFIX,
    Granularity,
    events_partition_prefix,
)
from firelake.contract.names import IDENTITY
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.parquet import ParquetWriter
from firelake.history.move.progress import Progress
from firelake.history.move.run import move_lake
from firelake.history.move.wiring import runs_statements
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from firelake.samples.generate import Generator
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING, LEARNING_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)

DAYS: Final = 30
# As Firehose writes them at a million events an hour: 24 million a day in 39,665 files.
ROWS_A_FILE: Final = 600
# Tables of rows of which files are made: so many in all, and of each type not fewer than these.
TEMPLATES: Final = 20
LEAST_TEMPLATES: Final = 4
UPLOADS_AT_ONCE: Final = 4
ROUNDS: Final = 5
CONVERSION: Final = Conversion(role_arn="", catalog_id="", region="", database="", table="")
CONFIG: Final = {
    "catalog": {"hasCrawler": False, "hasHistory": True},
    "watch": {"hasAlarms": False, "hasDashboard": False},
}


def templates(types: int) -> dict[str, list[Any]]:
    """Rows of sample events as the function and Firehose make them, some tables for each type."""
    generator = Generator(LEARNING, seed=1, start_s=time.time())
    reader = EventReader(LEARNING, lateness_days=7, granularity=Granularity.DAY)
    columns = [Column(each.name, each.glue_type) for each in events_columns(LEARNING)]
    rows: defaultdict[str, list[bytes]] = defaultdict(list)
    most = max(TEMPLATES // types, LEAST_TEMPLATES) * ROWS_A_FILE
    sequence, now_ms = 49615332175504399275388999519764255559777264071916650498, 0
    for event in generator.events(4 * types * most):
        sequence, now_ms = sequence + 7_919, time.time_ns() // 1_000_000
        position = RecordPosition(f"shardId-000000000000:{sequence}:0", now_ms)
        for each in reader.read(event.outgoing.payload, position).events:
            rows[each.event_type].append(bytes(each.row))
    found: dict[str, list[Any]] = {}
    for event_type in sorted(rows, key=lambda each: -len(rows[each]))[:types]:
        of_type = rows[event_type]
        found[event_type] = []
        for start in range(0, min(len(of_type), most), ROWS_A_FILE):
            file = io.BytesIO()
            writer = ParquetWriter(file, columns, ParquetCompression.SNAPPY)
            read = RowReader(columns, CONVERSION)
            some = of_type[start : start + ROWS_A_FILE]
            writer.write([each for row in some for each in read.rows(row)])
            writer.close()
            found[event_type].append(_parquet.read_table(file))
    return found


def file_of(template: Any, day: datetime, rows: int, chance: random.Random) -> bytes:  # noqa: ANN401 -- of pyarrow
    """A file of Firehose's with ids and times of its own."""
    rows = min(rows, template.num_rows)
    times = [round(day.timestamp() + 86_400 * chance.random(), 3) for _ in range(rows)]
    moments = _arrow.array([int(1e9 * each) for each in times], _arrow.timestamp("ns"))
    own = {
        "event_uuid": [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in times],
        "created_at": times,
        "created_datetime": moments,
        "ingested_at": moments,
    }
    table = template.slice(0, rows)
    for name, values in own.items():
        at = table.schema.get_field_index(name)
        kind = table.schema.field(at).type
        table = table.set_column(at, name, _arrow.array(values).cast(kind))
    file = io.BytesIO()
    _parquet.write_table(table, file, compression="snappy", use_deprecated_int96_timestamps=True)
    return file.getvalue()


def fill(put_file: Callable[[str, bytes], object], events: int, types: int) -> str:
    """Writes so many events over the days and some types; returns one of the types."""
    of_type, chance, days = templates(types), random.Random(1), days_until_today()
    partitions = [(event_type, day) for event_type in of_type for day in days]

    def jobs() -> Iterator[tuple[str, bytes]]:
        for number, (event_type, day) in enumerate(partitions):
            left = events * (number + 1) // len(partitions) - events * number // len(partitions)
            prefix = events_partition_prefix(event_type, day.date().isoformat())
            while left:
                body = file_of(chance.choice(of_type[event_type]), day, left, chance)
                written = _parquet.read_metadata(io.BytesIO(body)).num_rows
                left -= written
                yield f"{prefix}firelake-1-{uuid.uuid4()}.parquet", body

    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as executor:
        waiting: list[Any] = []
        for job in jobs():
            waiting.append(executor.submit(put_file, *job))
            if len(waiting) >= 100 * UPLOADS_AT_ONCE:
                for each in waiting:
                    each.result()
                waiting.clear()
        for each in waiting:
            each.result()
    return next(iter(of_type))


def days_until_today() -> list[datetime]:
    """The days of the lake's events."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [today - timedelta(days=number) for number in reversed(range(DAYS))]


class Bench:
    """One lake, with history switched on."""

    def __init__(self, cloud: Cloud) -> None:
        """Takes the cloud whose lake it is."""
        self._cloud = cloud
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        self._lake = LakeRef.resolve({}, variables_of(outputs))
        self._clients = AwsClients()
        self.run = runs_statements(self._lake, self._clients)
        self.bucket = str(cloud.outputs["bucket"])

    def move(self) -> tuple[int, float, float]:
        """Moves everything; gives the removed files, the seconds, and the most memory in MB."""
        began_s = time.perf_counter()
        with PeakMemory(lambda: tree_mb(self._pids())) as memory:
            progress = Progress.begun("bench", most=366, grace_s=0)
            moved = move_lake(self._lake, self._clients, progress, print)
        return moved.removed, time.perf_counter() - began_s, memory.most_mb

    def ask(self, sql: str) -> tuple[float, float, float, list[str]]:
        """Asks; gives the seconds of the first time, medians of others, and the answer.

        The medians are of seconds, and of CPU seconds of the Athena endpoint with its workers.
        """
        taken_s: list[float] = []
        cpu_s: list[float] = []
        rows: list[str] = []
        for _ in range(ROUNDS + 1):
            began_s, cpu_began_s = time.perf_counter(), tree_cpu_s(self._pids())
            rows = list(self.run(sql))
            taken_s.append(time.perf_counter() - began_s)
            cpu_s.append(tree_cpu_s(self._pids()) - cpu_began_s)
        return taken_s[0], median(taken_s[1:]), median(cpu_s[1:]), rows

    def _pids(self) -> list[int]:
        athena = self._cloud.athena
        return [athena.pid] if athena and athena.pid else []

    def keys(self, prefix: str, part: str = "") -> list[str]:
        """The data files below a prefix."""
        pages = self._clients.s3().get_paginator("list_objects_v2")
        listed = pages.paginate(Bucket=self.bucket, Prefix=prefix)
        keys = [entry.get("Key", "") for page in listed for entry in page.get("Contents", [])]
        return [key for key in keys if key.endswith(".parquet") and part in key]

    def share_of_identity(self, keys: Sequence[str]) -> str:
        """Of some files, what the columns of an identity take of all bytes, and bytes a row."""
        with tempfile.TemporaryDirectory() as folder:
            for number, key in enumerate(keys):
                self._clients.s3().download_file(self.bucket, key, f"{folder}/{number}.parquet")
            names = ", ".join(f"'{name}'" for name in IDENTITY)
            ((whole, of_ids, rows),) = (
                duckdb.connect()
                .execute(
                    "SELECT sum(total_compressed_size),"
                    f" sum(total_compressed_size) FILTER (path_in_schema IN ({names})),"
                    " sum(num_values) FILTER (path_in_schema = 'event_uuid')"
                    f" FROM parquet_metadata('{folder}/*.parquet')"
                )
                .fetchall()
            )
        return f"{of_ids / whole:.0%} of {whole / rows:.0f} bytes a row"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=600_000)
    parser.add_argument("--types", type=int, default=1)
    options = parser.parse_args()
    first = days_until_today()[0]
    config = {"startDate": (first - timedelta(days=1)).date().isoformat(), **CONFIG}
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud.start(
            config, folder=Path(folder), contract_file=LEARNING_FILE, is_delivering=False
        ) as cloud,
    ):
        os.environ.update(cloud.environment())
        bench = Bench(cloud)
        bench.move()
        cloud.update(config, LEARNING_FILE)
        s3 = AwsClients(UPLOADS_AT_ONCE).s3()

        def put_file(key: str, body: bytes) -> object:
            return s3.put_object(Bucket=bench.bucket, Key=key, Body=body)

        kind = fill(put_file, options.events, options.types)
        sql = (
            "SELECT event_name || ':' || CAST(count(*) AS varchar) || ':'"
            " || CAST(count(DISTINCT user_id) AS varchar) FROM events_unique"
            f" WHERE event_type = '{kind}' AND dt >= '{first.date()}'"
            " GROUP BY event_name ORDER BY 1"
        )
        before = bench.keys(EVENTS_PREFIX)
        of_type = bench.keys(f"{EVENTS_PREFIX}event_type={kind}/")
        small_share = bench.share_of_identity(of_type[:50])
        first_s, again_s, cpu_s, rows = bench.ask(sql)
        removed, taken_s, memory_mb = bench.move()
        after_first_s, after_again_s, after_cpu_s, after_rows = bench.ask(sql)
        history = bench.keys(HISTORY_PREFIX, f"event_type={kind}/")
        if after_rows != rows or removed != len(before) or bench.keys(EVENTS_PREFIX):
            raise AssertionError(rows, after_rows, removed)
        share = bench.share_of_identity(history[:10])
    again = f"median of {ROUNDS} more"
    print_table(
        f"One type of {options.types}, {DAYS} days, two columns; {options.events:,} events move",
        ["", "files of the type", "first time, s", f"{again}, s", "CPU s of Athena", "identity"],
        [
            ["before", *_figures(len(of_type), first_s, again_s, cpu_s), small_share],
            ["after", *_figures(len(history), after_first_s, after_again_s, after_cpu_s), share],
            [
                "before / after",
                "",
                f"{first_s / after_first_s:.1f}",
                f"{again_s / after_again_s:.1f}",
                f"{cpu_s / after_cpu_s:.1f}",
                "",
            ],
        ],
    )
    print_table(
        "The move of them all, and the memory of the Athena endpoint with its workers",
        ["files", "s", "events/s", "most MB"],
        [
            [
                f"{len(before):,}",
                f"{taken_s:.0f}",
                f"{options.events / taken_s:,.0f}",
                f"{memory_mb:.0f}",
            ]
        ],
    )


def _figures(files: int, *seconds: float) -> list[str]:
    return [f"{files:,}", *(f"{each:.2f}" for each in seconds)]


if __name__ == "__main__":
    main()
