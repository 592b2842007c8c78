"""A sample event, labelled with what should become of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firelake.contract.reasons import Reason
    from firelake.send.records import Outgoing


@unique
class Fate(StrEnum):
    """What should become of an event."""

    DELIVERED = "delivered"
    UNREGISTERED = "unregistered"  # delivered too, all its fields in extras
    DUPLICATE = "duplicate"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """An event to send, and what should become of it.

    Attributes:
        outgoing: What is sent; two events at once where partitions are to be mixed.
        fate: What should become of it. Of an event and its copies one is delivered, whichever
            comes first; of an event and the one that reuses its id likewise.
        event_type: Its partition by type; that of the event it was made from if it is invalid.
        reason: Why it is invalid; None for all others.
        event_uuid: The id of its row, where a source of the contract makes it.
    """

    outgoing: Outgoing
    fate: Fate
    event_type: str
    reason: Reason | None = None
    event_uuid: str | None = None
