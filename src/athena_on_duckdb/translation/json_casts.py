"""CAST to and from JSON, whose values stand as their text in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.coercion import INTEGERS
from athena_on_duckdb.translation.python.json_texts import json_string
from athena_on_duckdb.translation.typed import (
    Typed,
    fail,
    field,
    fill,
    let,
    refuse,
    struct,
    text,
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
    # casts.py casts by this module, so what it knows of texts is imported where it is used.
    from athena_on_duckdb.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    if type_.name == "json":
        return sql
    if type_.name == "varchar":
        return let(sql, lambda v: f"CASE WHEN {v} IS NOT NULL THEN {_quote(v)} END")
    if type_.name in {*INTEGERS, "boolean", "decimal"}:
        return explicit_cast(Typed(sql, type_), VARCHAR).sql
    if type_.name in {"double", "real"}:
        return f"athena_json_{type_.name}({sql})"
    if type_.name in {"date", "timestamp"}:
        return _json_text(explicit_cast(Typed(sql, type_), VARCHAR).sql, VARCHAR)
    if type_.name == "unknown":
        return f"CAST({sql} AS VARCHAR)"
    if type_.name == "array":
        return _array_text(sql, type_.children[0])
    if type_.name == "map":
        return _map_text(sql, *type_.children)
    if type_.name == "row":
        return let(sql, lambda whole: _row_text(whole, type_))
    detail = f"Cannot cast {type_} to json"
    raise refuse(ErrorName.TYPE_MISMATCH, detail)


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
    from athena_on_duckdb.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    if key.name not in {"varchar", "boolean", "double", "real", "decimal", "unknown", *INTEGERS}:
        detail = f"Cannot cast map({key}, {value}) to JSON"
        raise refuse(ErrorName.INVALID_CAST_ARGUMENT, detail)
    entry, written = variables(2, sql)
    name = explicit_cast(Typed(field(entry, "key"), key), VARCHAR).sql
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
    return f"CASE WHEN {whole} IS NULL THEN NULL ELSE '{_OPEN}' || {joined} || '{_CLOSE}' END"


def cast_from_json(value: Typed, target: AthenaType) -> str:
    """Read a JSON text as a value.

    Raises:
        QueryError: Athena does not cast JSON to this type, or the translation does not know it.
    """
    if target.name == "json":
        return value.sql
    scalar = _scalar_reader(target)
    if scalar is not None:
        return let(value.sql, lambda v: _by_kind(v, target, scalar(v)))
    if target.name == "array":
        return let(value.sql, lambda v: _by_kind(v, target, {"ARRAY": _elements(v, target)}))
    if target.name == "map":
        return let(value.sql, lambda v: _by_kind(v, target, {"OBJECT": _entries(v, target)}))
    if target.name == "row":
        return let(value.sql, lambda v: _by_kind(v, target, _fields(v, target)))
    detail = f"Cannot cast json to {target}"
    raise refuse(ErrorName.TYPE_MISMATCH, detail)


_NUMBERS: Final = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE")


def _by_kind(sql: str, target: AthenaType, made: dict[str, str]) -> str:
    failed = fail(ErrorName.INVALID_CAST_ARGUMENT, f"Cannot cast this JSON to {target}", target)
    branches = " ".join(f"WHEN {text(kind)} THEN {part}" for kind, part in made.items())
    otherwise = f"CASE WHEN {sql} IS NOT NULL THEN {failed} END"
    return f"CASE json_type({sql}) WHEN 'NULL' THEN NULL {branches} ELSE {otherwise} END"


def _unquoted(sql: str) -> str:
    return f"json_extract_string({sql}, '$')"


def _scalar_reader(target: AthenaType) -> Callable[[str], dict[str, str]] | None:
    from athena_on_duckdb.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    if target.name not in {*INTEGERS, "double", "real", "decimal", "boolean", "varchar"}:
        return None

    def read(v: str) -> dict[str, str]:
        written = explicit_cast(Typed(_unquoted(v), VARCHAR), target).sql
        if target.name == "varchar":
            plain = explicit_cast(Typed(v, VARCHAR), target).sql
            double = explicit_cast(Typed(f"CAST({v} AS DOUBLE)", DOUBLE), target).sql
            # A whole number that DuckDB holds in no integer stays as it stands there.
            double = f"CASE WHEN regexp_full_match({v}, '-?[0-9]+') THEN {plain} ELSE {double} END"
            kinds = dict.fromkeys((*_NUMBERS[:-1], "BOOLEAN"), plain)
            return {"VARCHAR": written, **kinds, "DOUBLE": double}
        if target.name == "boolean":
            number = f"(CAST({v} AS DOUBLE) <> 0)"
            return {
                "VARCHAR": written,
                "BOOLEAN": f"({v} = 'true')",
                **dict.fromkeys(_NUMBERS, number),
            }
        number = f"CAST({v} AS {target.duckdb})"
        rounded = f"CAST(round(CAST({v} AS DOUBLE)) AS {target.duckdb})"
        return {
            "VARCHAR": written,
            "BOOLEAN": f"CAST({v} = 'true' AS {target.duckdb})",
            **dict.fromkeys(_NUMBERS[:-1], number),
            "DOUBLE": rounded if target.name in INTEGERS else number,
        }

    return read


def _elements(sql: str, target: AthenaType) -> str:
    (item,) = variables(1, sql)
    inner = _member(f"CAST({item} AS VARCHAR)", target.children[0])
    return f"list_transform(json_extract({sql}, '$[*]'), lambda {item}: {inner})"


def _member(sql: str, target: AthenaType) -> str:
    return sql if target.name == "json" else cast_from_json(Typed(sql, target), target)


def _entries(sql: str, target: AthenaType) -> str:
    from athena_on_duckdb.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    (entry,) = variables(1, sql)
    key = explicit_cast(Typed(f"{entry}[1]", VARCHAR), target.children[0]).sql
    pair = struct([("key", key), ("value", _member(f"{entry}[2]", target.children[1]))])
    members = f"athena_json_members({sql})"
    return f"map_from_entries(list_transform({members}, lambda {entry}: {pair}))"


def _fields(sql: str, target: AthenaType) -> dict[str, str]:
    """Read a row from an array by place, from an object by names without regard to case."""
    names = ", ".join(text(name or "") for name in target.fields)

    def read(taken: str) -> str:
        parts = [
            (name, _member(f"{taken}[{index}]", child))
            for index, (name, child) in enumerate(
                zip(field_names(target), target.children, strict=True), 1
            )
        ]
        return struct(parts)

    made = {"ARRAY": let(f"athena_json_places({sql}, {len(target.fields)})", read)}
    if None not in target.fields:
        made["OBJECT"] = let(f"athena_json_fields({sql}, [{names}])", read)
    return made
