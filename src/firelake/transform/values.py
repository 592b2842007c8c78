"""The contract's types, one codec each: accept a JSON value, write it for Glue, bring it back.

A value that Firehose's converter reads as it stands is decoded and encoded by msgspec alone. The
others (decimal, timestamp, json, and what msgspec cannot check) are kept raw and rewritten from
their text, never by way of a float. All that a type does not accept is refused, nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, cast

import msgspec
from msgspec import Meta, Raw

from firelake.contract.constraints import UNCONSTRAINED, Constraints
from firelake.contract.members import NO_RULES, MemberRules
from firelake.contract.types import MAX_BIGINT, MIN_BIGINT, FieldType, Kind
from firelake.transform.constrained import checked, plain_within
from firelake.transform.decimals import DecimalText
from firelake.transform.errors import UnfitValueError
from firelake.transform.structs import (
    MemberCodec,
    restored_array,
    restored_map,
    restored_struct,
    struct_value,
)
from firelake.transform.timestamps import epoch_s_text, iso_8601_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from firelake.contract.types import Member

    Converted: TypeAlias = object
    Restored: TypeAlias = object

_Decoded = TypeVar("_Decoded")

_NULL: Final = "null"
_BIGINT: Final = Annotated[int, Meta(ge=MIN_BIGINT, le=MAX_BIGINT)]

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

# The keys of a map are values of an event, of which no reason tells.
ANY_KEY: Final = "[*]"

_decode_array: Final = msgspec.json.Decoder(list[Raw] | None).decode
_decode_text: Final = msgspec.json.Decoder(str).decode
_decode_map: Final = msgspec.json.Decoder(dict[str, Raw] | None).decode
_decode_texts: Final = msgspec.json.Decoder(
    str | list[str | None] | dict[str, str | None] | None
).decode
_decode_string: Final = msgspec.json.Decoder(str | None).decode
_decode_date: Final = msgspec.json.Decoder(date | None).decode
_decode_moment: Final = msgspec.json.Decoder(str | float | None).decode


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
        convert_whole: The same as `convert`, but refuses a struct with members that the contract
            does not declare; None where there is no struct.
    """

    json_type: Any
    convert: Callable[[Raw], Converted] | None
    expected: str
    accepts_null: bool
    restore: Callable[[Raw], Restored] | None
    convert_whole: Callable[[Raw], Converted] | None = None

    def is_whole(self, raw: Raw) -> bool:
        """Whether the column holds all of a value."""
        try:
            if self.convert_whole is not None:
                self.convert_whole(raw)
        except UnfitValueError:
            return False
        return True


def codec(
    field_type: FieldType,
    constraints: Constraints = UNCONSTRAINED,
    members: MemberRules = NO_RULES,
) -> Codec:
    """Gives the codec of a contract type, whose values may be constrained further."""
    if field_type.kind is Kind.STRUCT:
        return _struct_codec(field_type, members)
    expected = _expected(field_type, constraints)
    plain = _PLAIN.get(field_type.kind)
    if plain is not None and constraints:
        plain = plain_within(field_type.kind, constraints)
    if plain is not None:
        json_type = plain
        if field_type.is_array:
            json_type = list[plain | None]
        elif field_type.is_map:
            json_type = dict[str, plain | None]
        return Codec(json_type, None, expected, accepts_null=False, restore=None)
    convert = _rewriting(field_type)
    if constraints:
        convert = checked(convert, field_type.kind, constraints)
    if field_type.kind is Kind.JSON:
        return Codec(Raw, convert, expected, accepts_null=True, restore=_raw_of_text)
    restore = _restore_timestamp if field_type.kind is Kind.TIMESTAMP else None
    convert_all = _several(field_type, convert)
    return Codec(Raw, convert_all, expected, accepts_null=False, restore=restore)


def _expected(field_type: FieldType, constraints: Constraints = UNCONSTRAINED) -> str:
    """What a type accepts, for people."""
    if field_type.is_array:
        return f"an array, each member null or {_expected(field_type.member, constraints)}"
    if field_type.is_map:
        return f"an object, each value null or {_expected(field_type.member, constraints)}"
    if field_type.kind is Kind.STRUCT:
        return f"an object of the type {field_type}"
    expected = _EXPECTED[field_type.kind]
    if field_type.kind is Kind.DECIMAL:
        expected = f"{expected} that fits {field_type}"
    return f"{expected}, {constraints.in_words()}" if constraints else expected


def _struct_codec(field_type: FieldType, rules: MemberRules) -> Codec:
    return Codec(
        Raw,
        _value_of(field_type, UNCONSTRAINED, rules, is_whole=False),
        _expected(field_type),
        accepts_null=False,
        restore=_restoring(field_type),
        convert_whole=_value_of(field_type, UNCONSTRAINED, rules, is_whole=True),
    )


def _value_of(
    field_type: FieldType, constraints: Constraints, rules: MemberRules, *, is_whole: bool
) -> Callable[[Raw], object]:
    """What makes the column's value of a JSON value inside or around a struct; None of a null."""
    if field_type.is_several:
        convert = _value_of(field_type.member, constraints, rules, is_whole=is_whole)
        return _several(field_type, convert)
    if field_type.kind is Kind.STRUCT:
        members = field_type.members
        return struct_value(
            {each.name: _member_of(each, rules, is_whole=is_whole) for each in members},
            is_whole=is_whole,
        )
    plain = _PLAIN.get(field_type.kind)
    if plain is not None and constraints:
        plain = plain_within(field_type.kind, constraints)
    if plain is not None and field_type.kind is not Kind.DATE:
        decode = msgspec.json.Decoder(plain | None).decode
        return lambda raw: _fit(decode, raw)
    convert = _rewriting(field_type)
    return checked(convert, field_type.kind, constraints) if constraints else convert


def _member_of(member: Member, rules: MemberRules, *, is_whole: bool) -> MemberCodec:
    rule = rules.of(member.name)
    inside = rules.inside(member.name)
    return MemberCodec(
        member.column,
        _value_of(member.type, rule.constraints, inside, is_whole=is_whole),
        _expected(member.type, rule.constraints),
        rule.is_required,
    )


def _restoring(field_type: FieldType) -> Callable[[Raw], object] | None:
    if field_type.kind is Kind.STRUCT:
        members = {each.column: (each.name, _restoring(each.type)) for each in field_type.members}
        restore = restored_struct(members)
        if field_type.is_map:
            return restored_map(restore)
        return restored_array(restore) if field_type.is_array else restore
    return codec(field_type).restore


def _rewriting(field_type: FieldType) -> Callable[[Raw], str | None]:
    """The rewriting of one value; of a null, None."""
    if field_type.kind is Kind.JSON:
        return _text_of
    if field_type.kind is Kind.TIMESTAMP:
        return _timestamp_text
    if field_type.kind is Kind.STRING:
        return _string_of
    if field_type.kind is Kind.DATE:
        return _date_text
    decimal = DecimalText(field_type.precision or 0, field_type.scale or 0)

    def decimal_text(raw: Raw) -> str | None:
        text = _text_of(raw)
        if text[0] == '"':
            return decimal.canonical(_decode_text(text))
        return None if text == _NULL else decimal.canonical(text)

    return decimal_text


def _several(field_type: FieldType, convert: Callable[[Raw], object]) -> Callable[[Raw], object]:
    """What makes an array or a map, if the type is one, of what makes each value in it."""
    if field_type.is_map:
        return _map_of(convert)
    return _array_of(convert) if field_type.is_array else convert


def _map_of(convert: Callable[[Raw], object]) -> Callable[[Raw], dict[str, object] | None]:
    def convert_map(raw: Raw) -> dict[str, object] | None:
        sent = _fit(_decode_map, raw)
        if sent is None:
            return None
        try:
            return {key: convert(each) for key, each in sent.items()}
        except UnfitValueError as error:
            raise error.within(ANY_KEY) from None

    return convert_map


def _array_of(convert: Callable[[Raw], object]) -> Callable[[Raw], list[object] | None]:
    def convert_array(raw: Raw) -> list[object] | None:
        members = _fit(_decode_array, raw)
        if members is None:
            return None
        converted: list[object] = []
        for index, each in enumerate(members):
            try:
                converted.append(convert(each))
            except UnfitValueError as error:
                path = f"[{index}]"
                raise error.within(path) from None
        return converted

    return convert_array


def _text_of(raw: Raw) -> str:
    """The JSON text itself, to the letter."""
    return str(raw, "utf-8")


def _fit(decode: Callable[[Raw], _Decoded], raw: Raw) -> _Decoded:
    try:
        return decode(raw)
    except msgspec.ValidationError:
        raise UnfitValueError from None


def _string_of(raw: Raw) -> str | None:
    return _fit(_decode_string, raw)


def _date_text(raw: Raw) -> str | None:
    value = _fit(_decode_date, raw)
    return None if value is None else value.isoformat()


def _timestamp_text(raw: Raw) -> str | None:
    value = _fit(_decode_moment, raw)
    if value is None:
        return None
    text = iso_8601_text(value) if isinstance(value, str) else epoch_s_text(value)
    if text is None:
        raise UnfitValueError
    return text


def _raw_of_text(raw: Raw) -> Raw:
    """The JSON whose text a string holds."""
    return Raw(_decode_text(raw).encode())


def _restore_timestamp(raw: Raw) -> str | list[str | None] | dict[str, str | None] | None:
    """ISO 8601 of a timestamp, or of each of an array or a map."""
    value = _decode_texts(raw)
    if isinstance(value, list):
        return [*map(_iso_8601, cast("list[str | None]", value))]
    if isinstance(value, dict):
        texts = cast("dict[str, str | None]", value)
        return {key: _iso_8601(each) for key, each in texts.items()}
    return _iso_8601(value)


def _iso_8601(text: str | None) -> str | None:
    if text is None:
        return None
    day, _, time = text.partition(" ")
    return f"{day}T{time}Z"
