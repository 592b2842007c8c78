"""format(), which writes as Java's Formatter does."""

from __future__ import annotations

from typing import Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.typed import Typed, not_supported, refuse, text
from athena_on_duckdb.types import INTERVAL_DAY, INTERVAL_YEAR, VARCHAR

# How the function is told what an argument is: one letter before its text.
_TAGS: Final = {
    "varchar": "s", "tinyint": "d", "smallint": "d", "integer": "d", "bigint": "d", "double": "f",
    "real": "f", "decimal": "n", "boolean": "b", "date": "s", "unknown": "s", "char": "s",
    "uuid": "s", INTERVAL_DAY.name: "s", INTERVAL_YEAR.name: "s",
}  # fmt: skip


def formatted(arguments: list[Typed]) -> Typed:
    """Write `format(pattern, argument, ...)`.

    Raises:
        QueryError: An argument's type is not known to the translation.
    """
    if len(arguments) < 2 or arguments[0].type.name != "varchar":  # noqa: PLR2004 -- the number is the thing itself
        detail = "format takes a pattern and at least one argument"
        raise refuse(ErrorName.FUNCTION_NOT_FOUND, detail)
    tagged = ", ".join(_tagged(argument) for argument in arguments[1:])
    return Typed(f"athena_format({arguments[0].sql}, [{tagged}])", VARCHAR)


def _tagged(value: Typed) -> str:
    tag = _TAGS.get(value.type.name)
    if tag is None:
        what = f"format of a value of type {value.type}"
        raise not_supported(what)
    if value.type.name in {"double", "real"}:
        sql = f"athena_java_{value.type.name}({value.sql})"
    else:
        sql = explicit_cast(value, VARCHAR).sql
    return f"coalesce({text(tag)} || {sql}, 'z')"
