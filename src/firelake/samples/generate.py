"""A stream of sample events by seed, each with what should become of it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import SECONDS_PER_DAY
from firelake.contract.names import CREATED_AT
from firelake.contract.reasons import Reason
from firelake.operations.errors import InputError
from firelake.samples.invalid_events import REASONS, spoil
from firelake.samples.labels import Fate, SampleEvent
from firelake.samples.sample_check import SampleCheck
from firelake.samples.sample_events import SampleEvents, write
from firelake.samples.story import Story
from firelake.send.records import Outgoing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.contract.events import EventContract
    from firelake.samples.story import Step

# A copy is one of so many latest events.
_REMEMBERED: Final = 1000
_HOUR_S: Final = 3600
_MOST_TRIES: Final = 10_000
# How often one fate is tried before a valid event takes its place.
_TRIES_OF_A_FATE: Final = 100
# How much later than the lateness an event is at most.
_LATEST_S: Final = 30 * SECONDS_PER_DAY
# How many of the invalid events are those of the bad release.
_OF_RELEASE: Final = 0.5
_COPIED: Final = frozenset({Fate.DELIVERED, Fate.UNREGISTERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How many of the events are to be something else than new and valid, each from 0 to 1.

    Attributes:
        duplicates: Copies of events sent before.
        invalid: Invalid in each way in turn, lateness aside.
        late: Created before the lateness that the stack allows.
        unregistered: Of a name that the contract does not know.
    """

    duplicates: float = 0.0
    invalid: float = 0.0
    late: float = 0.0
    unregistered: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what are no shares.

        Raises:
            InputError: One is not within 0 and 1, or all together are more than 1.
        """
        shares = (self.duplicates, self.invalid, self.late, self.unregistered)
        if not all(0 <= share <= 1 for share in shares) or sum(shares) > 1:
            message = (
                f"duplicates {self.duplicates}, invalid {self.invalid}, late {self.late} and"
                f" unregistered {self.unregistered} are no shares: each must be 0 to 1, and"
                " together at most 1"
            )
            raise InputError(message)


class Generator:
    """Makes sample events.

    They tell a story: visits of people over a day, in the middle of it a release that spoils half
    of what is invalid. Which kinds come and what should become of them depends on the contract, the
    seed and the shares alone; ids, times and what hangs on these on the start as well.
    """

    def __init__(  # noqa: PLR0913 -- each by its name, and most have a default
        self,
        contract: EventContract,
        *,
        seed: int,
        start_s: float,
        lateness_days: int = 7,
        shares: Shares | None = None,
        rate_per_s: float | None = None,
        hours: float = 1.0,
    ) -> None:
        """Takes what decides the events.

        Args:
            contract: The events, at least one.
            start_s: Unix time of the run.
            shares: What is to be wrong; nothing by default.
            rate_per_s: How many are sent a second, so that later events are created later; None
                where they are sent as fast as can be.
            hours: In how many hours before they are sent events are created, those aside that are
                late or early.

        Raises:
            InputError: Events of so many hours would be late, or near to it.
        """
        longest = lateness_days * SECONDS_PER_DAY // _HOUR_S - 1
        if not 0 < hours <= longest:
            message = (
                f"events cannot be spread over {hours:g} hours: give more than 0, and at most"
                f" {longest}, as the stack takes none that is {lateness_days} days late"
            )
            raise InputError(message)
        self._samples = SampleEvents(contract, seed=seed, start_s=start_s)
        # What a source makes of an event is known only when it is read.
        self._check = SampleCheck(contract, lateness_days) if contract.sources else None
        self._random = Random(f"{seed}:fates")  # noqa: S311 -- sample data
        self._start_s = start_s
        self._lateness_s = lateness_days * SECONDS_PER_DAY
        self._shares = shares or Shares()
        self._story = Story(
            contract,
            seed=seed,
            start_s=start_s,
            spread_s=hours * _HOUR_S,
            is_spoilt=self._shares.invalid > 0,
        )
        self._step_s = 1 / rate_per_s if rate_per_s else 0.0
        self._reasons = self._deal()
        # What may be copied: an id that is reused may not.
        self._latest: list[SampleEvent] = []

    def events(self, count: int) -> Iterator[SampleEvent]:
        """Give so many events; can be called again for more.

        Raises:
            InputError: The sources of the contract make something else of whatever is tried.
        """
        left = count
        moment_s = self._start_s
        while left > 0:
            for sample in self._true_to_label(moment_s, left):
                left -= sample.outgoing.event_count
                moment_s += self._step_s
                yield sample

    def _true_to_label(self, moment_s: float, left: int) -> list[SampleEvent]:
        # One draw for all tries: what is seldom confirmed would else be rarer than its share.
        chance = self._random.random()
        for tries in range(_MOST_TRIES):
            group = [*self._next(chance if tries < _TRIES_OF_A_FATE else 1.0, moment_s, left)]
            if self._check is not None:
                group = self._check.confirmed(group, moment_s)
            if group:
                for sample in group:
                    self._remember(sample)
                return group
        message = (
            f"no sample events can be made: in {_MOST_TRIES:,} tries the sources of the contract"
            " made something else of each; send events of your own"
        )
        raise InputError(message)

    def _next(self, chance: float, moment_s: float, left: int) -> Iterator[SampleEvent]:
        shares = self._shares
        if chance < shares.duplicates:
            if self._latest:
                copied = self._random.choice(self._latest)
                yield SampleEvent(copied.outgoing, Fate.DUPLICATE, copied.event_type)
                return
            chance = 1.0
        chance -= shares.duplicates
        if chance < shares.invalid:
            yield from self._invalid(moment_s, left)
            return
        chance -= shares.invalid
        if chance < shares.late:
            yield self._late(moment_s)
            return
        chance -= shares.late
        yield self._valid(moment_s, is_known=chance >= shares.unregistered)

    def _valid(self, moment_s: float, *, is_known: bool) -> SampleEvent:
        step = self._story.step()
        created_at_s = moment_s - step.age_s
        if not is_known:
            # It takes the moment alone: the kind that comes then may be the only one of it.
            self._story.put_back(step)
            members, event_type = self._samples.unregistered(created_at_s)
            return SampleEvent(Outgoing(write(members)), Fate.UNREGISTERED, event_type)
        payload = write(self._samples.members(step.kind, created_at_s, step.values))
        return SampleEvent(Outgoing(payload), Fate.DELIVERED, step.kind.event_type)

    def _remember(self, sample: SampleEvent) -> None:
        if sample.fate not in _COPIED or sample.outgoing.is_alone:
            return
        if len(self._latest) < _REMEMBERED:
            self._latest.append(sample)
        else:
            self._latest[int(self._random.random() * _REMEMBERED)] = sample

    def _late(self, moment_s: float) -> SampleEvent:
        step = self._story.step()
        age_s = self._lateness_s + _HOUR_S + self._random.random() * _LATEST_S
        members = self._samples.members(step.kind, moment_s - age_s, step.values)
        outgoing = Outgoing(write(members), is_alone=True)
        return SampleEvent(outgoing, Fate.INVALID, step.kind.event_type, Reason.TOO_LATE)

    def _invalid(self, moment_s: float, left: int) -> Iterator[SampleEvent]:
        is_of_release = self._random.random() < _OF_RELEASE
        while True:
            step = self._story.refused() if is_of_release else self._story.step()
            reason = next(self._reasons) if step.fault is None else step.fault.reason
            if left == 1 and reason in {Reason.UUID_REUSED, Reason.MIXED_PARTITIONS}:
                continue
            created_at_s = moment_s - step.age_s
            if reason is Reason.UUID_REUSED:
                yield from self._reused(step, created_at_s)
                return
            at_s = moment_s if reason is Reason.TOO_EARLY else created_at_s
            payload = spoil(reason, step, self._samples, self._random, at_s)
            if payload is not None:
                event_count = 2 if reason is Reason.MIXED_PARTITIONS else 1
                outgoing = Outgoing(payload, event_count, is_alone=True)
                yield SampleEvent(outgoing, Fate.INVALID, step.kind.event_type, reason)
                return

    def _reused(self, step: Step, created_at_s: float) -> Iterator[SampleEvent]:
        """Two events of one id and one kind, so that it does not matter which comes first."""
        event_type = step.kind.event_type
        members = self._samples.members(step.kind, created_at_s, step.values)
        yield SampleEvent(Outgoing(write(members), is_alone=True), Fate.DELIVERED, event_type)
        members[CREATED_AT] = f"{created_at_s - 1:.3f}"
        outgoing = Outgoing(write(members), is_alone=True)
        yield SampleEvent(outgoing, Fate.INVALID, event_type, Reason.UUID_REUSED)

    def _deal(self) -> Iterator[Reason]:
        reasons = [*REASONS, Reason.UUID_REUSED]
        while True:
            self._random.shuffle(reasons)
            yield from reasons
