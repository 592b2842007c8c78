"""Batches: verdicts to results, the size guard before any claim, and numbers that add up."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from firelake.contract.facts import MAX_ANSWER_BYTES
from firelake.contract.reasons import Reason
from firelake.transform.batch import Batch
from firelake.transform.claims import Verdict
from firelake.transform.records import parse_request
from tests.helpers.transform_calls import invocation_of, rows_in
from tests.helpers.transform_parts import contract_of, event_text, reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.transform.records import Answer

READER = reader_of(contract_of({"note": "string"}))
PASS, DUPLICATE, REUSED = Verdict.PASS, Verdict.DUPLICATE, Verdict.REUSED


def batch_of(payloads: Iterable[bytes | str]) -> Batch:
    return Batch(parse_request(invocation_of(payloads)), READER)


def size_of(answers: list[Answer]) -> int:
    return len(json.dumps({"records": answers}))


def numbers_of(batch: Batch) -> tuple[int, int, int, int, int]:
    tally = batch.tally
    received, delivered = tally.received, tally.delivered.total()
    return tally.records, received, delivered, tally.duplicate, tally.invalid


@pytest.mark.parametrize(
    ("verdict", "result", "numbers"),
    [
        (PASS, "Ok", (1, 1, 1, 0, 0)),
        (DUPLICATE, "Dropped", (1, 1, 0, 1, 0)),
        (REUSED, "ProcessingFailed", (1, 1, 0, 0, 1)),
    ],
)
def test_a_verdict_makes_the_result(
    verdict: Verdict, result: str, numbers: tuple[int, int, int, int, int]
) -> None:
    batch = batch_of([event_text()])
    (answer,) = batch.answer([verdict])
    assert answer["result"] == result
    assert numbers_of(batch) == numbers


@pytest.mark.parametrize(
    ("verdicts", "result", "delivered", "numbers"),
    [
        ([PASS, PASS, PASS], "Ok", ["a", "b", "c"], (1, 3, 3, 0, 0)),
        ([PASS, DUPLICATE, PASS], "Ok", ["a", "c"], (1, 3, 2, 1, 0)),
        ([DUPLICATE, DUPLICATE, PASS], "Ok", ["c"], (1, 3, 1, 2, 0)),
        ([DUPLICATE, DUPLICATE, DUPLICATE], "Dropped", None, (1, 3, 0, 3, 0)),
        ([PASS, REUSED, DUPLICATE], "ProcessingFailed", None, (1, 3, 0, 0, 3)),
    ],
)
def test_a_packed_record_loses_its_copies_alone(
    verdicts: list[Verdict],
    result: str,
    delivered: list[str] | None,
    numbers: tuple[int, int, int, int, int],
) -> None:
    payload = "\n".join(event_text(event_uuid=each) for each in "abc")
    batch = batch_of([payload])
    (answer,) = batch.answer(verdicts)
    assert answer["result"] == result
    assert numbers_of(batch) == numbers
    if delivered is None:
        assert base64.b64decode(answer.get("data", "")) == payload.encode()
    else:
        rows = rows_in(answer)
        assert [row["event_uuid"] for row in rows] == delivered
        places = ["abc".index(each) for each in delivered]
        assert [row["stream_position"][-2:] for row in rows] == [f"#{place}" for place in places]


def test_an_event_goes_to_the_partition_that_its_claim_remembers() -> None:
    batch = batch_of([event_text(event_uuid=each) for each in "abc"])
    answers = batch.answer([PASS, DUPLICATE, PASS], {2: "unregistered"})
    assert [answer.get("metadata") for answer in answers] == [
        {"partitionKeys": {"event_type": "thing", "dt": "2026-01-15"}},
        None,
        {"partitionKeys": {"event_type": "unregistered", "dt": "2026-01-15"}},
    ]
    assert dict(batch.tally.delivered) == {"thing": 1, "unregistered": 1}


@pytest.mark.parametrize(
    ("verdicts", "given"),
    [
        ([PASS, PASS], {0: "unregistered", 1: "unregistered"}),
        ([DUPLICATE, PASS], {1: "unregistered"}),
    ],
    ids=["both", "the one that passes"],
)
def test_a_packed_record_goes_to_the_partition_that_its_claims_share(
    verdicts: list[Verdict], given: dict[int, str]
) -> None:
    batch = batch_of([event_text(event_uuid="x"), event_text(event_uuid="a") * 2])
    answer = batch.answer([PASS, *verdicts], {1 + at: each for at, each in given.items()})[1]
    assert answer.get("metadata") == {
        "partitionKeys": {"event_type": "unregistered", "dt": "2026-01-15"}
    }


def test_a_packed_record_of_which_only_some_events_were_claimed_elsewhere_fails_whole() -> None:
    payload = event_text(event_uuid="a") + event_text(event_uuid="b") + event_text(event_uuid="c")
    batch = batch_of([payload])
    (answer,) = batch.answer([PASS, PASS, DUPLICATE], {0: "unregistered"})
    assert answer["result"] == "ProcessingFailed"
    assert base64.b64decode(answer.get("data", "")) == payload.encode()
    assert dict(batch.tally.reasons) == {Reason.MIXED_PARTITIONS: 3}
    assert numbers_of(batch) == (1, 3, 0, 0, 3)


def test_a_reused_id_counts_more_than_the_partition_of_the_others() -> None:
    batch = batch_of([event_text(event_uuid="a") + event_text(event_uuid="b")])
    (answer,) = batch.answer([REUSED, DUPLICATE], {5: "unregistered"})
    assert answer["result"] == "ProcessingFailed"
    assert dict(batch.tally.reasons) == {Reason.UUID_REUSED: 1}


def test_verdicts_go_to_their_events_past_invalid_records() -> None:
    batch = batch_of(["x", event_text(event_uuid="a"), "", event_text(event_uuid="b") * 2, "[]"])
    assert [each.event_uuid for each in batch.candidates()] == ["a", "b", "b"]
    answers = batch.answer([DUPLICATE, PASS, DUPLICATE])
    assert [answer["result"] for answer in answers] == [
        "ProcessingFailed",
        "Dropped",
        "ProcessingFailed",
        "Ok",
        "ProcessingFailed",
    ]
    assert numbers_of(batch) == (5, 6, 1, 2, 3)


def test_every_event_of_a_failed_record_counts_as_invalid() -> None:
    batch = batch_of([event_text() + event_text(note=1) + "5"])
    assert batch.candidates() == []
    batch.answer([])
    assert numbers_of(batch) == (1, 3, 0, 0, 3)
    assert dict(batch.tally.reasons) == {Reason.FIELD_TYPE: 1, Reason.NOT_AN_OBJECT: 1}


def test_a_reused_id_is_named_by_the_place_of_its_event() -> None:
    batch = batch_of([event_text(event_uuid="a") + event_text(event_uuid="b")])
    batch.answer([PASS, REUSED])
    assert batch.tally.samples == [
        {"position": "shardId-000000000000:1:0#1", "reason": "uuid_reused", "path": ""}
    ]


def test_data_that_is_no_base64_fails_and_is_not_sent_back() -> None:
    event = invocation_of(["x"])
    event["records"][0]["data"] = "\u00e9####"
    batch = Batch(parse_request(event), READER)
    (answer,) = batch.answer([])
    assert answer == {
        "recordId": event["records"][0]["recordId"],
        "result": "ProcessingFailed",
    }


# --- the size guard -----------------------------------------------------------------------------


def large_event(number: int, note_bytes: int) -> str:
    return event_text(event_uuid=f"id-{number}", note="n" * note_bytes)


def test_a_batch_that_fits_is_delivered_whole() -> None:
    payloads = [large_event(number, 250_000) for number in range(17)]
    batch = batch_of(payloads)
    answers = batch.answer([PASS] * 17)
    assert 5_600_000 < size_of(answers) < MAX_ANSWER_BYTES
    assert {answer["result"] for answer in answers} == {"Ok"}


def test_what_would_not_fit_fails_without_data_before_anything_is_claimed() -> None:
    payloads = [large_event(number, 250_000) for number in range(20)]
    batch = batch_of(payloads)
    assert len(batch.candidates()) == 17
    answers = batch.answer([PASS] * 17)
    assert size_of(answers) < MAX_ANSWER_BYTES
    assert [answer["result"] for answer in answers] == ["Ok"] * 17 + ["ProcessingFailed"] * 3
    assert [answer.get("data") for answer in answers[17:]] == [None] * 3
    assert dict(batch.tally.reasons) == {Reason.ANSWER_TOO_LARGE: 3}
    assert numbers_of(batch) == (20, 20, 17, 0, 3)


def test_a_smaller_record_still_fits_behind_a_larger_one_that_does_not() -> None:
    payloads = [large_event(number, 250_000) for number in range(18)] + [event_text()]
    batch = batch_of(payloads)
    answers = batch.answer([PASS] * 18)
    assert [answer["result"] for answer in answers[-2:]] == ["ProcessingFailed", "Ok"]
    assert size_of(answers) < MAX_ANSWER_BYTES


def test_small_events_that_grow_past_the_limit_are_guarded_too() -> None:
    # Rows are several times as long as such events.
    events = [
        f'{{"event_uuid":"{number:07d}","event_name":"x","created_at":1768478390}}\n'
        for number in range(60_000)
    ]
    payloads = ["".join(events[start : start + 500]) for start in range(0, 60_000, 500)]
    assert sum(map(len, payloads)) < 4_000_000
    batch = batch_of(payloads)
    candidates = batch.candidates()
    assert 0 < len(candidates) < 60_000
    answers = batch.answer([PASS] * len(candidates))
    assert size_of(answers) < MAX_ANSWER_BYTES
    assert batch.tally.received == 60_000
    assert batch.tally.delivered.total() + batch.tally.invalid == 60_000
    failed = [answer for answer in answers if answer["result"] == "ProcessingFailed"]
    assert batch.tally.reasons[Reason.ANSWER_TOO_LARGE] == 500 * len(failed)


@pytest.mark.parametrize("verdict", [DUPLICATE, REUSED])
def test_any_verdict_fits_that_may_come_after_the_guard(verdict: Verdict) -> None:
    # White space makes the records longer than their rows.
    payloads = [event_text(event_uuid=f"id-{number}") + " " * 250_000 for number in range(20)]
    batch = batch_of(payloads)
    count = len(batch.candidates())
    assert 0 < count < 20
    assert size_of(batch.answer([verdict] * count)) < MAX_ANSWER_BYTES


def test_invalid_records_are_sent_back_as_far_as_there_is_room() -> None:
    batch = batch_of([b"x" * 250_000] * 20)
    answers = batch.answer([])
    assert size_of(answers) < MAX_ANSWER_BYTES
    assert ["data" in answer for answer in answers] == [True] * 17 + [False] * 3


def test_the_longer_name_of_a_remembered_partition_fits_too() -> None:
    event_type = "t" * 190
    batch = batch_of(
        [event_text(event_uuid=f"{at}", event_name=f"{event_type}:x") for at in range(20_000)]
    )
    candidates = batch.candidates()
    assert 0 < len(candidates) < 20_000
    given = dict.fromkeys(range(len(candidates)), event_type)
    answers = batch.answer([PASS] * len(candidates), given)
    assert 5_800_000 < size_of(answers) < MAX_ANSWER_BYTES
