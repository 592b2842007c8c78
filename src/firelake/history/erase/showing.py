"""What an erasure and its state are told as."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from firelake.history.erase.dates import gone_by_s, later_than_a_month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.history.erase.dates import Place
    from firelake.history.erase.erasure import Erasure
    from firelake.history.erase.looking import Left

_CLAIMS: Final = (
    "claims: ids, names and times of events, no field of any; they expire by dedupeDays"
)


def told(
    erasure: Erasure, field: str, rows: tuple[int, int], found: tuple[Place, ...]
) -> Iterator[str]:
    """Yields the lines about an erasure that was written just now.

    Args:
        field: Name of the field.
        rows: Those in `events/`, and those of history.
    """
    values = "1 value" if len(erasure.digests) == 1 else f"{len(erasure.digests):,} values"
    yield f"erasure {erasure.name}: {values} of {field}, hidden from now on by all views"
    yield f"rows: {rows[0]:,} in events/, {rows[1]:,} in history"
    yield from _dates(found)
    late = later_than_a_month(found, erasure.erased_at_s)
    if late:
        names = ", ".join(each.name for each in late)
        yield f"later than a month, as a law may give: {names}; lower the settings named above"


def standing(
    erasure: Erasure, left: Left, after: Erasure | None, found: tuple[Place, ...]
) -> Iterator[str]:
    """Yields the lines about an entry of the register that was looked at.

    Args:
        after: What became of the entry; None where it ended.
    """
    yield (
        f"erasure {erasure.name}: {len(erasure.digests):,} of {erasure.column},"
        f" {_moment(erasure.erased_at_s)}"
    )
    if after is None:
        yield "  nothing is left: the entry is removed"
        return
    yield (
        f"  rows: {left.event_rows:,} in events/, {left.history_rows:,} in history; snapshots of"
        f" before: {left.old_snapshots:,}"
    )
    yield "  objects that may hold it: " + ", ".join(
        f"{count:,} under {prefix}" for prefix, count in left.objects.items()
    )
    if after.cleared_at_s is not None:
        yield f"  nothing is left but old versions of objects, since {_moment(after.cleared_at_s)}"
    yield from (f"  {line}" for line in _dates(found))


def _dates(found: tuple[Place, ...]) -> Iterator[str]:
    gone_s = gone_by_s(found)
    if gone_s is None:
        yield "everything is gone: never, by the settings of today"
    else:
        yield f"everything is gone by {_moment(gone_s)}, if history moves once a day"
    for each in found:
        until = "never" if each.gone_s is None else f"by {_moment(each.gone_s)}"
        yield f"  {each.name} {until}: {each.why}"
    yield f"  {_CLAIMS}"


def _moment(moment_s: float) -> str:
    return f"{datetime.fromtimestamp(moment_s, UTC):%Y-%m-%d %H:%M} UTC"
