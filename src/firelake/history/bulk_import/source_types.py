"""The types of a user's columns, as the Glue catalog spells them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class SourceKind(StrEnum):
    """What a value is, as far as an import tells apart."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    ZONED = "timestamp with time zone"
    DATE = "date"
    BINARY = "binary"
    ARRAY = "array"
    MAP = "map"
    STRUCT = "struct"


@dataclass(frozen=True, slots=True)
class SourceType:
    """A type.

    Attributes:
        scale: Digits of a decimal after its point; 0 for other kinds.
        members: What is inside: of an array its elements, of a map keys and values, each under an
            empty name; of a struct its members.
    """

    kind: SourceKind
    scale: int = 0
    members: tuple[tuple[str, SourceType], ...] = ()

    @property
    def element(self) -> SourceType:
        """The type of an array's elements, or of a map's values."""
        return self.members[-1][1]

    @property
    def key(self) -> SourceType:
        """The type of a map's keys."""
        return self.members[0][1]

    @property
    def by_name(self) -> dict[str, SourceType]:
        """The members of a struct, by their names in small letters."""
        return {name.lower(): member for name, member in self.members}

    def holds(self, kind: SourceKind) -> bool:
        """Whether it is of a kind, or anything inside is."""
        return self.kind is kind or any(member.holds(kind) for _, member in self.members)


NUMBERS: Final = frozenset({SourceKind.INTEGER, SourceKind.FLOAT, SourceKind.DECIMAL})
_Type: Final = exp.DataType.Type
_KINDS: Final[Mapping[object, SourceKind]] = {
    _Type.TEXT: SourceKind.TEXT,
    _Type.VARCHAR: SourceKind.TEXT,
    _Type.CHAR: SourceKind.TEXT,
    _Type.TINYINT: SourceKind.INTEGER,
    _Type.SMALLINT: SourceKind.INTEGER,
    _Type.INT: SourceKind.INTEGER,
    _Type.BIGINT: SourceKind.INTEGER,
    _Type.FLOAT: SourceKind.FLOAT,
    _Type.DOUBLE: SourceKind.FLOAT,
    _Type.DECIMAL: SourceKind.DECIMAL,
    _Type.BOOLEAN: SourceKind.BOOLEAN,
    _Type.TIMESTAMP: SourceKind.TIMESTAMP,
    _Type.TIMESTAMPTZ: SourceKind.ZONED,
    _Type.TIMESTAMPLTZ: SourceKind.ZONED,
    _Type.DATE: SourceKind.DATE,
    _Type.BINARY: SourceKind.BINARY,
    _Type.ARRAY: SourceKind.ARRAY,
    _Type.MAP: SourceKind.MAP,
    _Type.STRUCT: SourceKind.STRUCT,
}
_INSIDE: Final = {SourceKind.ARRAY: 1, SourceKind.MAP: 2}


def parse_source_type(glue_type: str) -> SourceType | None:
    """Read a type; None where it is one that no import reads."""
    try:
        parsed = exp.DataType.build(glue_type, dialect="hive")
    except (ParseError, TokenError, ValueError):
        return None
    return _type(parsed)


def _type(parsed: object) -> SourceType | None:
    if not isinstance(parsed, exp.DataType):
        return None
    kind = _KINDS.get(parsed.this)
    inside = parsed.expressions
    if kind is None:
        return None
    if kind is SourceKind.DECIMAL:
        return SourceType(kind, int(inside[1].name) if len(inside) > 1 else 0)
    if kind is SourceKind.STRUCT:
        named = [(each.name, each.args.get("kind")) for each in inside]
    elif kind in _INSIDE:
        named = [("", each) for each in inside]
    else:
        return SourceType(kind)
    members = [(name, _type(each)) for name, each in named]
    known = tuple((name, member) for name, member in members if member is not None)
    if len(known) != len(members) or len(known) != _INSIDE.get(kind, len(known) or 1):
        return None
    return SourceType(kind, members=known)
