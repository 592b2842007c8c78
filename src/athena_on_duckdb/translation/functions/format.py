"""format(), which writes as Java's Formatter does."""

from __future__ import annotations

from typing import Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.typed import Typed, not_supported, text
from athena_on_duckdb.types import (
    INTERVAL_DAY,
    INTERVAL_YEAR,
    MAX_TIMESTAMP_PRECISION,
    VARCHAR,
    AthenaType,
)

# How the function is told what an argument is: one letter before its text.
_TAGS: Final = {
    "varchar": "s", "tinyint": "d", "smallint": "d", "integer": "d", "bigint": "d", "double": "f",
    "real": "f", "decimal": "n", "boolean": "b", "date": "s", "unknown": "s", "char": "s",
    "uuid": "s", INTERVAL_DAY.name: "s", INTERVAL_YEAR.name: "s", "time": "s", "timestamp": "s",
}  # fmt: skip


def formatted(arguments: list[Typed]) -> Typed:
    """Write `format(pattern, argument, ...)`.

    Raises:
        QueryError: An argument's type is not known to the translation.
    """
    if arguments[0].type.name != "varchar":
        detail = "format takes a pattern and at least one argument"
        raise QueryError(ErrorName.FUNCTION_NOT_FOUND, detail)
    tagged = ", ".join(_tagged(argument) for argument in arguments[1:])
    return Typed(f"athena_java_format({arguments[0].sql}, [{tagged}])", VARCHAR)


def _java_time(value: Typed) -> str:
    """Write a time as Java's `toString` does: seconds and their fraction where there are any."""
    exact = AthenaType(value.type.name, MAX_TIMESTAMP_PRECISION)
    written = explicit_cast(Typed(value.sql, exact), VARCHAR).sql
    short = f"regexp_replace({written}, '(:00)?[.]000000$', '')"
    return f"replace(regexp_replace({short}, '([.][0-9]{{3}})000$', '\\1'), ' ', 'T')"


def _tagged(value: Typed) -> str:
    tag = _TAGS.get(value.type.name)
    if tag is None:
        raise not_supported(what=f"format of a value of type {value.type}")
    if value.type.name in {"double", "real"}:
        sql = f"athena_java_{value.type.name}({value.sql})"
    elif value.type.name in {"time", "timestamp"}:
        sql = _java_time(value)
    else:
        sql = explicit_cast(value, VARCHAR).sql
    return f"coalesce({text(tag)} || {sql}, 'z')"
