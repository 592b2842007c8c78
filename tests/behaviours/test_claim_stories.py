"""Random stories of batches, retries, copies and faults: on a store in memory and on DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.transform.claims import Candidate, Verdict
from firelake.transform.errors import ClaimsUndecidedError
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.clock import FakeClock
from tests.fakes.faulty_claim_store import Fault, FaultyClaimStore
from tests.helpers.claims_tables import ClaimsTable
from tests.helpers.once_only import assert_each_id_passes_at_one_coordinate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Nine events at nine coordinates: three ids, each with an original, a copy and another event that
# bears the same id.
EVENTS = [
    Candidate(f"id-{number}", name, 3_999_999_990.5, f"shard-{number}:{place}:0#0", "lesson")
    for number in range(3)
    for place, name in enumerate(["lesson:started", "lesson:started", "lesson:ended"])
]


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of the function with a batch.

    Attributes:
        batch: Its events.
        days_before: How much time passes before it.
        faults: What becomes of its questions.
        dead: Whether the store stays silent when these faults are used up.
    """

    batch: tuple[Candidate, ...]
    days_before: float
    faults: tuple[Fault, ...]
    dead: bool


def invocations(days_before: st.SearchStrategy[float]) -> st.SearchStrategy[list[Invocation]]:
    return st.lists(
        st.builds(
            Invocation,
            batch=st.lists(st.sampled_from(EVENTS), min_size=1, max_size=5).map(tuple),
            days_before=days_before,
            faults=st.lists(st.sampled_from(Fault), max_size=12).map(tuple),
            dead=st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )


def tell(table: ClaimsTable, story: Sequence[Invocation]) -> list[list[Verdict] | int]:
    """The verdicts of each invocation, or how many ids it left undecided."""
    answers: list[list[Verdict] | int] = []
    for each in story:
        table.clock.pass_days(each.days_before)
        afterwards = Fault.LOST if each.dead else Fault.NONE
        store = FaultyClaimStore(table.store, chain(each.faults, repeat(afterwards)))
        try:
            pace = table.clock.pace(deadline_s=10.0)
            answers.append(table.settle(each.batch, pace, store).verdicts)
        except ClaimsUndecidedError as error:
            answers.append(error.undecided)
    return answers


@settings(max_examples=40, deadline=None)
@given(story=invocations(st.sampled_from([0.0, 0.5, 1.0])))
def test_each_id_passes_at_one_coordinate_and_its_retries_pass_again(
    new_table: Callable[[str], ClaimsTable], story: list[Invocation]
) -> None:
    """All within the dedupe days. Batches that were raised come again, as Firehose sends them."""
    table = new_table("items")
    answers = tell(table, story)
    raised = [
        Invocation(invocation.batch, 0.0, (), dead=False)
        for invocation, answer in zip(story, answers, strict=True)
        if isinstance(answer, int)
    ]
    answers += tell(table, raised)
    answered = [
        (invocation.batch, answer)
        for invocation, answer in zip([*story, *raised], answers, strict=True)
        if not isinstance(answer, int)
    ]
    assert len(answered) == len(story)
    owners = assert_each_id_passes_at_one_coordinate(answered)
    final = tell(table, [Invocation(tuple(owners.values()), 0.0, (), dead=False)])
    assert final == [[Verdict.PASS] * len(owners)]


@pytest.mark.local
@settings(max_examples=40, deadline=None)
@given(story=invocations(st.sampled_from([0.0, 1.0, 13.9999, 14.0, 14.0001, 15.0])))
def test_both_stores_tell_the_same_story_also_when_claims_expire(
    new_dynamodb_table: Callable[[str], ClaimsTable], story: list[Invocation]
) -> None:
    clock = FakeClock()
    in_memory = InMemoryClaimStore(clock.read)
    table = new_dynamodb_table("items")
    expected = tell(ClaimsTable(in_memory, in_memory.delete, clock), story)
    assert tell(table, story) == expected
    ids = ["id-0", "id-1", "id-2"]
    assert table.store.read(ids) == in_memory.read(ids)
