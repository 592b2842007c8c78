"""Units of the plan: what a month, a GB and a rounding are, and how figures are written."""

from __future__ import annotations

from math import ceil
from typing import Final

HOUR_S: Final = 3600
DAY_S: Final = 86_400
# AWS's own month for prices by the hour: https://aws.amazon.com/calculator/calculator-assumptions/
HOURS_A_MONTH: Final = 730
MONTH_S: Final = HOURS_A_MONTH * HOUR_S
DAYS_A_MONTH: Final = HOURS_A_MONTH / 24

KIB: Final = 1024
MIB: Final = 1024 * 1024
# What AWS bills as a GB; its examples of Kinesis and Firehose divide kilobytes by 1,048,576.
GIB: Final = 1024 * 1024 * 1024
TIB: Final = 1024 * GIB
MILLION: Final = 1_000_000


def rounded_up(size_bytes: float, increment_bytes: int) -> float:
    """Returns a size rounded up to whole increments, at least one, as services bill records."""
    # A mean such as 5120.0000001 is 5120: floats must not add an increment.
    return increment_bytes * max(1, ceil(round(size_bytes / increment_bytes, 9)))


def amount(value: float) -> str:
    """Writes a number with three digits, or whole where it has more."""
    if value >= 100 or value == int(value):  # noqa: PLR2004 -- from here on decimals say nothing
        return f"{value:,.0f}"
    return f"{value:.3g}"


def size(value_bytes: float) -> str:
    """Writes bytes in the unit that suits them."""
    for unit, least in (("TB", TIB), ("GB", GIB), ("MB", MIB), ("KB", KIB)):
        if value_bytes >= least:
            return f"{amount(value_bytes / least)} {unit}"
    return f"{amount(value_bytes)} bytes"


def duration(seconds: float) -> str:
    """Writes a time in the unit that suits it."""
    for unit, least in (("days", DAY_S), ("hours", HOUR_S), ("min", 60)):
        if seconds >= 2 * least:
            return f"{seconds / least:,.1f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"  # noqa: PLR2004 -- as above


def money(dollars: float) -> str:
    """Writes dollars, with cents below a thousand."""
    sign, whole = "-" if dollars < 0 else "", abs(dollars)
    digits = 0 if whole >= 1000 else 2  # noqa: PLR2004 -- as above
    return f"{sign}${whole:,.{digits}f}"
