"""The file `.metadata` beside a result: its columns as a protocol buffer.

AWS documents it as a binary file only. The fields are those that the JDBC driver of
https://github.com/burtcorp/athena-jdbc reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.results.columns import CATALOG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.results.columns import ColumnInfo

_COLUMN: Final = 4
_VARINT, _BYTES = 0, 2
_NULLABLE_UNKNOWN: Final = 3


def metadata(columns: Sequence[ColumnInfo]) -> bytes:
    """Give the content of the file."""
    return b"".join(_bytes(_COLUMN, _column(column)) for column in columns)


def _column(column: ColumnInfo) -> bytes:
    return b"".join(
        (
            _text(1, CATALOG),
            _text(4, column.name),
            _text(5, column.name),
            _text(6, column.type),
            _number(7, column.precision),
            _number(8, column.scale),
            _number(9, _NULLABLE_UNKNOWN),
            _number(10, int(column.is_case_sensitive)),
        )
    )


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _varint(value: int) -> bytes:
    """Seven bits in a byte, the lowest first: https://protobuf.dev/programming-guides/encoding/."""
    made = bytearray()
    while value > 0x7F:  # noqa: PLR2004
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
