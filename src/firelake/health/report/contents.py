"""Sections about what lies in the bucket: files of events, and failed events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from firelake.failures.errors.summary import meaning_of
from firelake.health.report.findings import Gap
from firelake.health.report.section import (
    Sample,
    Section,
    bars_height_inches,
    gap_text,
    note_bars,
    show_bars,
)
from firelake.operations.page.charts import Chart, Theme, draw_chart, label
from firelake.operations.page.tables import table
from firelake.operations.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.failures.errors.summary import Summary
    from firelake.health.report.findings import Findings, PartitionFiles

_MOST_TYPES: Final = 30
_MOST_REASONS: Final = 15
_MOST_NAMES: Final = 20
_MOST_PROBLEMS: Final = 3
_MOST_PARTITIONS: Final = 2000
_KIB: Final = 1024


def files(findings: Findings) -> Section:
    """Show how many files the partitions have, and how large they are."""
    title = "Files by partition"
    found = findings.partitions
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("The files of the partitions are", found.why),))
    if not found:
        return Section(title=title, texts=("The partitions of this time have no files.",))
    count, size = sum(each.files for each in found), sum(each.total_bytes for each in found)
    texts = [
        (
            f"{count:,} files in {len(found):,} partitions that events created in this time belong"
            f" to: {_size(size)}, {_size(size / count)} a file. Many small files make queries slow"
            " and dear: a longer delivery interval or a coarser granularity gives fewer."
        )
    ]
    if len(found) > _MOST_PARTITIONS:
        texts.append(f"The table has the first {_MOST_PARTITIONS:,} partitions.")
    return Section(
        title=title,
        texts=tuple(texts),
        chart=_files_chart(found),
        table=table(
            ("event type", "dt"),
            ("files", "rows", "bytes", "smallest file", "largest file"),
            [
                (
                    label(each.event_type),
                    label(each.dt),
                    each.files,
                    each.rows,
                    each.total_bytes,
                    each.smallest_bytes,
                    each.largest_bytes,
                )
                for each in found[:_MOST_PARTITIONS]
            ],
        ),
    )


def _files_chart(found: Sequence[PartitionFiles]) -> Chart:
    counts: defaultdict[str, int] = defaultdict(int)
    sizes: defaultdict[str, int] = defaultdict(int)
    for each in found:
        counts[each.event_type] += each.files
        sizes[each.event_type] += each.total_bytes
    types = sorted(counts, key=lambda each: (-counts[each], each))[:_MOST_TYPES]
    values = [counts[each] for each in types]
    notes = [f"{counts[each]:,} of {_size(sizes[each] / counts[each])}" for each in types]

    def draw(axes: Any, theme: Theme) -> None:  # noqa: ANN401
        show_bars(axes, [label(each) for each in types], values, theme.lines[0])
        note_bars(axes, values, notes, theme.ink)
        axes.margins(x=0.35)
        axes.locator_params(axis="x", nbins=4, integer=True)
        axes.set_xlabel("files (noted: their mean size)")

    told = "; ".join(f"{label(each)}: {note}" for each, note in zip(types, notes, strict=True))
    height = bars_height_inches(len(types))
    return draw_chart("Files by event type", f"{told}.", draw, height, has_narrow=True)


def _size(size_bytes: float) -> str:
    value = size_bytes
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < _KIB:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= _KIB
    return f"{value:,.1f} TiB"


def failures(findings: Findings) -> Section:
    """Show why events failed, with samples."""
    title = "Why events failed"
    found = findings.failures
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("The reasons, from errors/, are", found.why),))
    texts = [
        (
            f"{found.events:,} events stand in errors/ that arrived in this time, {found.sent:,} of"
            " them sent again and not seen in the lake yet;"
            f" {found.done:,} more are back in the lake. Reasons are found anew by the function's"
            " own code; an event may have several. firelake errors has them all, and firelake"
            " replay puts events back."
        )
    ]
    gaps = [
        gap_text("What should be readable in errors/ is", f"{each.place}: {each.why}")
        for each in found.unread.listed
    ]
    if found.unread.count > len(gaps):
        gaps.append(f"{found.unread.count:,} lines or objects could not be read in all.")
    reasons = found.by_reason()
    return Section(
        title=title,
        texts=tuple(texts),
        gaps=tuple(gaps),
        chart=_reasons_chart(reasons[:_MOST_REASONS]) if reasons else None,
        more_title="By event name",
        more=table(("event name",), ("events",), _most(found.by_name())) if reasons else None,
        shown=table(
            ("reason", "meaning"),
            ("events",),
            [(harmless(name), meaning_of(name), count) for name, count in reasons[:_MOST_REASONS]],
        )
        if reasons
        else None,
        samples=tuple(_samples(found, [name for name, _ in reasons[:_MOST_REASONS]])),
    )


def _most(counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    rest = sum(count for _, count in counts[_MOST_NAMES:])
    shown = [(harmless(name), count) for name, count in counts[:_MOST_NAMES]]
    return [*shown, ("(others)", rest)] if rest else shown


def _reasons_chart(reasons: Sequence[tuple[str, int]]) -> Chart:
    names = [label(name) for name, _ in reasons]
    values = [count for _, count in reasons]

    def draw(axes: Any, theme: Theme) -> None:  # noqa: ANN401
        show_bars(axes, names, values, theme.warning)
        note_bars(axes, values, [f"{value:,}" for value in values], theme.ink)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.locator_params(axis="x", nbins=4, integer=True)
        axes.set_xlabel("events")

    told = "; ".join(f"{name}: {value:,}" for name, value in zip(names, values, strict=True))
    height = bars_height_inches(len(names))
    return draw_chart("Failed events by reason", f"{told}.", draw, height, has_narrow=True)


def _samples(found: Summary, reasons: Sequence[str]) -> Iterator[Sample]:
    for reason in reasons:
        for event in found.samples.get(reason, []):
            yield Sample(
                title=harmless(reason),
                place=harmless(f"{event.place}#{event.index}"),
                remarks=tuple(
                    harmless(f"{each.path or 'event'}: not {each.expected}")
                    for each in event.problems[:_MOST_PROBLEMS]
                ),
                text=harmless(event.event.decode("utf-8", "backslashreplace")),
            )
