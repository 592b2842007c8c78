"""The columns of `events` and of the typed views: names, types and comments."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.catalog.glue_types import glue_type, presto_type
from firelake.contract.names import (
    CREATED_AT,
    CREATED_DATETIME,
    DT,
    EVENT_NAME,
    EVENT_SUBTYPE,
    EVENT_TYPE,
    EVENT_UUID,
    EXTRAS,
    INGESTED_AT,
    LEADING_COLUMNS,
    STREAM_POSITION,
    UNREGISTERED,
)
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firelake.contract.events import Event, EventContract, Field
    from firelake.contract.layout import Granularity

# "Not more than 255 bytes long":
# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html
MAX_COMMENT_BYTES: Final = 255
MAX_DESCRIPTION_BYTES: Final = 2048

_STRING: Final = FieldType(Kind.STRING)
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Column:
    """A column or partition key.

    Attributes:
        name: Its name in Glue, in the Parquet files and in SQL.
        comment: What it means, short enough for Glue.
    """

    name: str
    type: FieldType
    comment: str

    @property
    def glue_type(self) -> str:
        """Its type as Glue spells it."""
        return glue_type(self.type)

    @property
    def presto_type(self) -> str:
        """Its type as a stored view spells it."""
        return presto_type(self.type)


_LEADING: Final[Mapping[str, Column]] = MappingProxyType(
    {
        column.name: column
        for column in (
            Column(EVENT_UUID, _STRING, "Identity of the event; every copy of it has the same."),
            Column(EVENT_NAME, _STRING, "Kind of event: lower-case parts joined by colons."),
            Column(
                EVENT_SUBTYPE,
                _STRING,
                f"Second part of {EVENT_NAME}; null where there is none.",
            ),
            Column(
                CREATED_AT,
                FieldType(Kind.DOUBLE),
                "When the event happened, by its producer: Unix time in seconds.",
            ),
            Column(
                CREATED_DATETIME,
                FieldType(Kind.TIMESTAMP),
                f"{CREATED_AT} as a timestamp in UTC, in milliseconds.",
            ),
            Column(
                INGESTED_AT,
                FieldType(Kind.TIMESTAMP),
                "When the record arrived in the stream, in UTC; null where backfill brought it in.",
            ),
            Column(
                STREAM_POSITION,
                _STRING,
                "Coordinate in the stream: shard, sequence and subsequence number, index in the"
                " record. Two rows with one coordinate were delivered twice. Of a row that backfill"
                " brought in, its place in the input.",
            ),
        )
    }
)
_EXTRAS: Final = Column(
    EXTRAS,
    _STRING,
    "JSON text of the fields that the contract does not declare, and for a while of those that it"
    " came to declare, which have a column, too; null where there are none.",
)


def events_columns(contract: EventContract) -> tuple[Column, ...]:
    """Give the columns of `events` in table order, without the partition keys."""
    return _around(_field_column(field) for field in contract.fields.values())


def event_columns(contract: EventContract, event: Event) -> tuple[Column, ...]:
    """Give the columns of one event's typed view, without the partition keys.

    Returns:
        The columns of every event and, between them, the fields of this one, the required ones
        first.
    """
    return _around(_field_column(contract.fields[name]) for name in event.fields)


def partition_columns(granularity: Granularity) -> tuple[Column, ...]:
    """Give the partition keys of `events`, in the order of the prefix."""
    return (
        Column(
            EVENT_TYPE,
            _STRING,
            f"First part of {EVENT_NAME}; {UNREGISTERED} where the contract does not know it.",
        ),
        Column(DT, _STRING, f"When the event happened, in UTC, as {granularity.pattern}."),
    )


def cut_text(text: str, max_bytes: int) -> str:
    """Make a text one line that Glue takes as a comment or description.

    Args:
        text: Any text; line breaks and control characters become spaces.
        max_bytes: The limit, in bytes of UTF-8.

    Returns:
        The text, cut after a whole word and marked by an ellipsis where it is too long.
    """
    if not text.isprintable():
        text = "".join(each if each.isprintable() else " " for each in text)
    line = " ".join(text.split())
    encoded = line.encode()
    if len(encoded) <= max_bytes:
        return line
    room = max_bytes - len(_ELLIPSIS.encode())
    # What ends inside a character loses that character.
    head = encoded[: room + 1].decode(errors="ignore")
    cut = head.rpartition(" ")[0] or encoded[:room].decode(errors="ignore")
    return cut.rstrip(" ,.:;-") + _ELLIPSIS


def _around(fields: Iterable[Column]) -> tuple[Column, ...]:
    return (*(_LEADING[name] for name in LEADING_COLUMNS), *fields, _EXTRAS)


def _field_column(field: Field) -> Column:
    # Athena has no column of JSON: without a hint nobody knows to use its JSON functions.
    hint = "JSON text. " if field.type.kind is Kind.JSON else ""
    return Column(field.column, field.type, cut_text(hint + field.description, MAX_COMMENT_BYTES))
