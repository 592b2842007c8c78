"""What verify reads from the bucket: lines of its own run, each object once, whatever it holds."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from firelake.contract.layout import raw_prefix
from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.listing import BucketError, Selection
from firelake.health.verify.objects import ErrorLines, raw_records
from firelake.health.verify.seen import SeenFailure
from tests.unit.failures.errors.object_samples import (
    DENIED,
    NOON,
    FakeS3,
    event,
    key_of,
    line_of,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SELECTION = Selection(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1))
OWN = event("canary-r1-late")
KEY = key_of("processing-failed")


def lines_of(s3: FakeS3) -> ErrorLines:
    return ErrorLines(cast("S3Client", s3), "lake", "r1", SELECTION)


def data(found: list[SeenFailure | Unreadable]) -> list[bytes]:
    return [each.record.data for each in found if isinstance(each, SeenFailure)]


def test_lines_of_the_run_are_found_among_others() -> None:
    s3 = FakeS3()
    others = [event("canary-r2-late"), event("canary-r12-late"), event("u-1"), b"\xff no JSON"]
    s3.put(KEY, b"\n".join(map(line_of, [*others, OWN])))
    (found,) = lines_of(s3).new()
    assert isinstance(found, SeenFailure)
    assert found.record.data == OWN
    assert {"rawData", "errorCode", "arrivalTimestamp"} <= set(found.members)


def test_an_object_is_read_once() -> None:
    s3 = FakeS3()
    s3.put(KEY, line_of(OWN))
    lines = lines_of(s3)
    assert data(list(lines.new())) == [OWN]
    assert list(lines.new()) == []
    s3.put(key_of("format-conversion-failed"), line_of(OWN))
    assert data(list(lines.new())) == [OWN]


def test_an_object_of_canaries_alone_gets_a_receipt_by_which_nobody_is_told_of_it() -> None:
    s3 = FakeS3()
    alone, mixed, broken = (key_of("processing-failed", name=name) for name in "abc")
    other = b'"event_uuid": "canary-r2-no-json" is no JSON'
    s3.put(alone, b"\n".join(map(line_of, [OWN, other])))
    s3.put(mixed, b"\n".join(map(line_of, [OWN, event("u-1")])))
    s3.put(broken, line_of(OWN) + b"\n{")
    s3.put(key_of("processing-failed", name="empty"), b"")
    list(lines_of(s3).new())
    receipts = {key: body for key, (body, _) in s3.objects.items() if "replayed" in key}
    receipt = alone.replace("errors/", "errors-replayed/")
    assert {key: json.loads(body) for key, body in receipts.items()} == {
        receipt: {"object": alone, "events": {}, "version": 1}
    }


def test_a_receipt_that_is_there_stays() -> None:
    s3 = FakeS3()
    s3.put(KEY, line_of(OWN))
    receipt = KEY.replace("errors/", "errors-replayed/")
    s3.put(receipt, b"of replay")
    assert data(list(lines_of(s3).new())) == [OWN]
    assert s3.objects[receipt][0] == b"of replay"


def test_what_cannot_be_read_is_told_once_and_hides_nothing() -> None:
    s3 = FakeS3()
    s3.put("errors/by-hand.txt", b"")
    s3.put(KEY, b"{\n" + line_of(OWN))
    lines = lines_of(s3)
    found = list(lines.new())
    assert data(found) == [OWN]
    assert len([each for each in found if isinstance(each, Unreadable)]) == 2
    assert list(lines.new()) == []


def test_a_bucket_that_refuses_is_an_error_and_its_object_is_read_later() -> None:
    s3 = FakeS3()
    s3.put(KEY, line_of(OWN))
    lines = lines_of(s3)
    s3.refuses = DENIED
    with pytest.raises(BucketError, match="cannot be read"):
        list(lines.new())
    s3.refuses = None
    assert data(list(lines.new())) == [OWN]


def test_the_backup_gives_the_pieces_of_the_run_alone() -> None:
    s3 = FakeS3()
    name = KEY.rpartition("/")[2]
    broken = b'"canary-r1-no-json" is no JSON'
    s3.put(raw_prefix(NOON) + name, b"\n".join([OWN, event("u-1"), broken, b""]))
    found = raw_records(cast("S3Client", s3), "lake", "r1", SELECTION)
    assert found.splitlines() == [OWN, broken]
