"""CAST and TRY_CAST as Athena does them, of values of any type."""

from __future__ import annotations

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import fields_of_both
from athena_on_duckdb.translation.json_casts import cast_from_json, cast_to_json
from athena_on_duckdb.translation.scalar_casts import impossible, scalar_cast
from athena_on_duckdb.translation.typed import (
    Typed,
    cast,
    field,
    let,
    struct,
    unless_null,
    variables,
)
from athena_on_duckdb.types import UNKNOWN, AthenaType


def explicit_cast(value: Typed, target: AthenaType) -> Typed:
    """Cast a value, as CAST does.

    Raises:
        QueryError: Athena has no such cast, or the translation does not know it.
    """
    source = value.type
    if source.name == "json":
        return Typed(cast_from_json(value, target), target)
    if target.name == "json" and source != UNKNOWN:
        return Typed(cast_to_json(value), target)
    if source.name == target.name and source.children:
        return Typed(_nested(value, target), target)
    return scalar_cast(value, target)


def try_cast(value: Typed, target: AthenaType) -> Typed:
    """Cast a value, as TRY_CAST does: NULL where it cannot be.

    Raises:
        QueryError: Athena has no such cast, or the translation does not know it.
    """
    try:
        made = explicit_cast(value, target)
    except QueryError as error:
        if error.name != ErrorName.INVALID_CAST_ARGUMENT:
            raise
        return Typed(cast("NULL", target), target)
    if value.literal is not None:
        return Typed(f"TRY({made.sql})", made.type)
    sql = let(value.sql, lambda once: f"TRY({explicit_cast(Typed(once, value.type), target).sql})")
    return Typed(sql, made.type)


def _nested(value: Typed, target: AthenaType) -> str:
    source = value.type
    if source.duckdb == target.duckdb and source.name != "row":
        return value.sql
    if len(source.children) != len(target.children):
        impossible(source, target)
    if source.name == "array":
        (item,) = variables(1, value.sql)
        inner = explicit_cast(Typed(item, source.children[0]), target.children[0])
        return f"list_transform({value.sql}, lambda {item}: {inner.sql})"
    if source.name == "map":
        (item,) = variables(1, value.sql)
        sides = zip(("key", "value"), source.children, target.children, strict=True)
        entry = struct([(k, explicit_cast(Typed(field(item, k), a), b).sql) for k, a, b in sides])
        return f"map_from_entries(list_transform(map_entries({value.sql}), lambda {item}: {entry}))"

    def rebuilt(whole: str) -> str:
        parts = [
            (new, explicit_cast(Typed(field(whole, old), child), wanted).sql)
            for old, new, child, wanted in fields_of_both(source, target)
        ]
        return unless_null([whole], struct(parts))

    return let(value.sql, rebuilt)
