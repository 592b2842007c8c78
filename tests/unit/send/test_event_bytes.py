"""An app's event as it is sent: its JSON, its id as partition key, or a word of what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.send.event_bytes import EventError, outgoing_of

if TYPE_CHECKING:
    from firelake.send.event_bytes import Sendable

ID = "9f1c2d3e-0000-4000-8000-000000000001"
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), inner, max_size=4)
    ),
    max_leaves=12,
)


@dataclass
class Signup:
    event_uuid: UUID
    plan: str


class Payment(msgspec.Struct):
    event_uuid: str
    price: Decimal
    paid_at: datetime


@given(st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), JSON_VALUES, max_size=5))
def test_any_mapping_is_sent_with_its_values(event: dict[str, Any]) -> None:
    payload = outgoing_of(event).payload
    assert json.loads(payload) == event
    assert b"\n" not in payload


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        (Signup(UUID(ID), "pro"), b'{"event_uuid":"%s","plan":"pro"}' % ID.encode()),
        (
            Payment(ID, Decimal("9.90"), datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
            b'{"event_uuid":"%s","price":"9.90","paid_at":"2026-03-02T10:15:00Z"}' % ID.encode(),
        ),
        (f'{{"event_uuid":"{ID}", "n": 1.50}}', b'{"event_uuid":"%s", "n": 1.50}' % ID.encode()),
        (
            b' {\n "event_uuid": "%s",\r\n "n": 1e400}\n' % ID.encode(),
            b'{"event_uuid":"%s","n":1e400}' % ID.encode(),
        ),
    ],
    ids=["dataclass", "struct", "text", "lines"],
)
def test_what_else_an_app_has_is_sent_on_one_line_with_its_id(
    event: Sendable, payload: bytes
) -> None:
    outgoing = outgoing_of(event)
    assert outgoing.payload == payload
    assert outgoing.partition_key == ID


@pytest.mark.parametrize(
    "event",
    [{}, {"event_uuid": 7}, {"event_uuid": "x" * 257}, b"{}", b'{"event_uuid":[]}'],
    ids=["none", "number", "too long", "no id in JSON", "array in JSON"],
)
def test_without_an_id_that_can_be_one_any_shard_will_do(event: Sendable) -> None:
    assert outgoing_of(event).partition_key == ""


def test_another_partition_key_can_be_named() -> None:
    assert outgoing_of({"event_uuid": ID}, "user-7").partition_key == "user-7"


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"price": float("nan")}, "nan is no number of JSON"),
        ({"a": [{"b": (1, float("-inf"))}]}, "-inf is no number of JSON"),
        ({"a": object()}, "cannot be written as JSON"),
        ({"a": "\ud800"}, "surrogates not allowed"),
        ([{"a": 1}], "no JSON object but list"),
        (7, "no JSON object but int"),
        (b"[1]", "not one JSON object"),
        ("{} {}", "not one JSON object"),
        ('{"a": "\ud800"}', "UTF-8"),
        (b'{"a": "\xff"}', "(?i)utf-8"),
        (b'{"a":1', "not one JSON object"),
        ({"a": "x" * 1_048_576}, "a record holds at most"),
    ],
    ids=[
        *("nan", "inf within", "object", "surrogate", "list", "number", "array", "two"),
        *("surrogate in text", "not UTF-8", "cut off", "too large"),
    ],
)
def test_what_cannot_be_sent_as_it_is_is_refused_with_the_reason(
    event: Sendable, message: str
) -> None:
    with pytest.raises(EventError, match=message):
        outgoing_of(event)


@pytest.mark.parametrize("partition_key", ["", "k" * 257], ids=["empty", "too long"])
def test_a_partition_key_that_kinesis_takes_not_is_refused(partition_key: str) -> None:
    with pytest.raises(EventError, match="give it 1 to 256"):
        outgoing_of({}, partition_key)


def test_a_record_of_an_event_and_its_key_is_no_larger_than_kinesis_takes() -> None:
    key = "é" * 256
    # {"a":"…"} and the newline are 9 bytes, the key 512; the record has 1 MiB.
    assert outgoing_of({"a": "x" * (1_048_576 - 9 - 512)}, key).payload
    with pytest.raises(EventError, match="it has 1,048,064 bytes, and a record holds at most"):
        outgoing_of({"a": "x" * (1_048_576 - 9 - 511)}, key)
