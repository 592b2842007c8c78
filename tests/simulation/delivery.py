"""Firehose and the function: late, retried, failing over, converting badly, writing twice."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from firelake.contract.in_force import noted
from firelake.transform.batch import Batch
from firelake.transform.errors import ClaimsUndecidedError
from firelake.transform.in_force import InForce
from firelake.transform.records import SourceRecord, parse_request
from firelake.transform.settling import Pace
from tests.fakes.faulty_claim_store import Fault, FaultyClaimStore
from tests.simulation.contracts import reader_of
from tests.simulation.lake import DAY_MS, HOUR_MS, MINUTE_MS, Buffered, Record
from tests.simulation.rules import Last

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from firelake.contract.claim_schedule import Schedule
    from firelake.contract.in_force import Windows
    from firelake.transform.claims import ClaimStore
    from firelake.transform.records import Answer
    from tests.simulation.lake import Lake
    from tests.simulation.rules import Rules

# Firehose gives up a batch of the function, and a write to S3, after a day each.
FUNCTION_MS = DAY_MS - 2 * MINUTE_MS
S3_MS = DAY_MS
_CALL_MS = 55_000


class Delivery:
    """Brings what is on the stream to the lake, or to errors."""

    def __init__(
        self, lake: Lake, rules: Rules, random: Random, layouts: Random, *, is_extreme: bool
    ) -> None:
        """Takes the lake, the rules and chance; an extreme one takes all the time that it has.

        What befalls claims has a chance of its own: without it a run goes as it does with items.
        """
        self._layouts = layouts
        self._lake = lake
        self._rules = rules
        self._random = random
        self._is_extreme = is_extreme
        self._records: list[Record] = []
        self._unread: list[Record] = []
        self._in_force: tuple[Windows, InForce] | None = None
        # The function of before a schedule was changed, which runs beside the new one for a while.
        self._before: InForce | None = None
        self._before_until_ms = 0
        self._valid: dict[tuple[int, int, Windows], bool] = {}
        self.is_prompt = self.is_quick = False
        self.narrows_at_ms = 0
        self.narrow_retention_ms = 0

    def arrive(self, data: bytes) -> None:
        """Takes a record onto the stream."""
        lake = self._lake
        record = Record(len(self._records) + 1, lake.now_ms, data)
        self._records.append(record)
        self._unread.append(record)
        lake.sent.append(data)
        read_ms = record.arrived_ms + self._wait_ms(HOUR_MS * lake.windows.retention_hours)
        if self.narrows_at_ms and read_ms > self.narrows_at_ms:
            # A deployment waits for what would be lost by it.
            latest_ms = max(record.arrived_ms + self.narrow_retention_ms, lake.now_ms)
            read_ms = min(read_ms, latest_ms)
        lake.plan(read_ms, self._read)

    def fail_over(self) -> None:
        """Reads a record again that the stream still has."""
        keeps_ms = HOUR_MS * self._lake.windows.retention_hours
        there = [each for each in self._records if each.arrived_ms + keeps_ms >= self._lake.now_ms]
        again = [each for each in there if each not in self._unread]
        if again:
            self._begin([self._random.choice(again)])

    def _wait_ms(self, most_ms: int) -> int:
        """Short as a rule, up to all that there is at times."""
        if self.is_prompt:
            return 0
        if self._is_extreme:
            return most_ms - self._random.randrange(MINUTE_MS)
        chance = self._random.random()
        if chance < 0.6 or self.is_quick:
            return self._random.randrange(5 * MINUTE_MS)
        return self._random.randrange(most_ms) if chance < 0.9 else most_ms - 1

    def _read(self) -> None:
        """Takes what has waited longest, with what came after it."""
        if self._unread:
            batch = self._unread[: self._random.randrange(1, 4)]
            if not self._is_extreme:
                del self._unread[: len(batch)]
            else:
                batch = [self._unread.pop(0)]
            self._begin(batch)

    def _begin(self, batch: Sequence[Record]) -> None:
        ends_ms = self._lake.now_ms + FUNCTION_MS
        attempts = self._random.choice([2, 3] if self._is_extreme else [1, 1, 1, 2, 3])
        self._attempt(batch, attempts, ends_ms)

    def _attempt(self, batch: Sequence[Record], attempts: int, ends_ms: int) -> None:
        """One invocation: it dies before it claims or after, or its answer comes."""
        lake = self._lake
        fate = self._random.choice(["answer", "answer", "answer", "die", "lose"])
        if self._is_extreme and attempts > 1:
            fate = self._random.choice(["die", "die", "lose"])
        if self.is_prompt:
            fate = "answer"
        answers = [] if fate == "die" else self._invoke(batch)
        if answers and fate == "answer":
            took_ms = self._random.randrange(_CALL_MS)
            lake.plan(lake.now_ms + took_ms, lambda: self._take(batch, answers))
        elif attempts > 1:
            left_ms = ends_ms - lake.now_ms
            pause_ms = self._wait_ms(max(2, left_ms // (attempts - 1)))
            lake.plan(
                min(lake.now_ms + pause_ms, ends_ms),
                lambda: self._attempt(batch, attempts - 1, ends_ms),
            )
        else:
            for record in batch:
                lake.fail("processing-failed", record.data, record.arrived_ms)

    def _invoke(self, batch: Sequence[Record]) -> list[Answer]:
        """The function as it is deployed now."""
        lake, rules, windows = self._lake, self._rules, self._lake.windows
        # Clocks within AWS differ by less than a minute.
        now_ms = lake.now_ms + self._random.randrange(-30_000, 30_000)
        pace = Pace(
            now_ms=lambda: now_ms,
            remaining_s=lambda: 1.0,
            sleep=lambda _: None,
            jitter=lambda: 0.0,
        )
        schedule = self._note(windows, pace)
        records = parse_request({"records": [each.as_invoked() for each in batch]})
        judged = [
            SourceRecord(
                each.record_id,
                each.data,
                each.position.__class__(
                    each.position.coordinate,
                    rules.lateness_at_ms(each.position.arrived_ms, lake.now_ms),
                ),
            )
            for each in records
        ]
        reader = reader_of(lake.version, windows.lateness_days)
        for record, each in zip(batch, judged, strict=True):
            is_valid = bool(reader.read(record.data, each.position).events)
            key = record.number, lake.version, windows
            if self._valid.setdefault(key, is_valid) is not is_valid:
                lake.broken.append(f"answered otherwise: {record.data!r}")
        work = Batch(judged, reader)
        try:
            settled = rules.settle(
                work.candidates(), self._store(), pace, rules.dedupe_days(windows), schedule
            )
        except ClaimsUndecidedError:
            return []
        return work.answer(settled.verdicts, rules.given(settled))

    def _store(self) -> ClaimStore:
        """The claims, at times behind a network that loses requests and answers."""
        chance = self._layouts
        if self.is_prompt or not self._lake.told.has_pages or chance.random() < 0.5:
            return self._lake.claims
        faults = chance.choices(list(Fault), k=chance.randrange(8))
        return FaultyClaimStore(self._lake.claims, faults)

    def _note(self, windows: Windows, pace: Pace) -> Schedule:
        """Another process of the function now and then, and always after a deployment."""
        if self._in_force is None or self._in_force[0] != windows or self._random.random() < 0.2:
            notes = _NotesOf(self._lake, windows, self._rules)
            self._in_force = windows, InForce(notes)
        runs_on = self._before is not None and self._lake.now_ms < self._before_until_ms
        if self._before is not None and runs_on and self._layouts.random() < 0.5:
            return self._before.note(pace)
        return self._in_force[1].note(pace)

    def change_layout(self, told: Schedule) -> None:
        """A deployment of another schedule; what ran before does so for an hour more."""
        lake = self._lake
        self._before = InForce(_NotesOf(lake, lake.windows, self._rules))
        self._before_until_ms = lake.now_ms + HOUR_MS
        self._in_force = None
        lake.told = told

    def _take(self, batch: Sequence[Record], answers: Sequence[Answer]) -> None:
        """Firehose with an answer."""
        lake = self._lake
        by_id = {f"{each.number:06d}": each for each in batch}
        for answer in answers:
            record = by_id[answer["recordId"]]
            if answer["result"] == "ProcessingFailed":
                lake.fail("processing-failed", record.data, record.arrived_ms)
            if answer["result"] != "Ok":
                continue
            assert "metadata" in answer
            assert "data" in answer
            keys = answer["metadata"]["partitionKeys"]
            blind_ms = self._random.randrange(self._buffers_ms())
            rows = Buffered(
                base64.b64decode(answer["data"]),
                (keys["event_type"], keys["dt"]),
                lake.now_ms,
                lake.now_ms + blind_ms,
            )
            lake.buffer.append(rows)
            chance = self._random.random()
            lands_ms = lake.now_ms + max(blind_ms + 1, self._hold_ms())
            if chance < 0.15 and not self._is_extreme and not self.is_prompt:
                lake.plan(lands_ms, lambda rows=rows, record=record: self._fail(rows, record))
                continue
            lake.plan(lands_ms, lambda rows=rows: self._land(rows))

    def _buffers_ms(self) -> int:
        """The stages of buffers: what settling allows beyond the call, the lag and clocks."""
        return max(1, 1000 * (self._lake.windows.settle_s - 121))

    def _hold_ms(self) -> int:
        if self.is_prompt:
            return 0
        if self._is_extreme:
            return S3_MS - self._random.randrange(MINUTE_MS)
        if self._random.random() < 0.8:
            return self._random.randrange(self._buffers_ms())
        return self._random.randrange(S3_MS)

    def _land(self, rows: Buffered) -> None:
        self._lake.buffer.remove(rows)
        for _ in range(1 + (self._random.random() < 0.1)):
            self._lake.land(rows.data, rows.partition)

    def _fail(self, rows: Buffered, record: Record) -> None:
        self._lake.buffer.remove(rows)
        self._lake.fail("format-conversion-failed", rows.data, record.arrived_ms)


class _NotesOf:
    def __init__(self, lake: Lake, windows: Windows, rules: Rules) -> None:
        self._lake = lake
        self._windows = windows
        self._rules = rules
        self._told = lake.told

    def write(self, now_ms: int) -> Schedule:
        lake = self._lake
        last_ms = max((each.last_ms for each in lake.periods.values()), default=0)
        kept_s = self._windows.dedupe_days * DAY_MS / 1000
        last = Last(last_ms / 1000, now_ms / 1000, kept_s)
        lake.noted = self._rules.schedule(self._told, lake.noted, last)
        lake.periods[self._windows] = noted(lake.periods, self._windows, now_ms)
        return lake.noted
