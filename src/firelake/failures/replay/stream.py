"""A stretch of the stream itself: the remedy after a gap, as long as the stream keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from firelake.failures.errors.lines import Place
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from firelake.failures.errors.listing import Selection
    from firelake.operations.stream_records import StreamRecords


def read_stretch(
    stream: StreamRecords, selection: Selection, now: Callable[[], datetime]
) -> Iterator[tuple[Place, bytes]]:
    """Reads the records that arrived in the selected time, shard after shard.

    Args:
        selection: The time; its error types mean nothing here.

    Yields:
        The place (shard and sequence number) and what the producer sent.

    Raises:
        InputError: The stream no longer keeps the begin of that time.
        StreamError: Kinesis refused.
    """
    hours = stream.retention_hours()
    if selection.since < now() - timedelta(hours=hours):
        message = (
            f"the stream keeps records for {hours} hours, and {selection.since:%Y-%m-%d %H:%M}"
            " UTC is longer ago: give a later begin, and put back what was before by --raw"
        )
        raise InputError(message)
    for record in stream.read(selection.since, selection.until):
        yield Place(record.place), record.data
