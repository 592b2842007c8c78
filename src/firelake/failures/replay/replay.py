"""Replay: items through fix, judge and rules, chunk after chunk, with receipts and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.unread import Unread
from firelake.failures.receipts import State
from firelake.failures.replay.noting import Notes
from firelake.failures.replay.putting_back import put_back
from firelake.failures.replay.rules import Step
from firelake.operations.chunks import chunks
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from firelake.failures.receipt_bucket import Receipts
    from firelake.failures.replay.items import Item
    from firelake.failures.replay.judging import Judge, Judged
    from firelake.failures.replay.putting_back import Wanted, World
    from firelake.failures.replay.rules import Replaying

CHUNK_EVENTS: Final = 10_000
_CHUNK_BYTES: Final = 32 * 1024 * 1024


@unique
class End(StrEnum):
    """What became of an item."""

    SENT = "sent"
    DONE = "done"
    LATER = "later"
    REFUSED = "refused"
    UNSENT = "unsent"
    LEFT = "left"

    @property
    def meaning(self) -> str:
        """One sentence for people."""
        return _MEANINGS[self]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do about it, as far as this run can know."""
        return self in _SETTLED


_MEANINGS: Final[Mapping[End, str]] = {
    End.SENT: "put on the stream; a later run sees it in the lake, and only then it is done",
    End.DONE: "in the lake",
    End.LATER: "may still be on its way: run again",
    End.REFUSED: "today's code would refuse it",
    End.UNSENT: "Kinesis did not take it: run again",
    End.LEFT: "left where it is by the fix",
}
_SETTLED: Final = frozenset({End.SENT, End.DONE, End.LEFT})
_ENDS: Final[Mapping[Step, End]] = {
    Step.SENT: End.SENT,
    Step.DONE: End.DONE,
    Step.LATER: End.LATER,
    Step.REUSED: End.REFUSED,
    Step.UNSENT: End.UNSENT,
    Step.ABSENT: End.REFUSED,
}
_REUSED: Final = "uuid_reused"


@dataclass(slots=True)
class Progress:
    """The counts so far; every item that was read has one end.

    Attributes:
        unread: What could not be read.
        is_interrupted: Whether the run was ended from outside before all was read.
        failure: What ended it early; None while nothing did.
        settled_ms: When the last claim that was waited for is settled, Unix time in milliseconds.
    """

    items: int = 0
    ends: Counter[End] = field(default_factory=Counter[End])
    reasons: Counter[str] = field(default_factory=Counter[str])
    unread: Unread = field(default_factory=Unread)
    is_interrupted: bool = False
    failure: OpsError | None = None
    settled_ms: int = 0

    def wait_for(self, settled_ms: int | None) -> None:
        """Take when a claim is settled; None where nobody knows."""
        self.settled_ms = max(self.settled_ms, settled_ms or 0)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left undone."""
        return (
            not self.unread.count
            and not self.is_interrupted
            and self.failure is None
            and all(end.is_settled for end, count in self.ends.items() if count)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What one run of replay needs.

    Attributes:
        judge: Finds what is to be sent of an item.
        receipts: Where receipts are kept; None where none are, as for raw records.
        now_ms: The time by AWS's clock, Unix time in milliseconds.
        failure: What no retry of sending would mend; asked after each chunk.
        is_dry_run: Whether to change nothing.
        chunk_events: How many events are looked at together.
    """

    judge: Judge
    rules: Replaying
    world: World
    receipts: Receipts | None
    now_ms: Callable[[], int]
    failure: Callable[[], OpsError | None] = lambda: None
    is_dry_run: bool = False
    chunk_events: int = CHUNK_EVENTS

    def run(self, items: Iterable[Item | Unreadable], show: Callable[[Progress], None]) -> Progress:
        """Put back what is given, in flat memory.

        What refuses ends it early, as Ctrl-C does: what was done until then stays done, and of the
        rest a later run knows by the claims how far it was.

        Args:
            show: Is told after each chunk how far it is.
        """
        progress = Progress()
        try:
            for chunk in chunks(items, _size_of, most=self.chunk_events, most_bytes=_CHUNK_BYTES):
                self._put_back(chunk, progress)
                show(progress)
        except KeyboardInterrupt:
            progress.is_interrupted = True
        except OpsError as error:
            progress.failure = error
        progress.ends[End.LATER] += progress.items - progress.ends.total()
        return progress

    def _put_back(self, chunk: Sequence[Item | Unreadable], progress: Progress) -> None:
        now_ms = self.now_ms()
        judged: list[Judged] = []
        for each in chunk:
            if isinstance(each, Unreadable):
                progress.unread.add(each)
                continue
            progress.items += 1
            if each.entry is not None and each.entry.state is State.DONE:
                progress.ends[End.DONE] += 1
                continue
            found = self.judge.judge(each, now_ms)
            if found.wanted is not None:
                judged.append(found)
            elif found.reason:
                progress.ends[End.REFUSED] += 1
                progress.reasons[found.reason] += 1
            else:
                progress.ends[End.LEFT] += 1
        self._send(judged, progress)
        failure = self.failure()
        if failure is not None:
            raise failure

    def _send(self, judged: Sequence[Judged], progress: Progress) -> None:
        notes = Notes(self.receipts, self.now_ms, progress.unread.add)

        def ends_of(wanted: Sequence[Wanted]) -> list[Step]:
            runs = put_back(
                wanted, self.rules, self.world, notes.reserve, is_dry_run=self.is_dry_run
            )
            for run in runs:
                if run.step is Step.LATER:
                    progress.wait_for(self.rules.settled_ms(run))
            return [run.step for run in runs]

        asked = {id(each): each.original for each in judged if each.original is not None}
        originals = dict(zip(asked, ends_of(list(asked.values())), strict=True))
        to_send = [each for each in judged if originals.get(id(each), Step.ABSENT) is Step.ABSENT]
        sent = ends_of([each.wanted for each in to_send if each.wanted is not None])
        ends = originals | {id(each): end for each, end in zip(to_send, sent, strict=True)}
        done: list[Wanted] = []
        for each in judged:
            end = ends[id(each)]
            progress.ends[_ENDS[end]] += 1
            if _ENDS[end] is End.REFUSED:
                progress.reasons[_REUSED if end is Step.REUSED else each.reason] += 1
            elif end is Step.DONE and each.wanted is not None:
                done.append(each.wanted if each.original is None else each.original)
        if not self.is_dry_run:
            notes.done(done)


def _size_of(item: Item | Unreadable) -> int:
    if isinstance(item, Unreadable):
        return 0
    sent = None if item.entry is None else item.entry.event
    return len(item.event) + len(sent or "")
