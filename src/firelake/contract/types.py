"""The types that a field of an event may have, free of any engine's spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Final

from firelake.contract.errors import FieldTypeError

# Athena and Hive hold at most this many digits in a decimal:
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
MAX_DECIMAL_PRECISION: Final = 38
MIN_BIGINT: Final = -(2**63)
MAX_BIGINT: Final = 2**63 - 1
# The years that a timestamp of 64-bit nanoseconds holds whole.
TIMESTAMP_YEARS: Final = range(1678, 2262)

_DECIMAL: Final = re.compile(r"decimal\((0|[1-9][0-9]{0,8}),(0|[1-9][0-9]{0,8})\)")
_ARRAY_START: Final = "array<"
_ARRAY_END: Final = ">"


@unique
class Kind(StrEnum):
    """What a single value is; an array holds values of one kind."""

    STRING = "string"
    BIGINT = "bigint"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    TIMESTAMP = "timestamp"
    DATE = "date"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class FieldType:
    """A type: a kind, the digits of a decimal, and whether it is an array of that kind.

    Attributes:
        kind: What a value, or each member of an array, is.
        precision: Digits of a decimal in all; None for every other kind.
        scale: Digits of a decimal after the point; None for every other kind.
        is_array: Whether the field holds an array.
    """

    kind: Kind
    precision: int | None = None
    scale: int | None = None
    is_array: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no type.

        Raises:
            FieldTypeError: The digits do not fit the kind, or the array may not hold it.
        """
        if self.kind is Kind.DECIMAL:
            _check_digits(self.precision, self.scale)
        elif self.precision is not None or self.scale is not None:
            message = f"{self.kind} takes no precision and no scale: only decimal does"
            raise FieldTypeError(message)
        if self.is_array and self.kind is Kind.JSON:
            message = "array<json> is no type: a json field holds any JSON, arrays too; use json"
            raise FieldTypeError(message)

    @property
    def member(self) -> FieldType:
        """The type of an array's members; of what is no array, itself."""
        return replace(self, is_array=False)

    def __str__(self) -> str:
        """Give the canonical spelling, which `parse_type` reads back."""
        member = str(self.kind)
        if self.kind is Kind.DECIMAL:
            member = f"{member}({self.precision},{self.scale})"
        return f"{_ARRAY_START}{member}{_ARRAY_END}" if self.is_array else member


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


def parse_type(text: str) -> FieldType:
    """Read a type from its canonical spelling, such as `array<decimal(10,2)>`.

    Args:
        text: The spelling as `str()` of a type gives it: lower case, no spaces.

    Raises:
        FieldTypeError: The text is no type, or is one spelled otherwise.
    """
    if text.startswith(_ARRAY_START) and text.endswith(_ARRAY_END):
        member_text = text[len(_ARRAY_START) : -len(_ARRAY_END)]
        if member_text.startswith("array"):
            message = f"{text!r} is an array of arrays, which no field may hold: use json"
            raise FieldTypeError(message)
        member = _parse_single(member_text, text)
        return FieldType(member.kind, member.precision, member.scale, is_array=True)
    return _parse_single(text, text)


def _parse_single(text: str, whole: str) -> FieldType:
    match = _DECIMAL.fullmatch(text)
    if match is not None:
        return FieldType(Kind.DECIMAL, int(match[1]), int(match[2]))
    try:
        kind = Kind(text)
    except ValueError:
        message = (
            f"{whole!r} is no type: use string, bigint, double, boolean, decimal(precision,scale),"
            " timestamp, date or json, or array<...> of one of them but json; no spaces"
        )
        raise FieldTypeError(message) from None
    return FieldType(kind)
