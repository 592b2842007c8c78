"""Records that hold several events, or none: what makes the whole record invalid."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.transform_parts import (
    COORDINATE,
    POSITION,
    contract_of,
    event_text,
    faults_of,
    reader_of,
    spliced,
)

if TYPE_CHECKING:
    from collections.abc import Callable

THINGS = reader_of(contract_of({"note": "string", "price": "decimal(6,2)", "tree": "json"}))


# --- packed records -----------------------------------------------------------------------------


@pytest.mark.parametrize("separator", ["", "\n", "\r\n", " \t\n"], ids=repr)
def test_a_record_may_hold_several_events(separator: str) -> None:
    names = ["thing:done", "thing:undone", "thing:done"]
    texts = [event_text(event_uuid=f"id-{n}", event_name=name) for n, name in enumerate(names)]
    reading = THINGS.read((separator.join(texts) + separator).encode(), POSITION)
    assert reading.problems == ()
    assert reading.event_count == 3
    assert [each.event_name for each in reading.events] == names
    assert [each.owner for each in reading.events] == [f"{COORDINATE}#{n}" for n in range(3)]
    assert [json.loads(each.row)["stream_position"] for each in reading.events] == [
        each.owner for each in reading.events
    ]


@pytest.mark.parametrize(
    "other",
    [event_text(event_name="other:done"), event_text(created_at=1768435199.5)],
    ids=["event_type", "dt"],
)
def test_the_events_of_a_record_share_one_partition(other: str) -> None:
    reading = THINGS.read(f"{event_text()}\n{other}".encode(), POSITION)
    assert faults_of(reading) == [("mixed_partitions", 0, "")]
    assert reading.event_count == 2


def test_a_record_with_one_bad_event_names_every_bad_one_and_delivers_none() -> None:
    texts = [event_text(), event_text(note=5, price="x"), event_text(), "[]", event_text(tree=1)]
    reading = THINGS.read("".join(texts).encode(), POSITION)
    assert faults_of(reading) == [
        ("field_type", 1, "note"),
        ("field_type", 1, "price"),
        ("not_an_object", 3, ""),
    ]
    assert reading.event_count == 5


def test_a_record_of_countless_bad_events_is_not_looked_through_to_its_end() -> None:
    reading = THINGS.read(b"{}" * 500_000, POSITION)
    assert reading.event_count == 500_000
    assert len(reading.problems) == 1002
    assert {each.reason.value for each in reading.problems} == {
        "event_uuid",
        "event_name",
        "created_at",
    }


# --- foreign bytes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_record"),
        (b" \r\n\t", "empty_record"),
        (b"\xff", "not_utf8"),
        (b"\x1f\x8b\x08\x00", "not_utf8"),
        ("{}".encode("utf-16"), "not_utf8"),
        (b"\x00", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"{", "not_json"),
        (b"{}}", "not_json"),
        (b"{},{}", "not_json"),
        (b"{} x", "not_json"),
        (b"NaN", "not_json"),
        (b'{"a":"\\ud800"}', "not_json"),
        (b'{"a":"\x01"}', "not_json"),
        (b'{"a":01}', "not_json"),
        (b"[1,]", "not_json"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"5", "not_an_object"),
        (b"[" * 100_000, "nested_too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested_too_deep"),
        (b'{"a":"' + b'\\"' * 400_000 + b"[" * 500, "not_json"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_foreign_bytes_are_one_bad_event(data: bytes, reason: str) -> None:
    reading = THINGS.read(data, POSITION)
    assert faults_of(reading) == [(reason, 0, "")]
    assert reading.event_count == 1


@pytest.mark.parametrize(
    "member",
    [
        b'"note": "\xff"',
        b'"tree": "\xff"',
        b'"price": "\xff"',
        b'"more": "\xff"',
        b'"\xff": 1',
        b'"tree": "\xff", "tree": 1',
        b'"price": "\xff", "price": 1',
        b'"more": "\xff", "more": 1',
        b'"tree": "\xed\xa0\x80"',
    ],
    ids=repr,
)
def test_a_record_is_utf8_wherever_one_looks(member: bytes) -> None:
    data = spliced('"x": 1').replace(b'"x": 1', member)
    assert faults_of(THINGS.read(data, POSITION)) == [("not_utf8", 0, "")]


def test_a_verdict_does_not_hang_on_how_deep_the_caller_is() -> None:
    valid = spliced('"tree": ' + "[" * 399 + "]" * 399)
    unclosed = b'{"a":' + b"[" * 700

    def below(frames: int, ask: Callable[[], None]) -> None:
        if frames:
            below(frames - 1, ask)
        else:
            ask()

    def ask() -> None:
        assert THINGS.read(valid, POSITION).problems == ()
        assert faults_of(THINGS.read(unclosed, POSITION)) == [("nested_too_deep", 0, "")]

    ask()
    below(sys.getrecursionlimit() // 3, ask)
