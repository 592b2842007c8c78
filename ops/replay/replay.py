"""Replay: items through fix, judge and rules, chunk after chunk, with receipts and counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from ops.chunks import chunks
from ops.error_objects.lines import Unreadable
from ops.errors import OpsError
from ops.replay.putting_back import Wanted, put_back
from ops.replay.receipts import Entry, State
from ops.replay.rules import Step
from transform.claims import Candidate
from transform.events import EventReader, RecordPosition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ops.replay.fix import Fix
    from ops.replay.items import Item
    from ops.replay.putting_back import World
    from ops.replay.receipt_bucket import Receipts
    from ops.replay.rules import Replaying

CHUNK_EVENTS: Final = 10_000
_CHUNK_BYTES: Final = 32 * 1024 * 1024
MAX_UNREADABLE: Final = 20


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
    End.LATER: "may still be on its way: run again once something newer was delivered",
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
        items: Events that were read and chosen.
        ends: What became of them.
        reasons: Why those were refused that were.
        unreadable: What could not be read.
        first_unreadable: The first of it.
        is_interrupted: Whether the run was ended from outside before all was read.
        failure: What ended it early; None while nothing did.
    """

    items: int = 0
    ends: Counter[End] = field(default_factory=Counter[End])
    reasons: Counter[str] = field(default_factory=Counter[str])
    unreadable: int = 0
    first_unreadable: list[Unreadable] = field(default_factory=list[Unreadable])
    is_interrupted: bool = False
    failure: OpsError | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left undone."""
        return (
            not self.unreadable
            and not self.is_interrupted
            and self.failure is None
            and all(end.is_settled for end, count in self.ends.items() if count)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What one run of replay needs.

    Attributes:
        reader: Reads events by today's contract, with the lateness that the stack allows.
        rules: Decide what becomes of an event.
        world: What the rules are told by.
        receipts: Where receipts are kept; None where none are, as for raw records.
        now_ms: The wall clock, Unix time in milliseconds.
        fix: Mends events first; None where nothing does.
        failure: What no retry of sending would mend; asked after each chunk.
        is_dry_run: Whether to change nothing.
        chunk_events: How many events are looked at together.
    """

    reader: EventReader
    rules: Replaying
    world: World
    receipts: Receipts | None
    now_ms: Callable[[], int]
    fix: Fix | None = None
    failure: Callable[[], OpsError | None] = lambda: None
    is_dry_run: bool = False
    chunk_events: int = CHUNK_EVENTS

    def run(self, items: Iterable[Item | Unreadable], show: Callable[[Progress], None]) -> Progress:
        """Put back what is given, in flat memory.

        What refuses ends it early, as Ctrl-C does: what was done until then stays done, and of the
        rest a later run knows by the claims how far it was.

        Args:
            items: What to put back.
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
        wanted: list[tuple[Item, Wanted, str]] = []
        for each in chunk:
            if isinstance(each, Unreadable):
                progress.unreadable += 1
                if len(progress.first_unreadable) < MAX_UNREADABLE:
                    progress.first_unreadable.append(each)
                continue
            progress.items += 1
            if each.entry is not None and each.entry.state is State.DONE:
                progress.ends[End.DONE] += 1
                continue
            event = each.event if self.fix is None else self.fix(each.event)
            if event is None:
                progress.ends[End.LEFT] += 1
                continue
            found, reason = self._judge(event, each.entry, now_ms)
            if found is None:
                progress.ends[End.REFUSED] += 1
                progress.reasons[reason] += 1
            else:
                wanted.append((each, found, reason))
        ends = put_back(
            [event for _, event, _ in wanted], self.rules, self.world, is_dry_run=self.is_dry_run
        )
        for (_, _, reason), end in zip(wanted, ends, strict=True):
            progress.ends[_ENDS[end]] += 1
            if _ENDS[end] is End.REFUSED:
                progress.reasons[_REUSED if end is Step.REUSED else reason] += 1
        self._note([(item, event) for item, event, _ in wanted], ends)
        failure = self.failure()
        if failure is not None:
            raise failure

    def _judge(self, event: bytes, entry: Entry | None, now_ms: int) -> tuple[Wanted | None, str]:
        """Reads an event as the function would if it came now; what it refuses is not sent.

        One that was sent before may be in the lake whatever it looks like today.
        """
        reading = self.reader.read(event, RecordPosition("", now_ms))
        if reading.events:
            valid = reading.events[0]
            partition = valid.event_name.split(":", 1)[0], valid.dt
            return Wanted(valid, partition, event), ""
        reason = reading.problems[0].reason.value
        if entry is None:
            return None, reason
        candidate = Candidate(entry.event_uuid, entry.event_type, 0.0, "", entry.event_type)
        partition = entry.event_type, entry.dt
        return Wanted(candidate, partition, event, is_accepted=False), reason

    def _note(self, wanted: Sequence[tuple[Item, Wanted]], ends: Sequence[Step]) -> None:
        if self.receipts is None or self.is_dry_run:
            return
        at_ms = self.now_ms()
        entries: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        for (item, event), end in zip(wanted, ends, strict=True):
            state = _STATES.get(end)
            if item.label is not None and state is not None:
                entries[item.place.key][item.label] = _entry(event, state, at_ms)
        for errors_key, of_object in entries.items():
            self.receipts.put_in(errors_key, of_object)


def _size_of(item: Item | Unreadable) -> int:
    return 0 if isinstance(item, Unreadable) else len(item.event)


_STATES: Final[Mapping[Step, State]] = {Step.SENT: State.SENT, Step.DONE: State.DONE}


def _entry(event: Wanted, state: State, at_ms: int) -> Entry:
    event_type, dt = event.partition
    return Entry(state, at_ms, event.candidate.event_uuid, event_type, dt)
