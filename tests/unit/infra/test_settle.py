"""How long an event may be on its way after its claim."""

from __future__ import annotations

import pytest

from firelake.infra.settle import settle_s
from tests.helpers.configurations import parsed


@pytest.mark.parametrize(
    ("buffer_interval_s", "expected_s"),
    [
        # 60 s of the function + 1.5 buffer intervals, rounded up + 60 s of the lake + 1 s
        (60, 211),
        (61, 213),
        (300, 571),
        (900, 1471),
    ],
    ids=["shortest", "odd", "default", "longest"],
)
def test_settle_is_above_the_function_the_buffers_and_the_lake_at_their_worst(
    buffer_interval_s: int, expected_s: int
) -> None:
    assert settle_s(parsed({"delivery": {"bufferIntervalS": buffer_interval_s}})) == expected_s


def test_what_happens_before_the_claim_does_not_count() -> None:
    slow = {"batchIntervalS": 900, "rawBufferIntervalS": 900, "transformRetries": 300}
    assert settle_s(parsed({"delivery": slow})) == settle_s(parsed({}))
