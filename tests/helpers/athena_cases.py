"""Runs cases of Athena's SQL on the local Athena's translation, and compares values with them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from sqlglot import exp

from athena_on_duckdb.session import Session
from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.run import run_select
from athena_on_duckdb.translation.translate import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


DATA: Final = Path(__file__).parents[1] / "data" / "athena"
_SCHEMA: Final = "held"
_EVENTS: Final = {
    "id": "bigint",
    "user_id": "integer",
    "name": "varchar",
    "ts": "timestamp(3)",
    "ts_epoch": "bigint",
    "ts_str": "varchar",
    "ts_txt": "varchar",
    "d": "date",
    "cnt": "integer",
    "small": "smallint",
    "amount": "decimal(12,2)",
    "price": "double",
    "flag": "boolean",
    "payload": "varchar",
    "tags": "array(varchar)",
    "attrs": "map(varchar, varchar)",
    "addr": "row(city varchar, zip integer, geo row(lat double, lon double))",
    "items": "array(row(sku varchar, qty integer))",
    "bin": "varbinary",
    "csv": "varchar",
    "url": "varchar",
    "nullable": "integer",
    "$path": "varchar",
}
_USERS: Final = {"user_id": "integer", "email": "varchar", "country": "varchar"}
RELATIONS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    (_SCHEMA, "e"): _EVENTS,
    (_SCHEMA, "u"): _USERS,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A query, and what it gives: rows and types, or the name of an error."""

    sql: str
    rows: list[list[Any]] | None
    types: list[str] | None
    error: str | None


def cases(file: str) -> Iterator[Case]:
    """Read the cases of a file."""
    for line in (DATA / file).read_text(encoding="utf-8").splitlines():
        held = json.loads(line)
        yield Case(held["sql"], held.get("rows"), held.get("types"), held.get("error"))


def open_session() -> Session:
    """Open a session that holds the tables `e` and `u` of the cases."""
    session = Session.open([DATA])
    cursor = session.cursor()
    cursor.execute(f"CREATE SCHEMA {_SCHEMA}")
    for name, more in (("e", ", 's3://lake/e' AS \"$path\""), ("u", "")):
        file = DATA / {"e": "events.parquet", "u": "users.parquet"}[name]
        cursor.execute(
            f"CREATE VIEW {_SCHEMA}.{name} AS SELECT *{more} FROM read_parquet('{file}')"  # noqa: S608 -- a file of the tests
        )
    return session


def ask(session: Session, sql: str) -> tuple[list[list[Any]], list[str]]:
    """Run a query: its rows, and its types without their parameters."""
    columns, table = run_select(session.cursor(), translate(_on_held_tables(sql), RELATIONS))
    rows = [list(row) for row in zip(*(c.to_pylist() for c in table.columns), strict=True)]
    return rows, [_base(column.type) for column in columns]


def _on_held_tables(sql: str) -> exp.Expr:
    query = parse(sql)
    named = {cte.alias for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if table.name in {"e", "u"} and table.name not in named:
            table.set("db", exp.to_identifier(_SCHEMA))
            table.set("catalog", None)
    return query


def _base(type_: str) -> str:
    name = type_.partition("(")[0].strip()
    return "timestamp with time zone" if type_.endswith("with time zone") else name


def same_rows(found: list[list[Any]], expected: list[list[Any]]) -> bool:
    """Whether rows are those of a case."""
    return len(found) == len(expected) and all(
        _same(a, b) for a, b in zip(found, expected, strict=True)
    )


def _same(found: Any, expected: Any) -> bool:  # noqa: ANN401 -- any value of a case
    if isinstance(expected, dict):
        ((tag, value),) = cast("dict[str, Any]", expected).items()
        return _same_tagged(found, tag, value)
    if isinstance(expected, list):
        if not isinstance(found, list):
            return False
        given, wanted = cast("list[Any]", found), cast("list[Any]", expected)
        return len(given) == len(wanted) and all(map(_same, given, wanted))
    if isinstance(expected, float) and isinstance(found, float):
        return math.isclose(found, expected, rel_tol=1e-9)
    return type(found) is type(expected) and found == expected


def _same_tagged(found: Any, tag: str, value: Any) -> bool:  # noqa: ANN401, PLR0911 -- one a tag
    if tag in {"$timestamp", "$timestamptz"}:
        return found == datetime.fromisoformat(value)
    if tag == "$date":
        return found == date.fromisoformat(value)
    if tag == "$decimal":
        return isinstance(found, Decimal) and str(found) == value
    if tag == "$hex":
        return found == bytes.fromhex(value)
    if tag == "$double":
        return found == float(value) or (math.isnan(found) and value == "nan")
    if tag == "$interval_s":
        return timedelta(milliseconds=found) == timedelta(seconds=value)
    held = cast("dict[Any, Any]", found).items() if isinstance(found, dict) else found
    pairs: list[tuple[Any, Any]] = list(held)
    return len(pairs) == len(value) and all(
        any(_same(a, key) and _same(b, member) for a, b in pairs) for key, member in value
    )
