"""Rows that Arrow reads are those that the stand-in of Firehose writes, but for the arrival."""

from __future__ import annotations

import io
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firehose_emulator.rows import RowReader
from firehose_emulator.settings import Conversion
from firelake.contract.layout import Granularity
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.parquet import ParquetWriter
from firelake.history.backfill.errors import RowError
from firelake.history.backfill.ids import Mask
from firelake.history.backfill.rows import RowFiles, columns_of
from firelake.transform.events import EventReader, ValidEvent
from tests.helpers.transform_parts import POSITION, contract_of
from tests.strategies.contracts import contracts
from tests.strategies.events import valid_events

CONTRACT = contract_of({"name": "string", "count": "bigint", "day": "array<date>"})
COLUMNS = columns_of(CONTRACT)
CONVERSION = Conversion(
    role_arn="", catalog_id="", region="", database="", table="", case_insensitive=False
)


def read(file: io.BytesIO) -> Any:  # noqa: ANN401 -- pyarrow has no types
    return cast("Any", pq).read_table(io.BytesIO(file.getvalue()))


def by_firehose(columns: tuple[Column, ...], events: list[ValidEvent]) -> Any:  # noqa: ANN401
    file = io.BytesIO()
    writer = ParquetWriter(file, columns, ParquetCompression.SNAPPY)
    reader = RowReader(columns, CONVERSION)
    writer.write([row for event in events for row in reader.rows(event.row)])
    writer.close()
    return read(file)


def by_backfill(files: RowFiles, event_type: str, rows: list[bytes], mask: Mask | None) -> Any:  # noqa: ANN401
    file = io.BytesIO()
    files.write(file, event_type, [(b"\n".join(rows) + b"\n", mask)])
    return read(file)


@settings(max_examples=100)
@given(st.data())
def test_values_are_those_that_firehose_would_write(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    texts = data.draw(st.lists(valid_events(contract), min_size=1, max_size=4))
    reader = EventReader(contract, lateness_days=None, granularity=Granularity.DAY)
    by_type: dict[str, list[ValidEvent]] = {}
    for text in texts:
        for event in reader.read(text.text.encode(), POSITION).events:
            by_type.setdefault(event.event_type, []).append(event)
    columns = columns_of(contract)
    files = RowFiles(contract, columns)
    for event_type, events in by_type.items():
        expected = by_firehose(columns, events)
        found = by_backfill(files, event_type, [event.row for event in events], None)
        assert found.schema == expected.schema
        assert found["ingested_at"].null_count == len(events)
        assert found.drop_columns(["ingested_at"]).equals(expected.drop_columns(["ingested_at"]))


def event(uuid: str) -> ValidEvent:
    reader = EventReader(CONTRACT, lateness_days=None, granularity=Granularity.DAY)
    text = f'{{"event_uuid":"{uuid}","event_name":"thing:done","created_at":1768478400,"count":7}}'
    return reader.read(text.encode(), POSITION).events[0]


def test_only_the_rows_of_the_mask_are_written() -> None:
    rows = [event(uuid).row for uuid in ("a", "b", "c")]
    mask = Mask(cast("Any", pa).array([True, False, True]))
    found = by_backfill(RowFiles(CONTRACT, COLUMNS), "thing", rows, mask)
    assert found["event_uuid"].to_pylist() == ["a", "c"]
    assert found["count"].to_pylist() == [7, 7]


def test_a_column_that_only_the_table_has_is_null() -> None:
    columns = (*COLUMNS[:-1], Column("older", "double"), COLUMNS[-1])
    found = by_backfill(RowFiles(CONTRACT, columns), "thing", [event("a").row], None)
    assert found.column_names == [column.name for column in columns]
    assert found["older"].to_pylist() == [None]


def test_rows_of_another_contract_are_refused() -> None:
    row = event("a").row[:-1] + b',"unheard_of":1}'
    with pytest.raises(RowError, match="rows of thing do not fit the table"):
        by_backfill(RowFiles(CONTRACT, COLUMNS), "thing", [row], None)
