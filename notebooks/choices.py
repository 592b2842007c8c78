"""What the notebook looks at where the contract has not what it was written for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_AT
from firelake.contract.types import FieldType, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from firelake.contract.events import Event, EventContract

_NUMBERS: Final = (Kind.BIGINT, Kind.DOUBLE, Kind.DECIMAL)
_MOST_STEPS: Final = 5


@dataclass(frozen=True, slots=True)
class Look:
    """An event to look at, and columns of it; None where it has none of the kind.

    Attributes:
        event: Its name.
        number: The column of a number.
        group: A text, by which the number and the truth are grouped.
        truth: A boolean.
        array: An array.
    """

    event: str
    number: str | None = None
    group: str | None = None
    truth: str | None = None
    array: str | None = None

    @property
    def fields(self) -> list[str]:
        """The columns of fields that it has."""
        every = (self.number, self.group, self.truth, self.array)
        return [name for name in every if name is not None]

    @property
    def columns(self) -> list[str]:
        """What is read of it."""
        return [CREATED_AT, *self.fields]


def look_at(contract: EventContract, wished: Look) -> Look:
    """Choose an event, and a field of each kind.

    Args:
        contract: The events.
        wished: Taken if the contract has it; else the event with most kinds of fields is.
    """
    event = contract.events.get(wished.event)
    if event is not None and {*wished.fields} <= {*columns_of(contract, event.fields)}:
        return wished
    looks = [_look(contract, each) for each in contract.events.values()]
    return max(looks, key=lambda look: len(look.fields))


def funnel(
    contract: EventContract, who: str, steps: Sequence[str]
) -> tuple[str | None, tuple[str, ...]]:
    """Choose a field that tells who it was, and event types in whose events it is.

    Args:
        contract: The events.
        who: Taken, with the steps, if the contract has them all.
        steps: Event types.

    Returns:
        The column of the text that most events carry, None where there is none; and up to five
        event types.
    """
    if who in contract.fields and {*steps} <= {*contract.event_types}:
        return contract.fields[who].column, tuple(steps)
    carried = Counter(
        name
        for event in contract.events.values()
        for name in event.fields
        if contract.fields[name].type == FieldType(Kind.STRING)
    )
    if not carried:
        return None, ()
    ((common, _),) = carried.most_common(1)
    types = (each.event_type for each in contract.events.values() if common in each.fields)
    return contract.fields[common].column, tuple(dict.fromkeys(types))[:_MOST_STEPS]


def named(contract: EventContract, wished: str, words: Sequence[str]) -> str | None:
    """Choose a text by its name.

    Args:
        contract: The events.
        wished: Taken if the contract has it.
        words: Of which the name must have one, if not; of several texts most events have it.

    Returns:
        Its column; None where there is none.
    """
    if wished in contract.fields:
        return contract.fields[wished].column
    carried = Counter(
        name
        for event in contract.events.values()
        for name in event.fields
        if contract.fields[name].type == FieldType(Kind.STRING) and {*name.split("_")} & {*words}
    )
    found = max(carried, key=lambda name: carried[name], default=None)
    return None if found is None else contract.fields[found].column


def columns_of(contract: EventContract, names: Iterable[str]) -> list[str]:
    """Give the columns of fields, in their order."""
    return [contract.fields[name].column for name in names]


def _look(contract: EventContract, event: Event) -> Look:
    def first(*kinds: Kind, is_array: bool = False) -> str | None:
        fields = (contract.fields[name] for name in event.fields)
        fitting = (
            each.column
            for each in fields
            if each.type.kind in kinds and each.type.is_array is is_array and not each.type.is_map
        )
        return next(fitting, None)

    return Look(
        event=event.name,
        number=first(*_NUMBERS),
        group=first(Kind.STRING),
        truth=first(Kind.BOOLEAN),
        array=first(*Kind, is_array=True),
    )
