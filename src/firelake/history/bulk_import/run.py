"""One import: what there is, what the lake lacks of it, and INSERTs of that, chunk by chunk.

Nothing is remembered between runs: what a run that was killed had imported, the next one finds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from firelake.history.bulk_import.chunks import KeyRange, LakePartition, chunks_of
from firelake.history.bulk_import.rows import INVALID, LATER
from firelake.history.bulk_import.tally import ImportTally
from firelake.operations.errors import LakeQueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.history.bulk_import.chunks import ImportChunk
    from firelake.history.bulk_import.statements import ImportStatements


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    """An answer of Athena's.

    Attributes:
        rows: Its values, as texts.
        scanned_bytes: What it read.
    """

    rows: Sequence[tuple[str | None, ...]]
    scanned_bytes: int


@dataclass(frozen=True, slots=True)
class InsertOutcome:
    """What an INSERT did."""

    rows: int
    scanned_bytes: int


class ImportQueries(Protocol):
    """Athena. Every method raises LakeQueryError where a statement fails."""

    def ask(self, sql: str) -> ImportAnswer:
        """Answer a question."""
        ...

    def insert(self, sql: str) -> InsertOutcome:
        """Run an INSERT to its end."""
        ...


@dataclass(frozen=True, slots=True)
class _Found:
    """What a survey found in one partition.

    Attributes:
        rows: How many valid rows.
        ranges: The values of each key.
    """

    rows: int
    ranges: tuple[KeyRange, ...]


@dataclass(slots=True)
class BulkImport:
    """One run.

    Attributes:
        check: Raises once nothing may be written any more.
        say: Tells the operator what happens.
    """

    statements: ImportStatements
    queries: ImportQueries
    check: Callable[[], None]
    say: Callable[[str], None]
    _tally: ImportTally = field(default_factory=ImportTally, init=False)
    _found: dict[LakePartition, _Found] = field(
        default_factory=dict[LakePartition, _Found], init=False
    )
    _lacking: dict[LakePartition, int] = field(default_factory=dict[LakePartition, int], init=False)

    def run(self, *, is_dry_run: bool) -> ImportTally:
        """Import what the lake lacks; with a dry run tell what that is.

        Raises:
            LakeQueryError: A question was not answered.
            LeaseError: The right to write has ended; the next run goes on where this one was.
        """
        tally = self._tally
        survey_bytes = self._survey()
        if not self._found:
            return tally
        self._ask_what_lacks(survey_bytes)
        chunks = deque(
            chunks_of(
                [each for each, count in self._lacking.items() if count],
                self.statements.plan.keys,
                {each: found.ranges for each, found in self._found.items()},
            )
        )
        tally.expected_bytes += sum(int(survey_bytes * self._share(each)) for each in chunks)
        if is_dry_run:
            tally.statements = len(chunks)
            tally.imported = sum(self._lacking.values())
        else:
            self._insert_all(chunks)
        return tally

    def _survey(self) -> int:
        """Counts all rows; returns what the survey read."""
        tally = self._tally
        self.say("counting what the table has")
        asked = self.queries.ask(self.statements.survey())
        tally.scanned_bytes += asked.scanned_bytes
        for verdict, event_type, dt, faults, counted, unknown, latest, *ends in asked.rows:
            rows = int(counted or 0)
            tally.rows += rows
            if verdict == INVALID:
                tally.invalid += rows
                tally.faults.update(dict.fromkeys((faults or "").split(), rows))
            elif verdict == LATER:
                tally.later += rows
                tally.latest_s = max(tally.latest_s, float(latest or 0))
            else:
                partition = LakePartition(dt or "", event_type or "")
                if self.statements.is_kept(partition):
                    tally.unregistered += int(unknown or 0)
                    self._found[partition] = _Found(rows, _ranges(ends))
                else:
                    tally.expired += rows
        return asked.scanned_bytes

    def _ask_what_lacks(self, survey_bytes: int) -> None:
        tally = self._tally
        dts = [each.dt for each in self._found]
        self.say("asking what the lake lacks of it")
        asked = self.queries.ask(self.statements.lacking(min(dts), max(dts)))
        tally.scanned_bytes += asked.scanned_bytes
        # What it read besides the table are the ids of the lake.
        tally.expected_bytes = max(0, asked.scanned_bytes - survey_bytes)
        rows = events = 0
        for event_type, dt, copies, counted, lacking in asked.rows:
            partition = LakePartition(dt or "", event_type or "")
            if partition in self._found:
                rows += int(copies or 0)
                events += int(counted or 0)
                self._lacking[partition] = int(lacking or 0)
        tally.erased = sum(each.rows for each in self._found.values()) - rows
        tally.repeated = rows - events
        tally.there = events - sum(self._lacking.values())

    def _share(self, chunk: ImportChunk) -> float:
        """How much of the table a chunk's INSERT reads, at most and by the number of its rows."""
        if not chunk.where:
            return 1
        read = sum(each.rows for each in self._found.values() if chunk.reads(each.ranges))
        return read / sum(each.rows for each in self._found.values())

    def _insert_all(self, chunks: deque[ImportChunk]) -> None:
        tally, count = self._tally, len(chunks)
        while chunks:
            chunk = chunks.popleft()
            self.check()
            self.say(f"importing {chunk} ({count - len(chunks):,} of {count:,})")
            try:
                inserted = self.queries.insert(self.statements.insert(chunk))
            except LakeQueryError as error:
                halves = chunk.halves()
                if halves is None:
                    tally.failure = f"{chunk}: {error}"
                    tally.undone = sum(map(self._lacks, (chunk, *chunks)))
                    return
                # It may have been too much for 30 minutes, or for the workgroup's limit.
                self.say(f"in halves, as Athena did not do it at once: {error}")
                chunks.extendleft(reversed(halves))
                count += 1
                continue
            tally.statements += 1
            tally.scanned_bytes += inserted.scanned_bytes
            tally.imported += inserted.rows
            # What another brought in since it was asked for.
            tally.there += self._lacks(chunk) - inserted.rows

    def _lacks(self, chunk: ImportChunk) -> int:
        return sum(self._lacking[each] for each in chunk.partitions)


def _ranges(ends: Sequence[str | None]) -> tuple[KeyRange, ...]:
    """The least and greatest value of each key, and how many rows have none."""
    return tuple(
        KeyRange(least or "", greatest or "", bool(int(nulls or 0)))
        for least, greatest, nulls in zip(ends[::3], ends[1::3], ends[2::3], strict=True)
    )
