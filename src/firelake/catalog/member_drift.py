"""What of objects in `extras` no struct of the contract declares, as a part of a named query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.catalog.sql_text import literal
from firelake.contract.members import types_inside
from firelake.contract.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.contract.events import EventContract


def undeclared_members(contract: EventContract) -> str:
    """Write what goes on the rows of `named` in `contract_drift.sql`; empty for no structs.

    A member is called by the names that lead to it with dots between, as the contract does; each
    level of structs is a SELECT of its own, so that no other JSON is taken apart.
    """
    found = {
        path: field_type
        for field in contract.fields.values()
        for path, field_type in (
            (field.name, field.type),
            *((f"{field.name}.{path}", inner) for path, inner in types_inside(field.type)),
        )
    }
    structs = {path: each for path, each in found.items() if each.kind is Kind.STRUCT}
    if not structs:
        return ""
    maps = [path for path, each in structs.items() if each.is_map]
    depth = max(field.type.struct_depth for field in contract.fields.values())
    parts: list[str] = []
    path = "path || '.' || member"
    values = (
        "SELECT event_name, dt, field AS path, fields[field] AS value FROM brought CROSS JOIN"  # noqa: S608 -- ours
        f" UNNEST(map_keys(fields)) AS listed (field) WHERE field IN ({_listed(structs)})"
    )
    for _ in range(depth):
        several = "TRY(CAST(value AS array(json)))"
        if maps:
            of_map = "map_values(TRY(CAST(value AS map(varchar, json))))"
            several = f"IF(path IN ({_listed(maps)}), {of_map}, {several})"
        objects = (
            "SELECT event_name, dt, path, TRY(CAST(object AS map(varchar, json))) AS members"  # noqa: S608 -- ours
            f" FROM ({values}) CROSS JOIN"
            f" UNNEST(coalesce({several}, ARRAY[value])) AS each (object)"
        )
        listed = f"({objects}) CROSS JOIN UNNEST(map_keys(members)) AS listed (member)"
        parts.append(
            f"UNION ALL SELECT event_name, dt, {path} AS field,"  # noqa: S608 -- ours
            " json_format(members[member]) AS value"
            f" FROM {listed} WHERE {path} NOT IN ({_listed(found)})"
        )
        values = (
            f"SELECT event_name, dt, {path} AS path, members[member] AS value"  # noqa: S608 -- ours
            f" FROM {listed} WHERE {path} IN ({_listed(structs)})"
        )
    return "\n  ".join(parts)


def _listed(paths: Iterable[str]) -> str:
    return ", ".join(map(literal, paths))
