"""Events on their way into an embedded cloud, and the rows that are there, for the benchmarks."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Final, cast

import duckdb

from bench.workload import make_events
from firelake.aws.clients import AwsClients
from firelake.contract.layout import EVENTS_PREFIX
from firelake.send.kinesis import KinesisPut
from firelake.send.outbox import CALLS_IN_FLIGHT, Outlet
from firelake.send.produce import produce
from firelake.send.put import Pace
from firelake.send.rate import chunked
from firelake.send.records import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from firelake.local.cloud import Cloud
    from firelake.send.pack import Packer

_CHUNK: Final = 10_000


class Lake:
    """Counts the rows of a lake, each file's once."""

    def __init__(self, cloud: Cloud) -> None:
        """Takes the cloud whose lake it is."""
        self._client = cast("S3Client", cloud.clients.client("s3"))
        self._bucket = str(cloud.outputs["bucket"])
        self._rows: dict[str, int] = {}

    def objects(self) -> list[str]:
        """Keys of all files that are there now."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=EVENTS_PREFIX
        )
        return [entry.get("Key", "") for page in pages for entry in page.get("Contents", [])]

    def rows(self) -> int:
        """Rows of all files that are there now."""
        for key in self.objects():
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


def outgoing(count: int, seed: int) -> Iterator[Outgoing]:
    """Fresh events of the benchmarks' size, made as they are sent."""
    for start in range(0, count, _CHUNK):
        for event in make_events(min(_CHUNK, count - start), seed * 1_000_000 + start):
            yield Outgoing(event.rstrip())


def send(cloud: Cloud, packer: Packer, count: int, seed: int) -> int:
    """Sends events, and gives the number of records that they went in."""
    done = produce(
        chunked(outgoing(count, seed)),
        Outlet(
            packer=packer,
            put=KinesisPut(
                AwsClients(CALLS_IN_FLIGHT).kinesis_puts(), str(cloud.outputs["streamName"])
            ),
            pace=Pace(),
            now_ms=lambda: time.time_ns() // 1_000_000,
        ),
    )
    if not done.is_complete:
        raise AssertionError(done)
    return done.tally.records
