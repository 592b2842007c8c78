"""A translated piece of SQL with its type, and the few shapes of SQL that all pieces use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.types import AthenaType, field_names, quoted, row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Marks, in the text of a failed cast, the error that a query raises on its data. DuckDB's own
# error() will not do: it is volatile, and try() refuses what is volatile.
MARK: Final = "@athena@"
_VOLATILE: Final = re.compile(r"\b(random|uuid|gen_random_uuid)\(")
_VARIABLE: Final = re.compile(r"\bv(\d+)\b")
_LITERAL: Final = re.compile(r"'(?:[^']|'')*'")
LONG_SQL: Final = 200
# Half-way between the largest real and what would follow it.
_BEYOND_REAL: Final = "CAST('3.4028235677973366e38' AS DOUBLE)"


Literal: TypeAlias = "str | int | float | bool | tuple[Literal, ...] | None"


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression.

    Attributes:
        sql: Its SQL for DuckDB, of the DuckDB type that stands for its type.
        type: Its type in Athena.
        literal: The value of a literal, or the values of an array of literals.
    """

    sql: str
    type: AthenaType
    literal: Literal = None


def not_supported(*, what: str) -> QueryError:
    """Make the error of something that Athena may know, but the translation does not."""
    return QueryError(ErrorName.NOT_SUPPORTED, f"The local Athena does not know {what}.")


def refuse_maps(type_: AthenaType, what: str) -> None:
    """Refuse to tell values apart that hold maps, whose entries DuckDB compares in their order.

    Args:
        type_: The type of the values.
        what: What tells them apart, as the error names it.

    Raises:
        QueryError: The type has a map in it.
    """
    if type_.name == "map":
        raise not_supported(what=f"{what} of maps")
    for child in type_.children:
        refuse_maps(child, what)


def text(value: str) -> str:
    """Write a string as a literal."""
    return "'" + value.replace("'", "''") + "'"


def cast(sql: str, type_: AthenaType) -> str:
    """Cast SQL to the DuckDB type of a type."""
    return f"CAST({sql} AS {type_.duckdb})"


def narrowed(double: str) -> str:
    """Write a double as a real; what is too large for one is infinite."""
    infinite = f"sign({double}) * CAST('inf' AS FLOAT)"
    return (
        f"CASE WHEN abs({double}) >= {_BEYOND_REAL} THEN {infinite}"
        f" ELSE CAST({double} AS FLOAT) END"
    )


def fail(name: ErrorName, detail: str, type_: AthenaType) -> str:
    """Give SQL of a type that, where a row reaches it, fails the query with an error."""
    number = f"CAST({text(f'{MARK}{name}: {detail}{MARK}')} AS INTEGER)"
    return f"list_extract(CAST([] AS {type_.duckdb}[]), {number})"


def invalid(detail: str, type_: AthenaType) -> str:
    """Give SQL that fails the query for an argument that its function does not take."""
    return fail(ErrorName.INVALID_FUNCTION_ARGUMENT, detail, type_)


def unless_null(sqls: Sequence[str], made: str) -> str:
    """Write SQL that is NULL where any of others is."""
    nulls = " OR ".join(f"{sql} IS NULL" for sql in sqls)
    return f"CASE WHEN {nulls} THEN NULL ELSE {made} END"


def variables(count: int, *sqls: str) -> tuple[str, ...]:
    """Give names for a lambda's parameters that no SQL inside uses.

    The same SQL always gets the same names: DuckDB compares expressions in GROUP BY by text.
    """
    used = [int(number) for sql in sqls for number in _VARIABLE.findall(sql)]
    first = max(used, default=-1) + 1
    return tuple(f"v{first + offset}" for offset in range(count))


def let(sql: str, body: Callable[[str], str]) -> str:
    """Compute SQL once and use it several times."""
    if re.fullmatch(r'[\w."$]+', sql):
        return body(sql)
    (name,) = variables(1, sql, body(""))
    return f"(list_transform([{sql}], lambda {name}: {body(name)}))[1]"


def let_both(first: str, second: str, body: Callable[[str, str], str]) -> str:
    """Compute two pieces of SQL once each; neither comes to stand within a lambda."""
    if all(re.fullmatch(r'[\w."$]+', sql) for sql in (first, second)):
        return body(first, second)
    pair = struct([("a", first), ("b", second)])
    return let(pair, lambda held: body(field(held, "a"), field(held, "b")))


def fill(template: str, arguments: Sequence[str]) -> str:
    """Put arguments in a template; one that it uses twice is computed once where that matters."""
    for index, argument in enumerate(arguments):
        again = template.count(f"{{{index}}}") > 1
        costly = _VOLATILE.search(argument) or len(argument) > LONG_SQL
        if again and costly and not _LITERAL.fullmatch(argument):
            (name,) = variables(1, template, *arguments)
            rest = [*arguments]
            rest[index] = name
            return f"(list_transform([{argument}], lambda {name}: {fill(template, rest)}))[1]"
    return re.sub(r"\{(\d)\}", lambda found: arguments[int(found[1])], template)


def field(sql: str, name: str) -> str:
    """Take a field of a struct."""
    return f"struct_extract({sql}, {text(name)})"


def joined_texts(array: str, separator: str) -> str:
    """Join an array's texts without its NULLs, of which DuckDB's result is NULL if all are."""
    present = f"coalesce(array_to_string({array}, {separator}), '')"
    if not _LITERAL.fullmatch(separator):
        # DuckDB takes no other separator than a constant.
        one, more = variables(2, array, separator)
        known = f"list_filter({array}, lambda {one}: {one} IS NOT NULL)"
        parts = f"list_transform({known}, lambda {one}: {separator} || {one})"
        whole = f"list_reduce({parts}, lambda {one}, {more}: {one} || {more}, '')"
        present = f"substring({whole}, length({separator}) + 1)"
    return f"CASE WHEN {array} IS NOT NULL AND {separator} IS NOT NULL THEN {present} END"


def struct(fields: Sequence[tuple[str, str]]) -> str:
    """Make a struct of names and SQL."""
    return f"struct_pack({', '.join(f'{quoted(name)} := {sql}' for name, sql in fields)})"


def make_row(items: list[Typed]) -> Typed:
    """Write a row whose fields have no names."""
    type_ = row(tuple((None, item.type) for item in items))
    fields = zip(field_names(type_), items, strict=True)
    return Typed(struct([(name, i.sql) for name, i in fields]), type_)
