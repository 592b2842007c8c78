"""The contract's types, one codec each: accept a JSON value, write it for Glue, bring it back.

A value that Firehose's converter reads as it stands is decoded and encoded by msgspec alone. The
others (decimal, timestamp, json) are kept raw and rewritten from their text, never by way of a
float. All that a type does not accept is refused, nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta, Raw

from contract.types import FieldType, Kind
from transform.errors import UnfitValueError
from transform.timestamps import MAX_EPOCH_MS, MIN_EPOCH_MS, epoch_ms, timestamp_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Converted: TypeAlias = str | list[str | None] | None
    Restored: TypeAlias = Raw | str | list[str | None] | None

_NULL: Final = b"null"
_BIGINT: Final = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]

# What msgspec decodes and encodes by itself.
_PLAIN: Final[dict[Kind, Any]] = {
    Kind.STRING: str,
    Kind.BIGINT: _BIGINT,
    Kind.DOUBLE: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
}

_EXPECTED: Final = {
    Kind.STRING: "a string",
    Kind.BIGINT: "an integer within 64 bits",
    Kind.DOUBLE: "a finite number",
    Kind.BOOLEAN: "true or false",
    Kind.DECIMAL: "a number or numeric string",
    Kind.TIMESTAMP: "ISO 8601 with Z or an offset, or epoch seconds, of the years 1678 to 2261",
    Kind.DATE: "a date yyyy-MM-dd",
    Kind.JSON: "any JSON value",
}

_NUMBER: Final = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_LONGEST_EXPONENT: Final = 6
_ISO_8601: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])"
    r"(?:[.,]([0-9]+))?)?(?:Z|([+-])([01][0-9]|2[0-3])(?::?([0-5][0-9]))?)"
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_decode_raws: Final = msgspec.json.Decoder(list[Raw]).decode
_decode_text: Final = msgspec.json.Decoder(str).decode
_decode_texts: Final = msgspec.json.Decoder(str | list[str | None] | None).decode
_decode_number: Final = msgspec.json.Decoder(float).decode


@dataclass(frozen=True, slots=True)
class Codec:
    """How one type is read and written.

    Attributes:
        json_type: What msgspec decodes into: the value itself, or `Raw` where it is rewritten.
        convert: Rewrites the raw JSON value; None where msgspec does all. Gives None for a null.
        expected: What the type accepts, for people.
        accepts_null: Whether a JSON null is a value of the type rather than no value.
        restore: Brings the raw value of an output row back to what an event may hold; None where
            that is the same.
    """

    json_type: Any
    convert: Callable[[Raw], Converted] | None
    expected: str
    accepts_null: bool
    restore: Callable[[Raw], Restored] | None


def codec(field_type: FieldType) -> Codec:
    """Gives the codec of a contract type."""
    expected = _EXPECTED[field_type.kind]
    if field_type.kind is Kind.DECIMAL:
        expected = f"{expected} that fits {field_type.kind}({field_type.precision},"
        expected = f"{expected}{field_type.scale})"
    if field_type.is_array:
        expected = f"an array, each member null or {expected}"
    plain = _PLAIN.get(field_type.kind)
    if plain is not None:
        json_type = list[plain | None] if field_type.is_array else plain
        return Codec(json_type, None, expected, accepts_null=False, restore=None)
    convert = _member(field_type)
    if field_type.kind is Kind.JSON:
        return Codec(Raw, convert, expected, accepts_null=True, restore=_raw_of_text)
    restore = _restore_timestamp if field_type.kind is Kind.TIMESTAMP else None
    if field_type.is_array:
        convert_array = _array_of(convert)
        return Codec(Raw, convert_array, expected, accepts_null=False, restore=restore)
    return Codec(Raw, _nullable(convert), expected, accepts_null=False, restore=restore)


def _member(field_type: FieldType) -> Callable[[Raw], str]:
    """The rewriting of one value that is not null."""
    if field_type.kind is Kind.JSON:
        return _text_of
    if field_type.kind is Kind.TIMESTAMP:
        return _timestamp_text
    precision, scale = field_type.precision or 0, field_type.scale or 0
    return lambda raw: _decimal_text(raw, precision - scale, scale)


def _nullable(member: Callable[[Raw], str]) -> Callable[[Raw], str | None]:
    return lambda raw: None if bytes(raw) == _NULL else member(raw)


def _array_of(member: Callable[[Raw], str]) -> Callable[[Raw], list[str | None] | None]:
    convert = _nullable(member)

    def convert_array(raw: Raw) -> list[str | None] | None:
        if bytes(raw) == _NULL:
            return None
        try:
            members = _decode_raws(raw)
        except msgspec.ValidationError:
            raise UnfitValueError from None
        converted: list[str | None] = []
        for index, each in enumerate(members):
            try:
                converted.append(convert(each))
            except UnfitValueError:
                path = f"[{index}]"
                raise UnfitValueError(path) from None
        return converted

    return convert_array


def _text_of(raw: Raw) -> str:
    """The JSON text itself, to the letter."""
    return str(bytes(raw), "utf-8")


def _string_or_number(raw: Raw) -> tuple[str, bool]:
    """The text of a JSON string or number, and whether it was a string."""
    text = _text_of(raw)
    if text[0] == '"':
        return _decode_text(text), True
    if text[0] in "-0123456789":
        return text, False
    raise UnfitValueError


def _decimal_text(raw: Raw, whole_digits: int, scale: int) -> str:
    """Plain digits without exponent, from the number's own text.

    Firehose's JSON parser reads a fraction as a double, so a decimal goes out as a string.
    """
    text, _ = _string_or_number(raw)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise UnfitValueError
    sign, whole, fraction, exponent = match.groups("")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    if len(exponent.lstrip("+-0")) > _LONGEST_EXPONENT:
        raise UnfitValueError
    fraction_digits = len(fraction) - int(exponent or "0")
    kept = digits.rstrip("0")
    fraction_digits -= len(digits) - len(kept)
    if fraction_digits > scale or len(kept) - fraction_digits > whole_digits:
        raise UnfitValueError
    if fraction_digits <= 0:
        return f"{sign}{kept}{'0' * -fraction_digits}"
    kept = kept.rjust(fraction_digits + 1, "0")
    return f"{sign}{kept[:-fraction_digits]}.{kept[-fraction_digits:]}"


def _timestamp_text(raw: Raw) -> str:
    """`yyyy-MM-dd HH:mm:ss.SSS` in UTC, cut below the millisecond, as Athena holds no more."""
    text, is_string = _string_or_number(raw)
    try:
        moment_ms = _iso_8601_ms(text) if is_string else epoch_ms(_decode_number(text))
    except (ValueError, OverflowError):
        raise UnfitValueError from None
    if not MIN_EPOCH_MS <= moment_ms <= MAX_EPOCH_MS:
        raise UnfitValueError
    return timestamp_text(moment_ms)


def _iso_8601_ms(text: str) -> int:
    match = _ISO_8601.fullmatch(text)
    if match is None:
        raise UnfitValueError
    year, month, day, hour, minute, second, fraction, sign, off_hour, off_minute = match.groups("0")
    offset = timedelta(hours=int(off_hour), minutes=int(off_minute))
    moment = datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second),
        tzinfo=timezone(-offset if sign == "-" else offset),
    )
    whole_s = (moment - _EPOCH) // timedelta(seconds=1)
    return whole_s * 1000 + int(f"{fraction:0<3}"[:3])


def _raw_of_text(raw: Raw) -> Raw:
    """The JSON whose text a string holds."""
    return Raw(_decode_text(raw).encode())


def _restore_timestamp(raw: Raw) -> str | list[str | None] | None:
    """ISO 8601 of a timestamp, or of each of an array."""
    value = _decode_texts(raw)
    if value is None:
        return None
    if isinstance(value, str):
        return _iso_8601(value)
    return [None if each is None else _iso_8601(each) for each in value]


def _iso_8601(text: str) -> str:
    day, _, time = text.partition(" ")
    return f"{day}T{time}Z"
