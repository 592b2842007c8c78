"""A warehouse's table of orders, and the contract of a lake into which it is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa

from firelake.contract.events import parse_contract
from firelake.history.bulk_import.mapping import parse_mapping
from tests.unit.history.imported_lake import ImportedLake, arrow_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_arrow: Final = cast("Any", pa)

CONTRACT_TEXT: Final = """
version = 1
[fields]
order_id = { type = "bigint", description = "Order." }
total = { type = "decimal(10,2)", description = "Sum.", min = 0 }
paid_at = { type = "timestamp", description = "When it was booked." }
lines = { type = "array<struct<sku:string,qty:bigint>>", description = "What was bought." }
address = { type = "struct<city:string,zip:string>", description = "Where it goes." }
[events."shop:order:paid"]
description = "An order was paid."
required = ["order_id"]
optional = ["total", "paid_at", "lines", "address"]
[events.ping]
description = "A device is there."
"""
CONTRACT: Final = parse_contract(CONTRACT_TEXT)
# A warehouse's table: ids are numbers, times milliseconds, sums texts.
COLUMNS: Final[Mapping[str, str]] = {
    "event_key": "bigint",
    "kind": "string",
    "ordered_ms": "bigint",
    "order_id": "int",
    "total": "string",
    "paid": "timestamp",
    "lines": "array<struct<sku:string,qty:int>>",
    "address": "struct<city:string,zip:string,floor:int>",
    "etl_batch": "string",
    "channel": "string",
}
_LINE: Final = _arrow.struct([("sku", _arrow.string()), ("qty", _arrow.int32())])
_ADDRESS: Final = _arrow.struct(
    [("city", _arrow.string()), ("zip", _arrow.string()), ("floor", _arrow.int32())]
)
SCHEMA: Final[Mapping[str, Any]] = {
    "event_key": _arrow.int64(),
    "kind": _arrow.string(),
    "ordered_ms": _arrow.int64(),
    "order_id": _arrow.int32(),
    "total": _arrow.string(),
    "paid": _arrow.timestamp("ms"),
    "lines": _arrow.list_(_LINE),
    "address": _ADDRESS,
    "etl_batch": _arrow.string(),
    "channel": _arrow.string(),
}
MAPPING: Final = parse_mapping(
    """
id = "event_key"
name = "kind"
names = { "Order Paid" = "shop:order:paid" }
created_at = { column = "ordered_ms", format = "ms" }
columns = { paid = "paid_at" }
leave_out = ["etl_batch"]
""",
    "mapping.toml",
)


def put_orders(lake: ImportedLake, rows: Sequence[Mapping[str, object]]) -> None:
    lake.put_table("orders", COLUMNS, {"": arrow_table(SCHEMA, rows)})
