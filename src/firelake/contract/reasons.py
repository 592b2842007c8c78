"""Why an event can be invalid: the closed list of reason codes."""

from __future__ import annotations

from enum import StrEnum, unique
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class Reason(StrEnum):
    """A reason code, as metrics, logs and `firelake errors` show it.

    The list stays short and closed because each code is a value of a CloudWatch dimension, and
    each value of a dimension is a metric that costs money.
    """

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    EMPTY_RECORD = "empty_record"
    NOT_AN_OBJECT = "not_an_object"
    NESTED_TOO_DEEP = "nested_too_deep"
    EVENT_UUID = "event_uuid"
    EVENT_NAME = "event_name"
    CREATED_AT = "created_at"
    FIELD_MISSING = "field_missing"
    FIELD_TYPE = "field_type"
    TOO_LATE = "too_late"
    TOO_EARLY = "too_early"
    MIXED_PARTITIONS = "mixed_partitions"
    UUID_REUSED = "uuid_reused"
    ANSWER_TOO_LARGE = "answer_too_large"

    @property
    def meaning(self) -> str:
        """One sentence for people: what is wrong with such an event."""
        return _MEANINGS[self]


_MEANINGS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.NOT_UTF8: "The record is not UTF-8 text.",
        Reason.NOT_JSON: "The record is not JSON, or goes on after its last JSON object.",
        Reason.EMPTY_RECORD: "The record holds no event: it is empty or only whitespace.",
        Reason.NOT_AN_OBJECT: "The record holds a JSON value that is not an object.",
        Reason.NESTED_TOO_DEEP: "The JSON is nested too deep to be read.",
        Reason.EVENT_UUID: "event_uuid is missing or not a text of 1 to 128 printable characters.",
        Reason.EVENT_NAME: "event_name is missing or not lower-case parts joined by colons.",
        Reason.CREATED_AT: "created_at is missing or not a Unix time in seconds.",
        Reason.FIELD_MISSING: "A field that the contract requires of this event is missing.",
        Reason.FIELD_TYPE: "A declared field holds a value that its type or constraints refuse.",
        Reason.TOO_LATE: "The event arrived more than the allowed lateness after its creation.",
        Reason.TOO_EARLY: "The event arrived more than a day before its creation.",
        Reason.MIXED_PARTITIONS: "The events of one packed record belong to several partitions.",
        Reason.UUID_REUSED: "The event_uuid belongs to another event already.",
        Reason.ANSWER_TOO_LARGE: "The answer to Firehose would pass the limit of Lambda with it.",
    }
)
