"""A column's value as a field's: which types go together, and Athena's SQL for it.

What a text means is what JSON or the contract's types mean by it; nothing is rounded, and what does
not fit is null beside a value that is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.catalog.glue_types import presto_type
from firelake.contract.types import FieldType, Kind
from firelake.history.bulk_import.json_values import json_problem, json_text
from firelake.history.bulk_import.moments import finite, timestamp
from firelake.history.bulk_import.source_types import NUMBERS, SourceKind, SourceType
from firelake.history.bulk_import.sql_names import quoted, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EXACT: Final = frozenset({SourceKind.INTEGER, SourceKind.DECIMAL, SourceKind.TEXT})
_TAKEN: Final[Mapping[Kind, frozenset[SourceKind]]] = {
    Kind.STRING: frozenset({SourceKind.TEXT, SourceKind.INTEGER}),
    Kind.BIGINT: _EXACT,
    Kind.DOUBLE: NUMBERS | {SourceKind.TEXT},
    Kind.BOOLEAN: frozenset({SourceKind.BOOLEAN, SourceKind.TEXT}),
    Kind.DECIMAL: _EXACT,
    Kind.TIMESTAMP: NUMBERS | {SourceKind.TIMESTAMP, SourceKind.ZONED, SourceKind.TEXT},
    Kind.DATE: frozenset({SourceKind.DATE, SourceKind.TEXT}),
    Kind.STRUCT: frozenset({SourceKind.STRUCT}),
}
_A: Final = {SourceKind.ARRAY: "an array", SourceKind.MAP: "a map"}
# There is no year 0.
_DAY: Final = r"\A(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}\z"
_BLANK: Final = r"\A[ \t\n\r]+|[ \t\n\r]+\z"


def type_problem(source: SourceType, wanted: FieldType) -> str:
    """Return why a column cannot be a field; empty where it can."""
    if wanted.is_several:
        return _several_problem(source, wanted)
    if wanted.kind is Kind.JSON:
        return json_problem(source)
    has_digits = wanted.kind is Kind.BIGINT and source.scale
    if source.kind not in _TAKEN[wanted.kind] or has_digits:
        return f"a column of {source.kind} cannot be {wanted}: cast it in a view"
    return _struct_problem(source, wanted) if wanted.kind is Kind.STRUCT else ""


def _several_problem(source: SourceType, wanted: FieldType) -> str:
    kind = SourceKind.MAP if wanted.is_map else SourceKind.ARRAY
    if source.kind is not kind:
        return f"a column of {source.kind} cannot be {wanted}: make it {_A[kind]} in a view"
    if wanted.is_map and source.key.kind is not SourceKind.TEXT:
        return f"keys of {source.key.kind} cannot be those of {wanted}: make them texts in a view"
    return type_problem(source.element, wanted.member)


def converted(expression: str, source: SourceType, wanted: FieldType, depth: int = 0) -> str:
    """Write a value as the field's; null where it is null, or does not fit.

    Args:
        depth: How many lambdas are around it.
    """
    if wanted.is_array:
        name = f"x{depth}"
        inner = converted(name, source.element, wanted.member, depth + 1)
        return f"CAST(transform({expression}, {name} -> {inner}) AS {presto_type(wanted)})"
    if wanted.is_map:
        name = f"x{depth}"
        inner = converted(name, source.element, wanted.member, depth + 1)
        each = f"(k{depth}, {name}) -> {inner}"
        return f"CAST(transform_values({expression}, {each}) AS {presto_type(wanted)})"
    if wanted.kind is Kind.STRUCT:
        return _struct(expression, source, wanted, depth)
    of_source = _BY_SOURCE.get(wanted.kind)
    if of_source is not None:
        return of_source(expression, source)
    if wanted.kind is Kind.DECIMAL or source.kind is SourceKind.TEXT:
        return _of_text(expression, source, wanted)
    # Of a decimal an integer may have too many digits.
    return f"TRY_CAST({expression} AS {presto_type(wanted)})"


def has_more(expression: str, source: SourceType, wanted: FieldType, depth: int = 0) -> str:
    """Write whether a value has members that the field's structs do not declare; empty for never.

    Args:
        depth: How many lambdas are around it.
    """
    if wanted.is_several:
        held = f"map_values({expression})" if wanted.is_map else expression
        inner = has_more(f"x{depth}", source.element, wanted.member, depth + 1)
        return inner and f"any_match({held}, x{depth} -> COALESCE({inner}, false))"
    if wanted.kind is not Kind.STRUCT:
        return ""
    declared = {member.column: member.type for member in wanted.members}
    more: list[str] = []
    for name, inner in source.members:
        member = f"{expression}.{quoted(name)}"
        known = declared.get(name.lower())
        more.append(
            f"{member} IS NOT NULL" if known is None else has_more(member, inner, known, depth)
        )
    return " OR ".join(filter(None, more))


def _struct_problem(source: SourceType, wanted: FieldType) -> str:
    members = source.by_name
    if len(members) < len(source.members):
        return "it has members whose names differ only in case"
    for member in wanted.members:
        inner = members.get(member.column)
        problem = "" if inner is None else type_problem(inner, member.type)
        if problem:
            return f"{member.name}: {problem}"
    return json_problem(source)


def _of_text(expression: str, source: SourceType, wanted: FieldType) -> str:
    match wanted.kind:
        case Kind.BIGINT | Kind.DECIMAL:
            return _digits(expression, source, wanted)
        case Kind.BOOLEAN:
            return f"CASE {expression} WHEN 'true' THEN true WHEN 'false' THEN false END"
        case Kind.DATE:
            return _where_like(expression, _DAY, f"TRY_CAST({expression} AS date)")
        case _:
            return expression


def _struct(expression: str, source: SourceType, wanted: FieldType, depth: int) -> str:
    names = {name.lower(): name for name, _ in source.members}
    members = [
        "NULL"
        if (name := names.get(member.column)) is None
        else converted(
            f"{expression}.{quoted(name)}", source.by_name[member.column], member.type, depth
        )
        for member in wanted.members
    ]
    row = f"CAST(ROW({', '.join(members)}) AS {presto_type(wanted)})"
    return f"CASE WHEN {expression} IS NOT NULL THEN {row} END"


def _json(expression: str, source: SourceType) -> str:
    if source.kind is not SourceKind.TEXT:
        return json_text(expression, source)
    return (
        f"CASE WHEN TRY(json_parse({expression})) IS NOT NULL"
        f" THEN regexp_replace({expression}, {text(_BLANK)}, '') END"
    )


def _digits(expression: str, source: SourceType, wanted: FieldType) -> str:
    """Reads a number from its digits, of which none may be lost."""
    digits = expression if source.kind is SourceKind.TEXT else f"CAST({expression} AS varchar)"
    if wanted.kind is Kind.BIGINT:
        number = f"TRY_CAST({digits} AS bigint)"
        return _where_like(digits, r"\A-?(?:0|[1-9][0-9]*)\z", number)
    scale = wanted.scale or 0
    whole_digits = (wanted.precision or 0) - scale
    whole = f"(?:0|[1-9][0-9]{{0,{whole_digits - 1}}})" if whole_digits else "0"
    fraction = rf"(?:\.[0-9]{{1,{scale}}}0*)?" if scale else r"(?:\.0+)?"
    return _where_like(
        digits, rf"\A-?{whole}{fraction}\z", f"TRY_CAST({digits} AS {presto_type(wanted)})"
    )


def _where_like(expression: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_like({expression}, {text(pattern)}) THEN {value} END"


_BY_SOURCE: Final[Mapping[Kind, Callable[[str, SourceType], str]]] = {
    Kind.DOUBLE: finite,
    Kind.TIMESTAMP: timestamp,
    Kind.JSON: _json,
}
