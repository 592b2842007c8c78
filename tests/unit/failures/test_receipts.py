"""Receipts: whatever runs put in, in whatever order, all of it is there in the end."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.aws.backoff import Waiting
from firelake.contract.layout import receipt_key
from firelake.failures.errors.listing import BucketError
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.failures.receipts import (
    Entry,
    Receipt,
    ReceiptError,
    State,
    decode_receipt,
    encode_receipt,
)
from tests.unit.failures.errors.object_samples import DENIED, OVERTAKEN, FakeS3, key_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = key_of("processing-failed")
IDENTITY = "u-1", "other:done", 1_795_305_600.5


def entry(state: State = State.SENT, at_ms: int = 1, event_uuid: str = "u-1") -> Entry:
    return Entry(state, at_ms, event_uuid, "other:done", 1_795_305_600.5, "other", "2026-11-22")


def receipts_of(s3: FakeS3) -> ReceiptBucket:
    return ReceiptBucket(cast("S3Client", s3), "lake", Waiting(lambda _: None, lambda: 1.0))


def test_what_was_seen_in_the_lake_is_never_undone() -> None:
    receipt = Receipt(KEY, {}).merged({"1#0": entry(State.DONE, 5)})
    assert receipt.merged({"1#0": entry(State.SENT, 9)}) == receipt


def test_the_identity_that_came_first_stays_whatever_another_run_has() -> None:
    receipt = Receipt(KEY, {"1#0": entry(at_ms=5)})
    assert receipt.merged({"1#0": entry(at_ms=9, event_uuid="u-2")}) == receipt
    later = entry(at_ms=9)
    assert receipt.merged({"1#0": later}).events == {"1#0": later}


def test_what_the_lake_was_seen_to_have_replaces_what_was_sent() -> None:
    receipt = Receipt(KEY, {"1#0": entry(at_ms=5)})
    done = entry(State.DONE, 1, "u-2")
    assert receipt.merged({"1#0": done}).events == {"1#0": done}


def test_what_was_sent_is_kept_when_it_is_seen_in_the_lake() -> None:
    sent = Entry(State.SENT, 5, *IDENTITY, "other", "2026-11-22", "as sent")
    seen = Entry(State.DONE, 9, *IDENTITY, "other", "2026-11-22")
    kept = Entry(State.DONE, 9, *IDENTITY, "other", "2026-11-22", "as sent")
    assert Receipt(KEY, {"1#0": sent}).merged({"1#0": seen}).events == {"1#0": kept}
    other = entry(State.DONE, 9, "u-2")
    assert Receipt(KEY, {"1#0": sent}).merged({"1#0": other}).events == {"1#0": other}


entries = st.builds(
    Entry,
    st.sampled_from(State),
    st.integers(0, 3),
    st.sampled_from(["u-1", "u-2"]),
    st.just("other:done"),
    st.floats(0, 2_000_000_000),
    st.just("other"),
    st.just("2026-11-22"),
    st.none() | st.text(),
)
changes = st.dictionaries(st.sampled_from(["1#0", "1#1", "2.3#0"]), entries, max_size=3)


@given(changes, changes)
def test_what_is_put_in_twice_is_there_once(first: dict[str, Entry], run: dict[str, Entry]) -> None:
    receipt = Receipt(KEY, {}).merged(first).merged(run)
    assert receipt.merged(run) == receipt


@given(changes)
def test_a_receipt_is_read_as_it_was_written(events: dict[str, Entry]) -> None:
    receipt = Receipt(KEY, events)
    assert decode_receipt(encode_receipt(receipt), KEY) == receipt


SENT = encode_receipt(Receipt(KEY, {"1#0": entry()}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{}",
        encode_receipt(Receipt(key_of("x"), {})),
        encode_receipt(Receipt(KEY, {}, 2)),
        b'{"object": "\xff"}',
        b"[" * 100_000,
        SENT.replace(b'"1#0"', b'"first"'),
        SENT.replace(b'"sent"', b'"lost"'),
        SENT.replace(b'"2026-11-22"', b'"x\' OR 1=1"'),
        SENT.replace(b'"other"', b'"../other"'),
        SENT.replace(b'"at_ms":1', b'"at_ms":-1'),
        SENT.replace(b'"created_at_s":1795305600.5,', b""),
        SENT[:-9],
        gzip.compress(SENT),
    ],
)
def test_what_is_no_receipt_is_told(body: bytes) -> None:
    with pytest.raises(ReceiptError, match=r"errors-replayed/.* restore an earlier version of it"):
        decode_receipt(body, KEY)


def test_there_is_no_receipt_at_first() -> None:
    assert receipts_of(FakeS3()).read(KEY) == Receipt(KEY, {})


def test_runs_at_once_lose_nothing_of_each_other() -> None:
    s3 = FakeS3()
    receipts = receipts_of(s3)
    other = receipts_of(s3)
    # The first write finds that there is one by now, the second that it is another by now.
    s3.overtakes = [
        lambda: other.put_in(KEY, {"2#0": entry()}),
        lambda: None,
        lambda: other.put_in(KEY, {"3#0": entry()}),
    ]
    receipts.put_in(KEY, {"1#0": entry()})
    assert set(receipts.read(KEY).events) == {"1#0", "2#0", "3#0"}
    assert list(s3.objects) == [receipt_key(KEY)]


def test_a_receipt_that_was_deleted_meanwhile_is_made_anew() -> None:
    s3 = FakeS3()
    receipts = receipts_of(s3)
    receipts.put_in(KEY, {"1#0": entry()})
    s3.overtakes = [s3.objects.clear]
    receipts.put_in(KEY, {"2#0": entry()})
    assert set(receipts.read(KEY).events) == {"2#0"}


def test_nothing_is_written_where_nothing_is_new() -> None:
    s3 = FakeS3()
    receipts = receipts_of(s3)
    receipts.put_in(KEY, {"1#0": entry()})
    s3.overtakes = [pytest.fail]
    receipts.put_in(KEY, {"1#0": entry()})


def test_a_bucket_that_is_always_faster_is_an_error() -> None:
    class Racing(FakeS3):
        def put_object(self, **_: object) -> None:
            raise OVERTAKEN

    with pytest.raises(BucketError, match="changed by others 50 times in a row"):
        receipts_of(Racing()).put_in(KEY, {"1#0": entry()})


def test_a_bucket_that_refuses_is_an_error() -> None:
    with pytest.raises(BucketError, match=r"errors-replayed/.*AccessDenied"):
        receipts_of(FakeS3(refuses=DENIED)).put_in(KEY, {"1#0": entry()})
