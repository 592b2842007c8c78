"""A lake of the shipped contract, filled by the transform's and the delivery's own code."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.tables.glue import read_table
from firehose_emulator.rows import RowReader
from firehose_emulator.settings import Conversion
from firelake.catalog.columns import events_columns
from firelake.catalog.location import LakeLocation
from firelake.catalog.tables import events_errors_table, events_raw_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.layout import Granularity
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.parquet import ParquetWriter
from firelake.samples.generate import Generator
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING
from tests.unit.athena_on_duckdb.tables.fake_lake import FakeLake

if TYPE_CHECKING:
    from collections.abc import Sequence

DATABASE: Final = "lake_db"
DAY: Final = "2026-03-02"
_RAW_FILES: Final = 4


@dataclass(frozen=True)
class ShippedLake:
    """A lake.

    Attributes:
        fake: Its tables, views and objects.
        now_ms: The time in it.
        rows: How many rows `events` has.
    """

    fake: FakeLake
    now_ms: int
    rows: int


def lake_location(day: str) -> LakeLocation:
    """Where the lake of a day is; it has partitions from ten days before."""
    start = date.fromisoformat(day) - timedelta(days=10)
    return LakeLocation("lake", DATABASE, start, Granularity.DAY)


def shipped_lake(event_count: int, *, copies_of_files: int = 1, day: str = DAY) -> ShippedLake:
    """A day of sample events of every type, raw and delivered, each file as often as said."""
    noon_s = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
    contract = LEARNING
    location = lake_location(day)
    fake = FakeLake()
    for described in (
        events_table(contract, location),
        events_raw_table(location),
        events_errors_table(location),
        events_unique_view(contract, location),
        *event_views(contract, location),
    ):
        table = read_table(DATABASE, dict(described))
        fake.tables_by_name[DATABASE, table.name] = table
    reader = EventReader(contract, lateness_days=7, granularity=Granularity.DAY)
    rows: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    raw: list[bytes] = []
    arrived_ms = int(noon_s * 1000)
    samples = Generator(contract, seed=1, start_s=noon_s).events(event_count)
    chance, number = Random(1), 0
    for sample in samples:
        # Kinesis numbers the records of a shard upwards, with gaps.
        number += chance.randrange(1, 1 << 40)
        coordinate = f"shardId-000000000000:4961533217550439927538{number:034d}:0"
        data = sample.outgoing.payload
        raw.append(data)
        for event in reader.read(data, RecordPosition(coordinate, arrived_ms)).events:
            rows[event.event_type, event.dt].append(event.row)
    columns = [Column(column.name, column.glue_type) for column in events_columns(contract)]
    for (event_type, dt), members in rows.items():
        body = _parquet(columns, members)
        for copy in range(copies_of_files):
            key = f"events/event_type={event_type}/dt={dt}/file-{copy:03d}.parquet"
            fake.contents[key] = body
    for part in range(_RAW_FILES):
        lines = [data.decode().rstrip("\n") for data in raw[part::_RAW_FILES]]
        place = f"raw/dt={day}/hour=12/file-{part}"
        fake.put_lines(f"{place}-000.gz", lines, is_gzip=True)
        for copy in range(1, copies_of_files):
            fake.contents[f"{place}-{copy:03d}.gz"] = fake.contents[f"{place}-000.gz"]
    count = copies_of_files * sum(len(members) for members in rows.values())
    return ShippedLake(fake, arrived_ms, count)


def _parquet(columns: Sequence[Column], rows: Sequence[bytes]) -> bytes:
    conversion = Conversion(
        role_arn="", catalog_id="", region="us-east-1", database=DATABASE, table="events"
    )
    reader, body = RowReader(columns, conversion), io.BytesIO()
    writer = ParquetWriter(body, columns, ParquetCompression.SNAPPY)
    writer.write([row for each in rows for row in reader.rows(each)])
    writer.close()
    return body.getvalue()
