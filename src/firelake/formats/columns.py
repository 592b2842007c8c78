"""Columns of a Glue table, and how the pages of a file of them are compressed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the Glue table, its type in Hive's words."""

    name: str
    type: str


@unique
class ParquetCompression(StrEnum):
    """How pages of Parquet files are compressed."""

    UNCOMPRESSED = "UNCOMPRESSED"
    SNAPPY = "SNAPPY"
    GZIP = "GZIP"
