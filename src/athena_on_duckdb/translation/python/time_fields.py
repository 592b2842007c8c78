"""Fields of a time on some clocks, by Joda-Time's ISO calendar: read, set and floored.

A time is its milliseconds since 1970 began on those clocks, and may be in any year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MS_OF_DAY: Final = 86_400_000
_HOUR_MS: Final = 3_600_000
# What repeats: how long it lasts in milliseconds, how often it fits into what is larger, and
# what its least value is.
_REPEATING: Final = {
    "day of week": (MS_OF_DAY, 7, 1), "half": (12 * _HOUR_MS, 2, 0), "hour": (_HOUR_MS, 24, 0),
    "clockhour": (_HOUR_MS, 24, 1), "hour of half": (_HOUR_MS, 12, 0),
    "clockhour of half": (_HOUR_MS, 12, 1), "minute": (60_000, 60, 0), "second": (1000, 60, 0),
    "fraction": (1, 1000, 0),
}  # fmt: skip
# 1970 began on a Thursday.
_FIRST_DAY_OF_WEEK: Final = 3
_FEBRUARY: Final = 2


def get(name: str, ms: int) -> int:
    """Give a field of a time."""
    if name in _REPEATING:
        unit, count, least = _REPEATING[name]
        if name == "day of week":
            return (ms // unit + _FIRST_DAY_OF_WEEK) % count + 1
        value = ms // unit % count
        return value or count if least else value
    return _OF_DAYS[name](ms // MS_OF_DAY)


def put(name: str, ms: int, value: int) -> int:
    """Set a field of a time; fields smaller and larger stay as they can.

    Raises:
        ValueError: The field has no such value.
    """
    if name in _REPEATING:
        unit, count, least = _REPEATING[name]
        _check(name, value, least, least + count - 1)
        if name == "day of week":
            return ms + (value - get(name, ms)) * unit
        return ms + (value % count - ms // unit % count) * unit
    day, rest = divmod(ms, MS_OF_DAY)
    year, month, of_month = civil(day)
    if name in {"year", "year of era"}:
        _check(name, value, 1 if name == "year of era" else value, value)
        made = days(value, month, of_month)
    elif name == "month":
        _check(name, value, 1, 12)
        made = days(year, value, of_month)
    elif name == "day":
        _check(name, value, 1, _month_days(year, month))
        made = days(year, month, value)
    elif name == "day of year":
        first = days(year, 1, 1)
        _check(name, value, 1, days(year + 1, 1, 1) - first)
        made = first + value - 1
    elif name == "week":
        first = _first_week(_weekyear(day))
        _check(name, value, 1, (_first_week(_weekyear(day) + 1) - first) // 7)
        made = day + (value - _week(day)) * 7
    else:
        week = min(_week(day), (_first_week(value + 1) - _first_week(value)) // 7)
        made = _first_week(value) + (week - 1) * 7 + get("day of week", ms) - 1
    return made * MS_OF_DAY + rest


def floor(name: str, ms: int) -> int:
    """Give the first time that has the field of a time."""
    if name in _REPEATING:
        unit = _REPEATING[name][0]
        return ms // unit * unit
    day = ms // MS_OF_DAY
    year, month, _ = civil(day)
    first = {
        "year": lambda: days(year, 1, 1),
        "year of era": lambda: days(year, 1, 1),
        "month": lambda: days(year, month, 1),
        "weekyear": lambda: _first_week(_weekyear(day)),
        "week": lambda: day - (day + _FIRST_DAY_OF_WEEK) % 7,
    }.get(name, lambda: day)
    return first() * MS_OF_DAY


def _check(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        message = f"Value {value} for {name} must be in the range [{least},{most}]"
        raise ValueError(message)


def days(year: int, month: int, day: int) -> int:
    """Give the days from 1970 to a day; one that its month does not have is the month's last."""
    day = min(day, _month_days(year, month))
    shifted = year - (month <= _FEBRUARY)
    # Days of years that begin in March, so that the day that comes every four years is the last.
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + of_year - 719_468


def civil(day: int) -> tuple[int, int, int]:
    """Give year, month and day of a number of days since 1970."""
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (
        era * 400 + year + (month >= 10),  # noqa: PLR2004 -- January is the tenth after March
        (month + 2) % 12 + 1,
        of_year - (153 * month + 2) // 5 + 1,
    )


def _month_days(year: int, month: int) -> int:
    if month == _FEBRUARY:
        return 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    return 30 + (month + month // 8) % 2


def _first_week(year: int) -> int:
    """Give the Monday of a year's first week, which is that of 4 January."""
    fourth = days(year, 1, 4)
    return fourth - (fourth + _FIRST_DAY_OF_WEEK) % 7


def _weekyear(day: int) -> int:
    return civil(day - (day + _FIRST_DAY_OF_WEEK) % 7 + 3)[0]


def _week(day: int) -> int:
    return (day - _first_week(_weekyear(day))) // 7 + 1


def _year_of_era(day: int) -> int:
    year = civil(day)[0]
    return year if year > 0 else 1 - year


_OF_DAYS: Final[dict[str, Callable[[int], int]]] = {
    "era": lambda day: int(civil(day)[0] > 0),
    "century": lambda day: _year_of_era(day) // 100,
    "year": lambda day: civil(day)[0],
    "year of era": _year_of_era,
    "month": lambda day: civil(day)[1],
    "day": lambda day: civil(day)[2],
    "day of year": lambda day: day - days(civil(day)[0], 1, 1) + 1,
    "weekyear": _weekyear,
    "week": _week,
}
