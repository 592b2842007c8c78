"""Lines of error objects: every form that was seen is read, whatever else is told."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.failures.errors.lines import ErrorRecord, Place, Unreadable, parse_line
from tests.unit.failures.errors.object_samples import NOON_MS, line_of

DATA = Path(__file__).parents[3] / "data" / "error_objects"
PLACE = Place("errors/type=processing-failed/dt=2026-11-22/x", 7)
EVENT = (
    b'{"event_uuid": "u-1", "event_name": "other:done", "created_at": 1795348740,'
    b' "colour": "red"}\n'
)


def parsed(line: bytes) -> ErrorRecord | Unreadable:
    return parse_line(line, PLACE, "processing-failed", opened_ms=NOON_MS - 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("processing-failed-2019", "Lambda.FunctionTimedOut"),
        ("processing-failed-2026", "Lambda.ProcessingFailedStatus"),
        ("processing-failed-quoted-numbers", "Lambda.FunctionError"),
    ],
)
def test_both_generations_hold_the_record_as_it_was_sent(name: str, code: str) -> None:
    record = parsed((DATA / f"{name}.ndjson").read_bytes())
    assert isinstance(record, ErrorRecord)
    assert (record.place, record.error_type, record.code) == (PLACE, "processing-failed", code)
    assert (record.arrived_ms, record.data) == (NOON_MS, EVENT)
    assert record.message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("format-conversion-failed", "DataFormatConversion.MalformedData"),
        ("metadata-extraction-failed", "DynamicPartitioning.MetadataExtractionFailed"),
        ("activePartitionExceeded", "DynamicPartitioning.ActivePartitionsLimitExceeded"),
    ],
)
def test_the_types_after_the_function_hold_its_row(name: str, code: str) -> None:
    record = parsed((DATA / f"{name}.ndjson").read_bytes())
    assert isinstance(record, ErrorRecord)
    assert record.code == code
    assert record.data.startswith(b'{"ingested_at":"2026-11-22 12:00:00.000",')


def test_a_line_needs_nothing_but_what_failed() -> None:
    record = parsed(b'{"rawData": "", "later": [1]}')
    assert isinstance(record, ErrorRecord)
    assert (record.data, record.code, record.message) == (b"", "", "")
    assert record.arrived_ms == NOON_MS - 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"{}",
        b'{"rawData": null}',
        b'{"rawData": "a"}',
        b'{"rawData": "*AAA"}',
        b'{"rawData": "", "arrivalTimestamp": "yesterday"}',
        b'{"rawData": "", "arrivalTimestamp": -1}',
        b'{"rawData": "", "arrivalTimestamp": 1e300}',
        b'{"rawData": ""}{"rawData": ""}',
        b'{"rawData": ' + b"[" * 100_000,
    ],
    ids=lambda line: repr(line[:40]),
)
def test_what_is_no_line_is_told_with_its_place(line: bytes) -> None:
    found = parsed(line)
    assert isinstance(found, Unreadable)
    assert found.place == PLACE
    assert found.why.startswith("it is no line of Firehose's: ")


@given(st.binary(max_size=60))
def test_no_bytes_make_the_reader_of_lines_fail(line: bytes) -> None:
    assert isinstance(parsed(line), ErrorRecord | Unreadable)


@given(st.binary(max_size=200))
def test_whatever_failed_comes_out_as_it_went_in(data: bytes) -> None:
    record = parsed(line_of(data))
    assert isinstance(record, ErrorRecord)
    assert record.data == data


def test_a_record_is_read_from_json_with_its_members_in_any_order() -> None:
    members = json.loads(line_of(b"x"))
    line = json.dumps(dict(reversed(members.items()))).encode()
    record = parsed(line)
    assert isinstance(record, ErrorRecord)
    assert record.data == base64.b64decode(members["rawData"])
