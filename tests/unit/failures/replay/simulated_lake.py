"""A lake in memory: a stream, the function's own code, a buffer, rows, errors; time by hand."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.contract.layout import Granularity
from firelake.failures.claims import claims_there
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.lines import ErrorRecord, Place
from firelake.failures.errors.reading import Found
from firelake.failures.receipts import Receipt
from firelake.failures.replay.items import Item
from firelake.failures.replay.judging import Judge
from firelake.failures.replay.putting_back import World
from firelake.failures.replay.replay import Replay
from firelake.failures.replay.rules import Replaying
from firelake.operations.settings_history import Settling
from firelake.transform.claims import Claim, Outcome, Verdict
from firelake.transform.events import RecordPosition
from firelake.transform.settling import Pace, settle
from tests.fakes.claim_store import InMemoryClaimStore
from tests.helpers.transform_parts import contract_of, reader_of
from tests.unit.failures.errors.object_samples import NOON_MS, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from firelake.failures.deletion import Deletion
    from firelake.failures.receipts import Entry
    from firelake.failures.replay.fix import Fix
    from firelake.failures.replay.putting_back import Partition
    from firelake.transform.events import ValidEvent

CONTRACT = contract_of({"amount": "bigint"}, required=["amount"])
SETTLE_MS = 10_000
Row = tuple[str, str, bytes]


class Killed(BaseException):
    """Ends a run wherever it is, as a kill does."""


class Fate(Enum):
    """What Firehose and the function do with a record."""

    DELIVER = "deliver"
    FAIL = "fail"  # before anything of it is claimed
    CLAIM_AND_FAIL = "claim and fail"
    CONVERT_FAIL = "convert fail"


class AtOnce(Executor):
    """Runs everything in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 -- as Executor has it
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class KeptReceipts:
    """Receipts in memory."""

    receipts: dict[str, Receipt] = field(default_factory=dict[str, Receipt])

    def read(self, errors_key: str) -> Receipt:
        return self.receipts.get(errors_key, Receipt(errors_key, {}))

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        merged = self.receipts[errors_key] = self.read(errors_key).merged(entries)
        return merged


class SimulatedLake:
    """All of it.

    `kill_at` ends a run of replay before or after so many of its calls; `at_call` does something
    else right before one of them.
    """

    def __init__(self) -> None:
        self.now_ms = NOON_MS
        self.pending: list[bytes] = []
        self.buffer: list[tuple[int, Row]] = []
        self.rows: list[Row] = []
        self.errors: list[ErrorRecord] = []
        self.claims = InMemoryClaimStore(lambda: self.now_ms)
        self.receipts = KeptReceipts()
        self.sent: list[bytes] = []
        self.calls: list[str] = []
        self.kill_at: tuple[int, bool] | None = None
        self.at_call: dict[int, Callable[[], object]] = {}
        self.has_points = True
        self.taken: Callable[[bytes], bool] = lambda _: True
        self.delete_answers: list[Outcome] = []
        self.is_deaf = False
        self._sequence = 0
        self.reader = reader_of(CONTRACT)
        self._any_age = reader_of(CONTRACT, lateness_days=None)
        self._events = ErrorEvents(CONTRACT, lateness_days=7, granularity=Granularity.DAY)

    def event(self, event_uuid: str, name: str = "thing:done", **members: object) -> bytes:
        """An event created a minute before noon."""
        common = {"event_uuid": event_uuid, "event_name": name, "created_at": NOON_MS / 1000 - 60}
        return json.dumps({**common, "amount": 1, **members}).encode()

    def process(self, fate: Fate) -> None:
        """Takes the oldest record off the stream."""
        if not self.pending:
            return
        record = self.pending.pop(0)
        self._sequence += 1
        position = RecordPosition(f"shardId-000000000000:{self._sequence}:0", self.now_ms)
        reading = self.reader.read(record, position)
        if not reading.events or fate is Fate.FAIL:
            self._fail("processing-failed", record)
            return
        verdicts = self._settle(reading.events)
        if fate is Fate.CLAIM_AND_FAIL or Verdict.REUSED in verdicts:
            self._fail("processing-failed", record)
            return
        each = zip(reading.events, verdicts, strict=True)
        passed = [event for event, verdict in each if verdict is Verdict.PASS]
        if fate is Fate.CONVERT_FAIL and passed:
            self._fail("format-conversion-failed", b"\n".join(event.row for event in passed))
            return
        self.buffer += [
            (self.now_ms, (event.event_uuid, event.event_type, event.row)) for event in passed
        ]

    def flush(self) -> None:
        """Writes the buffer to the lake."""
        self.rows += [row for _, row in self.buffer]
        self.buffer.clear()

    def row_counts(self) -> Counter[str]:
        """How many rows each id has, on the way or there."""
        return Counter(uuid for uuid, *_ in (*self.rows, *(row for _, row in self.buffer)))

    def items(self) -> list[Item]:
        """The events of the error records, as replay reads them."""
        return [
            Item(found.event.place, found.event.event, found.event.label, found.entry)
            for record in self.errors
            for found in self._found(record)
        ]

    def replay(self, fix: Fix | None = None, *, is_dry_run: bool = False, chunk: int = 3) -> Replay:
        """A run of replay on this lake."""
        self.calls = []
        return Replay(
            judge=Judge(reader=self.reader, any_age=self._any_age, fix=fix),
            rules=Replaying(Settling(SETTLE_MS)),
            world=World(
                claims_of=self._call(
                    "read", lambda events: claims_there(self.claims, events, ITEMS_ONLY)
                ),
                delete=self._call("delete", self._delete),
                delivered_until_ms=self._call("look", self._delivered_until_ms),
                lake=self,
                send=self._call("send", self._send),
                executor=AtOnce(),
            ),
            receipts=self,
            now_ms=lambda: self.now_ms,
            is_dry_run=is_dry_run,
            chunk_events=chunk,
        )

    def stored_identities(
        self, partitions: Iterable[Partition], uuids: Iterable[str]
    ) -> set[tuple[str, str, float]]:
        """What the lake has; the buffer is not part of it."""
        types, wanted = {event_type for event_type, _ in partitions}, set(uuids)
        return self._call(
            "ask",
            lambda _: {
                (uuid, columns["event_name"], columns["created_at"])
                for uuid, event_type, row in self.rows
                if event_type in types and uuid in wanted
                for columns in [json.loads(row)]
            },
        )(None)

    def read(self, errors_key: str) -> Receipt:
        """The receipt of an error object."""
        return self.receipts.read(errors_key)

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        """Writes a receipt, a call at which a run may be killed."""
        return self._call("write", lambda _: self.receipts.put_in(errors_key, entries))(None)

    def _found(self, record: ErrorRecord) -> list[Found]:
        receipt = self.receipts.read(record.place.key)
        return [
            Found(event, receipt.events.get(event.label), record.code)
            for event in self._events.of(record)
        ]

    def _fail(self, error_type: str, data: bytes) -> None:
        self.errors.append(
            ErrorRecord(
                place=Place(key_of(error_type), len(self.errors) + 1),
                error_type=error_type,
                code="",
                message="",
                arrived_ms=self.now_ms,
                data=data,
            )
        )

    def _settle(self, events: Sequence[ValidEvent]) -> list[Verdict]:
        pace = Pace(
            now_ms=lambda: self.now_ms,
            remaining_s=lambda: 1.0,
            sleep=lambda _: None,
            jitter=lambda: 0.0,
        )
        return settle(events, self.claims, pace, dedupe_days=14).verdicts

    def _delete(self, deletions: Sequence[Deletion]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for deletion in deletions:
            claim = self.claims.read([deletion.key])[deletion.key]
            fits = isinstance(claim, Claim) and deletion.fits(claim)
            if self.is_deaf:
                outcomes.append(Outcome.UNKNOWN)
                continue
            if fits:
                self.claims.delete(deletion.key)
            outcome = Outcome.DONE if fits else Outcome.REFUSED
            outcomes.append(self.delete_answers.pop(0) if self.delete_answers else outcome)
        return outcomes

    def _delivered_until_ms(self, _since_ms: int) -> int | None:
        if not self.has_points:
            return None
        return min((entered for entered, _ in self.buffer), default=self.now_ms)

    def _send(self, events: Sequence[bytes]) -> list[bool]:
        taken = [self.taken(event) for event in events]
        accepted = [event for event, is_taken in zip(events, taken, strict=True) if is_taken]
        self.sent += accepted
        self.pending += accepted
        return taken

    def _call(self, name: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def call(argument: object) -> object:
            self.calls.append(name)
            meanwhile = self.at_call.pop(len(self.calls), None)
            if meanwhile is not None:
                calls = self.calls
                meanwhile()
                self.calls = calls
            is_last = self.kill_at is not None and len(self.calls) == self.kill_at[0]
            if is_last and self.kill_at is not None and not self.kill_at[1]:
                raise Killed
            answer = function(argument)
            if is_last:
                raise Killed
            return answer

        return call
