"""Error objects of a bucket: the right ones are read, and whatever stands in the way is told."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.failures.errors.lines import ErrorRecord, Place, Unreadable
from firelake.failures.errors.listing import BucketError, ErrorBucket, ErrorObject, Selection
from tests.unit.failures.errors.object_samples import (
    DENIED,
    NOON,
    NOON_MS,
    FakeS3,
    key_of,
    line_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HOUR_MS = 3_600_000
SELECTION = Selection(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1))


def bucket_of(s3: FakeS3) -> ErrorBucket:
    return ErrorBucket(cast("S3Client", s3), "lake")


def keys(s3: FakeS3, selection: Selection = SELECTION) -> list[str]:
    found = list(bucket_of(s3).objects(selection))
    assert all(isinstance(each, ErrorObject) for each in found)
    return [cast("ErrorObject", each).key for each in found]


def test_all_types_are_listed_also_those_that_nobody_knows() -> None:
    s3 = FakeS3()
    wanted = [key_of("activePartitionExceeded"), key_of("processing-failed"), key_of("tomorrow")]
    for key in wanted:
        s3.put(key, b"")
    s3.put("errors-replayed/type=processing-failed/dt=2026-11-22/x", b"")
    assert keys(s3) == wanted


def test_one_type_is_listed_where_it_is_asked_for() -> None:
    s3 = FakeS3()
    s3.put(key_of("activePartitionExceeded"), b"")
    s3.put(key_of("processing-failed"), b"")
    selection = Selection(
        since=SELECTION.since, until=SELECTION.until, types=frozenset({"processing-failed"})
    )
    assert keys(s3, selection) == [key_of("processing-failed")]


def test_an_object_whose_oldest_record_is_of_an_earlier_day_is_read_too() -> None:
    s3 = FakeS3()
    for day in ("2026-11-07", "2026-11-08", "2026-11-15", "2026-11-22", "2026-11-23"):
        s3.put(key_of("processing-failed", day), b"")
    assert keys(s3) == [
        key_of("processing-failed", day) for day in ("2026-11-08", "2026-11-15", "2026-11-22")
    ]


def test_an_object_written_before_the_time_that_is_asked_for_is_left_out() -> None:
    s3 = FakeS3()
    s3.put(key_of("processing-failed", "2026-11-21"), b"", NOON - timedelta(hours=1, seconds=2))
    s3.put(key_of("processing-failed", "2026-11-22"), b"", NOON - timedelta(hours=1, seconds=1))
    assert keys(s3) == [key_of("processing-failed", "2026-11-22")]


def test_what_firehose_did_not_write_is_told() -> None:
    s3 = FakeS3()
    foreign = [
        "errors/a.txt",
        "errors/other/a",
        "errors/type=processing-failed/a",
        "errors/type=?/a",
    ]
    for key in foreign:
        s3.put(key, b"")
    s3.put(key_of("processing-failed", "2026-11-22", "a/b"), b"")
    found = list(bucket_of(s3).objects(SELECTION))
    assert {each.place.key for each in found if isinstance(each, Unreadable)} == {
        "errors/a.txt",
        "errors/other/",
        "errors/type=?/",
        key_of("processing-failed", "2026-11-22", "a/b"),
    }
    assert len(found) == 4


def test_the_time_in_the_name_stands_for_a_missing_arrival() -> None:
    s3 = FakeS3()
    s3.put(key_of("processing-failed"), b"")
    s3.put(key_of("processing-failed", "2026-11-22", "renamed"), b"")
    opened = [cast("ErrorObject", each).opened_ms for each in bucket_of(s3).objects(SELECTION)]
    assert opened == [NOON_MS, NOON_MS - 12 * HOUR_MS]


def records(s3: FakeS3, key: str) -> list[ErrorRecord | Unreadable]:
    found = ErrorObject(key, "processing-failed", NOON_MS)
    return list(bucket_of(s3).records(found, SELECTION))


def test_records_are_selected_by_their_own_arrival() -> None:
    s3 = FakeS3()
    times = [-HOUR_MS - 1, -HOUR_MS, HOUR_MS - 1, HOUR_MS]
    body = b"\n".join(line_of(b"%d" % each, NOON_MS + each) for each in times)
    s3.put(key_of("processing-failed"), gzip.compress(body))
    found = records(s3, key_of("processing-failed"))
    assert [(each.place.line, each.data) for each in cast("list[Any]", found)] == [
        (2, b"%d" % -HOUR_MS),
        (3, b"%d" % (HOUR_MS - 1)),
    ]


def test_a_bad_line_hides_none_of_the_others() -> None:
    s3 = FakeS3()
    key = key_of("processing-failed")
    s3.put(key, b"\n".join([line_of(b"a"), b"{", line_of(b"b")[:-9]]))
    first, second, third = records(s3, key)
    assert isinstance(first, ErrorRecord)
    assert [second.place, third.place] == [
        Place(key, 2, len(line_of(b"a")) + 1),
        Place(key, 3, len(line_of(b"a")) + 3),
    ]
    assert isinstance(second, Unreadable)
    assert isinstance(third, Unreadable)


def test_an_object_that_is_cut_off_gives_what_it_has_and_is_told() -> None:
    s3 = FakeS3()
    key = key_of("processing-failed")
    body = gzip.compress(b"".join(line_of(b"%d" % each) + b"\n" for each in range(5000)))
    s3.put(key, body[:-2000])
    *good, last = records(s3, key)
    assert len(good) > 100
    assert all(isinstance(each, ErrorRecord) for each in good)
    assert isinstance(last, Unreadable)
    assert (last.place.key, last.place.line) == (key, len(good) + 1)
    assert last.why == "its gzip ends too early: from here on it is not read"


def test_an_object_that_was_deleted_meanwhile_is_told() -> None:
    key = key_of("processing-failed")
    assert records(FakeS3(), key) == [Unreadable(Place(key), "it was deleted meanwhile")]


def test_a_bucket_that_refuses_is_an_error() -> None:
    with pytest.raises(BucketError, match=r"s3://lake/errors/type=x/.* cannot be read: .*Denied"):
        records(FakeS3(refuses=DENIED), key_of("x"))
