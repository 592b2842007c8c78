"""CAST to and from JSON, whose values stand as their text in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import INTEGERS
from athena_on_duckdb.translation.python.json_texts import json_string
from athena_on_duckdb.translation.scalar_casts import scalar_cast
from athena_on_duckdb.translation.typed import (
    Typed,
    fail,
    field,
    fill,
    let,
    struct,
    text,
    unless_null,
    variables,
)
from athena_on_duckdb.types import DOUBLE, VARCHAR, AthenaType, field_names

if TYPE_CHECKING:
    from collections.abc import Callable

# What DuckDB writes in JSON as Athena does.
_PLAIN: Final = "'[ -~]*'"
_OPEN: Final = "{"
_CLOSE: Final = "}"


def cast_to_json(value: Typed) -> str:
    """Write the JSON text of a value.

    Raises:
        QueryError: Athena does not cast this type to JSON, or the translation does not know it.
    """
    return _json_text(value.sql, value.type)


def _json_text(sql: str, type_: AthenaType) -> str:  # noqa: PLR0911 -- one way out a kind
    if type_.name == "json":
        return sql
    if type_.name == "varchar":
        return let(sql, lambda v: f"CASE WHEN {v} IS NOT NULL THEN {_quote(v)} END")
    if type_.name in {*INTEGERS, "boolean", "decimal"}:
        return scalar_cast(Typed(sql, type_), VARCHAR).sql
    if type_.name in {"double", "real"}:
        return f"athena_json_{type_.name}({sql})"
    if type_.name in {"date", "timestamp"}:
        return _json_text(scalar_cast(Typed(sql, type_), VARCHAR).sql, VARCHAR)
    if type_.name == "unknown":
        return f"CAST({sql} AS VARCHAR)"
    if type_.name == "array":
        return _array_text(sql, type_.children[0])
    if type_.name == "map":
        return _map_text(sql, *type_.children)
    if type_.name == "row":
        return let(sql, lambda whole: _row_text(whole, type_))
    raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot cast {type_} to json")


def _quote(sql: str) -> str:
    return fill(
        f"CASE WHEN regexp_full_match({{0}}, {_PLAIN}) THEN CAST(to_json({{0}}) AS VARCHAR)"
        " ELSE athena_json_string({0}) END",
        [sql],
    )


def _or_null(sql: str, type_: AthenaType) -> str:
    return f"coalesce({_json_text(sql, type_)}, 'null')"


def _array_text(sql: str, element: AthenaType) -> str:
    (item,) = variables(1, sql)
    items = f"list_transform({sql}, lambda {item}: {_or_null(item, element)})"
    return f"('[' || array_to_string({items}, ',') || ']')"


def _map_text(sql: str, key: AthenaType, value: AthenaType) -> str:
    if key.name not in {"varchar", "boolean", "double", "real", "decimal", "unknown", *INTEGERS}:
        raise QueryError(
            ErrorName.INVALID_CAST_ARGUMENT, f"Cannot cast map({key}, {value}) to JSON"
        )
    entry, written = variables(2, sql)
    name = scalar_cast(Typed(field(entry, "key"), key), VARCHAR).sql
    if key.name in {"double", "real"}:
        name = f"athena_java_{key.name}({field(entry, 'key')})"
    member = f"{_quote(name)} || ':' || {_or_null(field(entry, 'value'), value)}"
    # Athena writes a map's members in the order of their keys.
    pair = struct([("k", name), ("t", member)])
    pairs = f"list_sort(list_transform(map_entries({sql}), lambda {entry}: {pair}))"
    members = f"list_transform({pairs}, lambda {written}: {field(written, 't')})"
    return f"('{_OPEN}' || array_to_string({members}, ',') || '{_CLOSE}')"


def _row_text(whole: str, type_: AthenaType) -> str:
    members = [
        f"{text(json_string(shown or '') + ':')} || {_or_null(field(whole, name), child)}"
        for shown, name, child in zip(type_.fields, field_names(type_), type_.children, strict=True)
    ]
    joined = " || ',' || ".join(members)
    return unless_null([whole], f"'{_OPEN}' || {joined} || '{_CLOSE}'")


def cast_from_json(value: Typed, target: AthenaType) -> str:
    """Read a JSON text as a value.

    Raises:
        QueryError: Athena does not cast JSON to this type, or the translation does not know it.
    """
    if target.name == "json":
        return value.sql
    read = _READERS.get(target.name)
    if read is None:
        raise QueryError(ErrorName.TYPE_MISMATCH, f"Cannot cast json to {target}")
    return let(value.sql, lambda v: _by_kind(v, target, read(v, target)))


_NUMBERS: Final = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE")


def _by_kind(sql: str, target: AthenaType, made: dict[str, str]) -> str:
    failed = fail(ErrorName.INVALID_CAST_ARGUMENT, f"Cannot cast this JSON to {target}", target)
    branches = " ".join(f"WHEN {text(kind)} THEN {part}" for kind, part in made.items())
    otherwise = f"CASE WHEN {sql} IS NOT NULL THEN {failed} END"
    return f"CASE json_type({sql}) WHEN 'NULL' THEN NULL {branches} ELSE {otherwise} END"


def _unquoted(sql: str, target: AthenaType) -> str:
    return scalar_cast(Typed(f"json_extract_string({sql}, '$')", VARCHAR), target).sql


def _text(v: str, target: AthenaType) -> dict[str, str]:
    plain = scalar_cast(Typed(v, VARCHAR), target).sql
    double = scalar_cast(Typed(f"CAST({v} AS DOUBLE)", DOUBLE), target).sql
    # A whole number that DuckDB holds in no integer stays as it stands there.
    double = f"CASE WHEN regexp_full_match({v}, '-?[0-9]+') THEN {plain} ELSE {double} END"
    kinds = dict.fromkeys((*_NUMBERS[:-1], "BOOLEAN"), plain)
    return {"VARCHAR": _unquoted(v, target), **kinds, "DOUBLE": double}


def _boolean(v: str, target: AthenaType) -> dict[str, str]:
    numbers = dict.fromkeys(_NUMBERS, f"(CAST({v} AS DOUBLE) <> 0)")
    return {"VARCHAR": _unquoted(v, target), "BOOLEAN": f"({v} = 'true')", **numbers}


def _number(v: str, target: AthenaType) -> dict[str, str]:
    number = f"CAST({v} AS {target.duckdb})"
    rounded = f"CAST(round(CAST({v} AS DOUBLE)) AS {target.duckdb})"
    return {
        "VARCHAR": _unquoted(v, target),
        "BOOLEAN": f"CAST({v} = 'true' AS {target.duckdb})",
        **dict.fromkeys(_NUMBERS[:-1], number),
        "DOUBLE": rounded if target.name in INTEGERS else number,
    }


def _elements(sql: str, target: AthenaType) -> dict[str, str]:
    (item,) = variables(1, sql)
    inner = _member(f"CAST({item} AS VARCHAR)", target.children[0])
    elements = f"list_transform(json_extract({sql}, '$[*]'), lambda {item}: {inner})"
    return {"ARRAY": elements}


def _member(sql: str, target: AthenaType) -> str:
    return sql if target.name == "json" else cast_from_json(Typed(sql, target), target)


def _entries(sql: str, target: AthenaType) -> dict[str, str]:
    (entry,) = variables(1, sql)
    key = scalar_cast(Typed(f"{entry}[1]", VARCHAR), target.children[0]).sql
    pair = struct([("key", key), ("value", _member(f"{entry}[2]", target.children[1]))])
    pairs = f"list_transform(athena_json_members({sql}), lambda {entry}: {pair})"
    return {"OBJECT": f"map_from_entries({pairs})"}


def _fields(sql: str, target: AthenaType) -> dict[str, str]:
    """Read a row from an array by place, from an object by names without regard to case."""
    names = ", ".join(text(name or "") for name in target.fields)

    def read(taken: str) -> str:
        fields = enumerate(zip(field_names(target), target.children, strict=True), 1)
        return struct([(name, _member(f"{taken}[{i}]", child)) for i, (name, child) in fields])

    made = {"ARRAY": let(f"athena_json_places({sql}, {len(target.fields)})", read)}
    if None not in target.fields:
        made["OBJECT"] = let(f"athena_json_fields({sql}, [{names}])", read)
    return made


# Of each type what is made of JSON by its kind.
_READERS: Final[dict[str, Callable[[str, AthenaType], dict[str, str]]]] = {
    **dict.fromkeys((*INTEGERS, "decimal", "real", "double"), _number),
    "boolean": _boolean,
    "varchar": _text,
    "array": _elements,
    "map": _entries,
    "row": _fields,
}
