"""The embedded cloud from Kinesis to Parquet: events a second, and memory."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb

from bench.measure import print_table
from bench.workload import make_events
from contract.events import load_contract
from contract.layout import EVENTS_PREFIX, Granularity
from local.cloud import Cloud
from local.firehose.settings import LocalSwitches
from ops.kinesis import KinesisPut, kinesis_client
from ops.lines import chunked
from ops.pack import PackedEvents, PartitionJudge, SingleEvents
from ops.produce import Outlet, produce
from ops.put import Pace
from ops.records import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from ops.pack import Packer

CHUNK = 10_000
UNPACKED = 20_000
FLUSH_S = 5.0
"""Greatest buffer interval; Firehose's least of 60 s would be most of a short run."""


class Lake:
    """Counts the rows of a lake, each file's once."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes the lake's S3 and bucket."""
        self._client, self._bucket = client, bucket
        self._rows: dict[str, int] = {}

    def rows(self) -> int:
        """Rows of all files that are there now."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=EVENTS_PREFIX
        )
        for page in pages:
            for entry in page.get("Contents", []):
                key = entry.get("Key", "")
                if key not in self._rows:
                    self._rows[key] = self._count(key)
        return sum(self._rows.values())

    def _count(self, key: str) -> int:
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            self._client.download_file(self._bucket, key, file.name)
            rows = duckdb.read_parquet(file.name).count("*").fetchall()
            return int(rows[0][0])

    def wait_for(self, rows: int) -> None:
        """Waits until there are so many."""
        while self.rows() < rows:
            time.sleep(0.5)


def resident_mb(pid: int | None) -> float:
    """Memory of a process in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def outgoing(count: int, seed: int) -> Iterator[Outgoing]:
    """Fresh events of the benchmarks' size, made as they are sent."""
    for start in range(0, count, CHUNK):
        for event in make_events(min(CHUNK, count - start), seed * 1_000_000 + start):
            yield Outgoing(event.rstrip())


def send(cloud: Cloud, packer: Packer, count: int, seed: int) -> int:
    """Sends events, and gives the number of records that they went in."""
    done = produce(
        chunked(outgoing(count, seed)),
        Outlet(
            packer=packer,
            put=KinesisPut(kinesis_client(4), str(cloud.outputs["streamName"])),
            pace=Pace(now_s=time.monotonic, sleep=time.sleep, jitter=lambda: 0.5, patience_s=60),
            now_ms=lambda: time.time_ns() // 1_000_000,
        ),
    )
    if not done.is_complete:
        raise AssertionError(done)
    return done.tally.records


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300_000, help="packed events, in ten parts")
    count: int = parser.parse_args().events
    start = datetime.now(UTC).date() - timedelta(days=9)
    rows: list[list[str]] = []
    judge = PartitionJudge(load_contract(), lateness_days=7, granularity=Granularity.DAY)
    keys = iter(range(10**9))
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud.start(
            {"firelake:startDate": start.isoformat()},
            folder=Path(folder),
            switches=LocalSwitches(flush_sooner_s=FLUSH_S),
        ) as cloud,
    ):
        os.environ.update(cloud.environment())
        lake = Lake(cast("S3Client", cloud.clients.client("s3")), str(cloud.outputs["bucket"]))
        memory: list[float] = []
        before_s, records = time.perf_counter(), 0
        for part in range(1, 11):
            packer = PackedEvents(judge.partition_of, lambda: str(next(keys)))
            records += send(cloud, packer, count // 10, part)
            memory.append(resident_mb(cloud.delivery_pid))
        lake.wait_for(count)
        memory.append(resident_mb(cloud.delivery_pid))
        rate = count / (time.perf_counter() - before_s)
        before_s = time.perf_counter()
        send(cloud, SingleEvents(lambda: str(next(keys))), UNPACKED, 11)
        lake.wait_for(count + UNPACKED)
        single_rate = UNPACKED / (time.perf_counter() - before_s)
        rows += [
            [f"{count:,} events in {records:,} packed records, events/s", f"{rate:,.0f}"],
            [f"{UNPACKED:,} events, one a record, events/s", f"{single_rate:,.0f}"],
            ["delivery's memory after a tenth of the packed events, MB", f"{memory[0]:.0f}"],
            ["delivery's memory after all of them, MB", f"{memory[-1]:.0f}"],
            ["MiniStack's memory after all, MB", f"{resident_mb(cloud.ministack.pid):.0f}"],
        ]
    print_table(
        "Embedded cloud, Kinesis to Parquet, producer and all on this machine",
        ["what", "figure"],
        rows,
    )


if __name__ == "__main__":
    main()
