"""What a query gives: its columns with Athena's types, the rows, and the bytes that were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result.

    Attributes:
        name: Its name, as Athena gives it; `_col0` and so on where it has none.
        type: Athena's type with its parameters, such as `varchar`, `decimal(10,2)`,
            `timestamp(3)`, `array(row(name varchar))`.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query gave.

    Attributes:
        columns: The columns, in order.
        table: The rows, a `pyarrow.Table`, which has no types of its own; its columns stand in the
            same order, their names are not to be relied on.
        scanned_bytes: The bytes of column chunks and other data that were read.
    """

    columns: tuple[ResultColumn, ...]
    table: Any
    scanned_bytes: int


@dataclass(frozen=True, slots=True)
class RowStream:
    """What a query gives piece by piece.

    Attributes:
        columns: The columns, in order.
        batches: The rows, each a `pyarrow.RecordBatch`, columns in the same order.
        scanned_bytes: The bytes of column chunks and other data that are read.
    """

    columns: tuple[ResultColumn, ...]
    batches: Iterator[Any]
    scanned_bytes: int
