"""Paths to a value in an event, as `[sources.NAME]` writes them: `a.b`, `a[0]`, `a[key=b].*`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

# Begins the path of a field of the wrapper that holds the event.
ROOT: Final = "$."

_STEP: Final = re.compile(r"([^.\[\]]+)|\[([^\]]+)\]")
_INDEX: Final = re.compile(r"-?[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Where:
    """Chooses the first element of an array that has a member of this text.

    Attributes:
        member: The member's name.
        text: Its value.
    """

    member: str
    text: str


@dataclass(frozen=True, slots=True)
class AnyMember:
    """Chooses the only member of an object that is not null."""


Step: TypeAlias = str | int | Where | AnyMember


@lru_cache(maxsize=1024)
def steps_of(path: str) -> tuple[Step, ...] | None:
    """The steps of a path, which begins at the event or, with `$.`, at its wrapper.

    Returns:
        Names of members, indexes and choices of elements, in their order; None where the text is
        no path.
    """
    rest = path.removeprefix(ROOT)
    steps: list[Step] = []
    at = 0
    while at < len(rest):
        if rest[at] == "." and 0 < at < len(rest) - 1 and rest[at + 1] != "[":
            at += 1
        elif steps and rest[at] != "[":
            return None
        found = _STEP.match(rest, at)
        if found is None:
            return None
        at = found.end()
        step = _step(found[1], found[2])
        if step is None:
            return None
        steps.append(step)
    return tuple(steps) or None


def _step(name: str | None, choice: str | None) -> Step | None:
    if name is not None:
        return AnyMember() if name == "*" else name
    choice = choice or ""
    if _INDEX.fullmatch(choice):
        return int(choice)
    member, equals, text = choice.partition("=")
    return Where(member, text) if equals and member else None
