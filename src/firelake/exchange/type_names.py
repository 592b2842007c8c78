"""What the type of an event is called in a programming language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

UNION: Final = "ContractEvent"
"""The type of all events."""

_PARTS: Final = re.compile("[:_]+")


def type_names(events: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Name the types of events, each otherwise: `order:placed` is `OrderPlaced`.

    Args:
        events: Names of events.
        taken: Names that mean something else in the language.
    """
    used = {*taken}
    names: dict[str, str] = {}
    for event in events:
        name = "".join(part[:1].upper() + part[1:] for part in _PARTS.split(event))
        if not name[0].isalpha():
            name = f"Event{name}"
        free, number = name, 2
        while free in used:
            free, number = f"{name}{number}", number + 1
        used.add(free)
        names[event] = free
    return names
