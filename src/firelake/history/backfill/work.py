"""What backfill's processes do: read a chunk, and make a file of one partition.

Chunks leave their rows and ids in files, so that memory hangs on no slice's length. The rows of one
partition stand together, in the order of their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from firelake.contract.events import parse_contract
from firelake.contract.layout import event_type_of
from firelake.contract.names import UNREGISTERED
from firelake.history.backfill.ids import Ids, Mask, joined
from firelake.history.backfill.reading import PieceReader
from firelake.history.backfill.rows import RowFiles
from firelake.transform.events import EventReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from firelake.contract.layout import Granularity
    from firelake.formats.columns import Column
    from firelake.history.backfill.reading import Invalid
    from firelake.history.backfill.slices import Chunk
    from firelake.operations.settings_history import Closing
    from firelake.transform.events import ValidEvent

# Rows that are made columns at once.
_TEXT_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """A partition of `events`."""

    event_type: str
    dt: str

    def __str__(self) -> str:
        """Write it as an operator reads it."""
        return f"{self.event_type}, {self.dt}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What every process must know; the same for a whole run.

    Attributes:
        now_ms: The run's time, Unix time in milliseconds.
        folder: Where files of the work go.
    """

    contract: str
    granularity: Granularity
    closing: Closing
    now_ms: int
    columns: tuple[Column, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Part:
    """What a chunk has of one partition.

    Attributes:
        first_parts: First parts of the events' names, where the partition does not tell them.
        offset: Where their rows begin in the file of rows.
    """

    partition: Partition
    first_parts: frozenset[str]
    count: int
    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReadChunk:
    """A chunk that has been read.

    Attributes:
        digest: Names it by its content.
        parts: What it has, by partition.
        valid: How many valid and closed events it has.
        invalid: Events that are not valid.
        later: How many are not closed yet.
        path: Its files: with `.ids` and `.rows`.
    """

    digest: str
    parts: tuple[Part, ...]
    valid: int
    invalid: tuple[Invalid, ...]
    later: int
    latest_s: float
    path: Path

    @property
    def ids_path(self) -> Path:
        """File of the ids."""
        return self.path.with_suffix(".ids")

    @property
    def rows_path(self) -> Path:
        """File of the rows."""
        return self.path.with_suffix(".rows")

    @property
    def count(self) -> int:
        """How many events it holds in all."""
        return self.valid + len(self.invalid) + self.later

    def ids(self) -> Ids:
        """Read the ids of the valid, closed events."""
        return Ids.joined(Ids.read(self.ids_path, self.ids_path.stat().st_size))

    def remove(self) -> None:
        """Remove its files."""
        self.ids_path.unlink(missing_ok=True)
        self.rows_path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of one chunk for a file.

    Attributes:
        offset: Where they begin.
    """

    path: Path
    offset: int
    size_bytes: int
    mask: Mask | None


def read_chunk(settings: Settings, chunk: Chunk, number: int) -> ReadChunk:
    """Read a chunk and leave its rows and ids in the folder.

    Args:
        number: Unlike for each chunk of a run.
    """
    found = _reader(settings).read(chunk.pieces)
    by_partition: dict[tuple[str, str], list[int]] = {}
    for index, event in enumerate(found.events):
        by_partition.setdefault((event.event_type, event.dt), []).append(index)
    path = settings.folder / f"chunk-{number}"
    parts: list[Part] = []
    order: list[int] = []
    offset = 0
    with path.with_suffix(".rows").open("wb") as file:
        for (event_type, dt), indexes in sorted(by_partition.items()):
            events = [found.events[index] for index in indexes]
            text = b"\n".join([event.row for event in events]) + b"\n"
            file.write(text)
            names = first_parts(events) if event_type == UNREGISTERED else frozenset[str]()
            part = Part(Partition(event_type, dt), names, len(events), offset, len(text))
            parts.append(part)
            offset += len(text)
            order += indexes
    Ids.of_events([found.events[index] for index in order]).append(path.with_suffix(".ids"))
    return ReadChunk(
        found.digest,
        tuple(parts),
        len(order),
        tuple(found.invalid),
        found.later,
        found.latest_s,
        path,
    )


def write_file(
    settings: Settings, path: Path, event_type: str, segments: Sequence[Segment]
) -> None:
    """Make the file of one slice in one partition.

    Raises:
        RowError: The rows are none of this contract and table.
    """
    with path.open("wb") as file:
        _files(settings).write(file, event_type, _texts(segments))


def _texts(segments: Sequence[Segment]) -> Iterator[tuple[bytes, Mask | None]]:
    """The rows, several short segments at once."""
    texts: list[bytes] = []
    masks: list[Mask | None] = []
    size_bytes = 0
    for segment in segments:
        with segment.path.open("rb") as file:
            file.seek(segment.offset)
            texts.append(file.read(segment.size_bytes))
        masks.append(segment.mask)
        size_bytes += segment.size_bytes
        if size_bytes >= _TEXT_BYTES:
            yield _together(texts, masks)
            texts, masks, size_bytes = [], [], 0
    if texts:
        yield _together(texts, masks)


def _together(texts: list[bytes], masks: list[Mask | None]) -> tuple[bytes, Mask | None]:
    text = texts[0] if len(texts) == 1 else b"".join(texts)
    if all(mask is None for mask in masks):
        return text, None
    whole = [
        Mask.all(each.count(b"\n")) if mask is None else mask
        for each, mask in zip(texts, masks, strict=True)
    ]
    return text, joined(whole)


def first_parts(events: Iterable[ValidEvent]) -> frozenset[str]:
    """Returns the first parts of events' names."""
    return frozenset(event_type_of(event.event_name) for event in events)


@lru_cache(maxsize=1)
def _reader(settings: Settings) -> PieceReader:
    contract = parse_contract(settings.contract)
    events = EventReader(
        contract,
        lateness_days=None,
        granularity=settings.granularity,
        # It writes the files itself, by a table that has every column.
        oldest_version=contract.version,
    )
    return PieceReader(events, settings.closing, settings.now_ms)


@lru_cache(maxsize=1)
def _files(settings: Settings) -> RowFiles:
    return RowFiles(parse_contract(settings.contract), settings.columns)
