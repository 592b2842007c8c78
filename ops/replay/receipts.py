"""Receipts: what became of the events of an error object, kept beside it and never instead of it.

No rule of replay rests on a receipt: without them all would be asked of the lake again.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

import msgspec

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION: Final = 1


class ReceiptError(OpsError, ValueError):
    """Raised when an object under `errors-replayed/` is no receipt."""


@unique
class State(StrEnum):
    """What became of an event."""

    SENT = "sent"  # on the stream; the lake has not been seen to have it
    DONE = "done"  # a row of the lake


class Entry(msgspec.Struct, frozen=True):
    """One event's state.

    Attributes:
        state: What became of it.
        at_ms: When, Unix time in milliseconds.
        event_uuid: Its id, as it was sent.
        event_type: Its partition by type, as it was sent.
        dt: Its partition by time, as it was sent.
    """

    state: State
    at_ms: int
    event_uuid: str
    event_type: str
    dt: str


class Receipt(msgspec.Struct, frozen=True):
    """What became of the events of one error object.

    Attributes:
        object: Key of the error object.
        events: By line and index, as in `17#0`.
        version: Of this form.
    """

    object: str
    events: dict[str, Entry]
    version: int = _VERSION

    def merged(self, entries: Mapping[str, Entry]) -> Receipt:
        """Put in what became of more events, or of the same ones.

        What was seen in the lake stays so; else the later one counts. In whatever order several
        runs put theirs in, the outcome is the same.

        Args:
            entries: By line and index.
        """
        events = dict(self.events)
        for label, entry in entries.items():
            known = events.get(label)
            if known is None or _rank(entry) > _rank(known):
                events[label] = entry
        return Receipt(self.object, events, self.version)


def _rank(entry: Entry) -> tuple[bool, int, str, str, str]:
    return (
        entry.state is State.DONE,
        entry.at_ms,
        entry.event_uuid,
        entry.event_type,
        entry.dt,
    )


_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_decode: Final = msgspec.json.Decoder(Receipt).decode


def encode_receipt(receipt: Receipt) -> bytes:
    """Give the object's body: JSON, the same for equal receipts."""
    return _encode(receipt)


def decode_receipt(body: bytes, errors_key: str) -> Receipt:
    """Read a receipt.

    Args:
        body: The object's body.
        errors_key: The error object that it must be about.

    Raises:
        ReceiptError: It is none, of another object, or of a later form.
    """
    try:
        receipt = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _foreign(errors_key, str(error)) from error
    if receipt.version != _VERSION or receipt.object != errors_key:
        raise _foreign(errors_key, "it is about something else, or of a later version")
    return receipt


def _foreign(errors_key: str, why: str) -> ReceiptError:
    return ReceiptError(
        f"the receipt of {errors_key!r} is none ({why}): delete it under errors-replayed/, and "
        "replay will look its events up again"
    )
