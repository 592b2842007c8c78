"""Identities of many events at once: ids, names and creation times in Arrow, and what repeats.

pyarrow has no types of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID, IDENTITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from firelake.transform.events import ValidEvent

_arrow: Final = cast("Any", pa)
_compute: Final = cast("Any", pc)

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
        """Returns a mask that is true for so many rows."""
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
        """Returns the numbers of the rows for which it is true."""
        return cast("list[int]", _compute.indices_nonzero(self.values).to_pylist())

    def part(self, start: int, count: int) -> Mask:
        """Returns the same for some of the rows."""
        return Mask(self.values.slice(start, count))


def joined(masks: Sequence[Mask]) -> Mask:
    """Put masks one after the other."""
    arrays = [mask.values for mask in masks]
    return Mask(_arrow.concat_arrays(arrays) if arrays else _arrow.array([], _arrow.bool_()))


class Ids:
    """Identities of events, in an order."""

    def __init__(self, table: Any) -> None:  # noqa: ANN401 -- pyarrow has no types
        """Takes an Arrow table with the columns of `IDENTITY`."""
        self.table = table.select(list(IDENTITY)).cast(_SCHEMA)

    @classmethod
    def of(cls, uuids: Sequence[str], names: Sequence[str], created_at_s: Sequence[float]) -> Ids:
        """Returns the identities of events by their values."""
        return cls(
            _arrow.table(
                {EVENT_UUID: uuids, EVENT_NAME: names, CREATED_AT: created_at_s}, schema=_SCHEMA
            )
        )

    @classmethod
    def of_events(cls, events: Sequence[ValidEvent]) -> Ids:
        """Returns the identities of events."""
        return cls.of(
            [event.event_uuid for event in events],
            [event.event_name for event in events],
            [event.created_at_s for event in events],
        )

    @classmethod
    def none(cls) -> Ids:
        """Returns no identities."""
        return cls.of((), (), ())

    @classmethod
    def joined(cls, several: Iterable[Ids]) -> Ids:
        """Put identities one after the other."""
        return cls(_arrow.concat_tables([_SCHEMA.empty_table(), *(each.table for each in several)]))

    @classmethod
    def read(cls, path: Path, end: int, *, start: int = 0) -> Iterator[Ids]:
        """Read what `append` wrote, in parts, without taking memory for it.

        Args:
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
        """Returns some of them."""
        return Ids(self.table.slice(start, count))

    def where(self, mask: Mask) -> Ids:
        """Returns those for which a mask is true."""
        return Ids(self.table.filter(mask.values))

    def first_of_each(self) -> Mask:
        """Returns which events are no copies of one before them."""
        keys = self.keys
        first = _compute.index_in(keys, value_set=keys)
        return Mask(_compute.equal(first, _arrow.arange(0, len(self)).cast(_arrow.int32())))

    def missing_from(self, lake: Iterable[Ids]) -> Mask:
        """Tell which events the lake lacks; another one with the same id stands for none of them.

        Args:
            lake: Parts of what the lake has; only one at a time is held.
        """
        uuids = self.uuids
        # Few have an id in common, and only of those are the keys made.
        same_ids = [part.where(Mask(_compute.is_in(part.uuids, value_set=uuids))) for part in lake]
        there = Ids.joined(same_ids)
        if not len(there):
            return Mask.all(len(self))
        return ~Mask(_compute.is_in(self.keys, value_set=there.keys))

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
