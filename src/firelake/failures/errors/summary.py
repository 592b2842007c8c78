"""What stands under `errors/`, counted by reason, event name and hour, with samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from firelake.contract.reasons import Reason
from firelake.failures.errors.causes import NAMELESS, OTHER, Causes
from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.unread import Unread
from firelake.failures.receipts import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from firelake.failures.errors.choice import Choice
    from firelake.failures.errors.events import ErrorEvent
    from firelake.failures.errors.folder import EventFolder
    from firelake.failures.errors.reading import Found
    from firelake.failures.receipts import Entry

# Bounds of the memory, whatever comes.
MAX_GROUPS: Final = 50_000
MAX_SAMPLES: Final = 3
MAX_REASONS: Final = 200


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """What is counted together: one reason, one event name, one hour of arrival.

    Attributes:
        reason: A code of the contract's list; of valid events Firehose's own error code.
        event_name: The name, `(none)` without one, `(other)` where there are too many.
        hour: Start of the hour, ISO 8601, UTC.
    """

    reason: str
    event_name: str
    hour: str


@dataclass(slots=True)
class Summary:
    """The counts.

    Attributes:
        events: Events in them that stand there still, those sent since included.
        sent: Those of them that were sent and not seen in the lake yet.
        done: Events that replay put back, and saw in the lake: not counted elsewhere.
        canaries: Events that verify sent: not counted elsewhere.
        groups: Events by group. One with several reasons is in several groups.
        samples: The first events of each reason.
        causes: The same events by reason and field.
        unread: What could not be read.
    """

    events: int = 0
    sent: int = 0
    done: int = 0
    canaries: int = 0
    groups: Counter[Group] = field(default_factory=Counter[Group])
    samples: dict[str, list[ErrorEvent]] = field(default_factory=dict[str, "list[ErrorEvent]"])
    causes: Causes = field(default_factory=Causes)
    unread: Unread = field(default_factory=Unread)

    def add(self, event: ErrorEvent, entry: Entry | None) -> bool:
        """Count an event.

        Returns:
            Whether it stands there still.
        """
        if entry is not None and entry.state is State.DONE:
            self.done += 1
            return False
        self.events += 1
        self.sent += entry is not None
        self.causes.add(event)
        hour = datetime.fromtimestamp(event.arrived_ms // 3_600_000 * 3600, UTC).isoformat()
        for reason in event.reasons:
            group = Group(reason, event.name or NAMELESS, hour)
            if group not in self.groups and len(self.groups) >= MAX_GROUPS:
                group = Group(reason if reason in self.samples else OTHER, OTHER, hour)
            self.groups[group] += 1
            samples = self.samples.get(reason)
            if samples is None and len(self.samples) < MAX_REASONS:
                samples = self.samples[reason] = []
            if samples is not None and len(samples) < MAX_SAMPLES:
                samples.append(event)
        return True

    def by_reason(self) -> list[tuple[str, int]]:
        """Returns the count of each reason, the greatest first."""
        return self._by(lambda group: group.reason)

    def by_name(self) -> list[tuple[str, int]]:
        """Returns the count of each event name, the greatest first."""
        return self._by(lambda group: group.event_name)

    def by_hour(self) -> list[tuple[str, int]]:
        """Returns the count of each hour, in order of time."""
        return sorted(self._by(lambda group: group.hour))

    def _by(self, part: Callable[[Group], str]) -> list[tuple[str, int]]:
        counts: Counter[str] = Counter()
        for group, count in self.groups.items():
            counts[part(group)] += count
        return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def summarise(
    found: Iterable[Found | Unreadable],
    choice: Choice | None = None,
    folder: EventFolder | None = None,
) -> Summary:
    """Count events, and write them to a folder if there is one.

    Args:
        choice: Which of them are meant; None for all.
        folder: Where events are written, those left out that are done.
    """
    summary = Summary()
    for each in found:
        if isinstance(each, Unreadable):
            summary.unread.add(each)
        elif choice is None or choice.has(each.event):
            is_counted = summary.add(each.event, each.entry)
            if folder is not None and is_counted:
                folder.add(each.event)
    return summary


def meaning_of(reason: str) -> str:
    """Returns what a reason code says, in words."""
    try:
        return Reason(reason).meaning
    except ValueError:
        return "The events are valid: it failed for this reason of Firehose's."
