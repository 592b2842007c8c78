"""Backfill: events a second with the lake check and all files in S3, and memory."""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import print_table
from bench.memory import PeakMemory
from bench.workload import make_events
from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef
from firelake.history.backfill.run import Backfill
from firelake.history.backfill.sources import local_file
from firelake.history.backfill.tally import Tally
from firelake.history.backfill.wiring import READERS, WRITERS, Way, opened
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from firelake.operations.settings_history import Closing
from tests.helpers.contracts import LEARNING_FILE

# The benchmark's events are of the last minute; this makes all of them closed.
CLOSED = Closing(0.0)
CHUNK = 20_000


def beyond_mb(before_mb: float) -> float:
    """What this process and those of a run take beyond what was taken before."""
    return sum(map(_private_mb, _own_processes())) - before_mb


def _own_processes() -> list[int]:
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()
    return [own, *(pid for pid in map(int, children) if _is_ours(pid))]


def _is_ours(pid: int) -> bool:
    """Leaves out the emulator, which is a child as well."""
    try:
        return b"firelake.history.backfill.processes" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _private_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return (
        sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon"))
        / 1000
    )


def write_events(path: Path, count: int, seed: int) -> None:
    """Writes fresh events of the benchmarks' size, one a line."""
    with path.open("wb") as file:
        for start in range(0, count, CHUNK):
            file.writelines(make_events(min(CHUNK, count - start), seed * 1_000_000 + start))


class Lake:
    """An embedded cloud's lake, to which files are brought."""

    def __init__(self, cloud: Cloud, processes: int) -> None:
        """Takes the cloud, and how many processes a run has."""
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        self._lake = LakeRef.resolve({}, variables_of(outputs))
        self._processes = processes

    def bring(self, path: Path) -> tuple[Tally, float, float]:
        """Backfills a file; gives the counts, the seconds, and the most memory in megabytes."""
        way = Way(
            contract=LEARNING_FILE.read_text("utf-8"),
            processes=self._processes,
            folder=path.parent,
            is_dry_run=False,
        )
        before_mb = _private_mb(os.getpid())
        tally, start_s = Tally(), time.perf_counter()
        with (
            PeakMemory(lambda: beyond_mb(before_mb)) as memory,
            opened(self._lake, way, AwsClients(READERS + WRITERS), print) as means,
        ):
            closed = replace(means, settings=replace(means.settings, closing=CLOSED))
            Backfill(closed, tally).run([local_file(path)])
        elapsed_s = time.perf_counter() - start_s
        if not tally.is_complete:
            raise AssertionError(tally)
        return tally, elapsed_s, memory.most_mb


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the lake that is asked")
    parser.add_argument("--events", type=int, default=1_000_000, help="that are brought in")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    count, processes = int(options.events), int(options.processes)
    start = datetime.now(UTC).date() - timedelta(days=9)
    rows: list[list[str]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud.start(
            {"firelake:startDate": start.isoformat()},
            folder=Path(folder),
            contract_file=LEARNING_FILE,
            is_delivering=False,
        ) as cloud,
    ):
        os.environ.update(cloud.environment())
        lake = Lake(cloud, processes)
        history, tenth, own = (Path(folder) / name for name in ("history", "tenth", "own"))
        write_events(history, int(options.rows), 1)
        write_events(tenth, count // 10, 2)
        write_events(own, count, 3)
        for path, name in (
            (history, "into an empty lake"),
            (tenth, f"into a lake of {options.rows:,}"),
            (own, f"into a lake of {options.rows:,}"),
            (own, "again: the lake has them all"),
        ):
            cpu_s = _cpu_s()
            tally, elapsed_s, memory_mb = lake.bring(path)
            cpu_s = _cpu_s() - cpu_s
            rows.append(
                [
                    f"{tally.events:,} events {name}",
                    f"{tally.events / elapsed_s:,.0f}",
                    f"{1e6 * cpu_s / tally.events:.1f}",
                    f"{tally.files}",
                    f"{memory_mb:.0f}",
                ]
            )
    print_table(
        f"Backfill on {processes} processes, emulated S3 on the same machine",
        ["what", "events/s", "CPU µs/event", "files", "MB"],
        rows,
    )


def _cpu_s() -> float:
    """CPU of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
