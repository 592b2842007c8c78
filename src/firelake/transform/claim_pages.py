"""A page of claims: its key, the name of an event's attribute in it, and what the attribute holds.

A page is one item that holds the claims of all events of one window of creation and one bucket of
ids. Buckets are ranges of `md5(event_uuid)`, as Kinesis' shards are of `md5(PartitionKey)`: where
producers take the id for the key, a shard touches its own pages alone.
"""

from __future__ import annotations

from binascii import b2a_base64
from hashlib import blake2b, md5
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import msgspec

from firelake.contract.names import UNREGISTERED

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Pages

# A control character, which no event id has, so that no id is the key of a page.
_MARK: Final = "\t"
# Of the hash of an event's identity: with 250 ids a page, two meet once in 10^24 pages.
_NAME_BYTES: Final = 12
# Of the hash of a coordinate: a copy passes for the owner once in 10^19 copies.
_OWNER_BYTES: Final = 8
_STATE_BYTES: Final = 6
VALUE_BYTES: Final = _OWNER_BYTES + _STATE_BYTES
_BUCKET_BITS: Final = 32


class Slot(NamedTuple):
    """Where the claim of an event is that has a page.

    Attributes:
        page: Key of the page's item.
        name: Name of the event's attribute, of its identity: id, name and creation.
        event_name: The event's name.
        created_at_s: Its creation, Unix time.
        ends_s: End of the page's window, Unix time.
        is_alone: Whether the page is full and does not hold it, so that it has an item of its own.
    """

    page: str
    name: str
    event_name: str
    created_at_s: float
    ends_s: int
    is_alone: bool = False

    @property
    def item_key(self) -> str:
        """Key of the item that holds the claim."""
        return f"{self.page}{_MARK}{self.name}" if self.is_alone else self.page


ClaimKey: TypeAlias = str | Slot
"""Where a claim is: the id, in the layout of items; or a slot."""


class PageValue(msgspec.Struct, frozen=True, gc=False):
    """What an attribute of a page says of one event.

    Attributes:
        owner: The owner's mark, see `owner_mark`.
        claimed_at_ms: When the event last went on its way, Unix time in milliseconds.
        is_unregistered: Whether it was delivered to the partition `unregistered`.
    """

    owner: str
    claimed_at_ms: int
    is_unregistered: bool


def slot_of(event_uuid: str, event_name: str, created_at_s: float, pages: Pages) -> Slot:
    """Returns where the claim of an event is.

    Args:
        event_uuid: Its id.
        event_name: Its name.
        created_at_s: Its creation, Unix time; 5 and 5.0 are one.
        pages: The layout by its creation.
    """
    uuid = event_uuid.encode()
    window = int(created_at_s // pages.window_s)
    hashed = int.from_bytes(md5(uuid, usedforsecurity=False).digest()[: _BUCKET_BITS // 8], "big")
    bucket = hashed * pages.buckets >> _BUCKET_BITS
    # No id and no name holds a control character; zero may be written as -0.0.
    identity = b"%s\n%s\n%s" % (uuid, event_name.encode(), repr(created_at_s + 0.0).encode())
    return Slot(
        f"{_MARK}{window * pages.window_s}+{pages.window_s}/{bucket}/{pages.buckets}",
        b2a_base64(blake2b(identity, digest_size=_NAME_BYTES).digest(), newline=False).decode(),
        event_name,
        created_at_s,
        (window + 1) * pages.window_s,
    )


def owner_mark(owner: str) -> str:
    """Returns what a page keeps of an owner's coordinate."""
    return blake2b(owner.encode(), digest_size=_OWNER_BYTES).hexdigest()


def encode_value(owner: str, claimed_at_ms: int, event_type: str) -> bytes:
    """Returns the bytes of an attribute; `decode_value` is the inverse."""
    state = claimed_at_ms << 1 | (event_type == UNREGISTERED)
    return bytes.fromhex(owner) + state.to_bytes(_STATE_BYTES, "big")


def decode_value(value: bytes) -> PageValue:
    """Reads the bytes of an attribute."""
    state = int.from_bytes(value[_OWNER_BYTES:], "big")
    return PageValue(value[:_OWNER_BYTES].hex(), state >> 1, bool(state & 1))
