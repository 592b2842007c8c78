"""CAST and TRY_CAST as Athena does them: from which type to which, and what a bad value gives."""

from __future__ import annotations

from typing import Final, NoReturn

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.coercion import INTEGERS, NUMBERS, convert, cost
from athena_on_duckdb.translation.functions.intervals import interval_text
from athena_on_duckdb.translation.json_casts import cast_from_json, cast_to_json
from athena_on_duckdb.translation.typed import (
    Typed,
    cast,
    fail,
    field,
    fill,
    let,
    narrowed,
    not_supported,
    refuse,
    struct,
    text,
    variables,
)
from athena_on_duckdb.translation.zones import from_local, local_clock, zone_of
from athena_on_duckdb.types import (
    BIGINT,
    INTERVAL_DAY,
    INTERVAL_YEAR,
    UNKNOWN,
    VARCHAR,
    WITH_TIME_ZONE,
    AthenaType,
    field_names,
)

_INTEGER_TEXT: Final = "[+-]?[0-9]+"
_NUMBER_TEXT: Final = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DOUBLE_TEXT: Final = rf"\s*({_NUMBER_TEXT}[dDfF]?|[+-]?Infinity|[+-]?NaN)\s*"
_DATE_TEXT: Final = r"\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*"
_TIME_TEXT: Final = r"([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?"
_TIMESTAMP_TEXT: Final = rf"\s*[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}( {_TIME_TEXT})?\s*"
_BY_TEXT: Final = {
    **dict.fromkeys(INTEGERS, _INTEGER_TEXT),
    "decimal": _NUMBER_TEXT,
    "real": _DOUBLE_TEXT,
    "double": _DOUBLE_TEXT,
    "boolean": "(?i)t|true|1|f|false|0",
    "date": _DATE_TEXT,
    "timestamp": _TIMESTAMP_TEXT,
    "time": _TIME_TEXT,
    "uuid": "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
}
_MICROSECOND_DIGITS: Final = 6


def explicit_cast(value: Typed, target: AthenaType) -> Typed:  # noqa: PLR0911 -- one way out a kind
    """Cast a value, as CAST does.

    Raises:
        QueryError: Athena has no such cast, or the translation does not know it.
    """
    source = value.type
    if source == UNKNOWN:
        return Typed(cast(value.sql, target), target)
    if source.name == "json":
        return Typed(cast_from_json(value, target), target)
    if target.name == "json":
        return Typed(cast_to_json(value), target)
    if source.name in {"varchar", "char"}:
        return _from_text(value, target)
    if target.name in {"varchar", "char"}:
        return Typed(_to_text(value, target), target)
    if source.name == target.name and source.children:
        return Typed(_nested(value, target), target)
    if source.name in NUMBERS | {"boolean"} and target.name in NUMBERS | {"boolean"}:
        return Typed(_number(value, target), target)
    if source.name in {"date", "timestamp", "time", WITH_TIME_ZONE}:
        return _time(value, target)
    if cost(source, target) is not None:
        return Typed(convert(value.sql, source, target), target)
    return _impossible(source, target)


def try_cast(value: Typed, target: AthenaType) -> Typed:
    """Cast a value, as TRY_CAST does: NULL where it cannot be.

    Raises:
        QueryError: Athena has no such cast, or the translation does not know it.
    """
    sql = let(value.sql, lambda once: f"TRY({explicit_cast(Typed(once, value.type), target).sql})")
    return Typed(sql, explicit_cast(value, target).type)


def round_timestamp(sql: str, source: int | None, target: int | None) -> str:
    """Round a timestamp to fewer digits of a second, half up."""
    if source is None or target is None or source <= target:
        return sql
    step = 10 ** (_MICROSECOND_DIGITS - target)
    micros = f"epoch_us({sql})"
    half = step // 2
    # Floor division, also before 1970, where DuckDB's // goes towards zero.
    shifted = f"({micros} + {half})"
    floored = f"({shifted} - (({shifted} % {step} + {step}) % {step}))"
    return f"make_timestamp({floored})"


def decimal_text(sql: str, type_: AthenaType) -> str:
    """Write a decimal, with a digit before its point."""
    made = f"CAST({sql} AS VARCHAR)"
    if type_.precision == type_.scale:
        made = rf"regexp_replace({made}, '^(-?)\.', '\10.')"
    return made


def timestamp_text(sql: str, precision: int | None) -> str:
    """Write a timestamp with as many digits as its type has."""
    seconds = f"strftime({sql}, '%Y-%m-%d %H:%M:%S')"
    if not precision:
        return seconds
    return f"({seconds} || '.' || left(strftime({sql}, '%f'), {precision}))"


def _impossible(source: AthenaType, target: AthenaType) -> NoReturn:
    detail = f"Cannot cast {source} to {target}"
    raise refuse(ErrorName.TYPE_MISMATCH, detail)


def _guarded(value: Typed, pattern: str, target: AthenaType, made: str) -> str:
    failed = fail(
        ErrorName.INVALID_CAST_ARGUMENT, f"Cannot cast a value of {value.type} to {target}", target
    )
    return fill(
        f"CASE WHEN NOT regexp_full_match({{0}}, {{1}}) THEN {failed} ELSE {made} END",
        [value.sql, text(pattern)],
    )


def _from_text(value: Typed, target: AthenaType) -> Typed:
    if target.name in {"varchar", "char"}:
        return Typed(_cut(value.sql, value.type, target), target, value.literal)
    if value.type.name == "char":
        _impossible(value.type, target)
    if target.name == "varbinary":
        return Typed(f"encode({value.sql})", target)
    if target.name == WITH_TIME_ZONE:
        what = "CAST of text to a timestamp with time zone: use from_iso8601_timestamp"
        raise not_supported(what)
    pattern = _BY_TEXT.get(target.name)
    if pattern is None:
        _impossible(value.type, target)
    made = f"CAST({{0}} AS {target.duckdb})"
    if target.name == "timestamp":
        made = round_timestamp(made, _MICROSECOND_DIGITS, target.precision)
    elif target.name == "boolean":
        made = "lower({0}) IN ('t', 'true', '1')"
    elif target.name in {"double", "real"}:
        number = "regexp_replace(trim({0}), '[dDfF]$', '')"
        large = "CASE WHEN starts_with(trim({0}), '-') THEN '-inf' ELSE 'inf' END"
        made = f"coalesce(TRY_CAST({number} AS {target.duckdb}), CAST({large} AS {target.duckdb}))"
    return Typed(_guarded(value, pattern, target, made), target)


def _cut(sql: str, source: AthenaType, target: AthenaType) -> str:
    length = target.precision
    if length is None:
        return sql
    if target.name == "char":
        return f"rpad({sql}, {length}, ' ')"
    shorter = source.precision is not None and source.precision <= length
    return sql if shorter else f"left({sql}, {length})"


def _to_text(value: Typed, target: AthenaType) -> str:
    name = value.type.name
    if target.name == "char":
        _impossible(value.type, target)
    if name in {*INTEGERS, "boolean", "uuid", "date"}:
        made = f"CAST({value.sql} AS VARCHAR)"
    elif name == "decimal":
        made = decimal_text(value.sql, value.type)
    elif name in {"double", "real"}:
        made = f"athena_{name}_text({value.sql})"
    elif name == "timestamp":
        made = timestamp_text(value.sql, value.type.precision)
    elif name == WITH_TIME_ZONE:
        zone = zone_of(value)
        made = f"({timestamp_text(local_clock(value), value.type.precision)} || {text(' ' + zone)})"
    elif name == "time":
        on_a_day = f"(DATE '1970-01-01' + {value.sql})"
        made = f"substring({timestamp_text(on_a_day, value.type.precision)}, 12)"
    elif value.type in {INTERVAL_DAY, INTERVAL_YEAR}:
        made = interval_text(value)
    else:
        _impossible(value.type, target)
    if target.precision is None:
        return made
    failed = fail(
        ErrorName.INVALID_CAST_ARGUMENT, f"Value cannot be represented as {target}", VARCHAR
    )
    return fill(
        f"CASE WHEN length({{0}}) > {target.precision} THEN {failed} ELSE {{0}} END", [made]
    )


def _number(value: Typed, target: AthenaType) -> str:
    source = value.type
    if source.name == "boolean" or target.name == "boolean":
        return cast(value.sql, target)
    if source.name == "double" and target.name == "real":
        return let(value.sql, narrowed)
    if source.name in {"double", "real"}:
        if target.name in INTEGERS:
            return cast(f"round({value.sql})", target)
        if target.name == "decimal":
            return cast(f"CAST({value.sql} AS VARCHAR)", target)
        if source.name == "real" and target.name == "double":
            return cast(value.sql, target)
    return cast(value.sql, target)


def _time(value: Typed, target: AthenaType) -> Typed:
    source = value.type
    if source.name == target.name == WITH_TIME_ZONE:
        rounded = round_timestamp(
            f"timezone('UTC', {value.sql})", source.precision, target.precision
        )
        made = AthenaType(WITH_TIME_ZONE, target.precision, zone=source.zone)
        return Typed(f"timezone('UTC', {rounded})", made)
    if source.name == "time" and target.name == "time":
        if (source.precision or 0) > (target.precision or 0):
            what = "rounding of times"
            raise not_supported(what)
        return Typed(value.sql, target)
    if source.name == "time" or (source.name == "date" and target.name == "time"):
        _impossible(source, target)
    local = local_clock(value)
    if target.name == "date":
        return Typed(value.sql if source.name == "date" else f"CAST({local} AS DATE)", target)
    if target.name == "time" and source.name == "timestamp":
        return Typed(
            f"CAST({round_timestamp(local, source.precision, target.precision)} AS TIME)", target
        )
    rounded = round_timestamp(local, source.precision, target.precision)
    if target.name == "timestamp":
        return Typed(rounded, target)
    if target.name == WITH_TIME_ZONE:
        return Typed(from_local(rounded, "UTC"), target)
    _impossible(source, target)


def _nested(value: Typed, target: AthenaType) -> str:
    source = value.type
    if source.duckdb == target.duckdb and source.name != "row":
        return value.sql
    if len(source.children) != len(target.children):
        _impossible(source, target)
    if source.name == "array":
        (item,) = variables(1, value.sql)
        inner = explicit_cast(Typed(item, source.children[0]), target.children[0])
        return f"list_transform({value.sql}, lambda {item}: {inner.sql})"
    if source.name == "map":
        (item,) = variables(1, value.sql)
        key = explicit_cast(Typed(field(item, "key"), source.children[0]), target.children[0])
        held = explicit_cast(Typed(field(item, "value"), source.children[1]), target.children[1])
        entry = struct([("key", key.sql), ("value", held.sql)])
        return f"map_from_entries(list_transform(map_entries({value.sql}), lambda {item}: {entry}))"

    def rebuilt(whole: str) -> str:
        parts = [
            (new, explicit_cast(Typed(field(whole, old), child), wanted).sql)
            for old, new, child, wanted in zip(
                field_names(source),
                field_names(target),
                source.children,
                target.children,
                strict=True,
            )
        ]
        return f"CASE WHEN {whole} IS NULL THEN NULL ELSE {struct(parts)} END"

    return let(value.sql, rebuilt)


def bigint(sql: str) -> str:
    """Cast SQL to a bigint."""
    return cast(sql, BIGINT)
