"""Identities of many events at once: ids, names and creation times in Arrow, and what repeats.

pyarrow has no types of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_arrow: Final = cast("Any", pa)
_compute: Final = cast("Any", pc)

# What tells a copy from another event with the same id.
IDENTITY: Final = (EVENT_UUID, EVENT_NAME, CREATED_AT)
_SCHEMA: Final = _arrow.schema(
    [
        (EVENT_UUID, _arrow.string()),
        (EVENT_NAME, _arrow.string()),
        (CREATED_AT, _arrow.float64()),
    ]
)
_BATCH_ROWS: Final = 65_536


class Mask:
    """One truth a row."""

    def __init__(self, values: Any) -> None:  # noqa: ANN401 -- pyarrow has no types
        """Takes an Arrow array of booleans, without nulls."""
        self.values = values

    @classmethod
    def all(cls, count: int) -> Mask:
        """Give a mask that is true for so many rows."""
        return cls(_arrow.repeat(_arrow.scalar(value=True), count))

    @property
    def count(self) -> int:
        """For how many rows it is true."""
        return int(_compute.sum(self.values).as_py() or 0)

    def __len__(self) -> int:
        return len(self.values)

    def __and__(self, other: Mask) -> Mask:
        return Mask(_compute.and_(self.values, other.values))

    def __or__(self, other: Mask) -> Mask:
        return Mask(_compute.or_(self.values, other.values))

    def __invert__(self) -> Mask:
        return Mask(_compute.invert(self.values))

    def rows(self) -> list[int]:
        """Give the numbers of the rows for which it is true."""
        return cast("list[int]", _compute.indices_nonzero(self.values).to_pylist())

    def part(self, start: int, count: int) -> Mask:
        """Give it for some of the rows."""
        return Mask(self.values.slice(start, count))


def joined(masks: Sequence[Mask]) -> Mask:
    """Put masks one after the other."""
    arrays = [mask.values for mask in masks]
    return Mask(_arrow.concat_arrays(arrays) if arrays else _arrow.array([], _arrow.bool_()))


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of events by their ids.

    Attributes:
        is_new: Those that nothing else has the id of.
        is_copy: Copies: the same id, name and creation.
        is_reused: Other events with the id of one that is there.
    """

    is_new: Mask
    is_copy: Mask
    is_reused: Mask


class Ids:
    """Identities of events, in an order."""

    def __init__(self, table: Any) -> None:  # noqa: ANN401 -- pyarrow has no types
        """Takes an Arrow table with the columns of `IDENTITY`."""
        self.table = table.select(list(IDENTITY)).cast(_SCHEMA)

    @classmethod
    def of(cls, uuids: Sequence[str], names: Sequence[str], created_at_s: Sequence[float]) -> Ids:
        """Give the identities of events by their values."""
        return cls(
            _arrow.table(
                {EVENT_UUID: uuids, EVENT_NAME: names, CREATED_AT: created_at_s}, schema=_SCHEMA
            )
        )

    @classmethod
    def none(cls) -> Ids:
        """Give no identities."""
        return cls.of((), (), ())

    @classmethod
    def joined(cls, several: Iterable[Ids]) -> Ids:
        """Put identities one after the other."""
        return cls(_arrow.concat_tables([_SCHEMA.empty_table(), *(each.table for each in several)]))

    @classmethod
    def read(cls, path: Path, end: int, *, start: int = 0) -> Iterator[Ids]:
        """Read what `append` wrote, in parts, without taking memory for it.

        Args:
            path: The file.
            end: How long it was when the last part that is wanted had been written.
            start: How long it was before the first one.
        """
        with _arrow.memory_map(str(path)) as file:
            file.seek(start)
            while file.tell() < end:
                yield cls(_arrow.ipc.open_stream(file).read_all())

    def append(self, path: Path) -> None:
        """Write them to the end of a file."""
        with path.open("ab") as file, _arrow.ipc.new_stream(file, _SCHEMA) as stream:
            stream.write_table(self.table, max_chunksize=_BATCH_ROWS)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def part(self, start: int, count: int) -> Ids:
        """Give some of them."""
        return Ids(self.table.slice(start, count))

    def where(self, mask: Mask) -> Ids:
        """Give those for which a mask is true."""
        return Ids(self.table.filter(mask.values))

    def among(self, others: Ids) -> Ids:
        """Give those whose ids others have too."""
        return Ids(self.table.filter(_is_in(self.uuids, others.uuids)))

    def judged_by_order(self) -> Judged:
        """Judge each event by those before it."""
        uuids = self.uuids
        first = _compute.index_in(uuids, value_set=uuids)
        is_first = Mask(_compute.equal(first, _arrow.arange(0, len(self)).cast(_arrow.int32())))
        if is_first.count == len(self):
            return Judged(is_first, ~is_first, ~is_first)
        is_same = Mask(_compute.equal(self.keys, Ids(self.table.take(first)).keys))
        return Judged(is_first, ~is_first & is_same, ~is_first & ~is_same)

    def judged_by(self, lake: Iterable[Ids]) -> Judged:
        """Judge each event by those that the lake has.

        Args:
            lake: Parts of what the lake has; only one at a time is held.
        """
        there = Ids.joined([part.among(self) for part in lake])
        if not len(there):
            every = Mask.all(len(self))
            return Judged(every, ~every, ~every)
        has_id = Mask(_is_in(self.uuids, there.uuids))
        is_same = Mask(_is_in(self.keys, there.keys))
        return Judged(~has_id, has_id & is_same, has_id & ~is_same)

    @property
    def uuids(self) -> Any:  # noqa: ANN401 -- pyarrow has no types
        """The ids, an Arrow array."""
        return self.table[EVENT_UUID].combine_chunks()

    @property
    def keys(self) -> Any:  # noqa: ANN401 -- pyarrow has no types
        """Texts, alike for copies and unlike for everything else, an Arrow array."""
        # No id and no name holds a line feed.
        created = _compute.cast(self.table[CREATED_AT], _arrow.string())
        return _compute.binary_join_element_wise(
            self.table[EVENT_UUID], self.table[EVENT_NAME], created, "\n"
        ).combine_chunks()


def _is_in(values: Any, among: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
    return _compute.is_in(values, value_set=among)
