"""Receipts: under which identity each event of an error object was put back, and what became of it.

A fix may give another identity each time it runs. So the first identity that is sent is written
here before it is sent, with the event where the fix changed it, and every later run goes by it.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from firelake.contract.layout import DT_PATTERN, receipt_key
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION: Final = 1
# An error object holds at most what Firehose buffers, 128 MiB, and a receipt each event once.
MAX_RECEIPT_BYTES: Final = 512 * 1024 * 1024


class ReceiptError(OpsError, ValueError):
    """Raised when an object under `errors-replayed/` is no receipt."""


@unique
class State(StrEnum):
    """What became of an event."""

    SENT = "sent"  # written before it is sent; the lake has not been seen to have it
    DONE = "done"  # a row of the lake


_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
_TypeName = Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,200}$")]
_Dt = Annotated[str, msgspec.Meta(pattern=f"^{DT_PATTERN}$")]
_Label = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,15}([.][0-9]{1,15})?#[0-9]{1,15}$")]
_Milliseconds = Annotated[int, msgspec.Meta(ge=0, lt=253_402_300_800_000)]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event's state.

    Attributes:
        at_ms: When, Unix time in milliseconds.
        event_type: Its partition by type, as it is sent.
        dt: Its partition by time, as it is sent.
        event: The event as it is sent, where a fix changed it; None where the error object has it.
    """

    state: State
    at_ms: _Milliseconds
    event_uuid: _Text
    event_name: _Text
    created_at_s: float
    event_type: _TypeName
    dt: _Dt
    event: str | None = None

    @property
    def identity(self) -> tuple[str, str, float]:
        """What makes two events copies of each other."""
        return self.event_uuid, self.event_name, self.created_at_s


class Receipt(msgspec.Struct, frozen=True):
    """What became of the events of one error object.

    Attributes:
        object: Key of the error object.
        events: By line and index, as in `17#0`; by line, part and index where several records
            begin in one line, as in `17.1#0`.
    """

    object: str
    events: dict[_Label, Entry]
    version: int = _VERSION

    def merged(self, entries: Mapping[str, Entry]) -> Receipt:
        """Put in what became of more events, or of the same ones.

        The identity that came first stays, until one is done; and so does what was sent under it,
        also where it was seen in the lake by something that had nothing to send.

        Args:
            entries: By line and index.
        """
        events = dict(self.events)
        for label, entry in entries.items():
            events[label] = _merged(entry, events.get(label))
        return Receipt(self.object, events, self.version)


def _merged(entry: Entry, known: Entry | None) -> Entry:
    """Returns the one of both that counts; of one event it has what was sent, if either has it."""
    if known is None:
        return entry
    is_same = entry.identity == known.identity
    is_newer = is_same and entry.at_ms > known.at_ms
    if State.DONE in (entry.state, known.state):
        is_newer = known.state is not State.DONE
    if not is_newer:
        return known
    if is_same and entry.event is None:
        return msgspec.structs.replace(entry, event=known.event)
    return entry


_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_decode: Final = msgspec.json.Decoder(Receipt).decode


def encode_receipt(receipt: Receipt) -> bytes:
    """Returns the object's body: JSON, the same for equal receipts."""
    return _encode(receipt)


def decode_receipt(body: bytes, errors_key: str) -> Receipt:
    """Read a receipt.

    Args:
        errors_key: The error object that it must be about.

    Raises:
        ReceiptError: It is none, of another object, or of a later form.
    """
    try:
        receipt = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise foreign_receipt(errors_key, str(error)) from error
    if receipt.version != _VERSION or receipt.object != errors_key:
        raise foreign_receipt(errors_key, "it is about something else, or of a later version")
    return receipt


def foreign_receipt(errors_key: str, why: str) -> ReceiptError:
    """Returns the error for what is no receipt, which says what to do."""
    return ReceiptError(
        f"the receipt {receipt_key(errors_key)!r} cannot be read ({why}). Without it nobody knows "
        "under which identities the events of its error object were sent, so none is sent: restore "
        "an earlier version of it, or delete it if no --fix ever gave them another identity"
    )
