"""Where events to put back come from, in one form: error objects, raw records, the stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.failures.errors.events import event_name_of, split
from firelake.failures.errors.lines import Place, Unreadable
from firelake.operations.canaries import is_canary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.failures.errors.choice import Choice
    from firelake.failures.errors.listing import Selection
    from firelake.failures.errors.reading import ErrorReader
    from firelake.failures.receipts import Entry
    from firelake.transform.events import EventReader


@dataclass(frozen=True, slots=True)
class Item:
    """One event that may be put back.

    Attributes:
        place: Where it stands.
        event: The event as it was sent; any bytes.
        label: Its mark in the receipt of its error object; None where it stands in no such.
    """

    place: Place
    event: bytes
    label: str | None = None
    entry: Entry | None = None


def from_errors(
    reader: ErrorReader, selection: Selection, choice: Choice
) -> Iterator[Item | Unreadable]:
    """Yields the chosen events of error objects, but for those whose receipt cannot be read."""
    for found in reader.read(selection):
        if isinstance(found, Unreadable):
            yield found
        elif found.has_receipt and choice.has(found.event):
            event = found.event
            yield Item(event.place, event.event, event.label, found.entry)


def from_records(
    records: Iterable[tuple[Place, bytes] | Unreadable], choice: Choice, reader: EventReader
) -> Iterator[Item | Unreadable]:
    """Yields the chosen events of records as they were sent, those of verify left out.

    Args:
        records: Records, or what is left of them where they stand one after the other.
        choice: Which of their events; no reason is known of them.
        reader: Takes them apart, and knows their names.
    """
    for record in records:
        if isinstance(record, Unreadable):
            yield record
            continue
        place, data = record
        for event in (each for document in split(data) for each in reader.split(document)):
            if not is_canary(event) and choice.has_name(event_name_of(event, reader)):
                yield Item(place, event)
