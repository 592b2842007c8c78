"""The promise of the claims, checked on what a store answered: each id passes at one coordinate."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from firelake.transform.claims import Candidate, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


def assert_each_id_passes_at_one_coordinate(
    answered: Sequence[tuple[Sequence[Candidate], Sequence[Verdict]]],
) -> dict[str, Candidate]:
    """Checks every answer to every batch, retries among them; within the dedupe days only.

    Returns:
        The event that passed, for each id.
    """
    owners: dict[str, Candidate] = {}
    for event, verdict in chain.from_iterable(zip(*each, strict=True) for each in answered):
        if verdict is Verdict.PASS:
            assert owners.setdefault(event.event_uuid, event) == event, "two events passed"
    for batch, verdicts in answered:
        expected: list[Verdict] = []
        for place, event in enumerate(batch):
            assert event.event_uuid in owners, "no event passed"
            owner = owners[event.event_uuid]
            if event == owner:
                again = event in batch[:place]
                expected.append(Verdict.DUPLICATE if again else Verdict.PASS)
            elif event.event_name == owner.event_name:
                expected.append(Verdict.DUPLICATE)
            else:
                expected.append(Verdict.REUSED)
        assert list(verdicts) == expected
    return owners
