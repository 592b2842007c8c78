"""What fails events, by reason and field: how often, when they were created, and one to look at."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from firelake.failures.errors.events import ErrorEvent
    from firelake.transform.diagnosis import Problem

# Bounds of the memory, whatever comes.
MAX_CAUSES: Final = 200
MAX_HOURS: Final = 2_000
MAX_NAMES: Final = 200
OTHER: Final = "(other)"
NAMELESS: Final = "(none)"

_INDEX: Final = re.compile(r"\[[0-9]+\]")
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """What fails events alike.

    Attributes:
        reason: A code of the contract's list; of valid events Firehose's own error code.
        field: The field, elements of arrays as `[]`; empty for the event or record as a whole.
    """

    reason: str
    field: str


def field_of(problem: Problem) -> str:
    """Returns what a problem is about, as `Cause.field` has it."""
    return _INDEX.sub("[]", problem.path)


@dataclass(slots=True)
class Failed:
    """The events that fail by one cause.

    Attributes:
        sample: The first of them.
        by_hour: How many by the hour of creation, where that can be read; the first hours alone
            where there are very many.
        by_name: How many by event name.
    """

    sample: ErrorEvent
    events: int = 0
    by_hour: Counter[datetime] = field(default_factory=Counter[datetime])
    by_name: Counter[str] = field(default_factory=Counter[str])

    def add(self, event: ErrorEvent) -> None:
        """Count an event."""
        self.events += 1
        if event.created_at_s is not None:
            hour = datetime.fromtimestamp(event.created_at_s // _HOUR_S * _HOUR_S, UTC)
            if hour in self.by_hour or len(self.by_hour) < MAX_HOURS:
                self.by_hour[hour] += 1
        name = event.name or NAMELESS
        self.by_name[name if name in self.by_name or len(self.by_name) < MAX_NAMES else OTHER] += 1


@dataclass(slots=True)
class Causes:
    """The causes; an event that has several counts for each."""

    found: dict[Cause, Failed] = field(default_factory=dict[Cause, Failed])

    def add(self, event: ErrorEvent) -> None:
        """Count an event."""
        told = {problem.reason.value for problem in event.problems}
        causes = [
            *(Cause(each.reason.value, field_of(each)) for each in event.problems),
            *(Cause(reason, "") for reason in event.reasons if reason not in told),
        ]
        for each in dict.fromkeys(causes):
            cause = each
            if cause not in self.found and len(self.found) >= MAX_CAUSES:
                cause = Cause(OTHER, "")
            self.found.setdefault(cause, Failed(event)).add(event)

    def ranked(self) -> list[tuple[Cause, Failed]]:
        """Returns the causes, the commonest first."""
        return sorted(self.found.items(), key=lambda each: (-each[1].events, each[0]))
