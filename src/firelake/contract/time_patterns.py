"""How a producer writes times, by the directives of strptime: `%d/%b/%Y:%H:%M:%S %z`.

Not by Python's own strptime: its months are those of the locale, and its fractions end at
microseconds.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
# The common log format of web servers.
CLF: Final = "%d/%b/%Y:%H:%M:%S %z"

_PARTS: Final = {
    "Y": r"(?P<year>[0-9]{4})",
    "m": r"(?P<month>[0-9]{1,2})",
    "b": rf"(?P<month_name>{'|'.join(MONTHS)})",
    "d": r"(?P<day> ?[0-9]{1,2})",
    "H": r"(?P<hour>[0-9]{1,2})",
    "I": r"(?P<hour_of_12>[0-9]{1,2})",
    "p": r"(?P<half>[AaPp][Mm])",
    "M": r"(?P<minute>[0-9]{1,2})",
    "S": r"(?P<second>[0-9]{1,2})",
    "f": r"(?P<fraction>[0-9]{1,18})",
    "z": r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})",
    "a": r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
    "%": "%",
}
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)


@lru_cache(maxsize=256)
def time_pattern(text: str) -> re.Pattern[str] | None:
    """The regular expression of times of a form.

    Args:
        text: The form, with at least one `%`. Without `%z` its times are UTC.

    Returns:
        Groups `year`, `month` or `month_name`, `day`, `hour` (or `hour_of_12` and `half`), and what
        else it has of `minute`, `second`, `fraction` and `zone`; None where it lacks one of these
        or has a directive that is not known, or twice.
    """
    parts: list[str] = []
    at = 0
    for found in _DIRECTIVE.finditer(text):
        if found[1] not in _PARTS:
            return None
        parts += [re.escape(text[at : found.start()]), _PARTS[found[1]]]
        at = found.end()
    try:
        pattern = re.compile("".join([*parts, re.escape(text[at:])]))
    except re.error:  # A directive stands twice.
        return None
    has = pattern.groupindex.keys()
    is_day = {"year", "day"} <= has and len({"month", "month_name"} & has) == 1
    is_hour = ("hour" in has) != ({"hour_of_12", "half"} <= has)
    return pattern if is_day and is_hour else None
