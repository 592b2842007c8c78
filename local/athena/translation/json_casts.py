"""CAST to and from JSON, whose values stand as their text in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from local.athena.errors import ErrorName
from local.athena.translation.coercion import INTEGERS
from local.athena.translation.typed import (
    Typed,
    fail,
    field,
    let,
    not_supported,
    refuse,
    struct,
    text,
    variables,
)
from local.athena.types import VARCHAR, AthenaType, field_names

if TYPE_CHECKING:
    from collections.abc import Callable

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
    from local.athena.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    if type_.name == "json":
        return sql
    if type_.name in {"varchar", "char"}:
        return let(sql, lambda v: f"CASE WHEN {v} IS NOT NULL THEN {_quote(v)} END")
    if type_.name in {*INTEGERS, "boolean", "decimal", "double", "real"}:
        return explicit_cast(Typed(sql, type_), VARCHAR).sql
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
    return f"CAST(to_json(CAST({sql} AS VARCHAR)) AS VARCHAR)"


def _or_null(sql: str, type_: AthenaType) -> str:
    return f"coalesce({_json_text(sql, type_)}, 'null')"


def _array_text(sql: str, element: AthenaType) -> str:
    (item,) = variables(1, sql)
    items = f"list_transform({sql}, lambda {item}: {_or_null(item, element)})"
    return f"('[' || array_to_string({items}, ',') || ']')"


def _map_text(sql: str, key: AthenaType, value: AthenaType) -> str:
    from local.athena.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    if key.name not in {"varchar", "boolean", "double", "real", "decimal", *INTEGERS}:
        what = f"CAST of a map with keys of type {key} to json"
        raise not_supported(what)
    entry, written = variables(2, sql)
    name = explicit_cast(Typed(field(entry, "key"), key), VARCHAR).sql
    member = f"{_quote(name)} || ':' || {_or_null(field(entry, 'value'), value)}"
    # Athena writes a map's members in the order of their keys.
    pair = struct([("k", name), ("t", member)])
    pairs = f"list_sort(list_transform(map_entries({sql}), lambda {entry}: {pair}))"
    members = f"list_transform({pairs}, lambda {written}: {field(written, 't')})"
    return f"('{_OPEN}' || array_to_string({members}, ',') || '{_CLOSE}')"


def _row_text(whole: str, type_: AthenaType) -> str:
    if None in type_.fields:
        what = "CAST to json of a row whose fields have no names"
        raise not_supported(what)
    members = [
        f"{_quote(text(name))} || ':' || {_or_null(field(whole, name), child)}"
        for name, child in zip(field_names(type_), type_.children, strict=True)
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
    from local.athena.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    if target.name not in {*INTEGERS, "double", "real", "decimal", "boolean", "varchar"}:
        return None

    def read(v: str) -> dict[str, str]:
        written = explicit_cast(Typed(_unquoted(v), VARCHAR), target).sql
        if target.name == "varchar":
            plain = explicit_cast(Typed(f"CAST({v} AS VARCHAR)", VARCHAR), target).sql
            return {"VARCHAR": written, **dict.fromkeys((*_NUMBERS, "BOOLEAN"), plain)}
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
    from local.athena.translation.casts import (  # noqa: PLC0415
        explicit_cast,
    )

    (entry,) = variables(1, sql)
    key = explicit_cast(Typed(field(entry, "key"), VARCHAR), target.children[0]).sql
    value = _member(f"CAST({field(entry, 'value')} AS VARCHAR)", target.children[1])
    pair = struct([("key", key), ("value", value)])
    held = f"map_entries(CAST(CAST({sql} AS JSON) AS MAP(VARCHAR, JSON)))"
    return f"map_from_entries(list_transform({held}, lambda {entry}: {pair}))"


def _fields(sql: str, target: AthenaType) -> dict[str, str]:
    def taken(path: str, child: AthenaType) -> str:
        return _member(f"CAST(json_extract({sql}, {text(path)}) AS VARCHAR)", child)

    names = field_names(target)
    by_place = [
        (name, taken(f"$[{index}]", child))
        for index, (name, child) in enumerate(zip(names, target.children, strict=True))
    ]
    made = {"ARRAY": struct(by_place)}
    if None not in target.fields and not any('"' in name or "\\" in name for name in names):
        by_name = [
            (name, taken(f'$."{name}"', child))
            for name, child in zip(names, target.children, strict=True)
        ]
        made["OBJECT"] = struct(by_name)
    return made
