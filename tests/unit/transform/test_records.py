"""Firehose's request and answer: what is read, what is refused, and sizes to the byte."""

from __future__ import annotations

import base64
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.facts import MAX_ANSWER_BYTES
from firelake.transform.errors import FirehoseEventError
from firelake.transform.events import RecordPosition
from firelake.transform.records import (
    AnswerBudget,
    Result,
    SourceRecord,
    encode_rows,
    not_ok,
    ok,
    parse_request,
)
from tests.helpers.transform_calls import invocation_of
from tests.helpers.transform_parts import POSITION, event_text, learning_reader, only_event

if TYPE_CHECKING:
    from firelake.transform.records import Answer

RECORD = SourceRecord("r-1", "YWJj", POSITION)


def test_a_request_gives_each_record_its_coordinate_and_arrival() -> None:
    event = invocation_of([b"abc"], start=4961)
    event["records"][0]["kinesisRecordMetadata"]["subsequenceNumber"] = 3
    event["records"][0]["approximateArrivalTimestamp"] = 1
    assert parse_request(event) == [
        SourceRecord(
            f"{4961:056d}000000",
            "YWJj",
            RecordPosition("shardId-000000000000:4961:3", 1768478400000),
        )
    ]


def test_a_request_without_records_is_one() -> None:
    assert parse_request({"records": []}) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (["records"], "has no 'records'"),
        (["records", 0, "recordId"], "has no 'recordId'"),
        (["records", 0, "data"], "has no 'data'"),
        (["records", 0, "kinesisRecordMetadata"], "has no 'kinesisRecordMetadata'"),
        (["records", 0, "kinesisRecordMetadata", "shardId"], "has no 'shardId'"),
        (["records", 0, "kinesisRecordMetadata", "sequenceNumber"], "has no 'sequenceNumber'"),
        (["records", 0, "kinesisRecordMetadata", "subsequenceNumber"], "no 'subsequenceNumber'"),
    ],
    ids=["records", "recordId", "data", "metadata", "shardId", "sequenceNumber", "subsequence"],
)
def test_what_a_request_lacks_is_named(path: list[Any], message: str) -> None:
    event = invocation_of([b"abc"])
    place: Any = event
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    with pytest.raises(FirehoseEventError, match=message):
        parse_request(event)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("sequenceNumber", "12a", "sequenceNumber '12a' is not a number"),
        ("sequenceNumber", "", "sequenceNumber '' is not a number"),
        ("sequenceNumber", "\u0661", "is not a number"),
        ("sequenceNumber", 12, "not of Firehose's shape"),
        ("subsequenceNumber", "0", "not of Firehose's shape"),
        ("subsequenceNumber", None, "not of Firehose's shape"),
        ("shardId", "a:b", "shardId 'a:b' is not of Kinesis' pattern"),
        ("shardId", 'a"b', "is not of Kinesis' pattern"),
        ("shardId", "s" * 129, "is not of Kinesis' pattern"),
        ("shardId", None, "not of Firehose's shape"),
    ],
)
def test_a_coordinate_that_kinesis_does_not_give_is_refused(
    key: str, value: object, message: str
) -> None:
    event = invocation_of([b"abc"])
    event["records"][0]["kinesisRecordMetadata"][key] = value
    with pytest.raises(FirehoseEventError, match=message):
        parse_request(event)


@pytest.mark.parametrize("event", [{"records": 5}, {"records": [5]}, {"records": [None]}], ids=str)
def test_what_is_no_request_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(FirehoseEventError, match="not of Firehose's shape"):
        parse_request(event)


@given(st.binary())
def test_data_is_decoded_to_the_bytes_that_were_sent(data: bytes) -> None:
    record = SourceRecord("r", base64.b64encode(data).decode(), POSITION)
    assert record.decode() == data


@pytest.mark.parametrize("data", ["a", "####", "YWJj\u00e9", "YWJ"])
def test_data_that_is_no_base64_is_nothing(data: str) -> None:
    assert SourceRecord("r", data, POSITION).decode() is None


def test_rows_are_answered_with_a_newline_between() -> None:
    text = event_text(event_name="x:y")
    event = only_event(learning_reader().read(text.encode(), POSITION))
    assert base64.b64decode(encode_rows([event])) == event.row
    assert base64.b64decode(encode_rows([event, event])) == event.row + b"\n" + event.row


def test_a_delivered_record_names_its_partition() -> None:
    assert ok(RECORD, "cm93", "payment", "2026-01-15") == {
        "recordId": "r-1",
        "result": "Ok",
        "data": "cm93",
        "metadata": {"partitionKeys": {"event_type": "payment", "dt": "2026-01-15"}},
    }


def test_a_record_that_is_not_delivered_names_none() -> None:
    assert not_ok(RECORD, Result.DROPPED, with_data=True) == {
        "recordId": "r-1",
        "result": "Dropped",
        "data": "YWJj",
    }
    assert not_ok(RECORD, Result.PROCESSING_FAILED, with_data=False) == {
        "recordId": "r-1",
        "result": "ProcessingFailed",
    }


# --- sizes --------------------------------------------------------------------------------------

record_ids = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
base64_texts = st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode())


def size_of(answers: list[Answer]) -> int:
    """What Lambda's runtime sends, at most: it may leave what is not ASCII as it is."""
    return len(json.dumps({"records": answers}))


def taken(records: list[SourceRecord], rows: list[str | None]) -> tuple[int, list[Answer]]:
    """The smallest limit under which everything has room, and the largest answer of each."""

    def fits(limit_bytes: int) -> bool:
        budget = AnswerBudget(records, limit_bytes)
        return all(
            budget.take_data(record)
            if data is None
            else budget.take_row(record, data, "account", "2026-01-15")
            for record, data in zip(records, rows, strict=True)
        )

    low, high = 0, 100_000
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    answers = [
        not_ok(record, Result.PROCESSING_FAILED, with_data=True)
        if data is None
        else ok(record, data, "account", "2026-01-15")
        for record, data in zip(records, rows, strict=True)
    ]
    return low, answers


@given(
    st.lists(st.tuples(record_ids, base64_texts, st.none() | base64_texts), min_size=1, max_size=8)
)
def test_no_answer_is_larger_than_its_budget(
    cases: list[tuple[str, str, str | None]],
) -> None:
    records = [SourceRecord(record_id, data, POSITION) for record_id, data, _ in cases]
    limit_bytes, answers = taken(records, [rows for _, _, rows in cases])
    assert size_of(answers) <= limit_bytes
    dropped = [not_ok(record, Result.DROPPED, with_data=True) for record in records]
    assert size_of(dropped) <= limit_bytes


def test_the_budget_of_a_failed_record_is_exact() -> None:
    limit_bytes, answers = taken([RECORD], [None])
    # The comma after the last entry is all that is set aside in vain.
    assert limit_bytes == size_of(answers) + len(", ")


def test_the_budget_of_a_delivered_record_is_exact_but_for_its_longest_result() -> None:
    limit_bytes, answers = taken([RECORD], ["cm93"])
    assert limit_bytes == size_of(answers) + len(", ") + len("ProcessingFailed") - len("Ok")


def test_a_budget_takes_its_last_byte_and_not_one_more() -> None:
    limit_bytes, _ = taken([RECORD], ["cm93"])
    assert AnswerBudget([RECORD], limit_bytes).take_row(RECORD, "cm93", "account", "2026-01-15")
    tighter = AnswerBudget([RECORD], limit_bytes - 1)
    assert not tighter.take_row(RECORD, "cm93", "account", "2026-01-15")


def test_what_does_not_fit_takes_nothing() -> None:
    limit_bytes, _ = taken([RECORD], ["cm93"])
    budget = AnswerBudget([RECORD], limit_bytes)
    assert not budget.take_row(RECORD, "cm93" * 2, "account", "2026-01-15")
    assert budget.take_row(RECORD, "cm93", "account", "2026-01-15")


def test_the_limit_is_that_of_a_synchronous_invocation() -> None:
    assert MAX_ANSWER_BYTES == 6_000_000


def test_reading_a_request_leaves_it_as_it_is() -> None:
    event = invocation_of([b"abc"])
    before = copy.deepcopy(event)
    parse_request(event)
    assert event == before
