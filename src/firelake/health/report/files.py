"""The section about files: how many the partitions have, and how large they are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from firelake.health.report.findings import Gap
from firelake.health.report.section import Section, draw_bars, gap_text
from firelake.operations.counts import counted
from firelake.operations.page.charts import label
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.health.report.findings import Findings, PartitionFiles
    from firelake.operations.page.charts import Chart

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
    bars = [
        (label(name), counts[name], f"{counts[name]:,} of {_size(sizes[name] / counts[name])}")
        for name in types
    ]
    unit = "files (noted: their mean size)"
    return draw_bars("Files by event type", bars, unit, margin=0.35)


def _size(size_bytes: float) -> str:
    value = size_bytes
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < _KIB:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= _KIB
    return f"{value:,.1f} TiB"
