"""The steps by which lateness is told: from creation to arrival."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60 * _SECOND_MS
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS

# Where steps begin, in milliseconds, with their names; what is less is before the first.
_STARTS: Final = (
    (0, "0 s"),
    (_SECOND_MS, "1 s"),
    (10 * _SECOND_MS, "10 s"),
    (_MINUTE_MS, "1 min"),
    (10 * _MINUTE_MS, "10 min"),
    (_HOUR_MS, "1 h"),
    (6 * _HOUR_MS, "6 h"),
    (_DAY_MS, "1 d"),
    (3 * _DAY_MS, "3 d"),
    (7 * _DAY_MS, "7 d"),
)

STEPS: Final = (
    "before creation",
    *(f"{first[1]} to {second[1]}" for first, second in pairwise(_STARTS)),
    "7 d and more",
)


def step_sql() -> str:
    """Returns the SQL of a step's number, from 0, by `delay_ms`."""
    cases = " ".join(
        f"WHEN delay_ms < {start_ms} THEN {number}" for number, (start_ms, _) in enumerate(_STARTS)
    )
    return f"CASE {cases} ELSE {len(_STARTS)} END"
