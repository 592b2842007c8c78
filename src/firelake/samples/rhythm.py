"""When in a day people do things: few at night, some in the morning, most in the evening (UTC)."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from typing import Final

from firelake.contract.facts import SECONDS_PER_DAY

# By the hour; what is between two hours is between their numbers.
_BY_HOUR: Final = (
    *(30, 20, 14, 12, 14, 24, 44, 66, 74, 68, 64, 70),
    *(80, 76, 68, 66, 72, 86, 104, 118, 120, 104, 76, 48),
)
_HOUR_S: Final = 3600
_BIN_S: Final = 600


class Rhythm:
    """The ages of what happened in some time before now, as a day has it.

    Attributes:
        busy_s: The busiest part of its middle, as the greatest and the least age, in seconds: half
            of what happens then is left to others.
    """

    def __init__(self, now_s: float, span_s: float, busy_s: float) -> None:
        """Takes the end of the time, Unix time; its length, and that of the busiest part.

        Both lengths are in seconds and more than 0, and the part is at most half of the whole.
        """
        count = -int(-span_s // _BIN_S)
        self._bin_s = span_s / count
        ages_s = [(number + 0.5) * self._bin_s for number in range(count)]
        amounts = [_intensity(now_s - age_s) for age_s in ages_s]
        middle = range(count // 4, max(1, count * 3 // 4))
        age_s = ages_s[max(middle, key=lambda number: amounts[number])]
        self.busy_s = age_s + busy_s / 2, age_s - busy_s / 2
        first_s, last_s = self.busy_s
        self._ends = list(
            accumulate(
                amount / 2 if last_s < age_s < first_s else amount
                for age_s, amount in zip(ages_s, amounts, strict=True)
            )
        )

    def age_s(self, chance: float) -> float:
        """Returns an age in seconds; one chance, from 0 to less than 1, always has the same."""
        wanted = chance * self._ends[-1]
        number = bisect(self._ends, wanted, hi=len(self._ends) - 1)
        before = self._ends[number - 1] if number else 0.0
        return (number + (wanted - before) / (self._ends[number] - before)) * self._bin_s


def _intensity(moment_s: float) -> float:
    hour, share = divmod(moment_s % SECONDS_PER_DAY / _HOUR_S, 1)
    first, second = (_BY_HOUR[(int(hour) + step) % len(_BY_HOUR)] for step in (0, 1))
    return first * (1 - share) + second * share
