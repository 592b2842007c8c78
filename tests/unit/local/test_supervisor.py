"""What ends by itself is started again, at once the first time, and ever later if it goes on to."""

from __future__ import annotations

from dataclasses import dataclass, field

from firelake.formats.emulation import ProcessError
from firelake.local.supervisor import Supervisor


@dataclass(slots=True)
class Process:
    """A process that has ended whenever the list says how; an error is what its start raises."""

    ends: list[str | Exception | None]
    starts: int = 0

    def restart(self) -> str | None:
        ended = self.ends.pop(0) if self.ends else None
        if isinstance(ended, Exception):
            raise ended
        if ended is not None:
            self.starts += 1
        return ended


@dataclass(slots=True)
class Clock:
    now_s: float = 1000.0
    process: Process = field(default_factory=lambda: Process([]))

    def supervisor(self) -> Supervisor:
        return Supervisor({"the delivery": self.process.restart}, now_s=lambda: self.now_s)


def test_what_runs_is_left_alone() -> None:
    supervisor = Clock().supervisor()
    assert [supervisor.tend() for _ in range(3)] == [(), (), ()]


def test_what_ended_is_started_at_once_and_told() -> None:
    clock = Clock(process=Process(["with -9"]))
    supervisor = clock.supervisor()
    assert supervisor.tend() == (
        (
            "the delivery had ended by itself, with -9, and was started again; "
            "next try, if one is needed, in 1 s"
        ),
    )
    assert (clock.process.starts, supervisor.tend()) == (1, ())


def test_what_ends_over_and_over_is_started_ever_later() -> None:
    clock = Clock(process=Process(["with 1"] * 100))
    supervisor = clock.supervisor()
    at: list[float] = []
    for second in range(200):
        clock.now_s = 1000.0 + second
        if supervisor.tend():
            at.append(second)
    assert at == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_what_cannot_be_started_is_tried_again() -> None:
    full = OSError(28, "No space left on device")
    clock = Clock(process=Process([full, ProcessError("it ended at once"), "with 1"]))
    supervisor = clock.supervisor()
    said: list[str] = []
    for second in range(5):
        clock.now_s = 1000.0 + second
        said += supervisor.tend()
    assert said == [
        (
            "the delivery cannot be started again: [Errno 28] No space left on device; "
            "next try, if one is needed, in 1 s"
        ),
        (
            "the delivery cannot be started again: it ended at once; "
            "next try, if one is needed, in 2 s"
        ),
        (
            "the delivery had ended by itself, with 1, and was started again; "
            "next try, if one is needed, in 4 s"
        ),
    ]


def test_what_ran_for_a_minute_is_started_at_once_again() -> None:
    clock = Clock(process=Process(["with 1", "with 1"]))
    supervisor = clock.supervisor()
    supervisor.tend()
    clock.now_s += 1
    assert "in 2 s" in supervisor.tend()[0]
    clock.now_s += 62
    assert supervisor.tend() == ()
    clock.process.ends = ["with 1"]
    assert "in 1 s" in supervisor.tend()[0]
