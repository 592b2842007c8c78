"""Arithmetic that DuckDB lacks: exact division, bits, bases, and numbers for people."""

from __future__ import annotations

import math
import re
import struct
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_DECIMAL_DIGITS: Final = 100
_LOGARITHM_DIGITS: Final = 30
# The upper half of the least double that is no subnormal one.
_LEAST_NORMAL: Final = 0x00100000
# Java shifts a long by the lowest six bits of a number, also of a negative one.
_LONG_BITS: Final = 64


def decimal_divide(dividend: str, divisor: str, scale: int) -> str:
    """Divide decimals exactly and round half up."""
    if not Decimal(divisor):
        wrong("Division by zero", ErrorName.DIVISION_BY_ZERO)
    with localcontext() as context:
        context.prec = _DECIMAL_DIGITS
        quotient = Decimal(dividend) / Decimal(divisor)
        return f"{quotient.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP):f}"


def decimal_compare(left: str, right: str) -> int:
    """Compare decimals exactly: -1, 0 or 1."""
    return int(Decimal(left).compare(Decimal(right)))


def digits(value: str) -> str:
    """Write the digits of a number, of whatever script, as those of ASCII."""
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in value)


def log10(value: float) -> float:
    """Give the logarithm to the base 10, rounded once, as the processor's that Java calls."""
    with localcontext() as context:
        context.prec = _LOGARITHM_DIGITS
        return float(Decimal(value).log10())


def cbrt(value: float) -> float:
    """Give the cube root to the last bit of Java's, which is fdlibm's (s_cbrt.c)."""
    if value == 0 or not math.isfinite(value):
        return value
    size = abs(value)
    if _high(size) < _LEAST_NORMAL:
        root = _of_high(_high(size * 2.0**54) // 3 + 696219795)
    else:
        root = _of_high(_high(size) // 3 + 715094163)
    # To 23 bits by rational approximation, and to 53 by one step of Newton's.
    part = 19 / 35 + root * root / size * root
    root *= 5 / 14 + (45 / 28) / (part + 99 / 70 + (-864 / 1225) / part)
    root = _of_high(_high(root) + 1)
    rest = size / (root * root)
    root += root * ((rest - root) / (root + root + rest))
    return math.copysign(root, value)


def _high(value: float) -> int:
    return int.from_bytes(struct.pack(">d", value)[:4], "big")


def _of_high(bits: int) -> float:
    """Give the double of its upper 32 bits, the others being zero."""
    return float(struct.unpack(">d", bits.to_bytes(4, "big") + bytes(4))[0])


def format_number(value: float) -> str:
    """Write a number, cut to a whole one within 64 bits, with a unit, such as 1.23K."""
    rest = 0.0 if math.isnan(value) else max(min(value, 2.0**63), -(2.0**63))
    rest, unit = float(int(rest)), ""
    for larger in ("K", "M", "B", "T", "Q"):
        if abs(rest) < 1000:  # noqa: PLR2004 -- the number is the thing itself
            break
        rest, unit = rest / 1000, larger
    # Of a negative number two digits stay, however large it is.
    digits = 2 if rest < 10 else 1 if rest < 100 else 0  # noqa: PLR2004 -- the number is the thing itself
    written = f"{Decimal(rest).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) + unit


def to_base(value: int, radix: int) -> str:
    """Write a whole number in another base."""
    rest, made = abs(value), ""
    while rest:
        rest, digit = divmod(rest, radix)
        made = _DIGITS[digit] + made
    return ("-" if value < 0 else "") + (made or "0")


def from_base(value: str, radix: int) -> int:
    """Read a whole number in another base."""
    if not 2 <= radix <= 36:  # noqa: PLR2004 -- the number is the thing itself
        wrong("Radix must be between 2 and 36")
    try:
        found = int(value, radix) if re.fullmatch(r"[+-]?[0-9a-zA-Z]+", value) else None
    except ValueError:
        found = None
    if found is None or not -(2**63) <= found < 2**63:
        wrong(f"Not a valid base-{radix} number: {value}")
    return found


def signed(value: int, bits: int) -> int:
    """Take the lowest bits of a number as a signed one."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def shift_left(value: int, shift: int, bits: int) -> int:
    """Shift to the left and keep so many bits."""
    return 0 if shift >= _LONG_BITS else signed(value << shift % _LONG_BITS, bits)


def shift_right(value: int, shift: int, bits: int) -> int:
    """Shift so many bits to the right, filling with zeros."""
    unsigned = value & ((1 << bits) - 1)
    return 0 if shift >= _LONG_BITS else signed(unsigned >> shift % _LONG_BITS, bits)


def shift_right_signed(value: int, shift: int) -> int:
    """Shift to the right, keeping the sign."""
    if shift >= _LONG_BITS:
        return -1 if value < 0 else 0
    return value >> shift % _LONG_BITS


def bit_count(value: int, bits: int) -> int:
    """Count the bits that are set."""
    if not 2 <= bits <= 64 or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):  # noqa: PLR2004 -- the number is the thing itself
        wrong(f"Number must be representable with the bits specified. {value} cannot")
    return (value & ((1 << bits) - 1)).bit_count()


def human_readable_seconds(value: float) -> str:
    """Write seconds as weeks, days, hours, minutes and seconds."""
    seconds = int(Decimal(abs(value)).quantize(Decimal(1), ROUND_HALF_UP))
    parts: list[str] = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    if seconds or not parts:
        parts.append(f"{seconds} second{'' if seconds == 1 else 's'}")
    return ", ".join(parts)
