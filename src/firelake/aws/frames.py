"""Answers as pandas frames where awswrangler has no type for a column, or a wrong one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from firelake.aws.query_run import Answer, ResultColumn

# Of Athena's types those that awswrangler reads as what they are. It raises at those without a type
# in pandas (unknown, uuid, ipaddress, intervals, time with time zone), and takes the digits of a
# varbinary for its bytes.
_READ_BY_AWSWRANGLER: Final = frozenset(
    {
        *("boolean", "tinyint", "smallint", "int", "integer", "bigint", "float", "real", "double"),
        *("decimal", "char", "varchar", "string", "date", "time", "timestamp"),
        *("timestamp with time zone", "array", "map", "row", "json"),
    }
)
_DTYPES: Final[Mapping[str, str]] = {
    "boolean": "boolean",
    "tinyint": "Int8",
    "smallint": "Int16",
    "int": "Int32",
    "integer": "Int32",
    "bigint": "Int64",
    "float": "float32",
    "real": "float32",
    "double": "float64",
}
_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "boolean": lambda text: text == "true",
    **dict.fromkeys(("tinyint", "smallint", "int", "integer", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "decimal": Decimal,
    "varbinary": bytes.fromhex,  # Athena writes pairs of digits with spaces between.
}


def is_for_awswrangler(columns: Sequence[ResultColumn]) -> bool:
    """Whether awswrangler reads an answer as it is.

    Args:
        columns: The columns of the answer.
    """
    return all(_base(column) in _READ_BY_AWSWRANGLER for column in columns)


def frame_of(answer: Answer) -> pd.DataFrame:
    """Read an answer with a type for every column; what pandas has none for is text.

    Args:
        answer: The answer; its rows are read.
    """
    rows = list(answer.rows)
    series = [
        _series([row[index] for row in rows], _base(column))
        for index, column in enumerate(answer.columns)
    ]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame(index=range(len(rows)))
    frame.columns = pd.Index([column.name for column in answer.columns])
    return frame


def _base(column: ResultColumn) -> str:
    name = column.type.lower()
    before, _, after = name.partition("(")
    # timestamp(3) with time zone
    return before + (after.partition(")")[2] if before.startswith("time") else "")


def _series(texts: list[str | None], base: str) -> pd.Series:
    if base == "timestamp":
        return _moments(texts, dt.datetime.fromisoformat)
    if base == "date":
        return _moments(texts, dt.date.fromisoformat, dtype="object")
    read = _READERS.get(base)
    if read is None:
        return pd.Series(texts, dtype="string")
    values = [None if text is None else read(text) for text in texts]
    return pd.Series(values, dtype=_DTYPES.get(base, "object"))


def _moments(
    texts: list[str | None], read: Callable[[str], object], dtype: str = "datetime64[us]"
) -> pd.Series:
    """Times that Python has none of, such as the year 12000, leave all as text."""
    try:
        values = [None if text is None else read(text) for text in texts]
        return pd.Series(values, dtype=dtype)
    except ValueError:
        return pd.Series(texts, dtype="string")
