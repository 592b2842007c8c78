"""Which settings were in force when: noted by the function, asked by what goes by the lake.

The function writes before each batch, at most every few minutes, that its settings are in force. So
nothing that it let pass under some settings came later than their last note and that time, whoever
changed the settings since, and by what means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

# Key of the item of the claims table that has an attribute for each of the settings that ever were
# in force, and in it when they last were, Unix time in milliseconds. No event id is so long.
IN_FORCE_KEY: Final = "firelake-settings-in-force".ljust(160, "-")

NOTE_EVERY_S: Final = 600
# How long after a note settings may be in force that are noted no more: until the next note is due,
# and until the call that began by then has ended.
OVER_AFTER_S: Final = 3_600

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
        """The attribute's name; `parse` is the inverse."""
        return f"L{self.lateness_days}_R{self.retention_hours}_D{self.dedupe_days}_S{self.settle_s}"

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
