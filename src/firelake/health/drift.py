"""Contract drift: fields that events bring and the contract does not know, with their likely types.

They stand in the column `extras`; the named query `contract_drift` of catalog counts their forms.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, SupportsIndex, cast

from firelake.contract.sources import SOURCE_MEMBER
from firelake.contract.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.contract.events import EventContract

QUERY: Final = "contract_drift"

_COUNT: Final = "_count"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedField:
    """A field that the contract does not know for the events that bring it.

    Attributes:
        field: Its name; of a member of a struct the names that lead to it, with dots between.
        likely_type: The type that takes every value seen, as `events.toml` writes it; None where
            all were null.
        known_type: The type of a field of this name that other events have; None where none has.
        first_dt: The first partition in which it was seen.
        sample: The beginning of one of its values, as JSON.
    """

    field: str
    event_names: tuple[str, ...]
    row_count: int
    likely_type: str | None
    known_type: str | None
    first_dt: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedEvent:
    """An event whose name the contract does not know, so that all of its fields are in `extras`.

    Attributes:
        row_count: In how many rows the most frequent of them stands.
        first_dt: The first partition in which it was seen.
    """

    event_name: str
    fields: tuple[str, ...]
    row_count: int
    first_dt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What the contract does not know: events, and fields of events that it knows.

    Attributes:
        events: The events, those of most rows first.
        fields: The fields, those of most rows first.
    """

    events: tuple[DriftedEvent, ...]
    fields: tuple[DriftedField, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.events or self.fields)


Row = Mapping[str, object]


def drift_of(rows: Iterable[Row], contract: EventContract) -> Drift:
    """Read what the named query found, less what the contract knows.

    A young field of the contract stands in `extras` too, besides its column. One field of many
    events is one finding, and so is an event of an unknown name, whatever fields it has. What the
    function keeps of the mapping of an event is no field of it.

    Args:
        rows: Its rows by the names of its columns; the counts are integers.
    """
    by_event: defaultdict[str, list[Row]] = defaultdict(list)
    by_field: defaultdict[str, list[Row]] = defaultdict(list)
    structs = {name for name, field in contract.fields.items() if field.type.struct_depth}
    for row in rows:
        event = contract.events.get(str(row["event_name"]))
        outer, dot, _ = str(row["field"]).partition(".")
        if dot and outer in structs and (event is None or outer not in event.fields):
            # A member of a field that is told itself.
            continue
        if event is None:
            by_event[str(row["event_name"])].append(row)
        elif str(row["field"]) not in (*event.fields, SOURCE_MEMBER):
            by_field[str(row["field"])].append(row)
    events = [_drifted_event(name, found) for name, found in by_event.items()]
    fields = [_drifted_field(name, found, contract) for name, found in by_field.items()]
    return Drift(
        events=tuple(sorted(events, key=lambda each: (-each.row_count, each.event_name))),
        fields=tuple(sorted(fields, key=lambda each: (-each.row_count, each.field))),
    )


def _drifted_event(name: str, rows: Sequence[Row]) -> DriftedEvent:
    return DriftedEvent(
        event_name=name,
        fields=tuple(sorted({str(row["field"]) for row in rows} - {SOURCE_MEMBER})),
        row_count=max(_count(row, "row_count") for row in rows),
        first_dt=min(str(row["first_dt"]) for row in rows),
    )


def _drifted_field(name: str, rows: Sequence[Row], contract: EventContract) -> DriftedField:
    known = contract.fields.get(name)
    sums = {
        column: sum(_count(row, column) for row in rows)
        for column in rows[0]
        if column.endswith(_COUNT)
    }
    return DriftedField(
        field=name,
        event_names=tuple(sorted(str(row["event_name"]) for row in rows)),
        row_count=sums["row_count"],
        likely_type=likely_type(sums),
        known_type=None if known is None else str(known.type),
        first_dt=min(str(row["first_dt"]) for row in rows),
        sample=min(str(row["sample"]) for row in rows),
    )


def likely_type(row: Mapping[str, object]) -> str | None:
    """Returns the narrowest type of the contract that takes every value of a field.

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


def _count(row: Mapping[str, object], name: str) -> int:
    return operator.index(cast("SupportsIndex", row[name]))
