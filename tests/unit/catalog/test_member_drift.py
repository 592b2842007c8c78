"""Members of structs that nobody declared are found wherever they lie, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

from firelake.catalog.member_drift import undeclared_members
from firelake.catalog.queries import query_over
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from tests.unit.catalog.duckdb_lake import DuckdbLake
from tests.unit.catalog.samples import lake

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CONTRACT = parse_contract(
    """
version = 1
[fields]
items = { type = "array<struct<sku:string,size:struct<w:double>>>", description = "Bought." }
prices = { type = "map<string,struct<net:double>>", description = "By country." }
note = { type = "json", description = "Any." }
[events.a]
description = "An event."
optional = ["items", "prices", "note"]
"""
)


def drifted(*extras: str) -> list[tuple[object, ...]]:
    stored = DuckdbLake(lake(Granularity.DAY))
    stored.insert(
        "events",
        [
            {
                "event_uuid": str(number),
                "event_name": "a",
                "created_datetime": datetime(2026, 11, 21),  # noqa: DTZ001 -- of a column without zone
                "ingested_at": datetime(2026, 11, 21),  # noqa: DTZ001
                "event_type": "ping",
                "dt": "2026-11-21",
                "extras": text,
            }
            for number, text in enumerate(extras)
        ],
    )
    sql = query_over(
        "contract_drift",
        lake(Granularity.DAY).database,
        "dt >= '2026-11-01'",
        undeclared_members=undeclared_members(CONTRACT),
    )
    return sorted((row[1], row[2], row[-1]) for row in stored.query(sql, NOW))


def test_members_are_named_by_their_paths_in_arrays_maps_and_structs() -> None:
    assert drifted(
        '{"items":[{"sku":"a","color":"red"},null,{"size":{"w":1,"h":2}}],"mood":{"a":{"b":1}}}',
        '{"items":[{"color":"blue"}],"prices":{"DE":{"net":1,"tax":0.5},"fr":null}}',
        '{"items":17}',
    ) == [
        ("items", 3, "17"),
        ("items.color", 2, '"blue"'),
        ("items.size.h", 1, "2"),
        ("mood", 1, '{"a":{"b":1}}'),
        ("prices", 1, '{"DE":{"net":1,"tax":0.5},"fr":null}'),
        ("prices.tax", 1, "0.5"),
    ]


def test_a_contract_without_structs_asks_for_none() -> None:
    plain = parse_contract("version = 1\n[events.ping]\ndescription = 'Somebody is there.'\n")
    assert undeclared_members(plain) == ""
