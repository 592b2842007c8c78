"""The function: it validates a batch, lets the real `Claiming` decide about ids, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from firelake.contract.layout import event_type_of
from firelake.contract.names import UNREGISTERED
from firelake.transform.claims import Verdict
from tests.model.operations import Operations
from tests.model.snapshots import Asked, Snapshots
from tests.model.state import Invocation, Verdicts

if TYPE_CHECKING:
    from firelake.transform.claims import Candidate
    from tests.model.model import Model
    from tests.model.state import Batch, State


class Answers(NamedTuple):
    """What the function answers about a batch.

    Attributes:
        rows: The records of which rows go on: position, mask of the slots and partition by type.
        failed: Mask of the slots whose records are `ProcessingFailed`.
        ended: Mask of the positions of which nothing goes on.
        verdicts: The verdict on each slot.
    """

    rows: tuple[tuple[int, int, str], ...]
    failed: int
    ended: int
    verdicts: Verdicts


class Function:
    """The function of one model.

    Attributes:
        operations: The store operations of its runs.
    """

    def __init__(self, model: Model) -> None:
        """Starts with nothing computed."""
        self._model = model
        self._snapshots = Snapshots(
            model.rules.claiming, model.rules.dedupe_days(model.world.times)
        )
        self.operations = Operations(model, self._snapshots)
        self._begun: dict[tuple[object, ...], tuple[int, int]] = {}
        self._answers: dict[tuple[int, int, tuple[int, ...]], Answers] = {}

    def begin(self, state: State, positions: tuple[int, ...], generation: int) -> Invocation:
        """Validates a batch and starts to claim its valid events."""
        knows_types = self._model.knows_types(state.left)
        is_narrowed = state.narrowed_at >= 0
        schedule = self._model.schedule_of(state)
        key = (positions, generation, state.arrivals, state.now, knows_types, is_narrowed, schedule)
        found = self._begun.get(key)
        if found is None:
            refused = self._refused(state, positions)
            candidates = tuple(
                candidate
                for position in positions
                if self._model.rules.claims_invalid_events or not refused >> position & 1
                for candidate in self._candidates(position, generation, knows_types=knows_types)
            )
            started = self._snapshots.start(Asked(candidates, schedule))
            found = self._begun[key] = (started, refused)
        return Invocation(*found, begun=state.now, since=state.now)

    def decided(self, invocation: Invocation) -> bool:
        """Whether every id of a run has its verdict."""
        return self._snapshots[invocation.claiming].decided

    def answers(self, batch: Batch) -> Answers:
        """The answer of a run that has decided everything."""
        run = batch.invocation
        key = (run.claiming, run.refused, batch.positions)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._answer(*key)
        return found

    def _refused(self, state: State, positions: tuple[int, ...]) -> int:
        """Mask of the positions with an invalid event: it makes the whole record invalid."""
        rules, times = self._model.rules, self._model.times_of(state)
        return sum(
            1 << position
            for position in positions
            if not all(
                rules.accepts(event, times, state.arrivals[position], state.now)
                for event in self._model.records[position].events
            )
        )

    def _candidates(self, position: int, generation: int, *, knows_types: bool) -> list[Candidate]:
        record = self._model.records[position]
        return [
            self._model.candidate(
                event,
                self._model.rules.owner(record.shard, position, index, generation),
                event_type_of(event.name) if knows_types else UNREGISTERED,
            )
            for index, event in enumerate(record.events)
        ]

    def _answer(self, claiming: int, refused: int, positions: tuple[int, ...]) -> Answers:
        """Puts the verdicts on events together to one answer for each record.

        A record with a reused id fails as a whole: its error object must hold the event as it was
        sent, and a record has one result. So does one whose events belong to two partitions.
        """
        thawed = self._snapshots.thaw(claiming)
        candidates, verdicts = self._snapshots[claiming].asked.candidates, thawed.verdicts()
        given = self._model.rules.given_before(candidates, verdicts, thawed)
        decided = iter(enumerate(verdicts))
        rows: list[tuple[int, int, str]] = []
        failed = ended = passed = duplicate = reused = 0
        for position in positions:
            of_record = self._model.record_mask[position]
            invalid = refused >> position & 1
            if invalid:
                failed |= of_record
                ended |= 1 << position
                if not self._model.rules.claims_invalid_events:
                    continue
            by_verdict = dict.fromkeys(Verdict, 0)
            event_types: set[str] = set()
            for index in range(len(self._model.records[position].events)):
                at, verdict = next(decided)
                by_verdict[verdict] |= self._model.slot(position, index)
                if verdict is Verdict.PASS:
                    event_types.add(given.get(at, candidates[at].event_type))
            if invalid:
                continue
            passed |= by_verdict[Verdict.PASS]
            duplicate |= by_verdict[Verdict.DUPLICATE]
            reused |= by_verdict[Verdict.REUSED]
            if by_verdict[Verdict.REUSED] or len(event_types) > 1:
                failed |= of_record
                ended |= 1 << position
            elif by_verdict[Verdict.PASS]:
                rows.append((position, by_verdict[Verdict.PASS], event_types.pop()))
            else:
                ended |= 1 << position
        invalid_slots = sum(
            self._model.record_mask[position] for position in positions if refused >> position & 1
        )
        return Answers(
            tuple(rows), failed, ended, Verdicts(passed, duplicate, reused, invalid_slots)
        )
