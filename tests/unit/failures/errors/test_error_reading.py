"""Error objects as `firelake errors` reads them: chosen, counted, less what is back already."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from firelake.aws.backoff import Waiting
from firelake.contract.layout import Granularity, receipt_key
from firelake.contract.reasons import Reason
from firelake.failures.errors import summary as summaries
from firelake.failures.errors.choice import Choice
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.folder import EventFolder
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.errors.listing import ErrorBucket, Selection
from firelake.failures.errors.reading import FAILED_BY_FUNCTION, ErrorReader, Found
from firelake.failures.errors.summary import Group, Summary
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.failures.receipts import Entry, State
from firelake.failures.replay.items import from_errors
from firelake.operations.errors import InputError, OutputError
from firelake.transform.claims import Claim
from tests.helpers.transform_parts import contract_of
from tests.unit.failures.errors.object_samples import (
    NOON,
    NOON_MS,
    FakeS3,
    event,
    key_of,
    line_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from firelake.aws.query_stored import Identity

CONTRACT = contract_of({"amount": "bigint"}, required=["amount"])
SELECTION = Selection(since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))
KEY = key_of("processing-failed")
FAILED = "Lambda.FunctionError"


def claim_of(event_uuid: str, name: str = "other:done", created_at_s: float = 0.0) -> Claim:
    return Claim(event_uuid, "owner", name, created_at_s, 0, 0, None)


def receipts_of(s3: FakeS3) -> ReceiptBucket:
    return ReceiptBucket(cast("S3Client", s3), "lake", Waiting(lambda _: None, lambda: 0.0))


def read(s3: FakeS3, claims: Mapping[str, Claim] | None = None) -> list[Found | Unreadable]:
    def claims_of(events: Sequence[Identity]) -> Mapping[Identity, Claim | None]:
        assert claims is not None, "nobody should have asked"
        return {event: claims.get(event[0]) for event in events}

    return list(reader_on(s3, claims_of).read(SELECTION))


def reader_on(
    s3: FakeS3, claims_of: Callable[[Sequence[Identity]], Mapping[Identity, Claim | None]]
) -> ErrorReader:
    return ErrorReader(
        ErrorBucket(cast("S3Client", s3), "lake"),
        receipts_of(s3),
        ErrorEvents(CONTRACT, lateness_days=7, granularity=Granularity.DAY),
        claims_of,
    )


def with_lines(*lines: bytes) -> FakeS3:
    s3 = FakeS3()
    s3.put(KEY, b"\n".join(lines))
    return s3


def summary_of(found: list[Found | Unreadable]) -> Summary:
    summary = Summary()
    for each in found:
        if isinstance(each, Unreadable):
            summary.unread.add(each)
        else:
            summary.add(each.event, each.entry)
    return summary


def entry(state: State) -> Entry:
    return Entry(state, 1, "u", "other:done", 1_795_305_600.0, "other", "2026-11-22")


def test_what_is_back_in_the_lake_is_left_out_and_what_was_sent_is_told() -> None:
    s3 = with_lines(line_of(event("u-1") + event("u-2")), line_of(event("u-3")))
    receipts_of(s3).put_in(KEY, {"1#1": entry(State.DONE), "2#0": entry(State.SENT)})
    summary = summary_of(read(s3))
    assert (summary.events, summary.sent, summary.done) == (2, 1, 1)
    assert summary.groups == {Group(FAILED, "other:done", "2026-11-22T12:00:00+00:00"): 2}


def test_counts_are_by_reason_name_and_hour_and_an_event_may_have_several_reasons() -> None:
    s3 = with_lines(
        line_of(b'{"event_name": "thing:done", "event_uuid": ""}'),
        line_of(event("u-1", "thing:done"), NOON_MS - 1),
        line_of(b"{"),
        b"{",
    )
    summary = summary_of(read(s3))
    assert (summary.events, summary.unread.count) == (3, 1)
    noon, eleven = "2026-11-22T12:00:00+00:00", "2026-11-22T11:00:00+00:00"
    assert summary.groups == {
        Group("event_uuid", "thing:done", noon): 1,
        Group("created_at", "thing:done", noon): 1,
        Group("field_missing", "thing:done", noon): 1,
        Group("field_missing", "thing:done", eleven): 1,
        Group("not_json", "(none)", noon): 1,
    }
    assert summary.by_reason()[0] == ("field_missing", 2)
    assert summary.by_hour() == [(eleven, 1), (noon, 4)]
    assert summary.by_name() == [("thing:done", 4), ("(none)", 1)]


def test_a_reused_id_is_found_by_its_claim_where_the_function_itself_failed_the_record() -> None:
    created_at_s = NOON_MS / 1000 - 60
    claims = {
        "u-1": claim_of("u-1", "other:done", created_at_s),
        "u-2": claim_of("u-2", "thing:done", created_at_s),
        "u-3": claim_of("u-3", "other:done", created_at_s + 1),
    }
    lines = [line_of(event(uuid), code=FAILED_BY_FUNCTION) for uuid in (*claims, "u-4")]
    found = cast("list[Found]", read(with_lines(*lines), claims))
    assert [each.event.reasons for each in found] == [
        (FAILED_BY_FUNCTION,),
        ("uuid_reused",),
        ("uuid_reused",),
        (FAILED_BY_FUNCTION,),
    ]
    assert [problem.reason for problem in found[1].event.problems] == [Reason.UUID_REUSED]


def test_claims_are_not_asked_where_the_reason_is_known() -> None:
    read(with_lines(line_of(b"{", code=FAILED_BY_FUNCTION), line_of(event())))


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(), ["u-1", "u-2"]),
        (Choice(reasons=frozenset({"field_missing"})), ["u-2"]),
        (Choice(reasons=frozenset({FAILED, "field_missing"})), ["u-1", "u-2"]),
        (Choice(names=("other:*",)), ["u-1"]),
        (Choice(names=("nothing", "thing:done")), ["u-2"]),
        (Choice(names=("nothing",)), []),
    ],
)
def test_events_are_chosen_by_reason_and_by_name(choice: Choice, chosen: list[str]) -> None:
    s3 = with_lines(line_of(event("u-1")), line_of(event("u-2", "thing:done")))
    found = [each.event for each in cast("list[Found]", read(s3)) if choice.has(each.event)]
    assert [json.loads(each.event)["event_uuid"] for each in found] == chosen


def test_the_counts_take_no_more_memory_whatever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "MAX_GROUPS", 10)
    lines = [line_of(event("u", f"a:b{number}")) for number in range(30)]
    summary = summary_of(read(with_lines(*lines)))
    assert len(summary.groups) == 11
    assert summary.groups.total() == 30
    assert summary.by_name()[0] == ("(other)", 20)
    assert [len(events) for events in summary.samples.values()] == [summaries.MAX_SAMPLES]


def test_files_hold_each_event_with_its_problems_under_its_reasons(tmp_path: Path) -> None:
    spaced = event("u-1", "thing:done", big=12345678901234567890123).replace(b", ", b" ,\n")
    s3 = with_lines(line_of(spaced), line_of(b"\xff"), line_of(b"{\x1b"))
    with EventFolder(tmp_path / "out") as folder:
        for each in cast("list[Found]", read(s3)):
            folder.add(each.event)
    files = {
        path.name: [json.loads(line) for line in path.read_bytes().splitlines()]
        for path in (tmp_path / "out").iterdir()
    }
    assert files.keys() == {"field_missing.jsonl", "not_utf8.jsonl", "not_json.jsonl"}
    assert files["field_missing.jsonl"] == [
        {
            "key": KEY,
            "line": 1,
            "index": 0,
            "arrived_at": "2026-11-22T12:00:00+00:00",
            "reasons": ["field_missing"],
            "problems": [
                {
                    "reason": "field_missing",
                    "path": "amount",
                    "expected": "an integer within 64 bits",
                }
            ],
            "event": json.loads(spaced),
        }
    ]
    assert files["not_utf8.jsonl"][0]["base64"] == "/w=="
    assert files["not_json.jsonl"][0]["text"] == "{\x1b"


def test_files_are_not_written_among_others(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(InputError, match="is not empty: name another folder by --out"):
        EventFolder(tmp_path)
    with pytest.raises(OutputError, match="cannot be written: "):
        EventFolder(tmp_path / "mine")


@pytest.mark.parametrize(
    "body", [b"", b"garbage", b"\x1f\x8b\x08cut", b'{"object": "', b"[]", b'{"events": {}}']
)
def test_a_receipt_that_is_none_is_told_and_the_rest_goes_on(body: bytes) -> None:
    s3 = with_lines(line_of(event("u-1")), line_of(event("u-2")))
    other = KEY.replace("0000aaaa", "0000bbbb")
    s3.objects[other] = s3.objects[KEY]
    s3.objects[receipt_key(KEY)] = body, s3.objects[KEY][1]
    found = list(read(s3))
    (unreadable,) = [each for each in found if isinstance(each, Unreadable)]
    assert unreadable.place == Place(KEY)
    assert receipt_key(KEY) in unreadable.why
    readable = [each for each in found if isinstance(each, Found)]
    assert [(each.event.place.key, each.has_receipt) for each in readable] == [
        (KEY, False),
        (KEY, False),
        (other, True),
        (other, True),
    ]
    items = list(from_errors(reader_on(s3, dict.fromkeys), SELECTION, Choice()))
    assert [each.place.key for each in items] == [KEY, other, other]


def test_canaries_are_counted_apart_and_given_to_nobody() -> None:
    reader = reader_on(
        with_lines(
            line_of(event("canary-r1-late")),
            line_of(b'"canary-r1-no-json" is no JSON'),
            line_of(event("u-1")),
        ),
        dict.fromkeys,
    )
    found = list(reader.read(SELECTION))
    assert [
        each.event.valid.event_uuid
        for each in found
        if isinstance(each, Found) and each.event.valid
    ] == ["u-1"]
    assert (len(found), reader.canaries) == (1, 2)
