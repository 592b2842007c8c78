"""Objects under `errors/` that hold more than Firehose ever writes are not read to their end."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from firelake.contract.layout import Granularity
from firelake.failures.errors import bodies, events, listing
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.lines import ErrorRecord, Unreadable
from firelake.failures.errors.listing import ErrorBucket, ErrorObject, Selection
from tests.helpers.transform_parts import contract_of
from tests.unit.failures.errors.object_samples import NOON, FakeS3, event, key_of, line_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SELECTION = Selection(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1))
KEY = key_of("processing-failed")
CONTRACT = contract_of({"amount": "bigint"})


def read(body: bytes) -> tuple[list[ErrorRecord], list[Unreadable]]:
    s3 = FakeS3()
    s3.put(KEY, body)
    bucket = ErrorBucket(cast("S3Client", s3), "lake")
    (found,) = bucket.objects(SELECTION)
    assert isinstance(found, ErrorObject)
    each = list(bucket.records(found, SELECTION))
    return (
        [record for record in each if isinstance(record, ErrorRecord)],
        [other for other in each if isinstance(other, Unreadable)],
    )


@pytest.mark.parametrize("packed", [gzip.compress, bytes])
@pytest.mark.parametrize("line", [b"{}\n", b"x\n", b'"a"\n', b"[]\n", b"null ", b'{"rawData":1}'])
def test_an_object_of_other_things_is_left_after_a_thousand_of_them(
    line: bytes, packed: type[bytes]
) -> None:
    # Broken text up to the next line that begins with an object is one thing.
    records, unreadable = read(packed(line_of(event()) + b"\n" + line * 200_000))
    assert len(records) == 1
    assert 1 <= len(unreadable) <= 1_001
    if len(unreadable) == 1_001:
        assert unreadable[-1].why == (
            "its object holds 1,000 things that are no records of Firehose's: "
            "from here on it is not read"
        )


def test_what_stands_beside_other_things_is_read() -> None:
    body = b"".join(b"{}\n" + line_of(event(f"u-{number}")) + b"\n" for number in range(1_000))
    records, unreadable = read(body)
    assert (len(records), len(unreadable)) == (1_000, 1_000)


def test_an_object_of_too_many_records_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_RECORDS", 10)
    records, unreadable = read((line_of(event()) + b"\n") * 11)
    assert len(records) == 10
    (told,) = unreadable
    assert told.place.line == 11
    assert told.why.startswith("its object holds 10 records, more than Firehose writes")


def test_records_of_another_time_count_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_RECORDS", 10)
    old = json.dumps({"rawData": "", "arrivalTimestamp": 1}).encode() + b"\n"
    assert len(read(old * 11)[1]) == 1


def test_an_object_that_unpacks_to_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_OBJECT_BYTES", 1_000_000)
    records, unreadable = read(gzip.compress(line_of(event()) + b"\n" + b" " * 10_000_000))
    assert len(records) == 1
    assert "it unpacks to more than 1,000,000 bytes" in unreadable[0].why


def test_a_record_of_too_many_events_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_OBJECT_EVENTS", 10)
    reader = ErrorEvents(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    records, _ = read(line_of(b"{}" * 50) + b"\n")
    *found, told = reader.of_object(records)
    assert len(found) == 10
    assert isinstance(told, Unreadable)
    assert told.why.startswith("its object holds 10 events, more than Firehose buffers")
