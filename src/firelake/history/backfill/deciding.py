"""A slice that has been read: which of its events the lake lacks, partition by partition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firelake.history.backfill.ids import Ids, Mask, joined
from firelake.history.backfill.slices import digest_of_slice
from firelake.history.backfill.work import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.history.backfill.lake import LakeIds
    from firelake.history.backfill.work import Part, Partition, ReadChunk


@dataclass(slots=True)
class _Share:
    """What a slice has of one partition: parts of chunks, and where their ids begin."""

    parts: list[tuple[ReadChunk, Part, int]] = field(
        default_factory=list["tuple[ReadChunk, Part, int]"]
    )

    @property
    def first_parts(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.first_parts for _, part, _ in self.parts))


@dataclass(frozen=True, slots=True)
class ToWrite:
    """Events of one slice that the lake lacks in one partition.

    Attributes:
        slice_digest: Names the slice.
        mask: Those that the lake lacks.
        parts: Where their rows are.
    """

    slice_digest: str
    partition: Partition
    ids: Ids
    mask: Mask
    parts: Sequence[tuple[ReadChunk, Part]]

    def segments(self, mask: Mask) -> list[Segment]:
        """Returns the numbers of the rows that a mask is true for."""
        segments: list[Segment] = []
        start = 0
        for chunk, part in self.parts:
            own = mask.part(start, part.count)
            start += part.count
            count = own.count
            if count:
                segments.append(
                    Segment(
                        chunk.rows_path,
                        part.offset,
                        part.size_bytes,
                        None if count == part.count else own,
                    )
                )
        return segments


@dataclass(slots=True)
class Decision:
    """What is to be done with a slice.

    Attributes:
        to_write: What the lake lacks.
        there: How many events the lake has.
        repeated: How many are copies of others of the slice.
    """

    to_write: list[ToWrite] = field(default_factory=list[ToWrite])
    there: int = 0
    repeated: int = 0


def decide(chunks: Sequence[ReadChunk], lake: LakeIds, first_dt: str = "") -> Decision:
    """Ask the lake for all events of a slice, and count those that it lacks as being there.

    Args:
        first_dt: Events of an earlier `dt` will not be written, and so do not count as there.

    Raises:
        LakeError: The lake cannot be asked.
    """
    digest = digest_of_slice(chunk.digest for chunk in chunks)
    shares = _shares(chunks)
    lake.load([(partition, share.first_parts) for partition, share in shares.items()])
    ids = Ids.joined(chunk.ids() for chunk in chunks)
    firsts = ids.first_of_each()
    decision = Decision(repeated=(~firsts).count)
    for partition, share in shares.items():
        ranges = [(start, part.count) for _, part, start in share.parts]
        own = Ids.joined(ids.part(*each) for each in ranges)
        is_first = joined([firsts.part(*each) for each in ranges])
        is_missing = is_first & lake.missing(partition, share.first_parts, own)
        decision.there += (is_first & ~is_missing).count
        if is_missing.count:
            if partition.dt >= first_dt:
                lake.add(partition, own.where(is_missing))
            parts = [(chunk, part) for chunk, part, _ in share.parts]
            decision.to_write.append(ToWrite(digest, partition, own, is_missing, parts))
    return decision


def _shares(chunks: Sequence[ReadChunk]) -> dict[Partition, _Share]:
    shares: dict[Partition, _Share] = {}
    for chunk, start in _with_starts(chunks):
        row = start
        for part in chunk.parts:
            shares.setdefault(part.partition, _Share()).parts.append((chunk, part, row))
            row += part.count
    return dict(sorted(shares.items()))


def _with_starts(chunks: Sequence[ReadChunk]) -> Iterator[tuple[ReadChunk, int]]:
    """The chunks of a slice, and where their ids begin among all of it."""
    start = 0
    for chunk in chunks:
        yield chunk, start
        start += chunk.valid
