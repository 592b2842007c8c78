"""Which types Athena turns into which by itself, and the SQL of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.typed import MARK, Typed, cast, field, let, struct, unless_null
from athena_on_duckdb.types import UNKNOWN, WITH_TIME_ZONE, AthenaType, decimal, field_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTEGERS: Final = ("tinyint", "smallint", "integer", "bigint")
INTEGERS: Final = frozenset(_INTEGERS)
NUMBERS: Final = INTEGERS | {"decimal", "real", "double"}
_DIGITS: Final = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
_ORDER: Final = (*_INTEGERS, "decimal", "real", "double")
_NO_ORDER: Final = frozenset({"map", "json"})
MAX_CHAR_LENGTH: Final = 65_536
_TIMES: Final = ("date", "timestamp", WITH_TIME_ZONE)


def as_decimal(type_: AthenaType) -> AthenaType:
    """Give the decimal type that holds every value of an integer type; decimals stay."""
    return type_ if type_.name == "decimal" else decimal(_DIGITS[type_.name], 0)


def common_type(left: AthenaType, right: AthenaType) -> AthenaType | None:  # noqa: PLR0911 -- one way out a kind
    """Give the type to which Athena turns both, or none if there is none."""
    if right in {left, UNKNOWN}:
        return left
    if left == UNKNOWN:
        return right
    if left.name in NUMBERS and right.name in NUMBERS:
        return _common_number(left, right)
    if left.name in _TIMES and right.name in _TIMES:
        return _common_time(left, right)
    if {left.name, right.name} in ({"char", "varchar"}, {"char"}):
        return _common_char(left, right)
    if left.name != right.name:
        return None
    if left.name in {"varchar", "time"}:
        lengths = (left.precision, right.precision)
        longest = None if None in lengths else max(left.precision or 0, right.precision or 0)
        return AthenaType(left.name, longest)
    if left.name in {"array", "map", "row"} and len(left.children) == len(right.children):
        children = [common_type(a, b) for a, b in zip(left.children, right.children, strict=True)]
        known = tuple(child for child in children if child is not None)
        if len(known) == len(children):
            names = zip(left.fields, right.fields, strict=True)
            fields = tuple(a if a == b else None for a, b in names)
            return AthenaType(left.name, children=known, fields=fields)
    return None


def _common_char(left: AthenaType, right: AthenaType) -> AthenaType:
    lengths = (left.precision, right.precision)
    return AthenaType("char", max(MAX_CHAR_LENGTH if one is None else one for one in lengths))


def _common_number(left: AthenaType, right: AthenaType) -> AthenaType:
    wider = max(left, right, key=lambda type_: _ORDER.index(type_.name))
    if wider.name != "decimal":
        return wider
    a, b = as_decimal(left), as_decimal(right)
    whole = max((a.precision or 0) - (a.scale or 0), (b.precision or 0) - (b.scale or 0))
    scale = max(a.scale or 0, b.scale or 0)
    return decimal(whole + scale, scale)


def _common_time(left: AthenaType, right: AthenaType) -> AthenaType:
    later = max(left, right, key=lambda type_: _TIMES.index(type_.name))
    precisions = [type_.precision for type_ in (left, right) if type_.precision is not None]
    # What has no zone is taken to be in the session's.
    zones = {type_.zone if type_.name == WITH_TIME_ZONE else "UTC" for type_ in (left, right)}
    # Of two zones no value could tell which it is in; what only asks for the instant may go on.
    zone = zones.pop() if later.name == WITH_TIME_ZONE and len(zones) == 1 else None
    return AthenaType(later.name, max(precisions), zone=zone)


def cost(source: AthenaType, target: AthenaType) -> int | None:  # noqa: PLR0911 -- one way out a kind
    """Tell how far apart two types are: 0 where nothing is done, none where Athena refuses."""
    if source == target:
        return 0
    if source == UNKNOWN:
        return 1
    if source.name in NUMBERS and target.name in NUMBERS:
        return _number_cost(source, target)
    if target.name == "char" and source.name in {"varchar", "char"}:
        return 1 if _is_within(source, target) else None
    if source.name in _TIMES and target.name in _TIMES:
        steps = _TIMES.index(target.name) - _TIMES.index(source.name)
        return steps * 2 if steps >= 0 else None
    if source.name != target.name:
        return None
    if source.name == "varchar":
        return 0 if target.precision is None or _is_within(source, target) else None
    if source.name in {"array", "map", "row"} and len(source.children) == len(target.children):
        costs = [cost(a, b) for a, b in zip(source.children, target.children, strict=True)]
        known = [value for value in costs if value is not None]
        return sum(known) if len(known) == len(costs) else None
    return 0


def _is_within(source: AthenaType, target: AthenaType) -> bool:
    length = MAX_CHAR_LENGTH if source.precision is None else source.precision
    return length <= (target.precision or 0)


def _number_cost(source: AthenaType, target: AthenaType) -> int | None:
    steps = _ORDER.index(target.name) - _ORDER.index(source.name)
    if steps < 0:
        return None
    whole = (target.precision or 0) - (target.scale or 0)
    is_narrow = target.name == "decimal" and whole < _DIGITS.get(source.name, 0)
    return None if is_narrow else steps


def coerce(value: Typed, target: AthenaType) -> Typed:
    """Turn a value into a type to which Athena turns it by itself.

    Raises:
        QueryError: Athena does not.
    """
    if value.type == target:
        return value
    if cost(value.type, target) is None and common_type(value.type, target) != target:
        detail = f"A value of type {value.type} stands where {target} is needed: use CAST."
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    return Typed(convert(value.sql, value.type, target), target, value.literal)


def convert(sql: str, source: AthenaType, target: AthenaType) -> str:
    """Write the SQL of such a turn."""
    if source == UNKNOWN and target != UNKNOWN:
        null = cast("NULL", target)
        return f"CASE WHEN {sql} IS NULL THEN {null} END" if MARK in sql else null
    if target.name == "char" and source != target:
        return f"rpad({sql}, {target.precision}, ' ')"
    if source.duckdb == target.duckdb and not (target.children and _holds(target, "char")):
        return sql
    if source.name == "row":
        return let(sql, lambda whole: _convert_row(whole, source, target))
    if source.name == "array" and (_holds(source, "row") or _holds(target, "char")):
        item = f"e{_depth(source)}"
        inner = convert(item, source.children[0], target.children[0])
        return f"list_transform({sql}, lambda {item}: {inner})"
    return cast(sql, target)


def _convert_row(whole: str, source: AthenaType, target: AthenaType) -> str:
    parts = [
        (new, convert(field(whole, old), child, wanted))
        for old, new, child, wanted in fields_of_both(source, target)
    ]
    return unless_null([whole], struct(parts))


def fields_of_both(
    source: AthenaType, target: AthenaType
) -> Iterator[tuple[str, str, AthenaType, AthenaType]]:
    """Give of two rows, field by field, the names in DuckDB and the types."""
    names = field_names(source), field_names(target)
    return zip(*names, source.children, target.children, strict=True)


def _holds(type_: AthenaType, name: str) -> bool:
    return type_.name == name or any(_holds(child, name) for child in type_.children)


def _depth(type_: AthenaType) -> int:
    return 1 + max((_depth(child) for child in type_.children), default=0)


def unify(values: list[Typed], what: str) -> tuple[AthenaType, list[Typed]]:
    """Turn values into the one type that all can have.

    Raises:
        QueryError: There is none.
    """
    found = UNKNOWN
    for value in values:
        common = common_type(found, value.type)
        if common is None:
            detail = f"{what} must have one type: {found} and {value.type}."
            raise QueryError(ErrorName.TYPE_MISMATCH, detail)
        found = common
    return found, [Typed(convert(v.sql, v.type, found), found) for v in values]


def is_orderable(type_: AthenaType) -> bool:
    """Tell whether values of a type have an order."""
    return type_.name not in _NO_ORDER and all(map(is_orderable, type_.children))
