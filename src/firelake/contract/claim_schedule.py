"""Where a claim is kept: an item of its own or a page, by a schedule of layouts over `created_at`.

An event's layout follows from its creation and the schedule alone, so two functions whose schedules
agree on all that both may see never disagree about an event. The function sees to it: what was in
force holds for every event that may be claimed by it, whatever the function is told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Self

from firelake.contract.errors import ScheduleError
from firelake.contract.facts import CLOCK_SKEW_DAYS, SECONDS_PER_DAY
from firelake.contract.in_force import OVER_AFTER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A function may see events of a time so far ahead.
CLOCK_SKEW_S: Final = CLOCK_SKEW_DAYS * SECONDS_PER_DAY
# From the look at what is deployed to the end of the last call of the function of before.
DEPLOYMENT_S: Final = 6 * 3_600

MAX_WINDOW_S: Final = 3_600
MAX_BUCKETS: Final = 65_536
# An expression has 300 operators and functions and 4 KB of text at most; a renewal's condition has
# two operators an id: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
IDS_PER_CALL: Final = 100
# A page of so many write units takes no more ids: some 230 of them. Every write costs the whole
# page, and what is under way when it is marked makes it a little larger.
FULL_UNITS: Final = 8
# The function's environment holds the schedule, and Lambda allows all of it 4 KB.
MAX_ENTRIES: Final = 16

_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_EVER: Final = float("-inf")
_SEPARATOR: Final = ", "
ENTRY_PATTERN: Final = (
    r"(?:(?P<begins>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z) )?"
    r"(?:items|pages (?P<window>[1-9][0-9]{0,3})s/(?P<buckets>[1-9][0-9]{0,4}))"
)
ENTRY_FORM: Final = "items or pages 2s/16, after a time such as 2026-12-04T06:00Z but in the first"
_ENTRY: Final = re.compile(ENTRY_PATTERN)


@dataclass(frozen=True, slots=True)
class Pages:
    """The layout in which the claims of one window of time and one bucket of ids share an item.

    Attributes:
        window_s: Length of a window in seconds.
        buckets: Into how many ranges the hashes of ids are divided.
    """

    window_s: int
    buckets: int

    def __str__(self) -> str:
        """The layout as a schedule spells it."""
        return f"pages {self.window_s}s/{self.buckets}"


@dataclass(frozen=True, slots=True)
class Entry:
    """The layout of events that were created from some moment on.

    Attributes:
        begins_s: The moment, Unix time; minus infinity for all that was before.
        pages: The layout; None for an item an event.
    """

    begins_s: float
    pages: Pages | None

    def __str__(self) -> str:
        """The entry as a schedule spells it."""
        layout = "items" if self.pages is None else str(self.pages)
        return layout if self.begins_s == _EVER else f"{minute_text(self.begins_s)} {layout}"


class Schedule:
    """The layouts of all events; those that were created before its first entry have items.

    Attributes:
        entries: The entries in the order of time, the first of which begins with all time.
    """

    __slots__ = ("_begins", "_pages", "entries")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Takes entries.

        Raises:
            ScheduleError: They do not begin one after the other.
        """
        given = tuple(entries)
        if not given or given[0].begins_s != _EVER:
            given = (Entry(_EVER, None), *given)
        for before, after in pairwise(given):
            if after.begins_s <= before.begins_s:
                message = f"{after} must begin after {before}: only the first may have no time"
                raise ScheduleError(message)
        self.entries = given
        self._begins = [entry.begins_s for entry in given]
        self._pages = [entry.pages for entry in given]

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Self:
        """Reads entries such as `items`, `2026-12-04T06:00Z pages 2s/16`.

        Raises:
            ScheduleError: One of them is no entry, they are too many, or they do not begin one
                after the other.
        """
        given = [_entry(each) for each in entries]
        if len(given) > MAX_ENTRIES:
            message = f"a schedule has at most {MAX_ENTRIES} entries: remove those long over"
            raise ScheduleError(message)
        return cls(given)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Reads the text of a whole schedule; `str` is the inverse.

        Raises:
            ScheduleError: As `parse`.
        """
        return cls(map(_entry, text.split(_SEPARATOR)))

    def __str__(self) -> str:
        """The schedule as one text, which the function's environment holds."""
        return _SEPARATOR.join(map(str, self.entries))

    def __eq__(self, other: object) -> bool:
        """Whether the other one has the same entries."""
        return isinstance(other, Schedule) and self.entries == other.entries

    def __hash__(self) -> int:
        """Agrees with equality."""
        return hash(self.entries)

    @property
    def has_pages(self) -> bool:
        """Whether any event has a page."""
        return any(self._pages)

    def pages_at(self, created_at_s: float) -> Pages | None:
        """Returns the layout of an event; None for an item of its own.

        Args:
            created_at_s: Its creation, Unix time.
        """
        if len(self._begins) == 1:
            return self._pages[0]
        return self._pages[bisect_right(self._begins, created_at_s) - 1]

    def check_follows(self, before: Schedule, now_s: float, kept_s: float) -> None:
        """Refuses a change for events that may be claimed already, or soon by a running function.

        Args:
            before: The schedule in force.
            now_s: Unix time.
            kept_s: How long claims are kept; what was created before that counts no more.

        Raises:
            ScheduleError: It would change where such events have their claims.
        """
        earliest_s = now_s + CLOCK_SKEW_S + DEPLOYMENT_S
        for begins_s, ends_s in self._differences(before):
            if begins_s < earliest_s and ends_s > now_s - kept_s:
                shown = "ever" if begins_s == _EVER else minute_text(begins_s)
                message = (
                    f"events that were created from {shown} on may be claimed already as in force, "
                    f"by {str(before)!r}, and would be claimed again by {str(self)!r}; keep its "
                    "entries, and let a change begin at "
                    f"{minute_text(-(-earliest_s // _HOUR_S) * _HOUR_S)} or later"
                )
                raise ScheduleError(message)

    def following(
        self, before: Schedule, *, noted_s: float, now_s: float, kept_s: float
    ) -> Schedule:
        """Returns what holds for a function that was told this one, after another was in force.

        The one before holds for every event that a function which last noted it may claim by it:
        until its note is over, and as far ahead as clocks may run. So an entry that comes too late
        begins later than it says, and nothing is claimed twice.

        Args:
            before: The schedule that was in force.
            noted_s: When that was last noted, Unix time.
            now_s: Unix time.
            kept_s: How long claims are kept; layouts that were over before that are forgotten.
        """
        turn_s = -(-(noted_s + OVER_AFTER_S + CLOCK_SKEW_S) // _MINUTE_S) * _MINUTE_S
        begins = {each for each in before._begins if each < turn_s}
        begins.update(each for each in self._begins if each > turn_s)
        entries: list[Entry] = []
        for begins_s in sorted({*begins, turn_s}):
            pages = (before if begins_s < turn_s else self).pages_at(begins_s)
            if entries and begins_s <= now_s - kept_s:
                entries.clear()
            if not entries or entries[-1].pages != pages:
                entries.append(Entry(begins_s if entries else _EVER, pages))
        return Schedule(entries)

    def _differences(self, other: Schedule) -> Iterator[tuple[float, float]]:
        """The stretches of creation, begin and end, for which two schedules differ."""
        bounds = [*sorted({*self._begins, *other._begins}), float("inf")]
        for begins_s, ends_s in pairwise(bounds):
            if self.pages_at(begins_s) != other.pages_at(begins_s):
                yield begins_s, ends_s


ITEMS_ONLY: Final = Schedule()


def minute_text(moment_s: float) -> str:
    """The minute of a moment as a schedule spells it."""
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _entry(text: str) -> Entry:
    match = _ENTRY.fullmatch(text)
    if match is None:
        message = f"{text!r} is no entry of a schedule: expected {ENTRY_FORM}"
        raise ScheduleError(message)
    begins_s = _EVER
    if match["begins"]:
        try:
            begins_s = datetime.fromisoformat(match["begins"]).timestamp()
        except ValueError as error:
            message = f"{text!r} names no time that there is"
            raise ScheduleError(message) from error
    if match["window"] is None:
        return Entry(begins_s, None)
    window_s, buckets = int(match["window"]), int(match["buckets"])
    if window_s > MAX_WINDOW_S or buckets > MAX_BUCKETS:
        message = f"{text!r} is too coarse or too fine: at most {MAX_WINDOW_S}s/{MAX_BUCKETS}"
        raise ScheduleError(message)
    return Entry(begins_s, Pages(window_s, buckets))
