"""The types that a field of an event may have, free of any engine's spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.contract.errors import FieldTypeError
from firelake.contract.reserved_words import SELECT_RESERVED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

# Athena and Hive hold at most this many digits in a decimal:
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
MAX_DECIMAL_PRECISION: Final = 38
MIN_BIGINT: Final = -(2**63)
MAX_BIGINT: Final = 2**63 - 1
# The years that a timestamp of 64-bit nanoseconds holds whole.
TIMESTAMP_YEARS: Final = range(1678, 2262)

# How many structs may be inside one another: deeper ones nobody can ask by name any more.
MAX_STRUCT_DEPTH: Final = 5
_MOST_STRUCTS: Final = 100

_DECIMAL: Final = re.compile(r"decimal\((0|[1-9][0-9]{0,8}),(0|[1-9][0-9]{0,8})\)")
_ARRAY_START: Final = "array<"
_MAP_START: Final = "map<string,"
_STRUCT_START: Final = "struct<"
_END: Final = ">"
# Glue lowers the letters of a member's name; Athena wants any other name quoted.
_MEMBER_NAME: Final = re.compile("[A-Za-z][A-Za-z0-9_]*")


@unique
class Kind(StrEnum):
    """What a single value is; arrays and maps hold values of one kind, a struct named values."""

    STRING = "string"
    BIGINT = "bigint"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    TIMESTAMP = "timestamp"
    DATE = "date"
    JSON = "json"
    STRUCT = "struct"


@dataclass(frozen=True, slots=True)
class Member:
    """A named value inside a struct.

    Attributes:
        name: Its key in the event; Glue, files and views have it in small letters.
        type: What values it accepts.
    """

    name: str
    type: FieldType

    @property
    def column(self) -> str:
        """Its name in Glue, in the Parquet files and in SQL."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type: a kind, what belongs to it, and whether it is an array or a map of that kind.

    Attributes:
        kind: What a value, or each member of an array or map, is.
        precision: Digits of a decimal in all; None for every other kind.
        scale: Digits of a decimal after the point; None for every other kind.
        is_array: Whether the field holds an array.
        members: What is inside a struct, at least one; empty for every other kind.
        is_map: Whether the field holds a map, whose keys are texts.
    """

    kind: Kind
    precision: int | None = None
    scale: int | None = None
    is_array: bool = False
    members: tuple[Member, ...] = ()
    is_map: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no type.

        Raises:
            FieldTypeError: The digits or members do not fit the kind, or the array may not hold it.
        """
        if self.kind is Kind.DECIMAL:
            _check_digits(self.precision, self.scale)
        elif self.precision is not None or self.scale is not None:
            message = f"{self.kind} takes no precision and no scale: only decimal does"
            raise FieldTypeError(message)
        if (self.kind is Kind.STRUCT) != bool(self.members):
            message = "struct takes members, at least one, and no other type does"
            raise FieldTypeError(message)
        for problem in _member_problems(self):
            raise FieldTypeError(problem)
        if self.is_several and self.kind is Kind.JSON:
            message = (
                f"{self} is no type: a json field holds any JSON, arrays and maps too; use json"
            )
            raise FieldTypeError(message)

    @property
    def is_several(self) -> bool:
        """Whether the field holds any number of values: an array or a map."""
        return self.is_array or self.is_map

    @property
    def member(self) -> FieldType:
        """The type of what an array or map holds; of what is neither, itself."""
        return replace(self, is_array=False, is_map=False)

    @property
    def struct_depth(self) -> int:
        """How many structs are inside one another, itself counted."""
        inner = max((each.type.struct_depth for each in self.members), default=0)
        return inner + (self.kind is Kind.STRUCT)

    def __str__(self) -> str:
        """Give the canonical spelling, which `parse_type` reads back."""
        member = str(self.kind)
        if self.kind is Kind.DECIMAL:
            member = f"{member}({self.precision},{self.scale})"
        elif self.kind is Kind.STRUCT:
            listed = ",".join(f"{each.name}:{each.type}" for each in self.members)
            member = f"{_STRUCT_START}{listed}{_END}"
        if self.is_map:
            return f"{_MAP_START}{member}{_END}"
        return f"{_ARRAY_START}{member}{_END}" if self.is_array else member


def _member_problems(struct: FieldType) -> Iterator[str]:
    seen: dict[str, str] = {}
    for each in struct.members:
        if _MEMBER_NAME.fullmatch(each.name) is None:
            yield f"{each.name!r} is no name of a member: it must match [A-Za-z][A-Za-z0-9_]*"
        if each.column in SELECT_RESERVED_WORDS:
            yield (
                f"{each.name!r} is a reserved word of Athena, which wants it quoted: leave it out,"
                " and it stays in extras"
            )
        other = seen.setdefault(each.column, each.name)
        if other != each.name:
            yield f"{each.name!r} differs from {other!r} only in case: Glue has no case in names"
        elif sum(each.name == name.name for name in struct.members) > 1:
            yield f"{each.name!r} is a member twice"
        if each.type.kind is Kind.JSON:
            yield f"{each.name!r} is json, which no struct holds: leave it out, or use json for all"
    if struct.struct_depth > MAX_STRUCT_DEPTH:
        yield f"more than {MAX_STRUCT_DEPTH} structs are inside one another: use json for the inner"


def _check_digits(precision: int | None, scale: int | None) -> None:
    if precision is None or scale is None:
        message = "decimal needs its digits: write decimal(precision,scale), such as decimal(10,2)"
        raise FieldTypeError(message)
    if not 1 <= precision <= MAX_DECIMAL_PRECISION:
        message = (
            f"decimal({precision},{scale}) has a precision of {precision}:"
            f" it must be 1 to {MAX_DECIMAL_PRECISION}"
        )
        raise FieldTypeError(message)
    if not 0 <= scale <= precision:
        message = (
            f"decimal({precision},{scale}) has a scale of {scale}:"
            f" it must be 0 to its precision, {precision}"
        )
        raise FieldTypeError(message)


def extends(new: FieldType, old: FieldType) -> bool:
    """Whether a type is another one with more members at the end of its structs.

    Glue, Athena and the readers of Parquet find members by their names; those that read by the
    place, too, find the old ones where they were.
    https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
    """
    if new == old or (new.kind, new.is_array, new.is_map) != (old.kind, old.is_array, old.is_map):
        return False
    if new.kind is not Kind.STRUCT or len(new.members) < len(old.members):
        return False
    return all(
        theirs.name == ours.name and (theirs.type == ours.type or extends(theirs.type, ours.type))
        for theirs, ours in zip(new.members, old.members, strict=False)
    )


def parse_type(text: str) -> FieldType:
    """Read a type from its canonical spelling, such as `array<struct<sku:string,qty:bigint>>`.

    Args:
        text: The spelling as `str()` of a type gives it: lower case but for names, no spaces.

    Raises:
        FieldTypeError: The text is no type, or is one spelled otherwise.
    """
    if text.count(_STRUCT_START) > _MOST_STRUCTS:
        message = f"a type with more than {_MOST_STRUCTS} structs: use json"
        raise FieldTypeError(message)
    return _parse(text, text)


def _parse(text: str, whole: str) -> FieldType:
    if (member := _between(_ARRAY_START, text)) is not None:
        return replace(_parse_inside(member, whole, "an array"), is_array=True)
    if (listed := _between(_STRUCT_START, text)) is not None:
        return FieldType(Kind.STRUCT, members=tuple(_parse_members(listed, whole)))
    if (value := _between(_MAP_START, text)) is not None:
        return replace(_parse_inside(value, whole, "a map"), is_map=True)
    if text.startswith("map<"):
        message = f"{whole!r} is a map of other keys than texts: JSON has none; use map<string,...>"
        raise FieldTypeError(message)
    return _parse_single(text, whole)


def _between(start: str, text: str) -> str | None:
    """What a type of other types has inside; None where the text begins or ends otherwise."""
    if not text.startswith(start) or not text.endswith(_END):
        return None
    return text[len(start) : -len(_END)]


def _parse_inside(text: str, whole: str, outer: str) -> FieldType:
    """The type of what an array or a map holds."""
    if text.startswith(("array", "map")):
        inner = "arrays" if text.startswith("array") else "maps"
        message = f"{whole!r} is {outer} of {inner}, which no field may hold: use json"
        raise FieldTypeError(message)
    return _parse(text, whole)


def _parse_members(listed: str, whole: str) -> Iterator[Member]:
    for part in _split(listed):
        name, colon, type_text = part.partition(":")
        if not colon:
            message = f"{whole!r} has {part!r} in a struct, where name:type must stand"
            raise FieldTypeError(message)
        yield Member(name, _parse(type_text, whole))


def _split(listed: str) -> Iterator[str]:
    """The parts between the commas that are inside of no other type."""
    depth, start = 0, 0
    for index, character in enumerate(listed):
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif character == "," and depth == 0:
            yield listed[start:index]
            start = index + 1
    yield listed[start:]


def _parse_single(text: str, whole: str) -> FieldType:
    match = _DECIMAL.fullmatch(text)
    if match is not None:
        return FieldType(Kind.DECIMAL, int(match[1]), int(match[2]))
    try:
        kind = Kind(text)
    except ValueError:
        message = (
            f"{whole!r} is no type: use string, bigint, double, boolean, decimal(precision,scale),"
            " timestamp, date or json, struct<name:type,...>, or array<...> or map<string,...> of"
            " one of them but json; no spaces"
        )
        raise FieldTypeError(message) from None
    return FieldType(kind)
