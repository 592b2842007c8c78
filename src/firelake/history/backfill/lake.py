"""What the lake has: the ids of whole partitions, read once a run from the files themselves.

No more than three columns of each file are fetched. They are kept on disk, so that memory hangs on
no partition's length. Athena would give the same, as it reads these very files, but would be asked
again and again, and by query texts of limited length.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import pyarrow as pa
import pyarrow.parquet as pq

from firelake.contract.layout import EVENTS_PREFIX, events_partition_prefix
from firelake.contract.names import EVENT_TYPE, IDENTITY, UNREGISTERED
from firelake.history.backfill.errors import FileGoneError, LakeError
from firelake.history.backfill.ids import Ids
from firelake.history.backfill.rules import asked_event_types, next_generation
from firelake.history.backfill.work import Partition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from firelake.history.backfill.ids import Mask
    from firelake.history.backfill.store import Store, StoredFile

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)

_TYPE_FOLDER: Final = f"{EVENTS_PREFIX}{EVENT_TYPE}="
# Names that Athena reads no rows from.
_HIDDEN: Final = ("_", ".")
_BATCH_ROWS: Final = 65_536


@dataclass(slots=True)
class _Known:
    """What is known of one partition."""

    path: Path
    size_bytes: int = 0
    names: set[str] = field(default_factory=set[str])
    lock: Lock = field(default_factory=Lock)

    def add(self, ids: Ids) -> None:
        """Adds ids; several threads may."""
        with self.lock:
            ids.append(self.path)
            self.size_bytes = self.path.stat().st_size

    def ids(self) -> Iterator[Ids]:
        """Returns the ids that there are by now."""
        with self.lock:
            size_bytes = self.size_bytes
        return Ids.read(self.path, size_bytes) if size_bytes else iter(())


class History(Protocol):
    """What has moved into history."""

    def ids(self, partition: Partition) -> Iterator[Ids]:
        """Yield the ids of one of its partitions; raise LakeQueryError where that fails."""
        ...


class LakeIds:
    """The ids of the partitions that a run has to do with.

    The lake is listed once, after the run's time was read: of the events that were closed by then,
    nothing comes but what the run itself writes, which `add` tells.
    """

    def __init__(
        self, store: Store, folder: Path, executor: Executor, history: History | None = None
    ) -> None:
        """Takes its parts, and lists the event types of the lake.

        Args:
            store: Where the files are.
            folder: Where ids are kept.
            executor: Fetches several files at once.
            history: What has moved out of the files; None where nothing has.

        Raises:
            LakeError: The lake cannot be listed.
        """
        self._store = store
        self._folder = folder
        self._executor = executor
        self._history = history
        self._known: dict[Partition, _Known] = {}
        self._event_types = {
            prefix.removeprefix(_TYPE_FOLDER).removesuffix("/")
            for prefix in store.folders(EVENTS_PREFIX)
            if prefix.startswith(_TYPE_FOLDER)
        }

    def load(self, asked: Iterable[tuple[Partition, frozenset[str]]]) -> None:
        """Read the ids of partitions, those that are not known yet.

        Args:
            asked: Partitions of events, and the first parts of the events' names.

        Raises:
            LakeError: A file cannot be read.
        """
        wanted = {
            each for partition, first_parts in asked for each in self._where(partition, first_parts)
        }
        new = sorted(wanted - self._known.keys())
        for partition in new:
            path = self._folder / f"lake-{len(self._known)}.ids"
            self._known[partition] = _Known(path)
        listed = list(self._executor.map(self._list_new, new))
        of_each = [
            (self._known[partition], file)
            for partition, files in zip(new, listed, strict=True)
            for file in files
        ]
        for _ in self._executor.map(self._fetch, *zip(*of_each, strict=True)) if of_each else ():
            pass
        # After the files: a row leaves them only once history has it.
        if self._history is not None:
            for partition in new:
                for ids in self._history.ids(partition):
                    self._known[partition].add(ids)

    def missing(self, partition: Partition, first_parts: frozenset[str], ids: Ids) -> Mask:
        """Returns which events of one partition, which is loaded, the lake lacks.

        Args:
            first_parts: First parts of the events' names.
        """
        return ids.missing_from(
            part for each in self._where(partition, first_parts) for part in self._known[each].ids()
        )

    def add(self, partition: Partition, ids: Ids) -> None:
        """Count events as being in the lake, as they are about to be written."""
        self._event_types.add(partition.event_type)
        self._known[partition].add(ids)

    def generation(self, partition: Partition, slice_digest: str) -> int:
        """Returns the generation of a slice's next file in a partition."""
        return next_generation(slice_digest, self._known[partition].names)

    def look_again(self, partition: Partition) -> Ids:
        """List a partition anew, and give the ids of the files that were not there before.

        Raises:
            LakeError: A file cannot be read.
        """
        known = self._known[partition]
        before = known.size_bytes
        for file in self._list_new(partition):
            self._fetch(known, file)
        return Ids.joined(Ids.read(known.path, known.size_bytes, start=before))

    def _where(self, partition: Partition, first_parts: frozenset[str]) -> list[Partition]:
        existing = self._event_types | {partition.event_type}
        if self._history is not None:  # which may have types that no file has any more
            existing |= {UNREGISTERED, *first_parts}
        types = asked_event_types(partition.event_type, first_parts, existing)
        return [Partition(event_type, partition.dt) for event_type in types]

    def _list_new(self, partition: Partition) -> list[StoredFile]:
        names = self._known[partition].names
        prefix = events_partition_prefix(partition.event_type, partition.dt)
        return [
            file
            for file in self._store.files(prefix)
            if (name := file.key.removeprefix(prefix)) not in names
            and not name.startswith(_HIDDEN)
            and file.size_bytes
        ]

    def _fetch(self, known: _Known, file: StoredFile) -> None:
        try:
            with closing(self._store.open(file)) as body:
                columns = list(IDENTITY)
                for batch in _parquet.ParquetFile(body).iter_batches(_BATCH_ROWS, columns=columns):
                    known.add(Ids(_arrow.Table.from_batches([batch])))
        except FileGoneError:
            # A move takes it away once history, which is asked after the files, has every row.
            if self._history is None:
                raise
        except (_arrow.ArrowException, KeyError) as error:
            message = f"{file.key} is no Parquet file of the table: {error}"
            raise LakeError(message) from error
        known.names.add(file.key.rpartition("/")[2])
