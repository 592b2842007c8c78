"""Maps."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.functions.arrays import applied
from athena_on_duckdb.translation.typed import (
    Typed,
    cast,
    field,
    fill,
    invalid,
    struct,
    unless_null,
    variables,
)
from athena_on_duckdb.types import AthenaType, field_names

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Call, Entries

_KEYS: Final = "list_transform({0}, lambda v: struct_extract(v, 'key'))"


def map_subscript(base: Typed, key: Typed) -> str:
    """Write `map[key]`, which fails where the key is not there."""
    failed = invalid("Key not present in map", base.type.children[1])
    return fill(
        f"CASE WHEN NOT map_contains({{0}}, {{1}}) THEN {failed}"
        " ELSE map_extract_value({0}, {1}) END",
        [base.sql, key.sql],
    )


def _pairs(call: Call) -> str:
    """Give the entries of an array of rows as key and value."""
    entries = call.value(0)
    (item,) = variables(1, entries.sql)
    key, value = (field(item, name) for name in field_names(entries.type.children[0]))
    made = struct([("key", key), ("value", value)])
    return f"list_transform({entries.sql}, lambda {item}: {made})"


def collected(pairs: str, *, every_value: bool) -> str:
    """Make a map of an array of key and value; of a key's values the first, or all as an array.

    Sorted by key and place, the values of a key are neighbours: the work grows with their number.
    """
    item, index, sorted_, starts, start = variables(5, pairs)
    key, value = field(item, "key"), field(item, "value")
    placed = struct([("k", key), ("i", index), ("v", value)])
    known = f"list_filter({pairs}, lambda {item}: {key} IS NOT NULL)"
    in_order = f"list_sort(list_transform({known}, lambda {item}, {index}: {placed}))"
    before = field(f"{sorted_}[{item} - 1]", "k")
    begins = (
        f"list_filter(range(1, len({sorted_}) + 1),"
        f" lambda {item}: {item} = 1 OR {field(f'{sorted_}[{item}]', 'k')} <> {before})"
    )
    first = f"{sorted_}[{start}]"
    taken = field(first, "v")
    if every_value:
        end = f"coalesce({starts}[{index} + 1], len({sorted_}) + 1)"
        held = field(f"{sorted_}[{item}]", "v")
        taken = f"list_transform(range({start}, {end}), lambda {item}: {held})"
    entry = struct([("i", field(first, "i")), ("key", field(first, "k")), ("value", taken)])
    entries = f"list_sort(list_transform({starts}, lambda {start}, {index}: {entry}))"
    bare = struct([("key", key), ("value", value)])
    made = f"map_from_entries(list_transform({entries}, lambda {item}: {bare}))"
    grouped = f"(list_transform([{begins}], lambda {starts}: {made}))[1]"
    whole = f"(list_transform([{in_order}], lambda {sorted_}: {grouped}))[1]"
    return unless_null([pairs], whole)


def _map_filter(call: Call) -> str:
    function = call.function(1)
    (entry,) = variables(1, *call.sqls)
    kept = applied(function, field(entry, "key"), field(entry, "value"))
    return f"map_from_entries(list_filter(map_entries({call.sqls[0]}), lambda {entry}: {kept}))"


def _transformed(call: Call, part: str) -> str:
    (entry,) = variables(1, *call.sqls)
    held = {"key": field(entry, "key"), "value": field(entry, "value")}
    held[part] = applied(call.function(1), held["key"], held["value"])
    pair = struct(list(held.items()))
    entries = f"map_entries({call.sqls[0]})"
    return f"map_from_entries(list_transform({entries}, lambda {entry}: {pair}))"


def _map_zip_with(call: Call) -> str:
    """Sort the entries of both maps by key: equal keys are neighbours, the left one first."""
    left, right, _ = call.sqls
    item, place, sorted_ = variables(3, *call.sqls)
    nulls = [cast("NULL", call.value(side).type.children[1]) for side in (0, 1)]

    def tagged(sql: str, side: int) -> str:
        values = [*nulls]
        values[side] = field(item, "value")
        parts = [("k", field(item, "key")), ("s", str(side)), ("i", place)]
        parts += [("a", values[0]), ("b", values[1])]
        return f"list_transform(map_entries({sql}), lambda {item}, {place}: {struct(parts)})"

    def of(at: str, name: str) -> str:
        return field(f"{sorted_}[{at}]", name)

    is_first = f"{item} = 1 OR {of(item, 'k')} <> {of(f'{item} - 1', 'k')}"
    firsts = f"list_filter(range(1, len({sorted_}) + 1), lambda {item}: {is_first})"
    following = f"CASE WHEN {of(f'{place} + 1', 'k')} = {of(place, 'k')} THEN"
    other = f"{following} {of(f'{place} + 1', 'b')} ELSE {of(place, 'b')} END"
    body = applied(call.function(2), of(place, "k"), of(place, "a"), other)
    order = [(name, of(place, name)) for name in ("s", "i")]
    entry = struct([*order, ("key", of(place, "k")), ("value", body)])
    in_order = f"list_sort(list_transform({firsts}, lambda {place}: {entry}))"
    bare = struct([(name, field(item, name)) for name in ("key", "value")])
    entries = f"list_transform({in_order}, lambda {item}: {bare})"
    whole = f"list_sort({tagged(left, 0)} || {tagged(right, 1)})"
    made = f"(list_transform([{whole}], lambda {sorted_}: map_from_entries({entries})))[1]"
    return unless_null([left, right], made)


def _concat(call: Call) -> str:
    if len(call.arguments) < 2:  # noqa: PLR2004 -- the number is the thing itself
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, "Function map_concat takes two maps or more")
    return unless_null(call.sqls, f"map_concat({', '.join(call.sqls)})")


_EMPTY: Final = AthenaType("map", children=(AthenaType("unknown"), AthenaType("unknown")))

MAPS: Final[Entries] = {
    "map() -> map(unknown, unknown)": f"CAST(map([], []) AS {_EMPTY.duckdb})",
    "map(array(k), array(v)) -> map(k, v)": (
        "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN len({0}) <> len({1})"
        " THEN {!Key and value arrays must be the same length} ELSE map({0}, {1}) END"
    ),
    "map_from_entries(array(row(k, v))) -> map(k, v)": lambda call: (
        f"map_from_entries({_pairs(call)})"
    ),
    "multimap_from_entries(array(row(k, v))) -> map(k, array(v))": lambda call: collected(
        _pairs(call), every_value=True
    ),
    "map_entries(map(k, v)) -> array(row(k, v))": (
        "list_transform(map_entries({0}),"
        " lambda {a}: struct_pack(field0 := {a}.key, field1 := {a}.value))"
    ),
    "map_keys(map(k, v)) -> array(k)": "map_keys({0})",
    "map_values(map(k, v)) -> array(v)": "map_values({0})",
    "cardinality(map(k, v)) -> bigint": "CAST(cardinality({0}) AS BIGINT)",
    "element_at(map(k, v), k) -> v": "map_extract_value({0}, {1})",
    "map_concat(map(k, v), map(k, v)...) -> map(k, v)": _concat,
    "map_filter(map(k, v), function(k, v, boolean)) -> map(k, v)": _map_filter,
    "transform_keys(map(k, v), function(k, v, r)) -> map(r, v)": partial(_transformed, part="key"),
    "transform_values(map(k, v), function(k, v, r)) -> map(k, r)": partial(
        _transformed, part="value"
    ),
    "map_zip_with(map(k, v), map(k, u), function(k, v, u, r)) -> map(k, r)": _map_zip_with,
}
