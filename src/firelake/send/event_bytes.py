"""An app's event as bytes to send: JSON on one line, nothing of it changed without a word."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import msgspec

from firelake.contract.names import EVENT_UUID
from firelake.operations.errors import OpsError
from firelake.operations.event_text import one_line
from firelake.send.records import MAX_PARTITION_KEY_LENGTH, Outgoing, fault_of
from firelake.transform.rules import is_utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance

Sendable: TypeAlias = "Mapping[str, Any] | DataclassInstance | msgspec.Struct | bytes | str"


class _Id(msgspec.Struct):
    event_uuid: msgspec.Raw = msgspec.Raw()


_encode: Final = msgspec.json.Encoder().encode
_decode_id: Final = msgspec.json.Decoder(_Id).decode
_decode_text: Final = msgspec.json.Decoder(str).decode
_check_object: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class EventError(OpsError, ValueError):
    """Raised when an event cannot be sent as it is."""


def outgoing_of(event: Sendable, partition_key: str | None = None) -> Outgoing:
    """Write an event as it is sent.

    Args:
        event: A mapping, dataclass or msgspec.Struct, written as msgspec does: times as ISO 8601,
            decimals as text. Or one JSON object, as bytes or text.
        partition_key: That of its record; None for the event's id, where it has a text as such.

    Raises:
        EventError: It is no JSON object, or larger than a record.
    """
    payload = _payload(event)
    key = partition_key
    if key is None:
        key = _id_of(event, payload)
        if len(key) > MAX_PARTITION_KEY_LENGTH:
            key = ""  # it is no valid event; the function tells
    elif not 0 < len(key) <= MAX_PARTITION_KEY_LENGTH:
        message = (
            f"the partition key {key[:40]!r} has {len(key):,} characters: give it 1 to"
            f" {MAX_PARTITION_KEY_LENGTH}"
        )
        raise EventError(message)
    outgoing = Outgoing(payload, partition_key=key)
    fault = fault_of(outgoing)
    if fault is not None:
        message = f"the event {key[:40]!r} cannot be sent: {fault}"
        raise EventError(message)
    return outgoing


def _payload(event: Sendable) -> bytes:
    if isinstance(event, str):
        return _checked(_utf8(event))
    if isinstance(event, bytes):
        return _checked(event)
    try:
        payload = _encode(event)
        if b"null" in payload:
            _refuse_not_finite(msgspec.to_builtins(event, str_keys=True))
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        message = f"the event cannot be written as JSON: {error}"
        raise EventError(message) from error
    if not payload.startswith(b"{"):
        message = f"the event is no JSON object but {type(event).__name__}: give a mapping"
        raise EventError(message)
    return payload


def _utf8(event: str) -> bytes:
    try:
        return event.encode()
    except UnicodeEncodeError as error:
        message = f"the event is no text that UTF-8 can hold: {error}"
        raise EventError(message) from error


def _checked(event: bytes) -> bytes:
    try:
        _check_object(event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the event is not one JSON object: {error}"
        raise EventError(message) from error
    if not is_utf8(event):
        message = "the event is not UTF-8"
        raise EventError(message)
    return one_line(event.strip())


def _id_of(event: Sendable, payload: bytes) -> str:
    if isinstance(event, dict):
        value = cast("dict[str, object]", event).get(EVENT_UUID)
        if isinstance(value, str):
            return value
    try:
        return _decode_text(_decode_id(payload).event_uuid)
    except msgspec.DecodeError:
        return ""


def _refuse_not_finite(value: object) -> None:
    """Refuse the numbers that JSON has not, which msgspec writes as null."""
    if isinstance(value, float) and not math.isfinite(value):
        message = f"{value} is no number of JSON"
        raise ValueError(message)
    if isinstance(value, dict):
        for each in cast("dict[str, object]", value).values():
            _refuse_not_finite(each)
    elif isinstance(value, list | tuple):
        for each in cast("list[object]", value):
            _refuse_not_finite(each)
