"""A Kinesis that refuses as told, and a clock that moves by being slept on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from firelake.aws.backoff import Waiting
from firelake.send.put import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.send.records import Record

THROTTLED = "ProvisionedThroughputExceededException"


@dataclass(slots=True)
class FakeStream:
    """Takes records, save those that `refuse` gives a code for; safe between threads.

    Attributes:
        refuse: Code of a refusal, or None, by record and number of its earlier attempts.
        taken: Every record taken.
        calls: The size of each call.
    """

    refuse: Callable[[Record, int], str | None] = lambda _record, _attempt: None
    taken: list[Record] = field(default_factory=list["Record"])
    calls: list[int] = field(default_factory=list[int])
    attempts: Counter[Record] = field(default_factory=Counter["Record"])
    lock: Lock = field(default_factory=Lock)

    def put(self, records: Sequence[Record]) -> Sequence[str | None]:
        with self.lock:
            self.calls.append(len(records))
            codes: list[str | None] = []
            for record in records:
                code = self.refuse(record, self.attempts[record])
                self.attempts[record] += 1
                codes.append(code)
                if code is None:
                    self.taken.append(record)
            return codes

    @property
    def lines(self) -> list[bytes]:
        """Every line of the records taken, sorted."""
        return sorted(line for record in self.taken for line in record.data.split(b"\n")[:-1])


@dataclass(slots=True)
class FakeTime:
    """Seconds that pass by sleeping alone."""

    now_s: float = 1_000.0
    sleeps_s: list[float] = field(default_factory=list[float])

    def read(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.sleeps_s.append(seconds)
        self.now_s += seconds

    def pace(self, patience_s: float = 60.0, jitter: float = 1.0) -> Pace:
        return Pace(
            now_s=self.read, waiting=Waiting(self.sleep, lambda: jitter), patience_s=patience_s
        )
