"""What can be brought in: files, objects, raw records by the hour, failed events."""

from __future__ import annotations

import base64
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.lines import Place, Unreadable, parse_line
from firelake.failures.errors.listing import ErrorObject, Selection
from firelake.failures.receipts import Entry, Receipt, ReceiptError, State
from firelake.history.backfill.sources import (
    FailedEvents,
    Source,
    error_sources,
    local_file,
    named_sources,
    raw_sources,
    stored_file,
)
from firelake.operations.errors import InputError
from firelake.transform.events import EventReader, RecordPosition
from tests.unit.history.memory_store import MemoryStore
from tests.unit.history.runs import CONTRACT_TEXT, T0_S, line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.failures.errors.lines import ErrorRecord

CONTRACT = parse_contract(CONTRACT_TEXT)


def content(source: Source) -> bytes:
    notes: list[str] = []
    data = b"".join(each.data for each in source.documents(notes.append, 1000))
    assert notes == []
    return data


def no_store(bucket: str) -> MemoryStore:
    raise AssertionError(bucket)


def store_of(**objects: bytes) -> MemoryStore:
    return MemoryStore({name.replace("__", "/"): body for name, body in objects.items()})


@pytest.mark.parametrize("name", ["plain.jsonl", "plain.gz"])
def test_a_file_is_unpacked_by_its_content_and_not_by_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"{}[1]")
    assert content(local_file(path)) == b"{}1"
    path.write_bytes(gzip.compress(b"te") + gzip.compress(b"xt\n"))
    (source,) = named_sources(str(path), no_store)
    assert (source.name, source.size_bytes) == (str(path), path.stat().st_size)
    assert content(source) == b"text"
    assert source.read_bytes == source.size_bytes


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_may_hold_an_array_spread_over_lines_and_in_utf_16(
    encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "events.json"
    path.write_bytes(json.dumps([{"a": 1}, {"b": "\u00e9"}], indent=2).encode(encoding))
    found = local_file(path).documents(lambda _: None, 1000)
    assert [json.loads(each.data) for each in found] == [{"a": 1}, {"b": "\u00e9"}]


def test_a_record_of_an_array_is_no_event() -> None:
    store = MemoryStore({"raw/dt=2026-01-15/hour=09/object": b'[{"a":1}]{"b":1}'})
    moment = datetime(2026, 1, 15, 9, tzinfo=UTC)
    (source,) = raw_sources(store, moment, moment + timedelta(hours=1))
    found = source.documents(lambda _: None, 1000)
    assert [each.data for each in found] == [b'[{"a":1}]', b'{"b":1}']


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no file"):
        local_file(tmp_path / "nothing")


def test_an_object_is_named_by_its_key_and_several_by_a_prefix() -> None:
    store = store_of(a__1=b"one", a__2=gzip.compress(b"two"), a__1b=b"other")

    def named(text: str) -> list[tuple[str, bytes]]:
        found = named_sources(text, lambda bucket: store if bucket == "b" else no_store(bucket))
        return [(each.name, content(each)) for each in found]

    assert named("s3://b/a/1") == [("s3://b/a/1", b"one")]
    assert named("s3://b/a/") == [
        ("s3://b/a/1", b"one"),
        ("s3://b/a/1b", b"other"),
        ("s3://b/a/2", b"two"),
    ]
    assert named("s3://b") == named("s3://b/a/")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("s3://b/a", "there is no object of that name", id="a prefix without its end"),
        pytest.param("s3:///a", "names no bucket", id="no bucket"),
    ],
)
def test_a_name_of_nothing_is_refused(text: str, why: str) -> None:
    store = store_of(a__1=b"one")
    with pytest.raises(InputError, match=why):
        list(named_sources(text, lambda _: store))


def test_a_large_object_is_read_in_parts() -> None:
    class Parts(MemoryStore):
        def open(self, file: object) -> io.BytesIO:
            del file
            return io.BytesIO(bytes(20 * 1024 * 1024))

    store = Parts({"a": b"."})
    (file,) = store.files("")
    blocks = list(stored_file(store, file, "a").read())
    assert sum(map(len, blocks)) == 20 * 1024 * 1024
    assert max(map(len, blocks)) == 8 * 1024 * 1024


def test_raw_records_are_those_of_whole_hours() -> None:
    store = MemoryStore(
        {f"raw/dt=2026-01-15/hour={hour:02d}/object": b"%d" % hour for hour in range(8, 13)}
    )
    since = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)
    until = datetime(2026, 1, 15, 11, 0, tzinfo=UTC)
    assert [content(each) for each in raw_sources(store, since, until)] == [b"9", b"10"]


class Failed:
    """Fulfils `ErrorSource`: an object, one line of which cannot be read, and a foreign one."""

    def __init__(self, *records: tuple[str, bytes]) -> None:
        self._records = records

    def objects(self, selection: Selection) -> Iterator[ErrorObject | Unreadable]:
        del selection
        yield ErrorObject("errors/good", "processing-failed", 0)
        yield Unreadable(Place("errors/foreign"), "it is no key of an error object")

    def records(
        self, found: ErrorObject, selection: Selection
    ) -> Iterator[ErrorRecord | Unreadable]:
        del selection
        for number, (error_type, data) in enumerate(self._records):
            text = json.dumps({"rawData": base64.b64encode(data).decode()}).encode()
            yield parse_line(text, Place(found.key, number + 1), error_type, opened_ms=0)
        yield Unreadable(Place(found.key, 9), "it is no line of Firehose's")


class Kept:
    """Fulfils `ReadReceipts`."""

    def __init__(self, receipt: Receipt | None) -> None:
        self._receipt = receipt

    def read(self, errors_key: str) -> Receipt:
        if self._receipt is None:
            message = f"the receipt of {errors_key} cannot be read"
            raise ReceiptError(message)
        return self._receipt


def test_a_failed_event_that_a_fix_changed_comes_as_replay_sent_it() -> None:
    sent = line("drawn", score=1).strip().decode()
    entry = Entry(
        State.SENT, 1, "drawn", "lesson:started", float(T0_S), "lesson", "2026-01-15", sent
    )
    blocks, notes = failed_blocks(Kept(Receipt("errors/good", {"1#0": entry})))
    assert [json.loads(each)["event_uuid"] for each in blocks] == ["drawn", "b"]
    assert notes == ["line 9: it is no line of Firehose's"]


def test_failed_events_without_a_readable_receipt_are_told_and_left() -> None:
    assert failed_blocks(Kept(None)) == ([], ["the receipt of errors/good cannot be read"])


def failed_blocks(receipts: Kept) -> tuple[list[bytes], list[str]]:
    """The events of an object with two records, and what is noted of it."""
    source = Failed(("processing-failed", line("a", score="no")), ("processing-failed", line("b")))
    events = ErrorEvents(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
    moment = datetime(2026, 1, 15, tzinfo=UTC)
    selection = Selection(since=moment, until=moment)
    good, _ = error_sources(FailedEvents(source, selection, events, receipts))
    notes: list[str] = []
    return [each.data for each in good.documents(notes.append, 1000)], notes


def test_failed_events_come_as_they_were_sent() -> None:
    reader = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
    row = reader.read(line("row", score=5), RecordPosition("s:1:0", T0_S * 1000)).events[0].row
    source = Failed(
        ("processing-failed", line("a").strip() + line("b")), ("format-conversion-failed", row)
    )
    events = ErrorEvents(CONTRACT, lateness_days=7, granularity=Granularity.DAY)
    moment = datetime(2026, 1, 15, tzinfo=UTC)
    good, foreign = error_sources(
        FailedEvents(
            source,
            Selection(since=moment, until=moment),
            events,
            Kept(Receipt("errors/good", {})),
        )
    )
    notes: list[str] = []
    lines = [each.data for each in good.documents(notes.append, 1000)]
    assert [json.loads(each)["event_uuid"] for each in lines] == ["a", "b", "row"]
    assert json.loads(lines[2]) == json.loads(line("row", score=5))
    assert list(foreign.documents(notes.append, 1000)) == []
    assert notes == ["line 9: it is no line of Firehose's", "it is no key of an error object"]
