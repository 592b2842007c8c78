"""Which settings were in force when: noted by the function, asked by what goes by the lake.

The function notes before each batch, at most every few minutes, that its settings are in force,
and since when. So it is known when those of before ended at the latest, whoever changed them and by
what means: when others were first noted after their last note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

# Key of the item of the claims table that has two attributes for all settings that ever were in
# force: when they last were, and since when. No event id is so long.
IN_FORCE_KEY: Final = "firelake-settings-in-force".ljust(160, "-")

NOTE_EVERY_S: Final = 600
# How long after a note settings may be in force that are noted no more: until the next note is due,
# and until the call that began by then has ended.
OVER_AFTER_S: Final = 3_600

# Its attribute that has the text of the schedule of claims that was in force last.
SCHEDULE_NAME: Final = "schedule"

_NAME: Final = re.compile("L([0-9]{1,9})_R([0-9]{1,9})_D([0-9]{1,9})_S([0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Windows:
    """The settings that say how late something may still come.

    Attributes:
        lateness_days: How long before its arrival an event may have been created.
        retention_hours: How long the stream keeps a record.
        dedupe_days: How long a claim lives.
        settle_s: How long after its claim an event must be in the lake, if it ever will be.
    """

    lateness_days: int
    retention_hours: int
    dedupe_days: int
    settle_s: int

    @property
    def name(self) -> str:
        """The name of the attribute that tells when they last were; `parse` is the inverse."""
        return f"L{self.lateness_days}_R{self.retention_hours}_D{self.dedupe_days}_S{self.settle_s}"

    @property
    def begun_name(self) -> str:
        """The name of the attribute that tells since when."""
        return f"{self.name}_B"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Read an attribute's name; None where it is another one."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        lateness, retention, dedupe, settle = map(int, match.groups())
        return cls(
            lateness_days=lateness,
            retention_hours=retention,
            dedupe_days=dedupe,
            settle_s=settle,
        )


class Period(NamedTuple):
    """When settings were in force; Unix times in milliseconds.

    Attributes:
        begun_ms: Their first note after the last one of all others.
        last_ms: Their last note.
    """

    begun_ms: int
    last_ms: int


def noted(periods: Mapping[Windows, Period], windows: Windows, now_ms: int) -> Period:
    """Give the period of settings that are noted now.

    Args:
        periods: The notes so far.
        windows: The settings.
        now_ms: When they are noted, Unix time in milliseconds.
    """
    own = periods.get(windows)
    others = (each.last_ms for other, each in periods.items() if other != windows)
    if own is None or any(last_ms >= own.begun_ms for last_ms in others):
        return Period(now_ms, now_ms)
    return Period(own.begun_ms, now_ms)


def ended_ms(periods: Mapping[Windows, Period], windows: Windows) -> int | None:
    """Give the moment at which settings were in force no more, at the latest.

    They may have been without being noted, while nothing came, until others were.

    Args:
        periods: All notes.
        windows: Settings that are among them.

    Returns:
        Unix time in milliseconds; None where they may be in force still.
    """
    last_ms = periods[windows].last_ms
    begun = [each.begun_ms for other, each in periods.items() if other != windows]
    after = [begun_ms for begun_ms in begun if begun_ms > last_ms]
    return max(last_ms + 1000 * OVER_AFTER_S, min(after)) if after else None


def parse_periods(values: Mapping[str, int]) -> dict[Windows, Period]:
    """Read the attributes of the item: their numbers by their names, others left out.

    Args:
        values: Unix times in milliseconds.
    """
    periods: dict[Windows, Period] = {}
    for name, last_ms in values.items():
        windows = Windows.parse(name)
        if windows is not None:
            periods[windows] = Period(values.get(windows.begun_name, last_ms), last_ms)
    return periods
