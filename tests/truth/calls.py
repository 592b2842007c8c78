"""New statements for two engines: calls of every function, on rows of every type with NULL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.translation.calls import SCALARS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from athena_on_duckdb.translation.signatures import Signature
    from athena_on_duckdb.types import AthenaType

# Of each type the values of a column, beside which a row of NULL stands.
_VALUES: Final = {
    "boolean": ("true", "false", "true"),
    "tinyint": ("TINYINT '1'", "TINYINT '-128'", "TINYINT '127'"),
    "smallint": ("SMALLINT '2'", "SMALLINT '-32768'", "SMALLINT '0'"),
    "integer": ("5", "-7", "0"),
    "bigint": ("BIGINT '3'", "BIGINT '-1'", "BIGINT '42'"),
    "real": ("REAL '1.5'", "REAL 'NaN'", "REAL '-0.25'"),
    "double": ("2.5e0", "nan()", "-1e10"),
    "decimal": ("DECIMAL '12.50'", "DECIMAL '-0.05'", "DECIMAL '0.00'"),
    "varchar": ("CAST('Hello' AS varchar)", "'a,b,,c'", "''"),
    "char": ("CAST('ab' AS char(4))", "CAST('' AS char(4))", "CAST('é👍' AS char(4))"),
    "varbinary": ("X'00ff'", "X''", "X'c3a9'"),
    "date": ("DATE '2020-02-29'", "DATE '1969-12-31'", "DATE '0001-01-01'"),
    "time": ("TIME '10:11:12.345678'", "TIME '00:00:00'", "TIME '23:59:59.999'"),
    "timestamp": (
        "TIMESTAMP '2020-02-29 23:59:59.999999'", "TIMESTAMP '1969-12-31 23:59:59.001'",
        "TIMESTAMP '2021-12-31 12:34:56.789'",
    ),
    "timestamp with time zone": (
        "TIMESTAMP '2020-03-29 01:30:00.000 UTC'", "TIMESTAMP '1969-07-20 20:17:40.123456 UTC'",
        "TIMESTAMP '2021-12-31 22:00:00.000 UTC'",
    ),
    "interval day to second": (
        "INTERVAL '1 02:03:04.567' DAY TO SECOND", "INTERVAL '-1' SECOND", "INTERVAL '100' DAY",
    ),
    "interval year to month": (
        "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '-13' MONTH", "INTERVAL '0' MONTH",
    ),
    "array(integer)": ("ARRAY[3, 1, NULL, 2]", "ARRAY[]", "ARRAY[5, 5, 7]"),
    "array(double)": ("ARRAY[1.5e0, nan()]", "ARRAY[NULL]", "ARRAY[infinity(), 0e0]"),
    "array(varchar)": ("ARRAY['a', NULL]", "ARRAY[]", "ARRAY['日本', 'a']"),
    "map(varchar,integer)": (
        "MAP(ARRAY['a', 'b'], ARRAY[1, NULL])", "MAP()", "MAP(ARRAY['z'], ARRAY[0])",
    ),
    "json": ("""JSON '{"a":{"b":[1,2.5,"z"]}}'""", "JSON '[1,null]'", "JSON 'null'"),
}  # fmt: skip
# What texts and numbers besides the columns mean something to one function or another.
_LITERALS: Final = {
    "varchar": (
        "'day'", "'month'", "'hour'", "'bad'", "'%Y-%m-%d'", "'yyyy-MM-dd'", "'$.a.b[1]'", "'$[0]'",
        "'(.)(,)'", "'UTC'", "'+05:30'", "','", "''", "NULL",
    ),
    "integer": ("0", "1", "2", "-1", "NULL"),
    "bigint": ("0", "1", "3", "-2", "NULL"),
}  # fmt: skip
_OF_VARIABLES: Final = ("integer", "double", "varchar", "date", "decimal", "boolean", "char")
_MEMBERS: Final = ("integer", "double", "varchar")
_NESTED: Final = 0.3
# What no engine answers alike twice, or the older Trino lacks.
_LEFT_OUT: Final = frozenset({"rand", "random", "shuffle", "uuid", "now", "ends_with", "timezone"})


def called(random: Random) -> Iterator[str]:
    """Yields statements without end, each a call on rows of its own."""
    known = [one for name, each in SCALARS.items() if name not in _LEFT_OUT for one in each]
    plain = [
        one
        for one in known
        if all(given.name not in {"function", "row"} for given in one.parameters)
    ]
    while True:
        sql = _call(random.choice(plain), plain, random)
        used = [type_ for type_ in _VALUES if re.search(rf"\b{_column(type_)}\b", sql)]
        rows = [", ".join(_VALUES[type_][place] for type_ in used) for place in range(3)]
        rows.append(", ".join("NULL" for _ in used))
        names = ", ".join(map(_column, used))
        from_ = f" FROM (VALUES ({'), ('.join(rows)})) AS t({names})" if used else ""
        yield f"SELECT {sql}{from_}"


def _column(type_: str) -> str:
    return "of_" + re.sub(r"\W+", "_", type_).strip("_")


def _call(one: Signature, plain: list[Signature], random: Random) -> str:
    bound: dict[str, str] = {}
    parameters = [*one.parameters]
    if one.variadic:
        parameters += parameters[-1:] * random.randrange(2)
    given = [_argument(_type(each, bound, random), plain, random) for each in parameters]
    return f"{one.name}({', '.join(given)})"


def _type(parameter: AthenaType, bound: dict[str, str], random: Random) -> str:
    if len(parameter.name) == 1:
        return bound.setdefault(parameter.name, random.choice(_OF_VARIABLES))
    if parameter.name == "array":
        (member,) = parameter.children
        of_variable = len(member.name) == 1
        held = bound.setdefault(member.name, random.choice(_MEMBERS)) if of_variable else member
        return f"array({held})"
    if parameter.name == "map":
        for child, type_ in zip(parameter.children, ("varchar", "integer"), strict=True):
            _ = bound.setdefault(child.name, type_)
        return "map(varchar,integer)"
    whole = str(parameter)
    return whole if whole in _VALUES else parameter.name


def _argument(type_: str, plain: list[Signature], random: Random) -> str:
    if random.random() < _NESTED:
        makers = [one for one in plain if str(one.returns) == type_]
        if makers:
            return _call(random.choice(makers), plain, random)
    literals = _LITERALS.get(type_, ())
    if literals and random.random() < 1 / 2:
        return random.choice(literals)
    return _column(type_) if type_ in _VALUES else "NULL"
