"""The pauses between attempts: doubled each time, with chance in them, so that callers spread."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# Beyond this many doublings a pause is the longest in any case.
_DOUBLINGS: Final = 20

_random: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long to pause between attempts, in seconds.

    Attributes:
        first_s: At most so long after the first attempt.
        longest_s: Never longer.
    """

    first_s: float
    longest_s: float

    def pause_s(self, attempt: int, jitter: float) -> float:
        """Return the pause after an attempt: half of the doubled one, and as much again by chance.

        Args:
            attempt: How many attempts went before it, from 0.
            jitter: A random number in [0, 1).
        """
        doubled_s = min(self.longest_s, self.first_s * 2 ** min(attempt, _DOUBLINGS))
        return doubled_s / 2 * (1 + jitter)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait between attempts; by the machine's clock where nothing else is given.

    Attributes:
        sleep: Waits so many seconds.
        jitter: A random number in [0, 1).
    """

    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = _random.random

    def pause(self, pauses: Pauses, attempt: int) -> None:
        """Wait after an attempt.

        Args:
            attempt: How many attempts went before it, from 0.
        """
        self.sleep(pauses.pause_s(attempt, self.jitter()))
