"""The section about failed events: by reason and field, and what mends them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from firelake.contract.names import COMMON_FIELDS
from firelake.contract.reasons import Reason
from firelake.failures.errors.summary import meaning_of
from firelake.health.report.findings import HOUR, Gap
from firelake.health.report.mending import remedy
from firelake.health.report.section import (
    Card,
    Section,
    draw_bars,
    gap_text,
    show_times,
    stack_bars,
)
from firelake.operations.counts import counted
from firelake.operations.page.charts import LINES, WARNING, Chart, draw_chart, label
from firelake.operations.page.tables import table
from firelake.operations.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from firelake.failures.errors.causes import Cause, Failed
    from firelake.health.report.findings import Findings

_MOST_CAUSES: Final = 15
_MOST_NAMES: Final = 50
_MOST_NAMED: Final = 5
_MOST_PROBLEMS: Final = 3
_MOST_BARS: Final = 168
_MOST_STACKED: Final = 3
_FAR_OFF: Final = frozenset((Reason.TOO_LATE.value, Reason.TOO_EARLY.value))


def failures(findings: Findings) -> Section:
    """Show why events failed, with a sample of each cause and the commands that mend it."""
    title = "Why events failed"
    found = findings.failures
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("The reasons, from errors/, are", found.why),))
    gaps = [
        gap_text("What should be readable in errors/ is", f"{each.place}: {each.why}")
        for each in found.unread.listed
    ]
    if found.unread.count > len(gaps):
        unread = counted(found.unread.count, "line or object", "lines or objects")
        gaps.append(f"{unread} could not be read in all.")
    causes = found.causes.ranked()
    if not causes:
        text = "No event stands in errors/ that arrived in this time."
        return Section(title=title, texts=(text,), gaps=tuple(gaps))
    bars = [
        (label(_name(cause)), failed.events, f"{failed.events:,}")
        for cause, failed in causes[:_MOST_CAUSES]
    ]
    by_cause = draw_bars("Failed events by reason and field", bars, "events", colour=WARNING)
    created = _created_chart(causes)
    return Section(
        title=title,
        texts=(
            (
                f"{counted(found.events, 'event stands', 'events stand')} in errors/ that arrived"
                " in this time,"
                f" {found.sent:,} of them sent again and not seen in the lake yet;"
                f" {counted(found.done, 'more is', 'more are')} back in the lake. Causes are found"
                " anew by the function's own code; an event may have several."
            ),
        ),
        gaps=tuple(gaps),
        charts=(by_cause,) if created is None else (by_cause, created),
        shown=table(("reason", "field"), ("events",), [*_listed(causes)]),
        cards=tuple(_card(findings, *each) for each in causes[:_MOST_CAUSES]),
        more_title="By event name",
        more=table(("event name",), ("events",), _most(found.by_name(), _MOST_NAMES)),
    )


def _listed(causes: Sequence[tuple[Cause, Failed]]) -> Iterator[tuple[str, str, int]]:
    for cause, failed in causes[:_MOST_CAUSES]:
        yield cause.reason, cause.field, failed.events
    rest = [failed.events for _, failed in causes[_MOST_CAUSES:]]
    if rest:
        yield "(others)", f"{len(rest):,} more, which firelake errors tells", sum(rest)


def _name(cause: Cause) -> str:
    is_told = not cause.field or cause.field in COMMON_FIELDS
    return cause.reason if is_told else f"{cause.reason}: {cause.field}"


def _most(counts: list[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    rest = sum(count for _, count in counts[most:])
    shown = [(harmless(name), count) for name, count in counts[:most]]
    return [*shown, ("(others)", rest)] if rest else shown


def _card(findings: Findings, cause: Cause, failed: Failed) -> Card:
    event = failed.sample
    what, commands = remedy(cause, failed, findings.span)
    problems = [
        each for each in event.problems if (each.reason.value == cause.reason) or not cause.field
    ]
    names = ", ".join(
        f"{name} {count:,}" for name, count in _most(failed.by_name.most_common(), _MOST_NAMED)
    )
    return Card(
        title=harmless(_name(cause)),
        count=f"{failed.events:,}",
        texts=(meaning_of(cause.reason), names, harmless(what)),
        commands=tuple(harmless(each) for each in commands),
        place=harmless(f"{event.place}#{event.index}"),
        remarks=tuple(
            harmless(f"{each.path or 'event'}: not {each.expected}")
            for each in problems[:_MOST_PROBLEMS]
        ),
        sample=harmless(event.event.decode("utf-8", "backslashreplace")),
    )


def _created_chart(causes: Sequence[tuple[Cause, Failed]]) -> Chart | None:
    """The hours of creation up to a week before the last, where there are several.

    What came too late or too early is far from all others.
    """
    causes = [each for each in causes if each[1].by_hour and each[0].reason not in _FAR_OFF]
    by_hour = [failed.by_hour for _, failed in causes]
    if not by_hour:
        return None
    last = max(max(each) for each in by_hour)
    first = max(min(min(each) for each in by_hour), last - HOUR * _MOST_BARS)
    hours = [first + HOUR * number for number in range((last - first) // HOUR + 1)]
    if len(hours) == 1:
        return None
    names = [label(_name(cause)) for cause, _ in causes[:_MOST_STACKED]]
    every = _sum(by_hour)
    counts = by_hour[:_MOST_STACKED]
    if len(causes) > _MOST_STACKED:
        names.append("other causes")
        counts.append(_sum(by_hour[_MOST_STACKED:]))
    values = [[each[hour] for hour in hours] for each in counts]
    stacks = [*zip(names, values, (WARNING, *LINES), strict=False)]

    def draw(axes: Any) -> None:  # noqa: ANN401
        stack_bars(axes, hours, HOUR, stacks, "events")
        axes.locator_params(axis="y", integer=True)
        show_times(axes, first, last + HOUR)

    most = max(hours, key=lambda hour: every[hour])
    told = (
        f"Of {sum(every[hour] for hour in hours):,} failed events whose time can be read, those too"
        " late or too early aside, most were created in the hour of"
        f" {most:%Y-%m-%d %H:%M} UTC: {every[most]:,}."
    )
    return draw_chart("Failed events by hour of creation", told, draw, has_narrow=True)


def _sum(counts: Iterable[Counter[datetime]]) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for each in counts:
        found.update(each)
    return found
