"""Which partitions go in one INSERT, and which of the user's partitions it reads for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from firelake.catalog.history_sql import MAX_OPEN_PARTITIONS
from firelake.history.bulk_import.source_types import SourceKind
from firelake.history.bulk_import.sql_names import quoted, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from firelake.history.bulk_import.plan import SourceColumn


_TYPED: Final[Mapping[SourceKind | None, str]] = {
    SourceKind.DATE: "DATE",
    SourceKind.TIMESTAMP: "TIMESTAMP",
}


class LakePartition(NamedTuple):
    """A partition of the lake; first its dt, in whose order chunks go."""

    dt: str
    event_type: str


@dataclass(frozen=True, slots=True)
class KeyRange:
    """What values of a key of the user's table rows have.

    Attributes:
        least: As Athena writes it.
        greatest: As Athena writes it.
        has_null: Whether some have none, which no range finds.
    """

    least: str
    greatest: str
    has_null: bool


@dataclass(frozen=True, slots=True)
class ImportChunk:
    """What one INSERT writes.

    Attributes:
        partitions: Partitions that lack events, in their order; at most 100.
        keys: The columns of the user's table by whose ranges Athena reads less.
        ranges: For each partition, the values of each key of its rows.
    """

    partitions: tuple[LakePartition, ...]
    keys: tuple[SourceColumn, ...]
    ranges: Mapping[LakePartition, tuple[KeyRange, ...]]

    @property
    def first_dt(self) -> str:
        """The first period."""
        return self.partitions[0].dt

    @property
    def last_dt(self) -> str:
        """The last period."""
        return self.partitions[-1].dt

    @property
    def event_types(self) -> tuple[str, ...]:
        """The event types, sorted."""
        return tuple(sorted({each.event_type for each in self.partitions}))

    @property
    def where(self) -> str:
        """A condition by which Athena reads what has its rows, and little else.

        Empty where it must read all of the user's table.
        """
        conditions = [
            _range(key, [self.ranges[each][number] for each in self.partitions])
            for number, key in enumerate(self.keys)
        ]
        return " AND ".join(filter(None, conditions))

    def reads(self, ranges: tuple[KeyRange, ...]) -> bool:
        """Whether its statement may read rows with these values of the keys."""
        return all(
            key_range.has_null
            or _meets(key, key_range, [self.ranges[at][number] for at in self.partitions])
            for number, (key, key_range) in enumerate(zip(self.keys, ranges, strict=True))
        )

    def halves(self) -> tuple[ImportChunk, ImportChunk] | None:
        """Returns two that together are this one; None where it is a single partition."""
        middle = len(self.partitions) // 2
        if not middle:
            return None
        return (
            replace(self, partitions=self.partitions[:middle]),
            replace(self, partitions=self.partitions[middle:]),
        )

    def __str__(self) -> str:
        """Write it as an operator reads it."""
        dts = self.first_dt if self.first_dt == self.last_dt else f"{self.first_dt}…{self.last_dt}"
        types = self.event_types
        named = types[0] if len(types) == 1 else f"{len(types):,} event types"
        return f"{dts}, {named}"


def chunks_of(
    lacking: Iterable[LakePartition],
    keys: tuple[SourceColumn, ...],
    ranges: Mapping[LakePartition, tuple[KeyRange, ...]],
) -> Iterator[ImportChunk]:
    """Yield chunks of what Athena writes in one statement.

    Args:
        lacking: The partitions that lack events.
        keys: The columns of the user's table by whose ranges Athena reads less.
        ranges: For each partition, the values of each key of its rows.
    """
    partitions = sorted(lacking)
    for start in range(0, len(partitions), MAX_OPEN_PARTITIONS):
        yield ImportChunk(tuple(partitions[start : start + MAX_OPEN_PARTITIONS]), keys, ranges)


def _range(key: SourceColumn, ranges: Sequence[KeyRange]) -> str:
    if any(each.has_null for each in ranges):
        return ""
    least, greatest = _ends(key, ranges)
    kind = None if key.type is None else key.type.kind
    literals = [_literal(each, kind) for each in (least, greatest)]
    return f"{quoted(key.name)} BETWEEN {' AND '.join(literals)}"


def _literal(value: int | str, kind: SourceKind | None) -> str:
    if isinstance(value, int):
        return str(value)
    typed = _TYPED.get(kind)
    return text(value) if typed is None else f"{typed} {text(value)}"


def _meets(key: SourceColumn, one: KeyRange, ranges: Sequence[KeyRange]) -> bool:
    if any(each.has_null for each in ranges):
        return True
    least, greatest = _ends(key, [one])
    others = _ends(key, ranges)
    return least <= others[1] and others[0] <= greatest  # type: ignore[operator]


def _ends(key: SourceColumn, ranges: Sequence[KeyRange]) -> tuple[int, int] | tuple[str, str]:
    least, greatest = [each.least for each in ranges], [each.greatest for each in ranges]
    if key.type is not None and key.type.kind is SourceKind.INTEGER:
        return min(map(int, least)), max(map(int, greatest))
    # Athena's order of texts is Python's: by code points.
    return min(least), max(greatest)
