"""Why an event is invalid: every reason, each with its code, the field's path and what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.contract.facts import CLOCK_SKEW_DAYS, MAX_EVENT_NAME_LENGTH
from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.reasons import Reason
from firelake.transform.errors import UnfitValueError
from firelake.transform.rules import (
    MAX_EVENT_UUID_LENGTH,
    is_event_name,
    is_event_uuid,
)
from firelake.transform.values import ANY_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.transform.rules import Window
    from firelake.transform.schemas import EventSchema, FieldSchema

_NULL: Final = b"null"

_decode_string: Final = msgspec.json.Decoder(str).decode
_decode_number: Final = msgspec.json.Decoder(float).decode


class Problem(msgspec.Struct, frozen=True):
    """One reason why an event is invalid. Holds nothing of the event's values.

    Attributes:
        index: Which of the record's events, from 0.
        path: The field, such as `scores[2]`; empty for the event or the record as a whole.
    """

    reason: Reason
    index: int
    path: str
    expected: str


def text_of(raw: Raw | None) -> str | None:
    """The text of a raw JSON string; None for any other value, and for none."""
    try:
        return None if raw is None else _decode_string(raw)
    except msgspec.DecodeError:
        return None


def diagnose(
    fields: Mapping[str, Raw],
    schema: EventSchema | None,
    window: Window,
    arrived_ms: int,
    index: int,
) -> list[Problem]:
    """Checks an event field by field.

    Args:
        schema: What the contract says of it; None where it does not know the event.
        window: When it must have been created.
        arrived_ms: When it arrived in the stream, Unix time in milliseconds.
        index: Which of the record's events it is.

    Returns:
        Every problem; nothing if the event is valid.
    """
    problems = list(_common_problems(fields, window, arrived_ms, index))
    for field in schema.fields.values() if schema else ():
        problem = _field_problem(field, fields.get(field.name), index)
        if problem is not None:
            problems.append(problem)
    return problems


def _common_problems(
    fields: Mapping[str, Raw], window: Window, arrived_ms: int, index: int
) -> Iterator[Problem]:
    event_uuid = text_of(fields.get(EVENT_UUID))
    if event_uuid is None or not is_event_uuid(event_uuid):
        expected = f"a string of 1 to {MAX_EVENT_UUID_LENGTH} printable characters"
        yield Problem(Reason.EVENT_UUID, index, EVENT_UUID, expected)
    event_name = text_of(fields.get(EVENT_NAME))
    if event_name is None or not is_event_name(event_name):
        expected = (
            f"parts of a-z, 0-9 and _ joined by colons, at most {MAX_EVENT_NAME_LENGTH} characters"
        )
        yield Problem(Reason.EVENT_NAME, index, EVENT_NAME, expected)
    earliest_s, latest_s = window.bounds_s(arrived_ms)
    created_at_s = _number_of(fields.get(CREATED_AT))
    if created_at_s is None:
        expected = "Unix time in seconds, a number"
        yield Problem(Reason.CREATED_AT, index, CREATED_AT, expected)
    elif created_at_s < earliest_s:
        yield Problem(Reason.TOO_LATE, index, CREATED_AT, window.earliest)
    elif created_at_s > latest_s:
        expected = f"at most {CLOCK_SKEW_DAYS} day after its arrival"
        yield Problem(Reason.TOO_EARLY, index, CREATED_AT, expected)


def _number_of(raw: Raw | None) -> float | None:
    try:
        return None if raw is None else _decode_number(raw)
    except msgspec.DecodeError:
        return None


def _field_problem(field: FieldSchema, raw: Raw | None, index: int) -> Problem | None:
    codec = field.codec
    is_null = raw is not None and bytes(raw) == _NULL and not codec.accepts_null
    if raw is None or is_null:
        if not field.is_required:
            return None
        return Problem(Reason.FIELD_MISSING, index, field.name, codec.expected)
    try:
        if codec.convert is None:
            msgspec.json.decode(raw, type=codec.json_type)
        else:
            codec.convert(raw)
    except UnfitValueError as error:
        reason = Reason.FIELD_MISSING if error.is_missing else Reason.FIELD_TYPE
        expected = error.expected or codec.expected
        return Problem(reason, index, f"{field.name}{error.path}", expected)
    except msgspec.ValidationError as error:
        path = _path_in(error)
    else:
        return None
    return Problem(Reason.FIELD_TYPE, index, f"{field.name}{path}", codec.expected)


def _path_in(error: msgspec.ValidationError) -> str:
    """The place inside a value that msgspec names at its message's end: `... - at `$[2]``."""
    _, found, place = str(error).rpartition(" - at `$")
    # So msgspec writes any key of an object.
    return place.rstrip("`").replace("[...]", ANY_KEY) if found else ""


def whole_record(reason: Reason, expected: str, index: int = 0) -> Problem:
    """A problem of a record, or of one of its values, rather than of a field."""
    return Problem(reason, index, "", expected)
