"""Glue's column types, read from Hive's words, and what Parquet holds for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.formats.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator


@unique
class Kind(StrEnum):
    """What a column, or a member of its array, holds."""

    STRING = "string"
    BOOLEAN = "boolean"
    TINYINT = "tinyint"
    SMALLINT = "smallint"
    INT = "int"
    BIGINT = "bigint"
    FLOAT = "float"
    DOUBLE = "double"
    DECIMAL = "decimal"
    TIMESTAMP = "timestamp"
    DATE = "date"
    STRUCT = "struct"
    MAP = "map"


INTEGER_BITS: Final = {Kind.TINYINT: 8, Kind.SMALLINT: 16, Kind.INT: 32, Kind.BIGINT: 64}

_SYNONYMS: Final = {"integer": Kind.INT, "varchar": Kind.STRING, "char": Kind.STRING}
_TYPE: Final = re.compile(r"(?P<name>[a-z]+)(?:\((?P<first>[0-9]+)(?:,(?P<second>[0-9]+))?\))?")
_ARRAY: Final = re.compile(r"array<(?P<member>.+)>")
_STRUCT: Final = re.compile(r"struct<(?P<members>.+)>")
_MAP: Final = re.compile(r"map<(?P<key>[^,<>]+),(?P<value>.+)>")
# Hive's own, where a decimal is written without digits.
_PRECISION: Final = 10
_SCALE: Final = 0


@dataclass(frozen=True, slots=True)
class GlueType:
    """A type of a column.

    Attributes:
        kind: What it holds, or what its members hold.
        precision: Digits of a decimal; 0 for other kinds.
        scale: Digits of a decimal after its point.
        depth: How many arrays are around it; 0 for none.
        members: What is in a struct, each with its name; of a map `key` and `value`; empty for
            other kinds.
    """

    kind: Kind
    precision: int = 0
    scale: int = 0
    depth: int = 0
    members: tuple[tuple[str, GlueType], ...] = ()


def parse_type(text: str) -> GlueType:
    """Read a type as the Glue catalog has it, such as `array<decimal(10,2)>`.

    Raises:
        SchemaError: It is a type that this delivery does not convert to, such as binary.
    """
    bare = re.sub(r"\s", "", text).lower()
    depth = 0
    while (array := _ARRAY.fullmatch(bare)) is not None:
        bare, depth = array["member"], depth + 1
    if (struct := _STRUCT.fullmatch(bare)) is not None:
        parts = [part.partition(":") for part in _split(struct["members"])]
        if not all(name and colon for name, colon, _ in parts):
            raise _unknown(text)
        members = tuple((name, parse_type(member)) for name, _, member in parts)
        return GlueType(Kind.STRUCT, depth=depth, members=members)
    if (found := _MAP.fullmatch(bare)) is not None:
        pair = ("key", parse_type(found["key"])), ("value", parse_type(found["value"]))
        return GlueType(Kind.MAP, depth=depth, members=pair)
    match = _TYPE.fullmatch(bare)
    kind = None if match is None else _SYNONYMS.get(match["name"]) or _KINDS.get(match["name"])
    if match is None or kind is None or kind in {Kind.STRUCT, Kind.MAP}:
        raise _unknown(text)
    if kind is not Kind.DECIMAL:
        return GlueType(kind, depth=depth)
    precision, scale = match["first"] or _PRECISION, match["second"] or _SCALE
    return GlueType(kind, int(precision), int(scale), depth)


def _unknown(text: str) -> SchemaError:
    return SchemaError(f"the column type {text!r} is not converted to here: use {', '.join(Kind)}")


def _split(listed: str) -> Iterator[str]:
    """The parts between the commas that are inside of no other type."""
    depth, start = 0, 0
    for index, character in enumerate(listed):
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            yield listed[start:index]
            start = index + 1
    yield listed[start:]


_KINDS: Final = {kind.value: kind for kind in Kind}
