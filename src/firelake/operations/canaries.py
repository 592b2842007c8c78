"""Which events are canaries of `firelake verify`: left out wherever events are counted or moved."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from firelake.catalog.canaries import CANARY_TEXT
from firelake.contract.names import CANARY_UUID_PREFIX, EVENT_UUID

_PREFIX: Final = CANARY_UUID_PREFIX.encode()
_TEXT: Final = re.compile(CANARY_TEXT.encode())
_decode_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def is_canary(event: bytes) -> bool:
    """Whether an event is a canary: its id begins as one, or its text does where it is no JSON.

    Args:
        event: The event as it was sent, or a part of a record.
    """
    if _PREFIX not in event:
        return False
    try:
        event_uuid = _decode_members(event).get(EVENT_UUID)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _TEXT.search(event) is not None
    return event_uuid is not None and bytes(event_uuid).startswith(b'"' + _PREFIX)
