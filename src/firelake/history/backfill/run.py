"""A whole backfill: chunks are read ahead, slices decided in their order, their files created."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import EventsKey
from firelake.history.backfill.deciding import decide
from firelake.history.backfill.errors import BackfillError, LakeError
from firelake.history.backfill.lease import leased
from firelake.history.backfill.rules import Step, Writing, file_name
from firelake.history.backfill.slices import chunks_of, cut_pieces
from firelake.history.backfill.work import read_chunk, write_file
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

    from firelake.history.backfill.deciding import ToWrite
    from firelake.history.backfill.ids import Mask
    from firelake.history.backfill.lake import LakeIds
    from firelake.history.backfill.lease import HeldLease
    from firelake.history.backfill.reading import Invalid
    from firelake.history.backfill.slices import Chunk, Cutting, Piece
    from firelake.history.backfill.sources import Source
    from firelake.history.backfill.store import Store
    from firelake.history.backfill.tally import Tally
    from firelake.history.backfill.work import ReadChunk, Settings

# Slices whose files are being written while the next one is read.
_SLICES_AHEAD: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a backfill works with.

    Attributes:
        first_dt: The first `dt` that queries find.
        store: Where the lake's files are.
        lease: The right to write; None for a dry run, which writes nothing.
        chunks_ahead: How many chunks are read at once.
        writers: Runs what waits for S3.
        on_invalid: Is told each event that is not brought in.
    """

    settings: Settings
    cutting: Cutting
    first_dt: str
    store: Store
    lake: LakeIds
    lease: HeldLease | None
    processes: Executor
    chunks_ahead: int
    writers: Executor
    on_invalid: Callable[[Invalid], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class _Written:
    """What became of the events of one slice in one partition."""

    written: int = 0
    there: int = 0
    files: int = 0
    files_bytes: int = 0
    undone: int = 0
    fault: str = ""


class Backfill:
    """One run."""

    def __init__(
        self, means: Means, tally: Tally, show: Callable[[Tally], None] = lambda _: None
    ) -> None:
        """Takes its parts.

        Args:
            show: Is told now and then how far it is.
        """
        self._means = means
        self._tally = tally
        self._show = show
        self._gathered: list[ReadChunk] = []
        self._writing: deque[tuple[list[ReadChunk], list[Future[_Written]]]] = deque()
        self._is_stopped = False

    def run(self, sources: Iterable[Source]) -> None:
        """Bring in what the sources hold; what fails is in the tally.

        Where a file cannot be written, and with Ctrl-C, the run ends early: the files that are
        being written by then are finished, no others are begun.
        """
        reading: deque[tuple[Future[ReadChunk], bool]] = deque()
        try:
            pieces = self._pieces(sources)
            for number, chunk in enumerate(chunks_of(pieces, self._means.cutting)):
                if self._is_stopped:
                    break
                reading.append((self._begin(chunk, number), chunk.ends_slice))
                if len(reading) >= self._means.chunks_ahead:
                    self._take(*reading.popleft())
            while reading:
                self._take(*reading.popleft())
            self._end_slice()
        except KeyboardInterrupt:
            self._is_stopped = self._tally.is_interrupted = True
        except OpsError as error:
            self._is_stopped = True
            self._tally.add_fault(str(error))
        except OSError as error:
            self._is_stopped = True
            self._tally.add_fault(self._of_folder(error))
        finally:
            while self._writing:
                self._finish_slice()
            self._tally.undone += sum(chunk.valid for chunk in self._gathered)
            self._show(self._tally)

    def _pieces(self, sources: Iterable[Source]) -> Iterator[Piece]:
        tally, cutting = self._tally, self._means.cutting
        before_bytes = 0
        for source in sources:

            def note(why: str, name: str = source.name) -> None:
                tally.add_fault(f"{name}: {why}")

            try:
                found = source.documents(note, cutting.document_bytes)
                for piece in cut_pieces(source.name, found, cutting):
                    tally.read_bytes = before_bytes + source.read_bytes
                    yield piece
            except OpsError as error:
                note(f"{error}: from here on it is not read")
            before_bytes += source.read_bytes

    def _begin(self, chunk: Chunk, number: int) -> Future[ReadChunk]:
        means = self._means
        return means.processes.submit(read_chunk, means.settings, chunk, number)

    def _take(self, reading: Future[ReadChunk], ends_slice: bool) -> None:  # noqa: FBT001 -- one of two results
        chunk, tally = reading.result(), self._tally
        self._gathered.append(chunk)
        tally.events += chunk.count
        tally.later += chunk.later
        tally.latest_s = max(tally.latest_s, chunk.latest_s)
        for event in chunk.invalid:
            self._refuse(event)
        if ends_slice and not self._is_stopped:
            self._end_slice()
        self._show(tally)

    def _refuse(self, event: Invalid) -> None:
        self._tally.count_invalid(event)
        self._means.on_invalid(event)

    def _end_slice(self) -> None:
        chunks = self._gathered
        if self._is_stopped or not chunks:
            return
        while len(self._writing) > _SLICES_AHEAD:
            self._finish_slice()
        decision = decide(chunks, self._means.lake, self._means.first_dt)
        self._gathered = []
        self._tally.there += decision.there
        self._tally.repeated += decision.repeated
        writers = self._means.writers
        shown = [each for each in decision.to_write if self._is_shown(each)]
        futures = [writers.submit(self._write, each) for each in shown]
        self._writing.append((chunks, futures))

    def _is_shown(self, wanted: ToWrite) -> bool:
        """Whether queries would find what is to be written; what they would not is left undone."""
        first_dt = self._means.first_dt
        if wanted.partition.dt >= first_dt:
            return True
        self._tally.undone += wanted.mask.count
        self._tally.add_fault(
            f"{wanted.partition}: Athena looks for nothing before {first_dt}: set "
            f"firelake:startDate to {wanted.partition.dt} or earlier, deploy, and run this again"
        )
        return False

    def _finish_slice(self) -> None:
        chunks, futures = self._writing[0]
        for future in futures:
            written, tally = future.result(), self._tally
            tally.written += written.written
            tally.there += written.there
            tally.files += written.files
            tally.files_bytes += written.files_bytes
            tally.undone += written.undone
            if written.fault:
                tally.add_fault(written.fault)
        self._writing.popleft()
        for chunk in chunks:
            chunk.remove()

    def _write(self, wanted: ToWrite) -> _Written:
        count = wanted.mask.count
        if self._is_stopped:
            return _Written(undone=count)
        try:
            return self._write_until_there(wanted)
        except BackfillError as error:
            # What a later slice leaves out as a copy of this one counts on it being written.
            self._is_stopped = True
            return _Written(undone=count, fault=str(error))
        except OSError as error:
            self._is_stopped = True
            return _Written(undone=count, fault=self._of_folder(error))

    def _of_folder(self, error: OSError) -> str:
        """What is said of the one place on this machine to which a run writes."""
        return (
            f"the folder of the work, {self._means.settings.folder}, cannot be used: {error}: make"
            " room, or name another one by --folder"
        )

    def _write_until_there(self, wanted: ToWrite) -> _Written:
        means, partition, digest = self._means, wanted.partition, wanted.slice_digest
        mask = wanted.mask
        count = mask.count
        if means.lease is None:
            return _Written(written=count)
        writing, size_bytes = Writing(), 0
        writing.answered(is_missing=True, generation=means.lake.generation(partition, digest))
        while writing.step is not Step.DONE:
            if writing.step is Step.CREATE:
                name = file_name(digest, writing.generation)
                is_created, size_bytes = self._create(name, wanted, mask)
                writing.created(was_there=not is_created)
            else:
                found = means.lake.look_again(partition)
                mask &= wanted.ids.missing_from([found])
                generation = means.lake.generation(partition, digest)
                if generation <= writing.generation:
                    message = f"{partition}: S3 has a file of this slice, and does not list it"
                    raise LakeError(message)
                writing.answered(is_missing=mask.count > 0, generation=generation)
        written = mask.count
        return _Written(
            written=written,
            there=count - written,
            files=int(written > 0),
            files_bytes=size_bytes if written else 0,
        )

    def _create(self, name: str, wanted: ToWrite, mask: Mask) -> tuple[bool, int]:
        """Makes a file and creates it in S3; tells whether it did, and how long the file is."""
        means, partition = self._means, wanted.partition
        lease = means.lease
        if lease is None:
            message = "a dry run creates nothing"
            raise LakeError(message)
        path = means.settings.folder / f"{partition.event_type}-{partition.dt}-{name}"
        means.processes.submit(
            write_file, means.settings, path, partition.event_type, wanted.segments(mask)
        ).result()
        try:
            with path.open("rb") as body:
                key = EventsKey(partition.event_type, partition.dt, name).key
                return means.store.create(key, leased(body, lease)), path.stat().st_size
        finally:
            path.unlink()
