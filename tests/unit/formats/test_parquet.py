"""Tests of the Parquet files: facts 3.5."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

import pyarrow.parquet as pq
import pytest

from firelake.formats import parquet
from firelake.formats.columns import Column, ParquetCompression
from firelake.formats.parquet import ParquetWriter

_COLUMNS = [
    Column("s", "string"),
    Column("b", "boolean"),
    Column("n", "bigint"),
    Column("x", "double"),
    Column("m", "decimal(10,2)"),
    Column("t", "timestamp"),
    Column("d", "date"),
    Column("many", "array<timestamp>"),
]
_ROW: dict[str, Any] = {
    "s": "é",
    "b": True,
    "n": -5,
    "x": 0.5,
    "m": Decimal("1.20"),
    "t": 1_790_000_000_123_000_000,
    "d": 20_697,
    "many": [0, None],
}


def written(
    *chunks: list[dict[str, Any]], compression: ParquetCompression = ParquetCompression.SNAPPY
) -> Any:  # noqa: ANN401 - pyarrow has no types
    file = io.BytesIO()
    writer = ParquetWriter(file, _COLUMNS, compression)
    for chunk in chunks:
        writer.write(chunk)
    writer.close()
    return cast("Any", pq).ParquetFile(io.BytesIO(file.getvalue()))


def test_values_come_back_as_they_were_and_missing_ones_are_null() -> None:
    rows = written([_ROW, {"s": "only"}]).read().to_pylist()
    assert rows[0] == {
        "s": "é",
        "b": True,
        "n": -5,
        "x": 0.5,
        "m": Decimal("1.20"),
        "t": datetime(2026, 9, 21, 14, 13, 20, 123_000),  # noqa: DTZ001 - a column without a zone
        "d": date(2026, 9, 1),
        "many": [datetime(1970, 1, 1), None],  # noqa: DTZ001 - a column without a zone
    }
    assert rows[1] == dict.fromkeys(_ROW) | {"s": "only"}


def test_columns_have_the_types_that_hive_writes() -> None:
    """Facts 3.5: timestamps are INT96."""
    schema = written([_ROW]).schema
    types = {schema.column(i).path: schema.column(i).physical_type for i in range(len(schema))}
    assert types == {
        "s": "BYTE_ARRAY",
        "b": "BOOLEAN",
        "n": "INT64",
        "x": "DOUBLE",
        "m": "FIXED_LEN_BYTE_ARRAY",
        "t": "INT96",
        "d": "INT32",
        "many.list.element": "INT96",
    }


@pytest.mark.parametrize("compression", ParquetCompression)
def test_pages_are_compressed_as_configured(compression: ParquetCompression) -> None:
    metadata = written([_ROW], compression=compression).metadata
    assert metadata.row_group(0).column(0).compression == compression.value


def test_small_chunks_share_a_row_group_and_large_ones_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert written([_ROW], [_ROW], [_ROW]).num_row_groups == 1
    monkeypatch.setattr(parquet, "_ROW_GROUP_BYTES", 1)
    assert written([_ROW], [_ROW], [_ROW]).num_row_groups == 3
