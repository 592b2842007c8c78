"""The section about files: how many the partitions have, and how large they are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from firelake.health.report.findings import Gap
from firelake.health.report.section import (
    Section,
    bars_height_inches,
    gap_text,
    note_bars,
    show_bars,
)
from firelake.operations.counts import counted
from firelake.operations.page.charts import LINES, Chart, draw_chart, label
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.health.report.findings import Findings, PartitionFiles

_MOST_TYPES: Final = 30
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
            f"{counted(count, 'file')} in {counted(len(found), 'partition')} that events created in"
            f" this time belong to: {_size(size)}, {_size(size / count)} a file. Many small files"
            " make queries slow and dear: a longer delivery interval or a coarser granularity"
            " gives fewer."
        )
    ]
    if len(found) > _MOST_PARTITIONS:
        texts.append(f"The table has the first {_MOST_PARTITIONS:,} partitions.")
    return Section(
        title=title,
        texts=tuple(texts),
        charts=(_files_chart(found),),
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

    def draw(axes: Any) -> None:  # noqa: ANN401
        show_bars(axes, [label(each) for each in types], values, LINES[0])
        note_bars(axes, values, notes)
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
