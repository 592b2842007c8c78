"""Members of structs are held to what the contract asks of them, each by its whole path."""

from __future__ import annotations

import json
from typing import Final

import pytest

from firelake.contract.events import parse_contract
from tests.helpers.transform_parts import POSITION, reader_of

ITEM: Final = "struct<sku:string,qty:bigint,price:decimal(9,2),size:struct<w:double,unit:string>>"
CONTRACT: Final = parse_contract(
    f"""
version = 1

[fields.cart]
type = "struct<id:string,items:array<{ITEM}>,tags:array<string>,due:date,at:timestamp>"
description = "What was chosen."
members.id = {{ required = true, max_length = 3 }}
members.items = {{ required = true }}
members."items.sku" = {{ required = true, pattern = '^[A-Z]{{2}}-[0-9]+$' }}
members."items.qty" = {{ min = 1, max = 9 }}
members."items.price" = {{ min = "0.01" }}
members."items.size.unit" = {{ enum = ["cm", "in"], required = true }}
members.tags = {{ enum = ["gift", "sale"] }}
members.due = {{ min = 2020-01-01 }}
members.at = {{ max = 2030-01-01T00:00:00Z }}

[events.a]
description = "An event."
optional = ["cart"]
"""
)
MOMENT: Final = "ISO 8601 with Z or an offset, or epoch seconds, of the years 1678 to 2261"
READER: Final = reader_of(CONTRACT, lateness_days=None)
GOOD: Final[dict[str, object]] = {"id": "c1", "items": []}


def problems_of(cart: object) -> list[tuple[str, str, str]]:
    event = {"event_uuid": "1", "event_name": "a", "created_at": 1768478390, "cart": cart}
    found = READER.read(json.dumps(event).encode(), POSITION).problems
    return [(each.reason.value, each.path, each.expected) for each in found]


@pytest.mark.parametrize(
    "cart",
    [
        GOOD,
        None,
        {**GOOD, "items": [{"sku": "AB-1", "qty": 9, "price": "0.01"}, None]},
        {**GOOD, "items": [{"sku": "AB-1", "size": None, "qty": None}]},
        {**GOOD, "items": [{"sku": "AB-1", "size": {"unit": "in", "w": -1}}]},
        {**GOOD, "tags": ["gift", None, "sale"], "due": "2020-01-01"},
        {**GOOD, "at": "2030-01-01T01:00:00+01:00", "color": "not declared"},
    ],
)
def test_what_the_rules_allow_is_taken(cart: object) -> None:
    assert problems_of(cart) == []


@pytest.mark.parametrize(
    ("members", "reason", "path", "expected"),
    [
        ({"id": "long"}, "field_type", "cart.id", "a string, at most 3 characters long"),
        ({"id": None}, "field_missing", "cart.id", "a string, at most 3 characters long"),
        (
            {"items": [None, {"sku": "AB-1"}, {"qty": 1}]},
            "field_missing",
            "cart.items[2].sku",
            "a string, matching ^[A-Z]{2}-[0-9]+$",
        ),
        (
            {"items": [{"sku": "ab-1"}]},
            "field_type",
            "cart.items[0].sku",
            "a string, matching ^[A-Z]{2}-[0-9]+$",
        ),
        (
            {"items": [{"sku": "AB-1", "qty": 0}]},
            "field_type",
            "cart.items[0].qty",
            "an integer within 64 bits, at least 1, at most 9",
        ),
        (
            {"items": [{"sku": "AB-1", "price": 0}]},
            "field_type",
            "cart.items[0].price",
            "a number or numeric string that fits decimal(9,2), at least 0.01",
        ),
        (
            {"items": [{"sku": "AB-1", "size": {"unit": "m"}}]},
            "field_type",
            "cart.items[0].size.unit",
            "a string, one of 'cm', 'in'",
        ),
        (
            {"items": [{"sku": "AB-1", "size": {"w": 1}}]},
            "field_missing",
            "cart.items[0].size.unit",
            "a string, one of 'cm', 'in'",
        ),
        (
            {"tags": ["gift", "other"]},
            "field_type",
            "cart.tags[1]",
            "an array, each member null or a string, one of 'gift', 'sale'",
        ),
        (
            {"due": "2019-12-31"},
            "field_type",
            "cart.due",
            "a date yyyy-MM-dd, at least 2020-01-01",
        ),
        (
            {"at": 1893456000.001},
            "field_type",
            "cart.at",
            f"{MOMENT}, at most 2030-01-01T00:00:00Z",
        ),
    ],
)
def test_what_they_do_not_allow_is_told_by_its_whole_path(
    members: dict[str, object], reason: str, path: str, expected: str
) -> None:
    assert problems_of({**GOOD, **members}) == [(reason, path, expected)]


def test_an_array_that_is_required_may_be_empty_but_not_left_out() -> None:
    ((reason, path, expected),) = problems_of({"id": "c1"})
    assert (reason, path) == ("field_missing", "cart.items")
    assert expected.startswith("an array, each member null or an object of the type struct<sku:")


def test_a_column_has_what_was_allowed() -> None:
    cart = {"id": "c1", "items": [{"sku": "AB-1", "qty": 2}], "tags": ["gift"]}
    event = {"event_uuid": "1", "event_name": "a", "created_at": 1768478390, "cart": cart}
    (read,) = READER.read(json.dumps(event).encode(), POSITION).events
    assert json.loads(read.row)["cart"] == cart
