"""What replay puts back besides error objects: raw records, and a stretch of the stream."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import raw_prefix
from firelake.failures.errors.choice import Choice
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.errors.listing import BucketError, Selection
from firelake.failures.replay.items import from_records
from firelake.failures.replay.raw import RawBucket
from firelake.failures.replay.stream import read_stretch
from firelake.operations.errors import InputError
from firelake.operations.stream_records import StreamRecords
from tests.helpers.contracts import LEARNING
from tests.helpers.transform_parts import reader_of
from tests.unit.cli.stream_fakes import FakeKinesis
from tests.unit.failures.errors.object_samples import DENIED, NOON, FakeS3, event

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SELECTION = Selection(since=NOON - timedelta(hours=1), until=NOON + timedelta(hours=1))
ALL = Choice()


def raw_key(opened: datetime, number: int = 0) -> str:
    moment = f"{opened:%Y-%m-%d-%H-%M-%S}"
    name = f"firelake-dev-delivery-1-{moment}-0000aaaa-00aa-00aa-00aa-{number:012d}.gz"
    return raw_prefix(opened) + name


def read_raw(s3: FakeS3) -> list[tuple[Place, bytes] | Unreadable]:
    return list(RawBucket(cast("S3Client", s3), "lake").read(SELECTION))


def test_objects_that_may_hold_a_record_of_the_time_are_read() -> None:
    s3 = FakeS3()
    kept = [NOON - timedelta(hours=3), NOON, NOON + timedelta(minutes=59)]
    for opened in kept:
        s3.put(raw_key(opened), gzip.compress(event(f"{opened:%H:%M}")), NOON)
    s3.put(raw_key(NOON - timedelta(hours=2)), b"", NOON - timedelta(hours=1, seconds=2))
    s3.put(raw_key(NOON + timedelta(hours=1)), b"", NOON + timedelta(hours=2))
    s3.put(raw_key(NOON + timedelta(days=1)), b"", NOON + timedelta(days=2))
    assert read_raw(s3) == [
        (Place(raw_key(opened), 1, 0), event(f"{opened:%H:%M}")) for opened in kept
    ]


def test_records_are_read_whatever_stands_between_and_inside() -> None:
    s3 = FakeS3()
    spread = json.dumps({"a": {"b": [1, {"c": "}"}]}, "d": 1}, indent=2).encode()
    body = b"".join([event("u-1"), event("u-2"), spread, b"\n", event("u-3")])
    s3.put(raw_key(NOON), body)
    size = len(event("u-1"))
    assert read_raw(s3) == [
        (Place(raw_key(NOON), 1, 0), event("u-1")),
        (Place(raw_key(NOON), 1, size, 1), event("u-2")),
        (Place(raw_key(NOON), 1, 2 * size, 2), spread),
        (Place(raw_key(NOON), 12, 2 * size + len(spread) + 1), event("u-3")),
    ]


@pytest.mark.parametrize("between", [b"", b"\n"])
def test_of_20_000_records_a_broken_one_costs_itself(between: bytes) -> None:
    s3 = FakeS3()
    events = [event(f"u-{number}", text="x" * 900) for number in range(20_000)]
    broken = [*events[:10_000], b'{"event_uuid":"u-x","event_na', *events[10_000:]]
    body = between.join(broken)
    assert len(body) > 16 * 1024 * 1024
    s3.put(raw_key(NOON), gzip.compress(body, 1))
    found = read_raw(s3)
    assert [each[1] for each in found if not isinstance(each, Unreadable)] == events
    (told,) = [each for each in found if isinstance(each, Unreadable)]
    assert told.place.offset == len(between.join(events[:10_000])) + len(between)
    assert told.why == "it is no JSON (29 bytes)"


def test_what_cannot_be_read_of_raw_is_told() -> None:
    s3 = FakeS3()
    key = raw_key(NOON)
    s3.put(key, gzip.compress(event() + b"\n" + event("u-2")[:-9])[:-9])
    foreign = raw_prefix(NOON) + "mine"
    s3.put(foreign, b"")
    first, second, third = read_raw(s3)
    assert first == (Place(key, 1, 0), event())
    assert second == Unreadable(
        Place(key, 2, len(event()) + 1),
        "its gzip ends too early: from here on it is not read",
        is_rest=True,
    )
    assert third == Unreadable(Place(foreign), "it is no key of a source backup")


def test_a_bucket_that_refuses_raw_is_an_error() -> None:
    s3 = FakeS3(refuses=DENIED)
    s3.put(raw_key(NOON), b"")
    with pytest.raises(BucketError, match="AccessDenied"):
        read_raw(s3)


def test_events_are_chosen_by_name_and_packed_ones_taken_apart() -> None:
    records = [
        (Place("a", 1), event("u-1") + event("u-2", "thing:done")),
        Unreadable(Place("b"), ""),
    ]
    found = list(from_records(records, Choice(names=("thing:*",)), reader_of(LEARNING)))
    assert [getattr(item, "event", None) for item in found] == [event("u-2", "thing:done"), None]
    assert all(getattr(item, "label", None) is None for item in found)


def test_a_wrapper_is_taken_apart_and_its_items_are_chosen_by_their_mapped_names() -> None:
    contract = parse_contract(
        'version = 1\n[events."track:paid"]\ndescription = "A payment."\n'
        '[sources.web]\npreset = "segment_batch"\n'
    )
    items = [{"type": "track", "event": name} for name in ("Paid", "Seen", "Paid")]
    data = json.dumps({"batch": items}).encode()
    choice = Choice(names=("track:paid",))
    found = list(from_records([(Place("a", 1), data)], choice, reader_of(contract)))
    assert [getattr(item, "event", None) for item in found] == [
        b'{"batch":[{"type": "track", "event": "Paid"}]}'
    ] * 2


def test_a_time_that_the_stream_no_longer_keeps_is_told() -> None:
    kinesis = cast("Any", FakeKinesis({"open": [(NOON, b"a")]}, hours=1))
    stream = StreamRecords(kinesis, "events", lambda _: None)
    found = list(read_stretch(stream, SELECTION, lambda: NOON))
    assert found == [(Place("open:0"), b"a")]
    early = Selection(since=NOON - timedelta(hours=1, seconds=1), until=NOON)
    with pytest.raises(InputError, match=r"keeps records for 1 hours, .* by --raw"):
        list(read_stretch(stream, early, lambda: NOON))
