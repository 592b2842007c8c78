"""What each type of the contract accepts, once more, with `decimal` and `datetime` as judges."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isinf
from typing import TYPE_CHECKING, Any, TypeAlias

from firelake.contract.types import Kind
from tests.helpers.reference_constraints import obeys
from tests.helpers.reference_json import Json, Number

if TYPE_CHECKING:
    from typing import TypeGuard

    from firelake.contract.events import Field
    from firelake.contract.types import FieldType

# What a column holds; a json column holds any JSON.
Column: TypeAlias = "Json | int | float | list[int | float | str | bool | None] | dict[str, Column]"
_Single: TypeAlias = "int | float | str | bool | dict[str, Column]"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,19}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO_8601 = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)([.,]\d+)?(Z|[+-]\d\d(:?\d\d)?)", re.ASCII
)


class UnfitError(ValueError):
    """A value that is not of its type, or lacks a member, and where inside it."""

    def __init__(self, place: str = "", reason: str = "field_type") -> None:
        super().__init__(place)
        self.place = place
        self.reason = reason


def is_string(value: Json) -> TypeGuard[str]:
    """Whether a JSON value is a string."""
    return isinstance(value, str) and not isinstance(value, Number)


def convert(value: Json, field: Field) -> Column:
    """A JSON value, not null, as its column holds it; an array's members may be null.

    Raises:
        UnfitError: The value is not one of the field.
    """
    if field.type.is_map:
        return _map(value, field)
    if not field.type.is_array:
        return _allowed(value, field)
    if not isinstance(value, list):
        raise UnfitError
    members: list[Any] = []
    for index, each in enumerate(value):
        try:
            members.append(None if each is None else _allowed(each, field))
        except UnfitError as error:
            place = f"[{index}]{error.place}"
            raise UnfitError(place, error.reason) from error
    return members


def _map(value: Json, field: Field) -> dict[str, Column]:
    if not isinstance(value, dict):
        raise UnfitError
    column: dict[str, Column] = {}
    for key, each in value.items():
        try:
            column[key] = None if each is None else _allowed(each, field)
        except UnfitError as error:
            place = f"[*]{error.place}"
            raise UnfitError(place, error.reason) from error
    return column


def _allowed(value: Json, field: Field) -> _Single:
    column = _convert_one(value, field)
    asked = field.constraints
    if asked and not isinstance(column, dict) and not obeys(column, field.type.kind, asked):
        raise UnfitError
    return column


def has_undeclared(value: Json, field_type: FieldType) -> bool:
    """Whether a value of the type has, somewhere inside, members that the type has not."""
    if isinstance(value, list):
        return any(has_undeclared(each, field_type.member) for each in value)
    if not isinstance(value, dict) or field_type.kind is not Kind.STRUCT:
        return False
    if field_type.is_map:
        return any(has_undeclared(each, field_type.member) for each in value.values())
    types = {each.name: each.type for each in field_type.members}
    return any(key not in types or has_undeclared(each, types[key]) for key, each in value.items())


def _struct(value: dict[str, Json], field: Field) -> dict[str, Column]:
    inner = {each.name: field.inner(each) for each in field.type.members}
    column: dict[str, Column] = {}
    for key, each in value.items():
        if key in inner and each is not None:
            try:
                column[key.lower()] = convert(each, inner[key])
            except UnfitError as error:
                place = f".{key}{error.place}"
                raise UnfitError(place, error.reason) from error
    for path, rule in field.members.by_path.items():
        if rule.is_required and "." not in path and value.get(path) is None:
            place = f".{path}"
            raise UnfitError(place, "field_missing")
    return column


def _convert_one(value: Json, field: Field) -> _Single:
    field_type = field.type
    if field_type.kind is Kind.STRUCT:
        if not isinstance(value, dict):
            raise UnfitError
        return _struct(value, field)
    if field_type.kind is Kind.BOOLEAN and isinstance(value, bool):
        return value
    if isinstance(value, Number):
        return _number(value, field_type)
    if is_string(value):
        return _string(value, field_type)
    raise UnfitError


def _number(value: Number, field_type: FieldType) -> _Single:
    if field_type.kind is Kind.BIGINT and _INTEGER.fullmatch(value):
        if not -(2**63) <= int(value) < 2**63:
            raise UnfitError
        return int(value)
    if field_type.kind is Kind.DOUBLE and not isinf(float(value)):
        return float(value)
    if field_type.kind is Kind.DECIMAL:
        return _decimal(value, field_type.precision or 0, field_type.scale or 0)
    if field_type.kind is Kind.TIMESTAMP and abs(float(value)) < 1e11:
        return _moment_in_range(cut_to_ms(float(value)))
    raise UnfitError


def _string(value: str, field_type: FieldType) -> str:
    if field_type.kind is Kind.STRING:
        return value
    if field_type.kind is Kind.DECIMAL and _NUMBER.fullmatch(value):
        return _decimal(value, field_type.precision or 0, field_type.scale or 0)
    try:
        if field_type.kind is Kind.DATE and _DATE.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        if field_type.kind is Kind.TIMESTAMP:
            return _moment_in_range(_iso_8601_ms(value))
    except ValueError as error:
        raise UnfitError from error
    raise UnfitError


def cut_to_ms(epoch_s: float) -> int:
    """The milliseconds that a number of seconds shows, what is below them cut off."""
    return int((Decimal(repr(epoch_s)) * 1000).to_integral_value("ROUND_FLOOR"))


def moment_text(moment_ms: int) -> str:
    """`yyyy-MM-dd HH:mm:ss.SSS` in UTC."""
    moment = _EPOCH + timedelta(milliseconds=moment_ms)
    return moment.isoformat(" ", "milliseconds")[:23]


def _decimal(text: str, precision: int, scale: int) -> str:
    mantissa, _, exponent = text.lower().partition("e")
    number = Decimal(mantissa)
    if number == 0:
        return "0"
    # Python reads no more than 4300 digits as an int, leading zeros included.
    size = exponent.lstrip("+-").lstrip("0") or "0"
    if len(size) > 9:
        raise UnfitError
    sign, digits, last = number.as_tuple()
    assert isinstance(last, int)
    last += -int(size) if exponent.startswith("-") else int(size)
    kept = list(digits)
    while kept[-1] == 0:
        kept.pop()
        last += 1
    exact = Decimal((sign, tuple(kept), last))
    if -last > scale or exact.adjusted() >= precision - scale:
        raise UnfitError
    return format(exact, "f")


def _iso_8601_ms(text: str) -> int:
    match = _ISO_8601.fullmatch(text)
    if match is None or (match[3] and not match[2]) or text[11:13] == "24":
        raise UnfitError
    moment = datetime.fromisoformat(match[1] + match[4])
    milliseconds = (match[3] or ".0")[1:4].ljust(3, "0")
    return (moment - _EPOCH) // timedelta(seconds=1) * 1000 + int(milliseconds)


def _moment_in_range(moment_ms: int) -> str:
    try:
        text = moment_text(moment_ms)
    except OverflowError as error:
        raise UnfitError from error
    if not "1678" <= text[:4] <= "2261":
        raise UnfitError
    return text
