"""Values as Athena writes them in its results."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from athena_on_duckdb.arrow import arrow, compute
from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.java_format import java_double, java_real

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, time

    from athena_on_duckdb.types import AthenaType

ArrowColumn: TypeAlias = Any
"""A `pyarrow.ChunkedArray`; pyarrow has no types of its own."""
_MICROSECOND_DIGITS: Final = 6
_MONTHS: Final = 12
_NAIVE: Final = arrow.timestamp("us")
_FAR: Final = (
    "The local Athena writes years from -32767 to 32767, in arrays, maps and rows from 1 to 9999"
)
_CAST_BY_ARROW: Final = frozenset(
    {"boolean", "tinyint", "smallint", "integer", "bigint", "varchar", "char", "json"}
)


def as_texts(values: ArrowColumn, type_: AthenaType) -> ArrowColumn:
    """Give the texts of a column's values; NULL stays NULL."""
    if type_.name == "date":
        return _with_sign(_readable(values))
    if type_.name in _CAST_BY_ARROW or arrow.types.is_null(values.type):
        return values.cast(arrow.string())
    if type_.name in {"timestamp", "timestamp with time zone", "time"}:
        return _moments(values, type_)
    write = text_of(type_)
    texts = [None if value is None else write(value) for value in _listed(values)]
    return arrow.chunked_array([arrow.array(texts, arrow.string())])


def _readable(values: ArrowColumn) -> ArrowColumn:
    """Write dates or times by Arrow, which writes years of 16 bits, and words for others."""
    texts = values.cast(arrow.string())
    if compute.any(compute.starts_with(texts, "<")).as_py():
        raise QueryError(ErrorName.NOT_SUPPORTED, _FAR)
    return texts


def _listed(values: ArrowColumn) -> list[Any]:
    try:
        return cast("list[Any]", values.to_pylist())
    except (OverflowError, ValueError) as error:
        # Python's years end with 9999.
        raise QueryError(ErrorName.NOT_SUPPORTED, _FAR) from error


def _moments(values: ArrowColumn, type_: AthenaType) -> ArrowColumn:
    zone = ""
    if type_.name == "timestamp with time zone":
        # A column that is empty of values has no zone.
        zone = f" {getattr(values.type, 'tz', None) or 'UTC'}"
        values = compute.local_timestamp(values)
    naive = values.cast(arrow.time64("us") if type_.name == "time" else _NAIVE)
    texts = _readable(naive)
    digits = type_.precision or 0
    if digits < _MICROSECOND_DIGITS:
        cut = _MICROSECOND_DIGITS - digits if digits else _MICROSECOND_DIGITS + 1
        texts = compute.utf8_slice_codeunits(texts, 0, -cut)
    return _with_sign(compute.binary_join_element_wise(texts, zone, ""))


def _with_sign(days: ArrowColumn) -> ArrowColumn:
    """Write a year of more than four digits with its sign."""
    return compute.replace_substring_regex(days, r"^(\d{5,}-)", r"+\1")


def text_of(type_: AthenaType) -> Callable[[Any], str]:
    """Give what writes one value of a type, which is not NULL."""
    if type_.name == "array":
        return partial(_array, _member(type_.children[0]))
    if type_.name == "map":
        return partial(_map, *map(_member, type_.children))
    if type_.name == "row":
        names = tuple(name or str(index) for index, name in enumerate(type_.fields))
        members = tuple(_member(child) for child in type_.children)
        return partial(_row, tuple(name is None for name in type_.fields), names, members)
    if type_.name in {"timestamp", "timestamp with time zone"}:
        return partial(_timestamp, type_)
    if type_.name == "time":
        return partial(_time, type_.precision or 0)
    return _SCALARS.get(type_.name, str)


def _member(type_: AthenaType) -> Callable[[Any], str]:
    write = text_of(type_)
    return lambda value: "null" if value is None else write(value)


def _array(member: Callable[[Any], str], value: list[Any]) -> str:
    return f"[{', '.join(map(member, value))}]"


def _map(key: Callable[[Any], str], member: Callable[[Any], str], value: list[Any]) -> str:
    return f"{{{', '.join(f'{key(each)}={member(of)}' for each, of in value)}}}"


def _row(
    unnamed: tuple[bool, ...],
    names: tuple[str, ...],
    members: tuple[Callable[[Any], str], ...],
    value: Mapping[str, Any],
) -> str:
    fields = zip(unnamed, names, members, value.values(), strict=True)
    return f"{{{', '.join(m(v) if bare else f'{n}={m(v)}' for bare, n, m, v in fields)}}}"


def _timestamp(type_: AthenaType, value: datetime) -> str:
    seconds = value.replace(tzinfo=None).isoformat(" ", "seconds")
    zone = f" {type_.zone or 'UTC'}" if type_.name == "timestamp with time zone" else ""
    return f"{seconds}{_fraction(value.microsecond, type_.precision or 0)}{zone}"


def _time(digits: int, value: time) -> str:
    return f"{value.isoformat('seconds')}{_fraction(value.microsecond, digits)}"


def _fraction(microseconds: int, digits: int) -> str:
    return f".{microseconds:06d}"[: digits + 1] if digits else ""


def _day_interval(value: int) -> str:
    days, rest = divmod(abs(value), 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, rest = divmod(rest, 1000)
    sign = "-" if value < 0 else ""
    return f"{sign}{days} {hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def _year_interval(value: int) -> str:
    years, months = divmod(abs(value), _MONTHS)
    return f"{'-' if value < 0 else ''}{years}-{months}"


_SCALARS: Final[dict[str, Callable[[Any], str]]] = {
    "boolean": lambda value: "true" if value else "false",
    "double": java_double,
    "real": java_real,
    "decimal": lambda value: f"{value:f}",
    "varbinary": lambda value: value.hex(" "),
    "date": lambda value: value.isoformat(),
    "interval day to second": _day_interval,
    "interval year to month": _year_interval,
}
