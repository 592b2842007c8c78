"""For how many days rows are kept, by event type: the table `[retention_days]` of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import MAX_LATENESS_DAYS
from firelake.contract.names import UNREGISTERED

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

RETENTION_KEY: Final = "retention_days"
"""The key of the table in the contract."""

EVERY_TYPE: Final = "*"
"""What stands there for all event types that it does not name."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days rows are kept.

    Attributes:
        by_type: Days by event type.
        others_days: Those of all other types, the unregistered among them; None for ever.
    """

    by_type: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    others_days: int | None = None

    @classmethod
    def of(cls, table: Mapping[str, int]) -> Retention:
        """Returns what a table says that `retention_problems` finds nothing wrong with."""
        by_type = {name: days for name, days in table.items() if name != EVERY_TYPE}
        return cls(MappingProxyType(by_type), table.get(EVERY_TYPE))

    @property
    def by_days(self) -> dict[int, list[str]]:
        """The event types by the days for which they are kept."""
        found: dict[int, list[str]] = {}
        for name, days in sorted(self.by_type.items()):
            found.setdefault(days, []).append(name)
        return found

    @property
    def table(self) -> dict[str, int]:
        """The table; `of` is the inverse."""
        others = {} if self.others_days is None else {EVERY_TYPE: self.others_days}
        return {**self.by_type, **others}


def retention_problems(
    table: Mapping[str, object], event_types: Container[str]
) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with the table: its key, what stands there, and the rule.

    Args:
        event_types: Those of the contract.
    """
    for name, days in table.items():
        if name not in {EVERY_TYPE, UNREGISTERED} and name not in event_types:
            rule = f"is no event type of this contract, {UNREGISTERED!r} or {EVERY_TYPE!r}"
            yield name, name, rule
        # TOML's true is a Python bool, which is an int too.
        whole = 0 if isinstance(days, bool) or not isinstance(days, int) else days
        if not 1 <= whole <= MAX_LATENESS_DAYS:
            yield name, days, f"must be a number of days, 1 to {MAX_LATENESS_DAYS}"


KEPT_FOR_EVER: Final = Retention()
