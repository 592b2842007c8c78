"""Asks a Trino over its protocol, and writes its answers as `tests.helpers.trino_answers` does."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, cast
from urllib.request import Request, urlopen

from athena_on_duckdb.types import parse_type
from tests.helpers.trino_answers import comparable

if TYPE_CHECKING:
    from athena_on_duckdb.types import AthenaType

_HEADERS = {
    "X-Trino-User": "truth",
    "X-Trino-Time-Zone": "UTC",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
}


def ask(address: str, sql: str, *, catalog: str = "", schema: str = "") -> dict[str, Any]:
    """Returns a statement's `types` and `rows`, or the name of its `error`.

    Args:
        address: Where Trino listens.
        sql: The statement.
        catalog: The catalog of tables without one.
        schema: The schema of tables without one.
    """
    headers = {**_HEADERS, "X-Trino-Catalog": catalog, "X-Trino-Schema": schema}
    headers = {name: value for name, value in headers.items() if value}
    page = _page(f"{address}/v1/statement", headers, sql.encode())
    columns: list[Any] = []
    rows: list[list[Any]] = []
    while True:
        if "error" in page:
            return {"error": page["error"]["errorName"]}
        columns = page.get("columns") or columns
        rows += page.get("data") or []
        if not page.get("nextUri"):
            break
        page = _page(page["nextUri"], headers)
    types = [column["type"] for column in columns]
    read = [_type(type_) for type_ in types]
    shown = [[_shown(v, t) for v, t in zip(row, read, strict=True)] for row in rows]
    return comparable({"types": types, "rows": shown})


def _page(address: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
    request = Request(address, data=body, headers=headers)  # noqa: S310 -- Trino's own addresses
    with urlopen(request, timeout=120) as answer:  # noqa: S310
        # Numbers keep their letters.
        return cast("dict[str, Any]", json.load(answer, parse_float=str, parse_int=str))


def _type(written: str) -> AthenaType | None:
    """Returns a type, or none for one that the local Athena does not have."""
    try:
        return parse_type(written)
    except Exception:  # noqa: BLE001 -- whatever is wrong with a type of Trino's own
        return None


def _shown(value: Any, type_: AthenaType | None) -> Any:  # noqa: ANN401, PLR0911 -- any value
    if value is None or type_ is None:
        return value
    if type_.name == "array":
        return [_shown(item, type_.children[0]) for item in value]
    if type_.name == "map":
        return {"$map": [[key, _shown(held, type_.children[1])] for key, held in value.items()]}
    if type_.name == "row":
        fields = zip(value, type_.children, strict=True)
        return {"$row": [_shown(field, child) for field, child in fields]}
    if type_.name == "varbinary":
        return base64.b64decode(value).hex(" ")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
