"""Members of structs that nobody declared are found wherever they lie, and nothing else is."""

from __future__ import annotations

from firelake.catalog.member_drift import undeclared_members
from firelake.contract.events import parse_contract
from tests.unit.catalog.drifting import drift_rows

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
    rows = drift_rows("ping", extras, undeclared_members=undeclared_members(CONTRACT))
    return sorted((row[1], row[2], row[-1]) for row in rows)


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
