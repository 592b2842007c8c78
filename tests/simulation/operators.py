"""What operators do to a lake: replay with a fix that never gives the same, and backfill."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from firelake.contract.layout import event_type_of
from firelake.failures.claims import claims_there
from firelake.failures.errors.choice import Choice
from firelake.failures.errors.lines import Unreadable
from firelake.failures.errors.listing import Selection
from firelake.failures.errors.reading import ErrorReader
from firelake.failures.replay import putting_back, replay
from firelake.failures.replay.fix import Fix
from firelake.failures.replay.items import from_errors
from firelake.failures.replay.putting_back import World
from firelake.failures.replay.replay import Replay
from firelake.history.backfill.ids import Mask
from firelake.history.backfill.noting import note_done
from firelake.history.backfill.rules import Step, file_name, next_generation
from firelake.history.backfill.sources import FailedEvents
from firelake.transform.claims import Claim, Outcome
from firelake.transform.events import RecordPosition
from tests.simulation.contracts import error_events_of, reader_of
from tests.simulation.lake import MINUTE_MS, Row, identities_of
from tests.simulation.rules import in_place
from tests.unit.failures.replay.simulated_lake import AtOnce

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
    from random import Random

    from firelake.failures.deletion import Deletion
    from firelake.failures.receipts import Entry, Receipt
    from firelake.failures.replay.replay import Progress
    from firelake.history.backfill.ids import Ids
    from firelake.history.backfill.lake import LakeIds
    from firelake.history.backfill.work import Partition
    from firelake.operations.lake_clock import LakeClock
    from firelake.transform.events import ValidEvent
    from tests.simulation.delivery import Delivery
    from tests.simulation.lake import Lake
    from tests.simulation.rules import Identity, Rules

EVERYTHING = Selection(
    since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC)
)
# Between the id that an event had and what the fix drew.
REDRAWN = "-redrawn-"
_MOST_AT_ONCE = 2
_arrow = cast("Any", pa)
_EVENTS_A_SLICE = 3


class Killed(BaseException):
    """Ends a run wherever it is."""


class Operators:
    """Runs of commands, between the calls of which time passes and other things happen."""

    def __init__(self, lake: Lake, delivery: Delivery, rules: Rules, random: Random) -> None:
        """Takes the lake, its delivery, the rules and chance."""
        self._lake = lake
        self._delivery = delivery
        self._rules = rules
        self._random = random
        self._running = 0
        self.is_backfilling = False
        # Whether a move has the lease.
        self.is_locked: Callable[[], bool] = lambda: False
        self._is_calm = False
        self._drawn = 0

    @contextmanager
    def calm(self) -> Generator[None]:
        """Runs that are neither killed nor overtaken by anything."""
        self._is_calm = self._delivery.is_prompt = True
        yield
        self._is_calm = self._delivery.is_prompt = False

    def replay(self) -> Progress | None:
        """A run of replay on all error objects; None where it was killed."""
        if self._running >= _MOST_AT_ONCE:
            return None
        self._running += 1
        try:
            return self._replay()
        except Killed:
            return None
        finally:
            self._running -= 1

    def _replay(self) -> Progress:
        lake, rules, calls = self._lake, self._rules, self._calls()
        clock = lake.clock()
        windows, version = lake.windows, lake.version
        run = Replay(
            judge=rules.judge(
                reader=reader_of(version, windows.lateness_days),
                any_age=reader_of(version, None),
                fix=Fix(self._fix),
            ),
            rules=rules.replaying(rules.settling(windows, clock.periods())),
            world=World(
                claims_of=lambda events: calls(lambda: self._claims(events, clock)),
                delete=lambda deletions: calls(lambda: self._delete(deletions)),
                delivered_until_ms=lambda _: calls(self._freshness),
                lake=_Asked(lake, calls),
                send=lambda events: calls(lambda: self._send(events)),
                executor=AtOnce(),
            ),
            receipts=_Receipts(lake, calls),
            now_ms=lambda: rules.now_ms(clock, lake.machine_ms),
            chunk_events=self._random.randrange(1, 6),
        )
        reader = ErrorReader(
            lake,
            lake,
            error_events_of(version, windows.lateness_days),
            lambda events: self._claims(events, clock),
        )
        items = list(from_errors(reader, EVERYTHING, Choice()))
        with (
            in_place(putting_back, "partitions_of", rules.replay_partitions()),
            in_place(replay, "Notes", rules.notes),
        ):
            return run.run(items, lambda _: None)

    def _claims(self, events: Sequence[Identity], clock: LakeClock) -> dict[Identity, Claim | None]:
        return claims_there(self._lake.claims, events, clock.schedule())

    def _fix(self, event: dict[str, Any]) -> dict[str, Any]:
        """Draws an id, also in place of another, sets the time to now, makes a number of a text."""
        self._drawn += 1
        if event.pop("redraw", False):
            event["event_uuid"] = f"{event['event_uuid']}{REDRAWN}{self._drawn}"
        if "event_uuid" not in event:
            event["event_uuid"] = f"drawn-{self._drawn}"
        if isinstance(event.get("created_at"), str):
            event["created_at"] = self._lake.now_ms / 1000
        if isinstance(event.get("amount"), str):
            event["amount"] = 1
        return event

    def _calls(self) -> Callable[[Callable[[], Any]], Any]:
        """Gives what makes the calls of one run, which may be killed before or after any."""
        kill_at = self._random.randrange(30) if self._random.random() < 0.5 else -1
        made = 0

        def call(function: Callable[[], Any]) -> Any:  # noqa: ANN401 -- whatever it gives
            nonlocal made
            if self._is_calm:
                return function()
            made += 1
            if made == kill_at and self._random.random() < 0.5:
                raise Killed
            minutes = self._random.choice([0, 0, 1, 5, 20])
            self._lake.advance(self._lake.now_ms + minutes * MINUTE_MS)
            if self._random.random() < 0.1:
                self.replay()
            answer = function()
            if made == kill_at:
                raise Killed
            return answer

        return call

    def _freshness(self) -> int | None:
        has_point = self._is_calm or self._random.random() < 0.8
        return self._lake.delivered_until_ms() if has_point else None

    def _delete(self, deletions: Sequence[Deletion]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for deletion in deletions:
            claim = self._lake.claims.read([deletion.key])[deletion.key]
            fits = isinstance(claim, Claim) and deletion.fits(claim)
            if fits:
                self._lake.claims.delete(deletion.key)
            is_answered = self._is_calm or self._random.random() < 0.9
            outcome = Outcome.DONE if fits else Outcome.REFUSED
            outcomes.append(outcome if is_answered else Outcome.UNKNOWN)
        return outcomes

    def _send(self, events: Sequence[bytes]) -> list[bool]:
        taken: list[bool] = []
        for event in events:
            is_taken = self._is_calm or self._random.random() < 0.9
            # What is not answered may be on the stream all the same.
            if is_taken or self._random.random() < 0.5:
                self._delivery.arrive(event)
            taken.append(is_taken)
        return taken

    def backfill(self, history: Iterable[bytes]) -> None:
        """A run of backfill of a history and of all error objects; one at a time."""
        if self.is_backfilling or self.is_locked():
            return
        self.is_backfilling = True
        with suppress(Killed):
            self._backfill(list(history))
        self.is_backfilling = False

    def _backfill(self, inputs: list[bytes]) -> None:
        lake, rules, calls = self._lake, self._rules, self._calls()
        clock = lake.clock()
        now_ms = rules.now_ms(clock, lake.machine_ms)
        closing = rules.closing(lake.windows, clock.periods())
        reader = reader_of(lake.version, None)
        failed = FailedEvents(lake, EVERYTHING, error_events_of(lake.version, None), lake)
        for found in lake.objects(EVERYTHING):
            if not isinstance(found, Unreadable):
                events = list(failed.of(found))
                inputs += [each.event for each in events if not isinstance(each, Unreadable)]
        for start in range(0, len(inputs), _EVENTS_A_SLICE):
            of_slice = inputs[start : start + _EVENTS_A_SLICE]
            digest = hashlib.md5(b"\n".join(of_slice), usedforsecurity=False).hexdigest()
            wanted: defaultdict[tuple[str, str], dict[Identity, ValidEvent]] = defaultdict(dict)
            for data in of_slice:
                for event in reader.read(data, RecordPosition("backfill", now_ms)).events:
                    if closing.is_closed(event.created_at_s, now_ms / 1000):
                        identity = event.event_uuid, event.event_name, event.created_at_s
                        wanted[event.event_type, event.dt].setdefault(identity, event)
            for partition, events in wanted.items():
                self._write(partition, set(events), digest, start, calls)
        listed = cast("LakeIds", _Listed(lake, rules))
        calls(lambda: note_done(failed, listed, _NotedReceipts(lake, rules), now_ms))

    def _write(
        self,
        partition: tuple[str, str],
        identities: set[Identity],
        digest: str,
        number: int,
        calls: Callable[[Callable[[], Any]], Any],
    ) -> None:
        """One slice's events into one partition, by the shipped steps."""
        lake, rules = self._lake, self._rules
        writing = rules.writing()
        missing: set[Identity] = set()
        while writing.step is not Step.DONE:
            if writing.step is Step.ASK:
                missing, generation = calls(lambda: self._missing(partition, identities, digest))
                writing.answered(is_missing=bool(missing), generation=generation)
                continue
            name = file_name(digest, writing.generation)
            if rules.writes_over:
                name = f"part-{number}"
            key = (*partition, name)
            was_there = key in lake.files and not rules.writes_over
            if not was_there:
                rows = [Row(*partition, identity, f"backfill:{name}") for identity in missing]
                calls(lambda key=key, rows=rows: lake.files.setdefault(key, rows))
                if rules.writes_over:
                    lake.files[key] = rows
            writing.created(was_there=was_there)

    def _missing(
        self, partition: tuple[str, str], identities: set[Identity], digest: str
    ) -> tuple[set[Identity], int]:
        lake = self._lake
        names = [name for *where, name in lake.files if tuple(where) == partition]
        listed = _Listed(lake, self._rules)
        missing = {each for each in identities if listed.lacks(partition, each)}
        return missing, next_generation(digest, names)


class _Listed:
    """What backfill sees of the lake; fulfils what is used of `LakeIds`."""

    def __init__(self, lake: Lake, rules: Rules) -> None:
        self._lake = lake
        self._rules = rules
        self._existing = {row.event_type for row in lake.all_rows()}

    def lacks(self, partition: tuple[str, str], identity: Identity) -> bool:
        event_type, dt = partition
        types = self._rules.asked(event_type, event_type_of(identity[1]), self._existing)
        return identity not in self._lake.identities((each, dt) for each in types)

    def load(self, asked: object) -> None:
        pass

    def missing(self, partition: Partition, first_parts: object, ids: Ids) -> Mask:
        del first_parts
        where = partition.event_type, partition.dt
        identities = (tuple(each.values()) for each in ids.table.to_pylist())
        return Mask(_arrow.array([self.lacks(where, identity) for identity in identities]))


class _NotedReceipts:
    """Receipts as backfill notes in them what is done."""

    def __init__(self, lake: Lake, rules: Rules) -> None:
        self._lake = lake
        self._rules = rules

    def read(self, errors_key: str) -> Receipt:
        return self._lake.read(errors_key)

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        standing = self._rules.noted(self._lake.read(errors_key), entries)
        self._lake.receipts[errors_key] = standing
        return standing


class _Asked:
    def __init__(self, lake: Lake, calls: Callable[[Callable[[], Any]], Any]) -> None:
        self._lake = lake
        self._calls = calls

    def stored_identities(
        self, partitions: Iterable[tuple[str, str]], uuids: Iterable[str]
    ) -> set[Identity]:
        wanted, asked = set(uuids), list(partitions)
        tables = [self._lake.file_rows]
        if self._lake.history:
            tables.append(lambda: list(self._lake.history))
        found: set[Identity] = set()
        for rows in tables:
            found |= self._calls(lambda rows=rows: identities_of(rows(), asked))
        return {identity for identity in found if identity[0] in wanted}


class _Receipts:
    def __init__(self, lake: Lake, calls: Callable[[Callable[[], Any]], Any]) -> None:
        self._lake = lake
        self._calls = calls

    def read(self, errors_key: str) -> Any:  # noqa: ANN401 -- a receipt
        return self._calls(lambda: self._lake.read(errors_key))

    def put_in(self, errors_key: str, entries: Any) -> Any:  # noqa: ANN401
        return self._calls(lambda: self._lake.put_in(errors_key, entries))
