"""The embedded cloud from Kinesis to Parquet: events a second, and memory."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.lake import Lake, send
from bench.measure import print_table
from firehose_emulator.settings import LocalSwitches
from firelake.contract.layout import Granularity
from firelake.local.cloud import Cloud
from firelake.send.pack import PackedEvents, PartitionJudge, SingleEvents
from tests.helpers.contracts import LEARNING, LEARNING_FILE

UNPACKED = 20_000
FLUSH_S = 5.0
"""Greatest buffer interval; Firehose's least of 60 s would be most of a short run."""


def resident_mb(pid: int | None) -> float:
    """Memory of a process in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def held_bytes(cloud: Cloud) -> int:
    """What the delivery has read and not stored yet, in memory or in files."""
    status = cloud.folder / "delivery" / "status.json"
    return int(json.loads(status.read_bytes())["held_bytes"])


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300_000, help="packed events, in ten parts")
    count: int = parser.parse_args().events
    start = datetime.now(UTC).date() - timedelta(days=9)
    rows: list[list[str]] = []
    judge = PartitionJudge(LEARNING, lateness_days=7, granularity=Granularity.DAY)
    keys = iter(range(10**9))
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud.start(
            {"firelake:startDate": start.isoformat()},
            folder=Path(folder),
            contract_file=LEARNING_FILE,
            switches=LocalSwitches(flush_sooner_s=FLUSH_S),
            is_querying=False,
        ) as cloud,
    ):
        os.environ.update(cloud.environment())
        lake = Lake(cloud)
        memory: list[float] = []
        before_s, records = time.perf_counter(), 0
        for part in range(1, 11):
            packer = PackedEvents(judge.partition_of, lambda: str(next(keys)))
            records += send(cloud, packer, count // 10, part)
            memory.append(resident_mb(cloud.delivery_pid))
            held_mb = held_bytes(cloud) / 1_000_000
            told = f"sent {part * count // 10:,}: {memory[-1]:.0f} MB, {held_mb:.0f} MB held"
            print(told, file=sys.stderr, flush=True)
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
            ["delivery's memory at most, of ten looks, MB", f"{max(memory):.0f}"],
            ["MiniStack's memory after all, MB", f"{resident_mb(cloud.ministack.pid):.0f}"],
        ]
    print_table(
        "Embedded cloud, Kinesis to Parquet, producer and all on this machine",
        ["what", "figure"],
        rows,
    )


if __name__ == "__main__":
    main()
