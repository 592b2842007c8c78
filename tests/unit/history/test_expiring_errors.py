"""Which error objects are told before they expire: those that replay has noted nothing of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from firelake.history.errors import MoveError
from firelake.history.move.expiring_errors import count_expiring
from tests.unit.failures.errors.object_samples import DENIED, FakeS3, key_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
FAILED = "processing-failed"


def counted(s3: FakeS3) -> int:
    return count_expiring(cast("S3Client", s3), "lake", NOW)


def bucket(days: int | None, *keys: str) -> FakeS3:
    rule = {"Status": "Enabled", "Filter": {"Prefix": "errors/"}, "Expiration": {"Days": days}}
    s3 = FakeS3(lifecycle=[rule] if days else [])
    for key in keys:
        s3.put(key, b"")
    return s3


@pytest.mark.parametrize(
    ("day", "days", "expiring"),
    [
        # Of 400 days 370 are over on 2026-11-25 of the year after 2025-11-20.
        ("2025-11-24", 400, 1),
        ("2025-11-25", 400, 0),
        ("2026-11-29", 400, 0),
        # What is kept shorter than 60 days is told in the second half.
        ("2026-11-24", 9, 1),
        ("2026-11-25", 9, 0),
        ("2026-11-28", 1, 1),
    ],
)
def test_an_object_is_told_30_days_before_it_expires_or_half_of_its_time(
    day: str, days: int, expiring: int
) -> None:
    assert counted(bucket(days, key_of(FAILED, day))) == expiring


def test_objects_of_every_type_are_told_and_those_with_a_receipt_are_not() -> None:
    old = [key_of(FAILED, "2025-11-01", name) for name in "abcde"]
    other = key_of("a-type-of-tomorrow", "2025-11-01", "a")
    receipts = [key.replace("errors/", "errors-replayed/") for key in old[:2]]
    young = key_of(FAILED, "2026-11-20", "a")
    assert counted(bucket(400, *old, other, *receipts, young)) == 4


def test_where_nothing_expires_there_is_nothing_to_tell() -> None:
    assert counted(bucket(None, key_of(FAILED, "2001-01-01"))) == 0
    assert counted(bucket(400)) == 0


def test_what_firehose_did_not_write_is_not_counted() -> None:
    assert counted(bucket(400, "errors/a.txt", f"errors/type={FAILED}/a.txt")) == 0


def test_no_listing_goes_beyond_the_days_that_are_told() -> None:
    class Listed(FakeS3):
        def paginate(self, **asked: str):  # noqa: ANN202 -- as it is above
            for page in super().paginate(**asked):
                pages.append([each["Key"] for each in page.get("Contents", [])])
                yield page

    pages: list[list[str]] = []
    s3 = Listed(bucket(400).objects, lifecycle=bucket(400).lifecycle)
    for day in range(1, 31):
        s3.put(key_of(FAILED, f"2026-06-{day:02}"), b"")
    s3.put(key_of(FAILED, "2025-11-01"), b"")
    assert counted(s3) == 1
    # The folder, its first page, and no receipt.
    assert len(pages) == 2
    assert len(pages[1]) == 2


def test_a_refusal_is_told() -> None:
    class Refusing(FakeS3):
        def get_bucket_lifecycle_configuration(self, **_: str) -> dict[str, object]:
            raise DENIED

    with pytest.raises(MoveError, match=r"which errors expire soon: .*AccessDenied"):
        counted(Refusing())
