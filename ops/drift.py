"""Contract drift: fields that events bring and the contract does not know, with their likely types.

They stand in the column `extras`; the named query `contract_drift` of catalog counts their forms.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, SupportsIndex, cast

from contract.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contract.events import EventContract

QUERY: Final = "contract_drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedField:
    """A field that the contract does not know for an event.

    Attributes:
        event_name: The event that brought it.
        field: Its name.
        row_count: In how many rows it stands.
        likely_type: The type that takes every value seen, as `events.toml` writes it; None where
            all were null.
        is_registered: Whether the contract knows the event.
        known_type: The type of a field of this name that other events have; None where none has.
        first_dt: The first partition in which it was seen.
        sample: The beginning of one of its values, as JSON.
    """

    event_name: str
    field: str
    row_count: int
    likely_type: str | None
    is_registered: bool
    known_type: str | None
    first_dt: str
    sample: str


def drifted_fields(
    rows: Iterable[Mapping[str, object]], contract: EventContract
) -> tuple[DriftedField, ...]:
    """Read what the named query found, in its order, less what the contract knows.

    A young field of the contract stands in `extras` too, besides its column.

    Args:
        rows: Its rows by the names of its columns; the counts are integers.
        contract: What is known.
    """
    return tuple(
        DriftedField(
            event_name=str(row["event_name"]),
            field=str(row["field"]),
            row_count=_count(row, "row_count"),
            likely_type=likely_type(row),
            is_registered=str(row["event_name"]) in contract.events,
            known_type=_known_type(contract, str(row["field"])),
            first_dt=str(row["first_dt"]),
            sample=str(row["sample"]),
        )
        for row in rows
        if not _is_known(contract, str(row["event_name"]), str(row["field"]))
    )


def likely_type(row: Mapping[str, object]) -> str | None:
    """Give the narrowest type of the contract that takes every value of a field.

    A number may still be meant as a decimal, and a text as a decimal: the values do not tell.

    Args:
        row: How many of its values have each form, by the columns of the named query.
    """
    seen = _count(row, "row_count") - _count(row, "null_count")
    if seen == 0:
        return None
    integers, fractions = _count(row, "integer_count"), _count(row, "fraction_count")
    for kind, count in (
        (Kind.BOOLEAN, _count(row, "boolean_count")),
        (Kind.BIGINT, integers),
        (Kind.DOUBLE, integers + fractions),
        (Kind.TIMESTAMP, _count(row, "timestamp_count")),
        (Kind.STRING, _count(row, "text_count")),
    ):
        if count == seen:
            return kind.value
    return Kind.JSON.value


def _is_known(contract: EventContract, event_name: str, field: str) -> bool:
    event = contract.events.get(event_name)
    return event is not None and field in event.fields


def _known_type(contract: EventContract, name: str) -> str | None:
    field = contract.fields.get(name)
    return None if field is None else str(field.type)


def _count(row: Mapping[str, object], name: str) -> int:
    return operator.index(cast("SupportsIndex", row[name]))
