"""What `firelake plan` takes as given, measured on sample events; and how long a plan takes."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import resource
import subprocess
import sys
import time
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

from bench.bench_transform import AlwaysNew
from bench.measure import print_table
from bench.workload import invocation
from firehose_emulator.rows import RowReader
from firehose_emulator.settings import Conversion
from firelake.catalog.columns import events_columns
from firelake.contract.layout import Granularity
from firelake.contract.names import IDENTITY
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.parquet import ParquetWriter
from firelake.plan.recommend import recommend
from firelake.plan.request import Request, situation_of
from firelake.plan.simulation.model import simulate
from firelake.plan.simulation.run import Run
from firelake.samples.generate import Generator
from firelake.transform.events import EventReader, RecordPosition
from firelake.transform.handler import Transform
from firelake.transform.settings import Settings
from tests.helpers.contracts import LEARNING, LEARNING_FILE

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

EVENTS = 60_000
BATCH = 700
CONVERSION = Conversion(role_arn="", catalog_id="", region="", database="", table="")


def sample_events(contract: EventContract) -> list[bytes]:
    """Events as `firelake produce --generate` makes them."""
    generator = Generator(contract, seed=1, start_s=time.time())
    return [each.outgoing.payload + b"\n" for each in generator.events(EVENTS)]


def parquet_bytes(rows: list[bytes], columns: list[Column]) -> int:
    """Size of one file of these rows."""
    file = io.BytesIO()
    writer = ParquetWriter(file, columns, ParquetCompression.SNAPPY)
    reader = RowReader(columns, CONVERSION)
    writer.write([each for row in rows for each in reader.rows(row)])
    writer.close()
    return file.tell()


def log_bytes(events: list[bytes]) -> int:
    """What one batch logs, metrics and all."""
    reader = EventReader(LEARNING, lateness_days=7, granularity=Granularity.DAY)
    log, metrics = io.StringIO(), io.StringIO()
    transform = Transform(
        Settings(claims_table="none"), reader, lambda _: AlwaysNew(), Logger("bench", stream=log)
    )
    with contextlib.redirect_stdout(metrics):
        transform.answer(invocation(events), 60)
    return len(log.getvalue().encode()) + len(metrics.getvalue().encode())


def resident_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def planning() -> list[list[str]]:
    """Time of a plan as a command, of its parts, and of a simulated hour at each volume."""
    rows: list[list[str]] = []
    command = [sys.executable, "-m", "firelake", "plan", "--json", "--contract", str(LEARNING_FILE)]
    taken: list[float] = []
    for _ in range(3):
        before_s = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - before_s)
    rows.append(["firelake plan --json, s", f"{median(taken):.2f}"])
    for volume in (1e6, 1e7, 1e8, 1e9):
        situation = recommend(
            situation_of(Request(events_per_hour=volume, contract=LEARNING_FILE))
        ).situation
        before_s, cpu_s = time.perf_counter(), time.process_time()
        simulate(situation, Run())
        wall_s, cpu_s = time.perf_counter() - before_s, time.process_time() - cpu_s
        name = f"a simulated hour at {volume / 3600:,.0f} events/s"
        rows.append([f"{name}, wall s (CPU s)", f"{wall_s:.1f} ({cpu_s:.1f})"])
        rows.append([f"{name}, most memory so far, MB", f"{resident_mb():.0f}"])
    return rows


def main() -> None:
    """Prints the tables."""
    # First, as what follows takes memory of its own.
    print_table("Planning", ["what", "figure"], planning())
    given()


def given() -> None:
    """Prints what a plan takes as given."""
    contract = LEARNING
    columns = [Column(each.name, each.glue_type) for each in events_columns(contract)]
    reader = EventReader(contract, lateness_days=7, granularity=Granularity.DAY)
    events = sample_events(contract)
    rows: dict[str, list[bytes]] = defaultdict(list)
    # As sequence numbers are: most digits are the same for long, the last ones grow.
    sequence = 49615332175504399275388999519764255559777264071916650498
    chance = random.Random(1)
    now_ms = time.time_ns() // 1_000_000
    for index, event in enumerate(events):
        sequence += chance.randrange(10**9)
        position = RecordPosition(f"shardId-000000000000:{sequence}:0", now_ms + index)
        for each in reader.read(event, position).events:
            rows[each.event_type].append(bytes(each.row))
    event_bytes = sum(map(len, events))
    row_bytes = sum(len(row) for each in rows.values() for row in each)
    largest = sorted(rows.values(), key=len)[-5:]
    ones = [parquet_bytes(each[:1], columns) for each in largest]
    thousands = [parquet_bytes(each[:2000], columns) for each in largest]
    per_row = sum(thousands) - sum(ones)
    ids = [each for each in columns if each.name in IDENTITY]
    per_id = sum(parquet_bytes(each[:2000], ids) - parquet_bytes(each[:1], ids) for each in largest)
    raw = gzip.compress(b"".join(events), 6)
    print_table(
        f"What a plan takes as given: {EVENTS:,} sample events of the shipped contract",
        ["what", "figure"],
        [
            ["an event with its newline, bytes", f"{event_bytes / EVENTS:.0f}"],
            ["its row beyond the event, bytes", f"{(row_bytes - event_bytes) / EVENTS:.0f}"],
            ["Parquet: a file of one row, bytes", f"{sum(ones) / len(ones):.0f}"],
            ["Parquet: each further row, bytes", f"{per_row / (1999 * len(largest)):.1f}"],
            [
                "Parquet: further row per byte of event",
                f"{per_row / (1999 * len(largest)) / (event_bytes / EVENTS):.2f}",
            ],
            ["Parquet: id, name and time by byte of a row", f"{per_id / per_row:.2f}"],
            ["raw: gzip per byte of event", f"{len(raw) / event_bytes:.2f}"],
            [f"log of a batch of {BATCH} events, bytes", f"{log_bytes(events[:BATCH]):,}"],
            ["log of a batch of one event, bytes", f"{log_bytes(events[:1]):,}"],
        ],
    )


if __name__ == "__main__":
    main()
