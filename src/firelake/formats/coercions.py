"""JSON values as values of columns, the way the OpenX SerDe and Hive's Parquet writer take them.

What was seen of the service is followed; `src/firelake/local/GAPS.md` tells what is unconfirmed. A
value that does not fit is refused, never changed silently, with the one exception that the service
makes itself: a moment beyond 64-bit nanoseconds wraps.
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion-concepts.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from firelake.formats.errors import ConversionError
from firelake.formats.glue_types import INTEGER_BITS, GlueType, Kind
from firelake.formats.moments import epoch_nanoseconds, nanoseconds_of_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MALFORMED_DATA: Final = "DataFormatConversion.MalformedData"

_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:NaN|Infinity)"
)
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_BOOLEANS: Final = {"true": True, "false": False}
# Java writes a double between these bounds without an exponent.
_JAVA_PLAIN: Final = (1e-3, 1e7)
_MAX_DIGITS: Final = 38
# What Java's parser of JSON makes of a value.
_JAVA_CLASSES: Final[dict[type, str]] = {
    bool: "java.lang.Boolean",
    int: "java.lang.Long",
    float: "java.lang.Double",
    str: "java.lang.String",
}


def coercion(glue_type: GlueType, *, is_case_insensitive: bool = True) -> Callable[[Any], Any]:
    """Give what makes a value of a column from a JSON value that is not null.

    Args:
        glue_type: The column's type.
        is_case_insensitive: Whether members of structs are found whatever the case of their keys,
            and the keys of maps are lowered.

    What it makes is of the type that `firelake.formats.parquet` hands to Arrow: timestamps are
    nanoseconds, dates are days since 1970, a map is a list of keys and values.

    Returns:
        A function that raises ConversionError for what does not fit.
    """
    if glue_type.depth == 0 and glue_type.kind is Kind.STRUCT:
        members = {
            name: coercion(each, is_case_insensitive=is_case_insensitive)
            for name, each in glue_type.members
        }
        return _struct(members, is_case_insensitive=is_case_insensitive)
    if glue_type.depth == 0 and glue_type.kind is Kind.MAP:
        key, value = (
            coercion(each, is_case_insensitive=is_case_insensitive) for _, each in glue_type.members
        )
        return _map(key, value, is_case_insensitive=is_case_insensitive)
    if glue_type.depth == 0:
        return _scalar(glue_type)
    inner = replace(glue_type, depth=glue_type.depth - 1)
    member = coercion(inner, is_case_insensitive=is_case_insensitive)

    def array(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
        # A scalar or an object becomes an array of one.
        members = cast("list[Any]", value) if isinstance(value, list) else [value]
        return [None if each is None else member(each) for each in members]

    return array


def _struct(
    members: Mapping[str, Callable[[Any], Any]], *, is_case_insensitive: bool
) -> Callable[[Any], dict[str, Any]]:
    def struct(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
        if isinstance(value, list):
            # By the place; what is too much is left out.
            pairs = list(zip(members, cast("list[Any]", value), strict=False))
        elif isinstance(value, dict):
            keyed = cast("dict[str, Any]", value).items()
            pairs = [(key.lower() if is_case_insensitive else key, each) for key, each in keyed]
        else:
            raise _no_object(value)
        return {
            name: members[name](each)
            for name, each in pairs
            if name in members and each is not None
        }

    return struct


def _no_object(value: object) -> ConversionError:
    java = _JAVA_CLASSES.get(type(value), "org.openx.data.jsonserde.json.JSONArray")
    return refusal(f"Data is not JSONObject  but {java} with value {text_of(value)}")


def _map(
    to_key: Callable[[Any], Any], to_value: Callable[[Any], Any], *, is_case_insensitive: bool
) -> Callable[[Any], list[tuple[Any, Any]]]:
    def pairs(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - any JSON value
        if not isinstance(value, dict):
            raise _no_object(value)
        keyed = cast("dict[str, Any]", value).items()
        # Of keys that lowering makes one, the last counts.
        found = {(key.lower() if is_case_insensitive else key): each for key, each in keyed}
        return [
            (to_key(key), None if each is None else to_value(each)) for key, each in found.items()
        ]

    return pairs


def _scalar(glue_type: GlueType) -> Callable[[Any], Any]:
    kind = glue_type.kind
    if kind in INTEGER_BITS:
        return _integer(INTEGER_BITS[kind])
    if kind is Kind.DECIMAL:
        return _decimal(glue_type.precision, glue_type.scale)
    return {
        Kind.STRING: _string,
        Kind.BOOLEAN: _boolean,
        Kind.FLOAT: _double,
        Kind.DOUBLE: _double,
        Kind.TIMESTAMP: _timestamp,
        Kind.DATE: _date,
    }[kind]


def refusal(cause: str) -> ConversionError:
    """Give the error of a value that does not match the schema."""
    message = f"Data does not match the schema. {cause}"
    return ConversionError(message, MALFORMED_DATA)


def _of_input(value: object) -> ConversionError:
    return refusal(f'For input string: "{text_of(value)}"')


def text_of(value: object) -> str:
    """Give the text that a string column gets: of numbers Java's, of objects compact JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return java_double(value)
    # The SerDe lowercases keys at every depth.
    return msgspec.json.encode(_lowercased(value)).decode()


def _lowercased(value: object) -> object:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {key.lower(): _lowercased(member) for key, member in members.items()}
    if isinstance(value, list):
        return [_lowercased(member) for member in cast("list[object]", value)]
    return value


def java_double(value: float) -> str:
    """Give `Double.toString`: an exponent from ten million on and below a thousandth."""
    if value == 0 or _JAVA_PLAIN[0] <= abs(value) < _JAVA_PLAIN[1]:
        return repr(value)
    sign, digits, _ = Decimal(repr(value)).as_tuple()
    exponent = Decimal(repr(value)).adjusted()
    text = "".join(map(str, digits)).rstrip("0")
    return f"{'-' * sign}{text[:1]}.{text[1:] or '0'}E{exponent}"


def _string(value: object) -> str:
    return text_of(value)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = _BOOLEANS.get(value.lower()) if isinstance(value, str) else None
    if known is None:
        raise _of_input(value)
    return known


def _integer(bits: int) -> Callable[[object], int]:
    least, greatest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def integer(value: object) -> int:
        number = value
        if isinstance(value, str) and _INTEGER.fullmatch(value) is not None:
            number = int(value) if len(value) <= _MAX_DIGITS else None
        if type(number) is not int or not least <= number <= greatest:
            raise _of_input(value)
        return number

    return integer


def _double(value: object) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) is not None:
        return float(value)
    if type(value) is float:
        return value
    if type(value) is not int:
        raise _of_input(value)
    try:
        return float(value)
    except OverflowError as error:
        raise _of_input(value) from error


def _decimal(precision: int, scale: int) -> Callable[[object], Decimal]:
    context = Context(prec=_MAX_DIGITS * 2, rounding=ROUND_HALF_UP)
    unit = Decimal(1).scaleb(-scale)
    limit = Decimal(10) ** (precision - scale)

    def decimal(value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _of_input(value)
        try:
            # A number was a double before it came here, as in the SerDe; a text is exact.
            number = Decimal(repr(value) if isinstance(value, float) else value)
            rounded = number.quantize(unit, context=context)
        except (InvalidOperation, ValueError) as error:
            raise _of_input(value) from error
        if not number.is_finite() or rounded.copy_abs() >= limit:
            raise _of_input(value)
        return rounded

    return decimal


def _timestamp(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _of_input(value)
    number: float
    if not isinstance(value, str):
        number = value
    else:
        nanoseconds = nanoseconds_of_text(value)
        if nanoseconds is not None:
            return nanoseconds
        if _NUMBER.fullmatch(value) is None or not value[-1].isdigit():
            raise _of_input(value)
        number = int(value) if value.lstrip("-+").isdigit() else float(value)
    if isinstance(number, float) and not isfinite(number):
        raise _of_input(value)
    return epoch_nanoseconds(number)


def _date(value: object) -> int:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _of_input(value)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).toordinal() - _EPOCH_DAY
    except ValueError as error:
        raise _of_input(value) from error
