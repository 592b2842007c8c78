"""Receipts for failed events that the lake has by now, so that they are told as done."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from firelake.failures.errors.lines import Unreadable
from firelake.failures.receipts import Entry, State
from firelake.history.backfill.ids import Ids
from firelake.history.backfill.work import Partition, first_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.failures.errors.listing import ErrorObject
    from firelake.failures.receipt_bucket import Receipts
    from firelake.history.backfill.lake import LakeIds
    from firelake.history.backfill.sources import FailedEvents
    from firelake.transform.events import ValidEvent

_EVENTS_AT_ONCE: Final = 10_000


def note_done(failed: FailedEvents, lake: LakeIds, receipts: Receipts, now_ms: int) -> int:
    """Put into receipts which failed events are rows of the lake.

    Args:
        lake: What the lake has, listed after everything was written.
        receipts: Where receipts are kept.
        now_ms: Unix time in milliseconds.

    Returns:
        How many events are.

    Raises:
        OpsError: S3 refused.
    """
    count = 0
    for found in failed.source.objects(failed.selection):
        if isinstance(found, Unreadable):
            continue
        labelled = _valid_events(failed, found)
        while several := list(islice(labelled, _EVENTS_AT_ONCE)):
            entries = {
                label: Entry(
                    State.DONE,
                    now_ms,
                    event.event_uuid,
                    event.event_name,
                    event.created_at_s,
                    event.event_type,
                    event.dt,
                )
                for label, event in _in_lake(several, lake)
            }
            if entries:
                receipts.put_in(found.key, entries)
            count += len(entries)
    return count


def _valid_events(failed: FailedEvents, found: ErrorObject) -> Iterator[tuple[str, ValidEvent]]:
    for event in failed.of(found):
        if not isinstance(event, Unreadable) and event.valid is not None:
            yield event.label, event.valid


def _in_lake(
    several: Iterable[tuple[str, ValidEvent]], lake: LakeIds
) -> Iterator[tuple[str, ValidEvent]]:
    shares = [
        (partition, list(share))
        for partition, share in groupby(sorted(several, key=_partition_of), key=_partition_of)
    ]
    asked = [(partition, first_parts(event for _, event in share)) for partition, share in shares]
    lake.load(asked)
    for (partition, names), (_, share) in zip(asked, shares, strict=True):
        missing = lake.missing(partition, names, Ids.of_events([event for _, event in share]))
        for row in (~missing).rows():
            yield share[row]


def _partition_of(labelled: tuple[str, ValidEvent]) -> Partition:
    return Partition(labelled[1].event_type, labelled[1].dt)
