"""A release that breaks something for a while: what it breaks, and who has it when."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.contract.reasons import Reason
from firelake.contract.types import Kind
from firelake.samples.sample_values import sample_values

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from random import Random

    from firelake.contract.events import Event, EventContract, Field

LONGEST_S: Final = 7200.0
MOST_OF_THE_TIME: Final = 1 / 12
_MENDED_SHARE: Final = 0.6
_OLD_RELEASES: Final = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What the bad release does.

    Attributes:
        reason: Why its events are refused.
        field: What they lack or have of another type; None if it is none of the contract's fields.
        kinds: Names of the events in which it does so.
    """

    reason: Reason
    field: str | None
    kinds: frozenset[str]


def fault_in(contract: EventContract, events: Iterable[Event], kept: Container[str]) -> Fault:
    """Returns what breaks: the commonest field of events, one that is required if there is any.

    Args:
        events: Each as often as it comes.
        kept: Fields that tell nothing of what happened.
    """
    events = list(events)
    for reason in (Reason.FIELD_MISSING, Reason.FIELD_TYPE):
        is_missing = reason is Reason.FIELD_MISSING
        fields = {each.name: each.required if is_missing else each.fields for each in events}
        names = Counter(
            name
            for each in events
            for name in fields[each.name]
            if name not in kept and contract.fields[name].type.kind is not Kind.JSON
        )
        if names:
            ((field, _),) = names.most_common(1)
            return Fault(
                reason, field, frozenset(name for name, each in fields.items() if field in each)
            )
    return Fault(Reason.CREATED_AT, None, frozenset(each.name for each in events))


class Releases:
    """The versions that clients have: old ones, then a bad one for a while, then one that mends it.

    Attributes:
        field: What tells the version; None where nothing does.
    """

    def __init__(self, field: Field | None, random: Random, start_s: float) -> None:
        """Takes the field, if there is one, and what decides its values."""
        pool = () if field is None else sample_values(field, random, start_s)
        versions = sorted({*pool}, key=_numbers)[-_OLD_RELEASES - 2 :]
        self.field = field if len(versions) > 2 else None  # noqa: PLR2004 -- old, bad and mended
        self._versions = versions
        self._random = random

    def old(self) -> str:
        """Returns the JSON text of a version from before the bad one."""
        return self._random.choice(self._versions[:-2])

    def of_visit(self, old: str, *, is_bad: bool, is_after: bool) -> str:
        """Returns the JSON text of the version of a visit.

        Args:
            old: What the person has had before.
            is_bad: Whether it is the bad one.
            is_after: Whether there is one that mends it.
        """
        has_updated = self._random.random() < _MENDED_SHARE
        if is_bad:
            return self._versions[-2]
        return self._versions[-1] if is_after and has_updated else old


def _numbers(version: str) -> tuple[list[int], str]:
    return [int(digits) for digits in re.findall("[0-9]+", version)], version
