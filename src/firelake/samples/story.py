"""A story for sample events of any contract: visits, a daily rhythm, a bad release."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final

from firelake.samples.bad_release import LONGEST_S, MOST_OF_THE_TIME, Releases, fault_in
from firelake.samples.chapters import chapters_of, visit
from firelake.samples.rhythm import Rhythm
from firelake.samples.roles import field_roles
from firelake.samples.sample_values import sample_value, sample_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.events import Event, EventContract
    from firelake.samples.bad_release import Fault

_NEW_PERSON: Final = 0.3
_MOST_KEPT: Final = 5_000
_MEAN_PAUSE_S: Final = 25.0
_LONGEST_PAUSE_S: Final = 240.0
# Of the time that is told of, where it is short.
_LONGEST_VISIT: Final = 0.1
_FIRST_VISIT_EVENTS: Final = 8
# Of the visits in the time of the bad release, where others leave half of it to them.
_BAD_SHARE: Final = 0.7
# By which is found what comes often.
_TRIAL_VISITS: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """An event of a visit.

    Attributes:
        age_s: How long before it is sent it happened, in seconds.
        values: JSON texts of the fields that are the person's or the visit's.
        fault: Why it is refused; None if it is not.
    """

    kind: Event
    age_s: float
    values: Mapping[str, str]
    fault: Fault | None = None


@dataclass(slots=True)
class _Person:
    values: dict[str, str]
    release: str
    is_new: bool = True


class Story:
    """Makes the steps of visits, one visit after the other, without end.

    Which come depends on the contract and the seed alone; when they happened, on the start as well.
    """

    def __init__(
        self,
        contract: EventContract,
        *,
        seed: int,
        start_s: float,
        spread_s: float,
        is_spoilt: bool,
    ) -> None:
        """Takes what decides the story.

        Args:
            contract: The events, at least one.
            start_s: Unix time of the run.
            spread_s: In how many seconds before it is sent each step happens.
            is_spoilt: Whether the bad release spoils anything.
        """
        self._random = Random(f"{seed}:story")  # noqa: S311 -- sample data
        self._start_s = start_s
        self._spread_s = spread_s
        bad_s = min(LONGEST_S, spread_s * MOST_OF_THE_TIME)
        self._bad_share = bad_s / spread_s * _BAD_SHARE
        self._rhythm = Rhythm(start_s, spread_s, bad_s)
        self._chapters = chapters_of(contract)
        self._roles = field_roles(contract)
        self._releases = Releases(self._roles.release, self._random, start_s)
        self._subjects = {
            field.name: sample_values(field, self._random, start_s) for field in self._roles.subject
        }
        self._people: deque[_Person] = deque(maxlen=_MOST_KEPT)
        kept = {each.name for each in (*self._roles.person, *self._roles.visit)}
        self._fault = fault_in(contract, self._common_kinds(), {*kept, *self._subjects})
        self._is_spoilt = is_spoilt
        # Every kind once, so that nothing that can be asked for is empty.
        self._first = [event for each in self._chapters for _, event in each.steps]
        self._random.shuffle(self._first)
        self._refused: deque[Step] = deque(maxlen=_MOST_KEPT)
        self._put_back: list[Step] = []
        self._steps = self._all_steps()

    def step(self) -> Step:
        """Returns the next step that is not refused."""
        return self._put_back.pop() if self._put_back else next(self._steps)

    def put_back(self, step: Step) -> None:
        """Lets a step come again, as the next one."""
        self._put_back.append(step)

    def refused(self) -> Step:
        """Returns a step that is refused, as the bad release spoils it; where there is one."""
        while not self._refused:
            # What else is in the visit would be too many in that time.
            deque(self._bad_visit(), maxlen=0)
        return self._refused.popleft()

    def _all_steps(self) -> Iterator[Step]:
        while True:
            is_bad = not self._first and self._random.random() < self._bad_share
            yield from self._bad_visit() if is_bad else self._visit(is_bad=False)

    def _bad_visit(self) -> Iterator[Step]:
        """What of a visit with the bad release is not refused."""
        for step in self._visit(is_bad=True):
            if self._is_spoilt and step.kind.name in self._fault.kinds:
                self._refused.append(replace(step, fault=self._fault))
            else:
                yield step

    def _common_kinds(self) -> Iterator[Event]:
        """Kinds of events as often as visits have them, those aside that frame each."""
        frames = {event for each in self._chapters if each.is_frame for _, event in each.steps}
        for number in range(_TRIAL_VISITS):
            kinds = visit(self._chapters, self._random, is_new=number % 2 == 0)
            yield from [each for each in kinds if each not in frames] or kinds

    def _visit(self, *, is_bad: bool) -> Iterator[Step]:
        person = self._person()
        kinds: list[Event] = []
        if not is_bad:
            kinds = self._first[-_FIRST_VISIT_EVENTS:]
            del self._first[-_FIRST_VISIT_EVENTS:]
        kinds = kinds or visit(self._chapters, self._random, is_new=person.is_new)
        person.is_new = False
        ages_s = self._ages_s(len(kinds), is_bad=is_bad)
        values = dict(person.values)
        for field in self._roles.visit:
            values[field.name] = sample_value(field, self._random, self._start_s)
        for name, pool in self._subjects.items():
            values[name] = self._random.choice(pool)
        if self._releases.field is not None:
            values[self._releases.field.name] = self._releases.of_visit(
                person.release, is_bad=is_bad, is_after=ages_s[0] < self._rhythm.busy_s[1]
            )
        for kind, age_s in zip(kinds, ages_s, strict=True):
            yield Step(kind, age_s, values)

    def _person(self) -> _Person:
        random = self._random
        if self._people and random.random() >= _NEW_PERSON:
            return random.choice(self._people)
        values = {
            field.name: sample_value(field, random, self._start_s) for field in self._roles.person
        }
        has_release = self._releases.field is not None
        person = _Person(values, self._releases.old() if has_release else "")
        self._people.append(person)
        return person

    def _ages_s(self, count: int, *, is_bad: bool) -> list[float]:
        """The ages of the events of a visit, the first one's first."""
        random = self._random
        pauses_s = [
            min(random.expovariate(1 / _MEAN_PAUSE_S), _LONGEST_PAUSE_S) for _ in range(count - 1)
        ]
        longest_s = self._spread_s * _LONGEST_VISIT
        scale = min(1.0, longest_s / sum(pauses_s)) if pauses_s else 1.0
        length_s = sum(pauses_s) * scale
        age_s = length_s + self._rhythm.age_s(random.random()) * (1 - length_s / self._spread_s)
        ages_s = [random.uniform(*self._rhythm.busy_s) if is_bad else age_s]
        for pause_s in pauses_s:
            ages_s.append(max(0.0, ages_s[-1] - pause_s * scale))
        return ages_s
