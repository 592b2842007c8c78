"""The form of Glue's `TableInput`, as far as this project fills it.

https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.catalog.columns import Column


class ColumnInput(TypedDict):
    """A column or partition key."""

    Name: str
    Type: str
    Comment: str


class SerDeInfo(TypedDict):
    """The library that reads the files."""

    Name: NotRequired[str]
    SerializationLibrary: str
    Parameters: NotRequired[dict[str, str]]


class StorageDescriptor(TypedDict):
    """Columns, place and format; a view has columns only."""

    Columns: list[ColumnInput]
    Location: NotRequired[str]
    InputFormat: NotRequired[str]
    OutputFormat: NotRequired[str]
    SerdeInfo: SerDeInfo


class TableInput(TypedDict):
    """A table or view."""

    Name: str
    Description: str
    TableType: str
    Parameters: dict[str, str]
    StorageDescriptor: StorageDescriptor
    PartitionKeys: NotRequired[list[ColumnInput]]
    ViewOriginalText: NotRequired[str]
    ViewExpandedText: NotRequired[str]


def column_inputs(columns: Iterable[Column]) -> list[ColumnInput]:
    """Write columns as Glue takes them."""
    return [
        {"Name": column.name, "Type": column.glue_type, "Comment": column.comment}
        for column in columns
    ]
