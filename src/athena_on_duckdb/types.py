"""Athena's types: parsed from Athena's and Glue's texts, and what stands for them in DuckDB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from athena_on_duckdb.errors import ErrorName, QueryError

MAX_DECIMAL_PRECISION: Final = 38
# DuckDB's timestamps hold microseconds.
MAX_TIMESTAMP_PRECISION: Final = 6
DEFAULT_TIMESTAMP_PRECISION: Final = 3
WITH_TIME_ZONE: Final = "timestamp with time zone"

_DUCKDB_SCALARS: Final = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "char": "VARCHAR",
    "varchar": "VARCHAR",
    "varbinary": "BLOB",
    "json": "VARCHAR",
    "uuid": "UUID",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    WITH_TIME_ZONE: "TIMESTAMP WITH TIME ZONE",
    # Milliseconds and months: DuckDB's own intervals overflow and compare otherwise.
    "interval day to second": "BIGINT",
    "interval year to month": "INTEGER",
    # A bare NULL; Athena shows such a column as it would a varchar's.
    "unknown": "INTEGER",
}
_OTHER_NAMES: Final = {
    "int": "integer",
    "long": "bigint",
    "float": "real",
    "double precision": "double",
    "string": "varchar",
    "binary": "varbinary",
    "dec": "decimal",
    "numeric": "decimal",
    "struct": "row",
    "bool": "boolean",
}
_TOKEN: Final = re.compile(r'\s*("(?:[^"]|"")*"|`[^`]*`|[^\s(),<>:"`]+|[(),<>:])')


@dataclass(frozen=True, slots=True)
class AthenaType:
    """A type.

    Attributes:
        name: Its name without parameters; of a signature's variable, the variable.
        precision: Digits of a decimal, digits of a timestamp's seconds, the length of a char, or
            of a varchar (none: unbounded).
        scale: A decimal's digits after the point.
        children: Types of the elements, of key and value, of the fields.
        fields: A row's field names, none where a field has no name.
        zone: The zone that all values of a timestamp with time zone are in.
    """

    name: str
    precision: int | None = None
    scale: int | None = None
    children: tuple[AthenaType, ...] = ()
    fields: tuple[str | None, ...] = ()
    zone: str | None = None

    def __str__(self) -> str:
        """Write it as `typeof` does."""
        if self.name == "row":
            fields = zip(self.fields, self.children, strict=True)
            return f"row({', '.join(_field_text(name, child) for name, child in fields)})"
        if self.children:
            return f"{self.name}({', '.join(map(str, self.children))})"
        if self.name == "decimal":
            return f"decimal({self.precision},{self.scale})"
        if self.name == WITH_TIME_ZONE:
            return f"timestamp({self.precision}) with time zone"
        if self.precision is not None:
            return f"{self.name}({self.precision})"
        return self.name

    @property
    def duckdb(self) -> str:
        """The DuckDB type that stands for it."""
        if self.name == "decimal":
            return f"DECIMAL({self.precision},{self.scale})"
        if self.name == "array":
            return f"{self.children[0].duckdb}[]"
        if self.name == "map":
            return f"MAP({self.children[0].duckdb}, {self.children[1].duckdb})"
        if self.name == "row":
            fields = zip(field_names(self), self.children, strict=True)
            return (
                f"STRUCT({', '.join(f'{quoted(name)} {child.duckdb}' for name, child in fields)})"
            )
        if (known := _DUCKDB_SCALARS.get(self.name)) is None:
            detail = f"The type {self} is not known here."
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        return known


def _field_text(name: str | None, child: AthenaType) -> str:
    if name is None:
        return str(child)
    plain = re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name)
    return f"{name if plain else quoted(name)} {child}"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def field_names(row: AthenaType) -> tuple[str, ...]:
    """Give the names that a row's fields have in DuckDB, where each must have one."""
    return tuple(f"field{index}" if name is None else name for index, name in enumerate(row.fields))


BOOLEAN: Final = AthenaType("boolean")
TINYINT: Final = AthenaType("tinyint")
SMALLINT: Final = AthenaType("smallint")
INTEGER: Final = AthenaType("integer")
BIGINT: Final = AthenaType("bigint")
REAL: Final = AthenaType("real")
DOUBLE: Final = AthenaType("double")
VARCHAR: Final = AthenaType("varchar")
VARBINARY: Final = AthenaType("varbinary")
JSON: Final = AthenaType("json")
DATE: Final = AthenaType("date")
UNKNOWN: Final = AthenaType("unknown")
INTERVAL_DAY: Final = AthenaType("interval day to second")
INTERVAL_YEAR: Final = AthenaType("interval year to month")
TIMESTAMP: Final = AthenaType("timestamp", DEFAULT_TIMESTAMP_PRECISION)


def decimal(precision: int, scale: int) -> AthenaType:
    """Make a decimal type, its precision at most what Athena has."""
    return AthenaType("decimal", min(precision, MAX_DECIMAL_PRECISION), scale)


def array(element: AthenaType) -> AthenaType:
    """Make an array type."""
    return AthenaType("array", children=(element,))


def map_of(key: AthenaType, value: AthenaType) -> AthenaType:
    """Make a map type."""
    return AthenaType("map", children=(key, value))


def row(fields: tuple[tuple[str | None, AthenaType], ...]) -> AthenaType:
    """Make a row type.

    Raises:
        QueryError: Two fields have one name, which DuckDB cannot hold.
    """
    made = AthenaType(
        "row", children=tuple(type_ for _, type_ in fields), fields=tuple(n for n, _ in fields)
    )
    if len({name.lower() for name in field_names(made)}) < len(fields):
        detail = f"Two fields of {made} have one name: name them apart."
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)
    return made


def zoned(zone: str | None, precision: int = DEFAULT_TIMESTAMP_PRECISION) -> AthenaType:
    """Make a type of timestamps in one zone; without one, a signature's for any zone."""
    return AthenaType(WITH_TIME_ZONE, precision, zone=zone)


class _Parser:
    """Reads a type from tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.findall(text)
        self._at = 0
        if "".join(self._tokens) != re.sub(r"\s+", "", text) and '"' not in text:
            self._fail()

    def whole(self) -> AthenaType:
        found = self.type()
        if self._at != len(self._tokens):
            self._fail()
        return found

    def type(self) -> AthenaType:
        name = self._next().lower()
        if name == "interval":
            words = [self._next().lower() for _ in range(3)]
            return AthenaType(" ".join([name, *words]))
        if name == "double" and self._peek().lower() == "precision":
            self._next()
        name = _OTHER_NAMES.get(name, name)
        if name == "row":
            return self._row()
        if name in {"array", "map", "function"}:
            return AthenaType(name, children=tuple(self._children()))
        numbers = self._numbers() if self._peek() == "(" else []
        if self._peek().lower() == "with":
            words = [self._next().lower() for _ in range(3)]
            name = " ".join([name, *words])
        return _scalar(name, numbers, self._text)

    def _row(self) -> AthenaType:
        close = self._open()
        fields: list[tuple[str | None, AthenaType]] = []
        while True:
            name = None
            following = self._tokens[self._at + 1 : self._at + 2]
            if (
                following
                and following[0] not in {",", ")", ">", "(", "<"}
                and not (
                    following[0].lower() in {"with", "precision"}
                    or self._peek().lower() == "interval"
                )
            ):
                name = _unquoted(self._next())
                if self._peek() == ":":
                    self._next()
            fields.append((name, self.type()))
            if self._next_of({",", close}) == close:
                return row(tuple(fields))

    def _children(self) -> list[AthenaType]:
        close = self._open()
        children = [self.type()]
        while self._next_of({",", close}) == ",":
            children.append(self.type())
        return children

    def _numbers(self) -> list[int]:
        self._next()
        numbers: list[int] = []
        while True:
            token = self._next()
            if not token.isdigit():
                self._fail()
            numbers.append(int(token))
            if self._next_of({",", ")"}) == ")":
                return numbers

    def _open(self) -> str:
        return ")" if self._next_of({"(", "<"}) == "(" else ">"

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            self._fail()
        self._at += 1
        return token

    def _next_of(self, choices: set[str]) -> str:
        token = self._next()
        if token not in choices:
            self._fail()
        return token

    def _fail(self) -> None:
        detail = f"Unknown type: {self._text}"
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)


def _unquoted(token: str) -> str:
    if token.startswith('"'):
        return token[1:-1].replace('""', '"')
    return token.strip("`")


_MOST_CHARACTERS: Final = {"char": 65_536, "varchar": 2_147_483_647}
_LONGEST: Final = {"decimal": 2, "char": 1, "varchar": 1, "timestamp": 1, WITH_TIME_ZONE: 1}


def _scalar(name: str, numbers: list[int], text: str) -> AthenaType:
    if len(numbers) > _LONGEST.get(name, 1 if name == "time" else 0):
        detail = f"Unknown type: {text}"
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    if name == "decimal":
        precision, scale = (*numbers, *(MAX_DECIMAL_PRECISION, 0)[len(numbers) :])
        if not 0 < precision <= MAX_DECIMAL_PRECISION or scale > precision:
            detail = f"DECIMAL precision must be in range [1, 38] and scale at most that: {text}"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        return decimal(precision, scale)
    precision = numbers[0] if numbers else None
    if name in {"timestamp", WITH_TIME_ZONE, "time"}:
        precision = DEFAULT_TIMESTAMP_PRECISION if precision is None else precision
        if precision > MAX_TIMESTAMP_PRECISION:
            detail = f"{text}: times are held to microseconds here."
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        # What comes from files is in the session's zone, UTC.
        return AthenaType(name, precision, zone="UTC" if name == WITH_TIME_ZONE else None)
    if name == "char" and precision is None:
        precision = 1
    if precision is not None and precision > _MOST_CHARACTERS.get(name, precision):
        detail = f"Unknown type: {text}"
        raise QueryError(ErrorName.TYPE_MISMATCH, detail)
    return AthenaType(name, precision)


@lru_cache(maxsize=4096)
def parse_type(text: str) -> AthenaType:
    """Parse a type of Athena's (`row(a integer)`) or of Glue's (`struct<a:int>`).

    Raises:
        QueryError: It is no type.
    """
    return _Parser(text).whole()


def athena_type_of_glue(glue_type: str) -> str:
    """Give Athena's type of a Glue (Hive) type, such as `struct<a:int>`.

    Raises:
        QueryError: It is no type that Athena reads.
    """
    made = parse_type(glue_type)
    _ = made.duckdb
    return str(made)


def duckdb_type_of(athena_type: str) -> str:
    """Give the DuckDB type that stands for a value of an Athena type.

    Raises:
        QueryError: It is no type that the translation knows.
    """
    return parse_type(athena_type).duckdb


def result_type_name(type_: AthenaType) -> str:
    """Give the name that Athena tells of a result's column, where a real is a float."""
    return "float" if type_ == REAL else str(type_)
