"""A clock that moves only when told or slept on, so that tests pass hours at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.transform.settling import Pace

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeClock:
    """Unix time in milliseconds, moved by hand and by sleeping.

    Attributes:
        now_ms: The time.
        sleeps_s: Every sleep asked for, in order.
    """

    # Far ahead of any real clock: the emulator's reaper goes by the real one and so never takes
    # away what a test calls expired.
    START_MS = 4_000_000_000_000

    def __init__(self, now_ms: int = START_MS) -> None:
        self.now_ms = now_ms
        self.sleeps_s: list[float] = []

    def read(self) -> int:
        return self.now_ms

    def sleep(self, seconds: float) -> None:
        self.sleeps_s.append(seconds)
        self.now_ms += round(seconds * 1000)

    def pass_days(self, days: float) -> None:
        self.now_ms += round(days * 86_400_000)

    def pace(self, *, deadline_s: float = 45.0, jitter: Callable[[], float] | None = None) -> Pace:
        """The pace of one call of `settle` that begins now."""
        deadline_ms = self.now_ms + round(deadline_s * 1000)
        return Pace(
            now_ms=self.read,
            remaining_s=lambda: (deadline_ms - self.now_ms) / 1000,
            sleep=self.sleep,
            jitter=jitter or (lambda: 0.5),
        )
