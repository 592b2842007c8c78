"""Structs and arrays of them, written as Firehose writes them, in Athena's SQL."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from athena_on_duckdb.tables.glue import read_table
from firehose_emulator.rows import RowReader
from firehose_emulator.settings import Conversion
from firelake.catalog.columns import events_columns
from firelake.catalog.tables import events_table
from firelake.catalog.views import event_views
from firelake.contract.events import EventContract, parse_contract
from firelake.contract.layout import Granularity
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.parquet import ParquetWriter
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.athena_engines import running_engine
from tests.unit.athena_on_duckdb.tables.conftest import Asked
from tests.unit.athena_on_duckdb.tables.fake_lake import FakeLake
from tests.unit.athena_on_duckdb.tables.shipped_lake import DATABASE, lake_location

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY: Final = "2026-03-02"
NOON_MS: Final = 1_772_452_800_000
BEFORE: Final = "struct<productId:string,qty:bigint,price:decimal(9,2)>"
ITEM: Final = (
    "struct<productId:string,qty:bigint,price:decimal(9,2),at:timestamp,day:date"
    ",tags:array<string>,size:struct<w:double,h:double>>"
)
EVENTS: Final[list[dict[str, Any]]] = [
    {
        "event_uuid": "two",
        "address": {"zip": "04109", "city": None},
        "items": [
            {
                "productId": "p-1",
                "qty": 9_007_199_254_740_993,
                "price": "0.10",
                "at": "2026-03-02T01:02:03.004Z",
                "day": "2026-02-28",
                "tags": ["a", None],
                "size": {"w": 1.5, "h": 2},
            },
            {"productId": "p-2"},
        ],
    },
    {"event_uuid": "none"},
    {"event_uuid": "odd", "address": {}, "items": [None, {"productId": "é"}]},
]
OLD: Final[dict[str, Any]] = {"event_uuid": "old", "items": [{"productId": "p-0", "qty": 1}]}


def contract(items: str) -> EventContract:
    """One event with a struct and an array of structs."""
    return parse_contract(f"""
version = 1
[fields]
address = {{ type = "struct<zip:string,city:string>", description = "Where to." }}
items = {{ type = "array<{items}>", description = "What was bought." }}
[events."order:placed"]
description = "Bought."
optional = ["address", "items"]
""")


def parquet(of: EventContract, events: list[dict[str, Any]]) -> bytes:
    """The file that Firehose would write of events."""
    columns = [Column(each.name, each.glue_type) for each in events_columns(of)]
    conversion = Conversion(role_arn="", catalog_id="", region="", database="", table="")
    made, body = EventReader(of, lateness_days=7, granularity=Granularity.DAY), io.BytesIO()
    rows: list[dict[str, Any]] = []
    for number, event in enumerate(events):
        sent = {"event_name": "order:placed", "created_at": NOON_MS / 1000, **event}
        reading = made.read(json.dumps(sent).encode(), RecordPosition(f"s:{number}:0", NOON_MS))
        assert reading.problems == ()
        rows += RowReader(columns, conversion).rows(reading.events[0].row)
    writer = ParquetWriter(body, columns, ParquetCompression.SNAPPY)
    writer.write(rows)
    writer.close()
    return body.getvalue()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A lake of these events, and of one from before its struct had all of its members."""
    new = contract(ITEM)
    fake = FakeLake()
    for described in (events_table(new, lake_location(DAY)), *event_views(new, lake_location(DAY))):
        table = read_table(DATABASE, dict(described))
        fake.tables_by_name[DATABASE, table.name] = table
    place = f"events/event_type=order/dt={DAY}"
    fake.contents[f"{place}/1.parquet"] = parquet(contract(BEFORE), [OLD])
    fake.contents[f"{place}/2.parquet"] = parquet(new, EVENTS)
    folder = tmp_path_factory.mktemp("nested")
    with running_engine(folder, lambda: NOON_MS) as made:
        yield Asked(made, fake, DATABASE)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            (
                "SELECT event_uuid, items[1].productid, items[1].qty FROM events"
                " WHERE cardinality(items) > 0 AND event_uuid <> 'odd' ORDER BY 1"
            ),
            [("old", "p-0", 1), ("two", "p-1", 9_007_199_254_740_993)],
        ),
        (
            "SELECT event_uuid, address.zip, address IS NULL FROM events ORDER BY 1",
            [
                ("none", None, True),
                ("odd", None, False),
                ("old", None, True),
                ("two", "04109", False),
            ],
        ),
        (
            (
                "SELECT event_uuid, productid, CAST(price AS varchar), size.w, tags[1], n"
                " FROM event_order__placed CROSS JOIN UNNEST(items) WITH ORDINALITY"
                " AS t (productid, qty, price, at, day, tags, size, n) ORDER BY 1, 6"
            ),
            [
                ("odd", None, None, None, None, 1),
                ("odd", "é", None, None, None, 2),
                ("old", "p-0", None, None, None, 1),
                ("two", "p-1", "0.10", 1.5, "a", 1),
                ("two", "p-2", None, None, None, 2),
            ],
        ),
        (
            (
                "SELECT CAST(items[1].at AS varchar), CAST(items[1].day AS varchar),"
                " CAST(items[1].size.h AS varchar) FROM event_order__placed"
                " WHERE event_uuid = 'two'"
            ),
            [("2026-03-02 01:02:03.004", "2026-02-28", "2.0E0")],
        ),
        (
            (
                "SELECT sum(reduce(items, 0, (s, i) -> s + coalesce(i.qty, 0), s -> s)) FROM events"
                " WHERE event_uuid = 'old'"
            ),
            [(1,)],
        ),
    ],
)
def test_members_are_asked_by_name(asked: Asked, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert asked.rows(sql) == rows
