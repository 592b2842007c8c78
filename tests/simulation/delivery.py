"""Firehose and the function: late, retried, failing over, converting badly, writing twice."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from firelake.contract.in_force import noted
from firelake.transform.batch import Batch
from firelake.transform.claims import Outcome, Pace
from firelake.transform.in_force import InForce
from firelake.transform.records import SourceRecord, parse_request
from tests.simulation.contracts import reader_of
from tests.simulation.lake import DAY_MS, HOUR_MS, MINUTE_MS, Buffered, Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from firelake.contract.in_force import Windows
    from firelake.transform.records import Answer
    from tests.simulation.lake import Lake
    from tests.simulation.rules import Rules

# Firehose gives up a batch of the function, and a write to S3, after a day each.
FUNCTION_MS = DAY_MS - 2 * MINUTE_MS
S3_MS = DAY_MS
_CALL_MS = 55_000


class Delivery:
    """Brings what is on the stream to the lake, or to errors."""

    def __init__(self, lake: Lake, rules: Rules, random: Random, *, is_extreme: bool) -> None:
        """Takes the lake, the rules and chance; an extreme one takes all the time that it has."""
        self._lake = lake
        self._rules = rules
        self._random = random
        self._is_extreme = is_extreme
        self._records: list[Record] = []
        self._unread: list[Record] = []
        self._in_force: tuple[Windows, InForce] | None = None
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
        self._note(windows, pace)
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
        settled = rules.settle(work.candidates(), lake.claims, pace, rules.dedupe_days(windows))
        return work.answer(settled.verdicts, rules.given(settled))

    def _note(self, windows: Windows, pace: Pace) -> None:
        """Another process of the function now and then, and always after a deployment."""
        if self._in_force is None or self._in_force[0] != windows or self._random.random() < 0.2:
            self._in_force = windows, InForce(_NotesOf(self._lake, windows))
        self._in_force[1].note(pace)

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
    def __init__(self, lake: Lake, windows: Windows) -> None:
        self._lake = lake
        self._windows = windows

    def write(self, now_ms: int) -> Outcome:
        self._lake.periods[self._windows] = noted(self._lake.periods, self._windows, now_ms)
        return Outcome.DONE
