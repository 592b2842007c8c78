"""The function and the reader of documents: what the one takes apart, the other does as well."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from firelake.contract.layout import Granularity
from firelake.formats.documents import Document, documents
from firelake.transform.events import EventReader, RecordPosition
from tests.helpers.contracts import LEARNING
from tests.strategies.records import records

CONTRACT = LEARNING
READER = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.MONTH)
POSITION = RecordPosition("shardId-0:1:0", 1_795_000_000_000)


def rows_of(data: bytes) -> list[dict[str, object]]:
    """The rows of the events without what tells their number."""
    rows = [json.loads(event.row) for event in READER.read(data, POSITION).events]
    for row in rows:
        del row["stream_position"]
    return rows


def read(data: bytes) -> list[Document]:
    return list(documents([data]))


@given(records(CONTRACT))
def test_the_events_of_a_record_that_the_function_takes_are_its_documents(record: bytes) -> None:
    rows = rows_of(record)
    if rows:
        found = read(record)
        assert all(each.fault is None for each in found)
        assert [row for each in found for row in rows_of(each.data)] == rows


@given(records(CONTRACT))
def test_what_the_reader_finds_broken_the_function_refuses(record: bytes) -> None:
    for each in read(record):
        if each.fault is not None:
            assert rows_of(each.data) == []
            assert rows_of(record) == []


@given(st.lists(records(CONTRACT), max_size=4), st.sampled_from([b"", b"\n", b" "]))
def test_of_records_after_each_other_no_event_is_lost_that_the_function_takes(
    several: list[bytes], between: bytes
) -> None:
    taken = [record for record in several if rows_of(record)]
    found = [row for each in read(between.join(taken)) for row in rows_of(each.data)]
    assert found == [row for record in taken for row in rows_of(record)]
