"""Whatever a batch holds: each record answered once, each event delivered once, as it was sent."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.transform.events import RecordPosition
from firelake.transform.restore import RowRestorer
from tests.helpers.contracts import LEARNING
from tests.helpers.reference_transform import ReferenceTransform, columns_of
from tests.helpers.transform_calls import Function, invocation_of
from tests.helpers.transform_parts import POSITION, learning_reader
from tests.strategies.events import valid_events
from tests.strategies.records import packed, records

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from firelake.transform.records import Answer

CONTRACT = LEARNING
REFERENCE = ReferenceTransform(CONTRACT, 7)
RESTORER = RowRestorer(CONTRACT)
RESULTS = {"Ok", "Dropped", "ProcessingFailed"}
TYPES = {*CONTRACT.event_types, "unregistered"}


@st.composite
def batches(draw: DrawFn) -> list[bytes]:
    """Payloads of one invocation, copies of whole records and of events among them."""
    single = valid_events(CONTRACT).map(lambda event: event.text.encode())
    payloads = draw(st.lists(st.one_of(single, packed(CONTRACT), records(CONTRACT)), max_size=6))
    for _ in range(draw(st.integers(0, 3)) if payloads else 0):
        copy = draw(st.sampled_from(payloads))
        place = draw(st.integers(0, len(payloads)))
        payloads.insert(place, copy + draw(st.sampled_from([b"", b"\n", b" ", copy])))
    return payloads


def assert_answered(event: dict[str, Any], answers: list[Answer]) -> None:
    """Each record once, with a legal result, within the size of an answer."""
    assert [each["recordId"] for each in answers] == [each["recordId"] for each in event["records"]]
    assert len(json.dumps({"records": answers})) < 6_000_000
    for record, answer in zip(event["records"], answers, strict=True):
        assert answer["result"] in RESULTS
        if answer["result"] == "Ok":
            assert set(answer) == {"recordId", "result", "data", "metadata"}
            keys = answer.get("metadata", {"partitionKeys": {}})["partitionKeys"]
            assert set(keys) == {"event_type", "dt"}
            assert keys["event_type"] in TYPES
            assert len(keys["dt"]) == len("2026-01-15")
        else:
            assert set(answer) <= {"recordId", "result", "data"}
            assert answer.get("data", record["data"]) == record["data"]


def rows_of(answers: list[Answer]) -> list[bytes]:
    """The rows that were delivered, as their bytes."""
    delivered = [answer.get("data", "") for answer in answers if answer["result"] == "Ok"]
    return [row for data in delivered for row in base64.b64decode(data).split(b"\n")]


def assert_rows_are_the_events(event: dict[str, Any], answers: list[Answer]) -> None:
    """What is delivered is what was sent, and can be had back."""
    expected: dict[object, object] = {}
    for record in event["records"]:
        metadata = record["kinesisRecordMetadata"]
        coordinate = f"{metadata['shardId']}:{metadata['sequenceNumber']}:0"
        sent = REFERENCE.read(base64.b64decode(record["data"]), coordinate, POSITION.arrived_ms)
        expected |= {row["stream_position"]: row for row in sent.rows}
    for row in rows_of(answers):
        columns = columns_of(row, CONTRACT)
        assert columns == expected[columns["stream_position"]]
        coordinate, _, _ = str(columns["stream_position"]).rpartition("#")
        position = RecordPosition(coordinate, POSITION.arrived_ms)
        (again,) = learning_reader().read(RESTORER.restore(row), position).events
        same = {"stream_position": columns["stream_position"]}
        assert columns_of(again.row, CONTRACT) | same == columns


def numbers_of(function: Function) -> dict[str, int]:
    line = function.logged()[-1]
    return {key: line[key] for key in ("received", "delivered", "duplicate", "invalid")}


@given(batches())
def test_any_batch_is_answered_and_delivers_what_was_sent(payloads: list[bytes]) -> None:
    function = Function()
    event = invocation_of(payloads)
    answers = function.call(event)
    assert_answered(event, answers)
    assert_rows_are_the_events(event, answers)
    numbers = numbers_of(function)
    assert numbers["received"] == sum(
        REFERENCE.read(payload, "s", POSITION.arrived_ms).event_count for payload in payloads
    )
    assert numbers["received"] == (numbers["delivered"] + numbers["duplicate"] + numbers["invalid"])
    assert numbers["delivered"] == len(rows_of(answers))


@given(batches())
def test_any_batch_delivers_an_id_once_however_often_it_comes(payloads: list[bytes]) -> None:
    function = Function()
    event = invocation_of(payloads)
    first = function.call(event)
    ids = Counter(json.loads(row)["event_uuid"] for row in rows_of(first))
    assert not ids or max(ids.values()) == 1
    function.clock.pass_days(1)
    assert function.call(invocation_of(payloads, invocation_id="retry")) == first
    elsewhere = function.call(invocation_of(payloads, start=1000))
    assert not {json.loads(row)["event_uuid"] for row in rows_of(elsewhere)} & ids.keys()
    assert all(
        answer["result"] != "Ok"
        for answer, before in zip(elsewhere, first, strict=True)
        if before["result"] == "Ok"
    )


@given(batches())
def test_any_batch_drops_only_what_is_delivered_elsewhere(payloads: list[bytes]) -> None:
    function = Function()
    answers = function.call(invocation_of(payloads))
    delivered = {json.loads(row)["event_uuid"] for row in rows_of(answers)}
    reused = {
        str(each["event_uuid"])
        for payload, answer in zip(payloads, answers, strict=True)
        for each in REFERENCE.read(payload, "s", POSITION.arrived_ms).rows
        if answer["result"] == "ProcessingFailed"
    }
    for payload, answer in zip(payloads, answers, strict=True):
        if answer["result"] == "Dropped":
            rows = REFERENCE.read(payload, "s", POSITION.arrived_ms).rows
            assert rows
            # Its owner is delivered, or stands whole in errors/ beside a reused id.
            assert {str(row["event_uuid"]) for row in rows} <= delivered | reused


def padded_event(number: int, pad_bytes: int) -> bytes:
    text = '{"event_uuid":"%d","event_name":"x:y","created_at":1768478390,"pad":"%s"}'
    return (text % (number, "p" * pad_bytes)).encode()


@settings(max_examples=20)
@given(
    st.lists(st.sampled_from([0, 200, 250_000, 250_000, 900_000]), max_size=30),
    st.integers(0, 4000),
)
def test_any_batch_of_large_and_packed_records_is_answered_within_the_limit(
    pads: list[int], packed_count: int
) -> None:
    large = [padded_event(number, pad) for number, pad in enumerate(pads)]
    small = b"\n".join(padded_event(number + 100, 0) for number in range(packed_count))
    payloads = [*large, small, *([small] * 3)]
    function = Function()
    event = invocation_of(payloads)
    answers = function.call(event)
    assert_answered(event, answers)
    numbers = numbers_of(function)
    assert numbers["received"] == len(pads) + max(1, packed_count) * 4
    assert numbers["received"] == (numbers["delivered"] + numbers["duplicate"] + numbers["invalid"])


def test_a_batch_that_overflows_fails_what_does_not_fit_and_delivers_the_rest() -> None:
    large = [padded_event(number, 256_000) for number in range(12)]
    small = [
        b"\n".join(padded_event(1000 + part * 1500 + number, 0) for number in range(1500))
        for part in range(8)
    ]
    event = invocation_of([*small, *large])
    assert len(json.dumps(event)) < 6_291_556
    function = Function()
    answers = function.call(event)
    assert_answered(event, answers)
    results = Counter(answer["result"] for answer in answers)
    assert results["ProcessingFailed"] > 0
    assert results["Ok"] > 8
    assert function.logged()[-1]["reasons"] == {"answer_too_large": results["ProcessingFailed"]}
    assert len(json.dumps({"records": answers})) > 5_500_000
