"""The pauses between attempts."""

from __future__ import annotations

import pytest

from firelake.aws.backoff import Pauses, Waiting

PAUSES = Pauses(first_s=0.1, longest_s=5.0)


@pytest.mark.parametrize(
    ("attempt", "least_s", "most_s"),
    [(0, 0.05, 0.1), (1, 0.1, 0.2), (5, 1.6, 3.2), (6, 2.5, 5.0), (100_000, 2.5, 5.0)],
)
def test_pauses_double_up_to_the_longest_half_of_each_by_chance(
    attempt: int, least_s: float, most_s: float
) -> None:
    assert PAUSES.pause_s(attempt, 0.0) == pytest.approx(least_s)
    assert PAUSES.pause_s(attempt, 1.0) == pytest.approx(most_s)


def test_waiting_is_for_the_pause() -> None:
    waited: list[float] = []
    waiting = Waiting(waited.append, lambda: 0.5)
    for attempt in range(3):
        waiting.pause(PAUSES, attempt)
    assert waited == pytest.approx([0.075, 0.15, 0.3])
