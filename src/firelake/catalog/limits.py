"""The sizes that Glue takes, checked before anything is sent."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Final

from firelake.catalog.errors import LimitError

if TYPE_CHECKING:
    from firelake.catalog.table_input import TableInput

# https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
MAX_PARAMETER_LENGTH: Final = 512_000
MAX_VIEW_TEXT_LENGTH: Final = 409_600
MAX_TYPE_LENGTH: Final = 131_072
# "About 1 MB when gzip compressed", for a table as a whole:
# https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
MAX_TABLE_GZIP_BYTES: Final = 1_000_000


def require_limits(table: TableInput) -> TableInput:
    """Give a table or view back if Glue takes its size.

    Raises:
        LimitError: A parameter, a column type, the text of the view or the whole is too large.
    """
    name = table["Name"]
    for key, value in table["Parameters"].items():
        _require(name, f"parameter {key}", len(value), MAX_PARAMETER_LENGTH, "characters")
    for column in table["StorageDescriptor"]["Columns"]:
        what = f"type of column {column['Name']}"
        _require(name, what, len(column["Type"]), MAX_TYPE_LENGTH, "characters")
    text = table.get("ViewOriginalText", "")
    _require(name, "view text", len(text), MAX_VIEW_TEXT_LENGTH, "characters")
    size = len(gzip.compress(json.dumps(table).encode(), mtime=0))
    _require(name, "compressed definition", size, MAX_TABLE_GZIP_BYTES, "bytes")
    return table


def _require(table: str, what: str, size: int, limit: int, unit: str) -> None:
    if size > limit:
        message = (
            f"{table}: its {what} has {size} {unit}, Glue takes {limit}:"
            " declare fewer fields or event types, or move rare fields into one of type json"
        )
        raise LimitError(message)
