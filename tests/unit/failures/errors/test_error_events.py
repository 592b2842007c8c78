"""Failed records as events: taken apart, restored, and judged one by one."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.failures.errors.events import ErrorEvents, event_name_of, split
from firelake.failures.errors.lines import ErrorRecord, Place
from firelake.transform.events import RecordPosition
from tests.helpers.transform_parts import contract_of, reader_of
from tests.unit.failures.errors.object_samples import NOON_MS, event, key_of

if TYPE_CHECKING:
    from firelake.failures.errors.events import ErrorEvent

CONTRACT = contract_of({"amount": "bigint", "at": "timestamp"}, required=["amount"])
EVENTS = ErrorEvents(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
FAILED = "Lambda.FunctionError"


def of(data: bytes, error_type: str = "processing-failed", code: str = FAILED) -> list[ErrorEvent]:
    record = ErrorRecord(
        place=Place(key_of(error_type), 3),
        error_type=error_type,
        code=code,
        message="",
        arrived_ms=NOON_MS,
        data=data,
    )
    return list(EVENTS.of(record))


def row_of(data: bytes) -> bytes:
    """What the function makes of events, as in an answer to Firehose."""
    reading = reader_of(CONTRACT).read(data, RecordPosition("shardId-000000000000:49:0", NOON_MS))
    assert reading.events
    return b"\n".join(each.row for each in reading.events)


def test_an_event_of_a_failed_batch_is_valid_and_has_the_code_for_its_reason() -> None:
    (found,) = of(event())
    assert (found.event, found.name, found.reasons) == (event(), "other:done", (FAILED,))
    assert found.valid is not None
    assert (found.valid.event_uuid, found.valid.event_type, found.valid.dt) == (
        "u-1",
        "unregistered" if not found.valid.is_registered else "other",
        "2026-11-22",
    )


def test_a_packed_record_is_split_and_each_event_judged_alone() -> None:
    packed = b" ".join(
        [event("u-1"), event("u-2", "thing:done"), event("u-3", "thing:done", amount=1)]
    )
    found = of(packed)
    assert [each.reasons for each in found] == [(FAILED,), ("field_missing",), (FAILED,)]
    assert [each.label for each in found] == ["3#0", "3#1", "3#2"]
    assert [each.valid is None for each in found] == [False, True, False]


def test_more_invalid_events_than_the_function_would_name_are_all_judged() -> None:
    found = of(b"{}" * 2500 + event())
    assert len(found) == 2501
    assert found[2499].reasons == ("event_uuid", "event_name", "created_at")
    assert found[2500].valid is not None


def test_events_of_several_partitions_in_one_record_have_that_for_their_reason() -> None:
    packed = event("u-1") + event("u-2", "thing:done", amount=1)
    assert [each.reasons for each in of(packed)] == [("mixed_partitions",)] * 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_record"),
        (b" \n", "empty_record"),
        (b"\xff", "not_utf8"),
        (b"{", "not_json"),
        (b"[1]", "not_an_object"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "nested_too_deep"),
    ],
)
def test_what_cannot_be_taken_apart_is_one_event(data: bytes, reason: str) -> None:
    (found,) = of(data)
    assert (found.event, found.name, found.valid, found.reasons) == (data, None, None, (reason,))


@pytest.mark.parametrize("bad", [b"{", b"x", b'{"a":"\xff"}'])
def test_what_is_broken_in_a_record_costs_itself_alone(bad: bytes) -> None:
    found = of(event("u-1") + bad + event("u-2"))
    assert [each.event for each in found] == [event("u-1"), bad, event("u-2")]
    assert [each.valid is None for each in found] == [False, True, False]


@pytest.mark.parametrize(
    "error_type",
    ["format-conversion-failed", "activePartitionExceeded", "metadata-extraction-failed", "new"],
)
def test_after_the_function_rows_become_the_events_that_were_sent(error_type: str) -> None:
    sent = event("u-1", "thing:done", amount=1, colour="red")
    (found,) = of(row_of(sent), error_type, "DataFormatConversion.MalformedData")
    assert json.loads(found.event) == json.loads(sent)
    assert found.reasons == ("DataFormatConversion.MalformedData",)
    assert found.valid is not None


def test_the_rows_of_a_packed_record_are_restored_each() -> None:
    sent = [event("u-1"), event("u-2")]
    found = of(row_of(b"\n".join(sent)), "format-conversion-failed")
    assert [json.loads(each.event) for each in found] == [json.loads(each) for each in sent]


def test_an_event_as_it_was_sent_is_taken_as_it_is_wherever_it_stands() -> None:
    (found,) = of(event(), "decompression-failed")
    assert found.event == event()


def test_an_event_that_looks_like_a_row_stays_as_it_was_sent() -> None:
    row = row_of(event())
    (found,) = of(row)
    assert found.event == row
    (restored,) = of(row, "format-conversion-failed")
    assert restored.event != row


def test_an_event_that_came_too_late_is_judged_by_its_arrival_then() -> None:
    late = json.dumps({**json.loads(event()), "created_at": NOON_MS / 1000 - 8 * 86_400}).encode()
    assert of(late)[0].reasons == ("too_late",)


@given(st.binary(max_size=80) | st.text(max_size=60).map(lambda text: text.encode()))
def test_no_bytes_make_the_judge_fail(data: bytes) -> None:
    for error_type in ("processing-failed", "format-conversion-failed"):
        for found in of(data, error_type):
            assert (found.valid is None) == bool(found.problems)
            assert found.reasons


def test_the_items_of_a_failed_batch_are_judged_one_by_one_and_named() -> None:
    sources = """
version = 1
[events."track:paid"]
description = "A payment."
[sources.web]
preset = "segment_batch"
"""
    call = {"type": "track", "event": "Paid", "timestamp": "2026-11-22T11:00:00Z"}
    batch = {"batch": [{**call, "messageId": "1"}, call], "sentAt": "later"}
    events = ErrorEvents(parse_contract(sources), lateness_days=7, granularity=Granularity.DAY)
    record = ErrorRecord(
        place=Place(key_of("processing-failed"), 3),
        error_type="processing-failed",
        code=FAILED,
        message="",
        arrived_ms=NOON_MS,
        data=json.dumps(batch).encode(),
    )
    good, bad = events.of(record)
    assert json.loads(good.event) == {**batch, "batch": [{**call, "messageId": "1"}]}
    assert (good.label, good.name, good.reasons) == ("3#0", "track:paid", (FAILED,))
    assert (bad.label, bad.name, bad.reasons) == ("3#1", "track:paid", ("event_uuid",))


@given(st.lists(st.binary(max_size=9) | st.just(b'{"a": 1}'), max_size=6))
def test_nothing_of_a_record_is_lost_when_it_is_taken_apart(parts: list[bytes]) -> None:
    # A byte order mark says nothing, and is none of a document's bytes.
    data = b" ".join(parts).replace(codecs.BOM_UTF8, b"")
    joined = b"".join(split(data))
    assert joined.translate(None, b" \t\r\n") == data.translate(None, b" \t\r\n")


@pytest.mark.parametrize(
    "data", [b"", b"1", b"\xff", b'{"event_name": 1}', b'{"event_name": "A"}', b'{"\xff": 1}']
)
def test_what_has_no_name_that_could_be_one_has_none(data: bytes) -> None:
    assert event_name_of(data, reader_of(CONTRACT)) is None
