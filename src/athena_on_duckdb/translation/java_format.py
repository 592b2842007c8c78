"""Numbers and formats as Java writes them, which is how Athena does."""

from __future__ import annotations

import math
import re
import struct
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NoReturn

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.python.refusals import note
from athena_on_duckdb.translation.typed import MARK

# The longest text that lpad and rpad make here. Trino's end at 2 GiB, which takes minutes to make;
# no row of Athena's is larger than this:
# https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html
MOST_PADDED: Final = 32 * 1024 * 1024
TOO_WIDE: Final = f"The local Athena pads to at most {MOST_PADDED} characters or bytes"
# Java's has no limit but memory.
_MOST_DIGITS: Final = 1_000_000
_SPECIFIER: Final = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
_SMALLEST_PLAIN: Final = 1e-3
_LARGEST_PLAIN: Final = 1e7


def java_double(value: float) -> str:
    """Write a double as Java's Double.toString does."""
    return _plain_or_scientific(value, _double_digits(value))


def java_real(value: float) -> str:
    """Write a real as Java's Float.toString does: the fewest digits that give it back."""
    return _plain_or_scientific(value, _real_digits(value))


def double_text(value: float) -> str:
    """Write a double as CAST to varchar does, always with an exponent: `1.0E0`."""
    return _scientific(value, _double_digits(value))


def real_text(value: float) -> str:
    """Write a real as CAST to varchar does: with an exponent, and seven digits at most."""
    return _scientific(value, f"{float(_real_digits(value)):.6e}")


def _double_digits(value: float) -> str:
    # Java writes two digits at least, and of these the nearest ones: 4.9E-324.
    two = f"{value:.1e}"
    return two if float(two) == value else repr(value)


def _real_digits(value: float) -> str:
    if not math.isfinite(value):
        return repr(value)
    stored = struct.pack("f", value)
    return next(
        (
            written
            for written in (f"{value:.{digits}e}" for digits in range(1, 9))
            if struct.pack("f", float(written)) == stored
        ),
        repr(value),
    )


def _plain_or_scientific(value: float, digits: str) -> str:
    if value == 0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN:
        plain = f"{Decimal(digits):f}"
        whole, _, fraction = plain.partition(".")
        return f"{whole}.{fraction.rstrip('0') or '0'}"
    return _scientific(value, digits)


def _scientific(value: float, written: str) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0E0" if math.copysign(1, value) < 0 else "0E0"
    sign, digits, exponent = Decimal(written).normalize().as_tuple()
    shown = "".join(map(str, digits))
    return f"{'-' if sign else ''}{shown[0]}.{shown[1:] or '0'}E{int(exponent) + len(shown) - 1}"


def wrong(detail: str, name: ErrorName = ErrorName.INVALID_FUNCTION_ARGUMENT) -> NoReturn:
    """Fail the query with an error of Athena's."""
    message = f"{MARK}{name}: {detail}{MARK}"
    note(name, message)
    raise ValueError(message)


def java_format(pattern: str, arguments: list[str]) -> str:
    """Write a pattern of Java's Formatter; each argument has its kind as its first letter."""
    following = iter(arguments)

    def written(found: re.Match[str]) -> str:
        index, flags, width, precision, conversion = found.groups()
        if max(int(width or 0), int(precision or 0)) > _MOST_DIGITS:
            message = f"The local Athena formats with at most {_MOST_DIGITS} characters' width"
            wrong(message, ErrorName.NOT_SUPPORTED)
        if conversion in "%n":
            made = "%" if conversion == "%" else "\n"
        else:
            try:
                given = arguments[int(index) - 1] if index else next(following)
            except (StopIteration, IndexError):
                wrong(f"Invalid format string: {pattern} (argument missing)")
            digits = None if precision is None else int(precision)
            made = _converted(given[0], given[1:], flags, digits, conversion)
        size = int(width or 0)
        if "0" in flags and conversion in "df" and not made.endswith(("N", "y")):
            return _zero_padded(made, size)
        return made.ljust(size) if "-" in flags else made.rjust(size)

    if "%" in _SPECIFIER.sub("", pattern):
        wrong(f"Invalid format string: {pattern}")
    return _SPECIFIER.sub(written, pattern)


def _zero_padded(made: str, size: int) -> str:
    sign = made[0] if made[:1] in {"-", "+", " "} else ""
    return sign + made[len(sign) :].rjust(size - len(sign), "0")


def _converted(kind: str, text: str, flags: str, digits: int | None, conversion: str) -> str:
    if conversion in "sS":
        made = "null" if kind == "z" else text
        made = made if digits is None else made[:digits]
        return made.upper() if conversion == "S" else made
    if kind == "z":
        return "null"
    if conversion in "bB" and kind == "b":
        return text
    if conversion in "dxXo" and kind == "d":
        return _whole(int(text), flags, conversion)
    if conversion == "f" and text in {"NaN", "Infinity", "-Infinity"}:
        return f"+{text}" if "+" in flags and text == "Infinity" else text
    if conversion == "f" and kind in "fn":
        number = Decimal(text).quantize(
            Decimal(1).scaleb(-(6 if digits is None else digits)), ROUND_HALF_UP
        )
        return _signed(
            f"{abs(number):{',' if ',' in flags else ''}f}", negative=number < 0, flags=flags
        )
    wrong(f"Invalid format string: %{conversion} does not fit its argument")


def _whole(value: int, flags: str, conversion: str) -> str:
    if conversion == "d":
        return _signed(
            f"{abs(value):{',' if ',' in flags else ''}d}", negative=value < 0, flags=flags
        )
    unsigned = value if value >= 0 else value + 2**64
    return format(unsigned, conversion)


def _signed(made: str, *, negative: bool, flags: str) -> str:
    if negative:
        return f"({made})" if "(" in flags else f"-{made}"
    return f"+{made}" if "+" in flags else f" {made}" if " " in flags else made
