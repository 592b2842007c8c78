"""The first question that a demonstration asks: the events of the contract's largest type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from firelake.catalog.sql_text import literal
from firelake.contract.names import EVENT_NAME, EVENT_TYPE, VIEW_EVENTS_UNIQUE
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

_TEXT: Final = FieldType(Kind.STRING)


def first_question(contract: EventContract) -> str:
    """Write the question in Athena's SQL.

    It counts the events of the type that has most names, and the different values of the text
    field that most of them carry, if any carries one.

    Args:
        contract: The events, at least one.
    """
    sizes = Counter(event.event_type for event in contract.events.values())
    largest = max(sorted(sizes), key=lambda each: sizes[each])
    name = _commonest_text(contract, largest)
    text = None if name is None else contract.fields[name].column
    distinct = "" if text is None else f", count(DISTINCT {text}) AS distinct_{text}"
    return (
        f"SELECT {EVENT_NAME}, count(*) AS events{distinct}"
        f"\nFROM {VIEW_EVENTS_UNIQUE}"
        f"\nWHERE {EVENT_TYPE} = {literal(largest)}"
        f"\nGROUP BY {EVENT_NAME}"
        f"\nORDER BY events DESC, {EVENT_NAME}"
    )


def _commonest_text(contract: EventContract, event_type: str) -> str | None:
    """The text field that most events of the type carry; of several, which most must carry."""
    events = [event for event in contract.events.values() if event.event_type == event_type]
    carried = Counter(name for event in events for name in event.fields)
    required = Counter(name for event in events for name in event.required)
    texts = [name for name in carried if contract.fields[name].type == _TEXT]
    return max(texts, key=lambda name: (carried[name], required[name]), default=None)
