"""Units of the plan: what a month, a GB and a rounding are."""

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
    """Round a size up to whole increments, as services bill records.

    Args:
        size_bytes: Size of one record, more than 0.
        increment_bytes: What sizes are rounded to.
    """
    # A mean such as 5120.0000001 is 5120: floats must not add an increment.
    return increment_bytes * max(1, ceil(round(size_bytes / increment_bytes, 9)))
