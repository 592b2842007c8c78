"""Who owns an id: the verdict on each event of a batch, as a state machine that does no I/O.

An id is not "seen", it is *owned*: by the coordinate in the stream of the event that claimed it
first. A retry of the same batch finds its own claims and passes; a copy finds another owner.

`Claiming` says which questions to ask a claim store next and takes the answers; `settle` drives
one against a store until everything is decided or the time is up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import msgspec

from firelake.transform.errors import ClaimsUndecidedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SECONDS_PER_DAY = 86_400
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """One valid event of the batch, asking for its id.

    Attributes:
        event_uuid: The id.
        event_name: The event's name; a copy has the same.
        created_at_s: Unix time of creation; a copy has the same.
        owner: The event's coordinate in the stream.
        event_type: The partition by type that today's contract gives it.
    """

    event_uuid: str
    event_name: str
    created_at_s: float
    owner: str
    event_type: str


class Claim(msgspec.Struct, frozen=True, gc=False):
    """One item of the claims table.

    Attributes:
        event_uuid: The id, the table's key.
        owner: Coordinate in the stream of the event that owns the id.
        event_name: Name of that event.
        created_at_s: Unix time of its creation.
        claimed_at_ms: When the event last went on its way.
        expires_at_s: When DynamoDB may delete the item (it does so late).
        event_type: The partition by type that the event was given when it was claimed. It keeps
            it, as a row may stand there already: a contract may learn or unlearn a type between
            two reads of one record. None in a claim of a release that did not remember it.
    """

    event_uuid: str
    owner: str
    event_name: str
    created_at_s: float
    claimed_at_ms: int
    expires_at_s: int
    event_type: str | None


@dataclass(frozen=True, slots=True)
class Replacement:
    """A claim to be written only if owner and `claimed_at` still are as read."""

    read: Claim
    new: Claim


class Outcome(Enum):
    """What became of one conditional write."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Verdict(Enum):
    """What to do with one candidate."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    DUPLICATE = "duplicate"
    REUSED = "reused"


class Settled(msgspec.Struct, frozen=True):
    """What was decided about the candidates of a batch, in their order.

    Attributes:
        verdicts: One a candidate.
        given: By its index, the partition by type of each candidate that passes and belongs to
            another one than today's contract gives it.
    """

    verdicts: list[Verdict]
    given: dict[int, str]


class ClaimStore(Protocol):
    """Where claims are kept. An answer that did not come is `UNKNOWN`, or a missing key."""

    def insert(self, claims: Sequence[Claim]) -> Sequence[Outcome]:
        """Writes each claim whose id has no item; `REFUSED` where there is one."""
        ...

    def read(self, event_uuids: Sequence[str]) -> Mapping[str, Claim | None]:
        """Reads consistently: the claim, `None` where there is none, no key where unknown."""
        ...

    def replace(self, replacements: Sequence[Replacement]) -> Sequence[Outcome]:
        """Writes each `new` whose item still has owner and `claimed_at` of `read`."""
        ...


class Claiming:
    """The claims of one batch on their way from "asked" to "decided".

    Each id is at one of three steps: its claim is to be inserted, read, or replaced. The steps
    follow each other until the id's claim is known for sure; only then do its candidates get
    verdicts. No step passes or drops anything on a guess.
    """

    def __init__(self, candidates: Iterable[Candidate], *, dedupe_days: int) -> None:
        """Groups the candidates by id, in their order of arrival.

        Args:
            candidates: Every valid event of the batch.
            dedupe_days: How long a claim lives.
        """
        self._dedupe_s = dedupe_days * SECONDS_PER_DAY
        self._candidates: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            self._candidates.setdefault(candidate.event_uuid, []).append(candidate)
        self.to_insert: dict[str, Candidate] = {
            event_uuid: group[0] for event_uuid, group in self._candidates.items()
        }
        self.to_read: dict[str, None] = {}
        self.to_replace: dict[str, tuple[Claim, Candidate]] = {}
        self.settled: dict[str, Claim] = {}

    @property
    def undecided(self) -> int:
        """How many ids have no verdict yet."""
        return len(self.to_insert) + len(self.to_read) + len(self.to_replace)

    def inserts(self, now_ms: int) -> list[Claim]:
        """The claims to insert now."""
        return [
            self._claim(candidate, now_ms, candidate.event_type)
            for candidate in self.to_insert.values()
        ]

    def inserted(self, claim: Claim, outcome: Outcome) -> None:
        """Takes the answer to one insert: an id that is taken is read next."""
        if outcome is Outcome.DONE:
            del self.to_insert[claim.event_uuid]
            self.settled[claim.event_uuid] = claim
        elif outcome is Outcome.REFUSED:
            del self.to_insert[claim.event_uuid]
            self.to_read[claim.event_uuid] = None

    def reads(self) -> list[str]:
        """The ids whose claims to read now."""
        return list(self.to_read)

    def was_read(self, event_uuid: str, claim: Claim | None, now_ms: int) -> None:
        """Takes one claim as read: ours is renewed, an expired one taken over.

        A renewal is what keeps replay safe: the claim's age says when its event last went on its
        way, so a claim found old is one whose event nobody has under way.
        """
        del self.to_read[event_uuid]
        group = self._candidates[event_uuid]
        if claim is None:
            self.to_insert[event_uuid] = group[0]
            return
        owning = next((each for each in group if each.owner == claim.owner), None)
        if owning is not None:
            self.to_replace[event_uuid] = (claim, owning)
        elif claim.expires_at_s * 1000 < now_ms:
            self.to_replace[event_uuid] = (claim, group[0])
        else:
            self.settled[event_uuid] = claim

    def replacements(self, now_ms: int) -> list[Replacement]:
        """The claims to renew or to take over now.

        A new claim is always younger than the one read, so that whoever else read that one and
        asks for it "as read" is refused, even within one tick of the clock. A renewed one keeps
        its partition, in which a row may stand.
        """
        return [
            Replacement(
                read,
                self._claim(
                    candidate,
                    max(now_ms, read.claimed_at_ms + 1),
                    (read.owner == candidate.owner and read.event_type) or candidate.event_type,
                ),
            )
            for read, candidate in self.to_replace.values()
        ]

    def replaced(self, replacement: Replacement, outcome: Outcome) -> None:
        """Takes the answer to one replacement: a refused one is read again."""
        event_uuid = replacement.new.event_uuid
        if outcome is Outcome.DONE:
            del self.to_replace[event_uuid]
            self.settled[event_uuid] = replacement.new
        elif outcome is Outcome.REFUSED:
            del self.to_replace[event_uuid]
            self.to_read[event_uuid] = None

    def verdicts(self) -> dict[str, list[Verdict]]:
        """The verdicts of each settled id's candidates, in their order of arrival."""
        return {
            event_uuid: _judge(self._candidates[event_uuid], claim)
            for event_uuid, claim in self.settled.items()
        }

    def _claim(self, candidate: Candidate, now_ms: int, event_type: str) -> Claim:
        return Claim(
            candidate.event_uuid,
            candidate.owner,
            candidate.event_name,
            candidate.created_at_s,
            now_ms,
            -(-now_ms // 1000) + self._dedupe_s,
            event_type,
        )


def _judge(group: list[Candidate], claim: Claim) -> list[Verdict]:
    """One pass at most: the first candidate that bears the owner's coordinate."""
    verdicts: list[Verdict] = []
    passed = False
    for candidate in group:
        if candidate.owner == claim.owner:
            verdicts.append(Verdict.DUPLICATE if passed else Verdict.PASS)
            passed = True
        elif (candidate.event_name, candidate.created_at_s) == (
            claim.event_name,
            claim.created_at_s,
        ):
            verdicts.append(Verdict.DUPLICATE)
        else:
            verdicts.append(Verdict.REUSED)
    return verdicts


@dataclass(frozen=True, slots=True)
class Pace:
    """The clock of one call, and what to do while waiting.

    Attributes:
        now_ms: The wall clock, Unix time in milliseconds.
        remaining_s: Seconds left until the claims must be decided.
        sleep: Waits so many seconds.
        jitter: A random number in [0, 1).
    """

    now_ms: Callable[[], int]
    remaining_s: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]


def settle(
    candidates: Sequence[Candidate], store: ClaimStore, pace: Pace, *, dedupe_days: int
) -> Settled:
    """Decides every candidate of a batch.

    Args:
        candidates: Every valid event of the batch, in order of arrival.
        store: Where the claims are.
        pace: Clock, deadline and back-off.
        dedupe_days: How long a claim lives.

    Raises:
        ClaimsUndecidedError: The time is up and an id is still unknown. Firehose invokes the
            function again, and what this call claimed passes then.
        ClaimStoreError: The store refused for a reason that no retry mends.
    """
    claiming = Claiming(candidates, dedupe_days=dedupe_days)
    pause_s = _FIRST_PAUSE_S
    while claiming.undecided:
        if pace.remaining_s() <= 0:
            message = (
                f"{claiming.undecided} ids of a batch of {len(candidates)} events have no verdict "
                "at the claims deadline; the batch is raised so that Firehose retries it (look at "
                "throttles of the claims table)"
            )
            raise ClaimsUndecidedError(message, claiming.undecided)
        if _ask_once(claiming, store, pace):
            pause_s = _FIRST_PAUSE_S
        else:
            pace.sleep(max(0.0, min(pause_s * pace.jitter(), pace.remaining_s())))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    of_ids = {uuid: iter(of_id) for uuid, of_id in claiming.verdicts().items()}
    verdicts = [next(of_ids[candidate.event_uuid]) for candidate in candidates]
    return Settled(verdicts, given_before(candidates, verdicts, claiming.settled))


def given_before(
    candidates: Sequence[Candidate], verdicts: Sequence[Verdict], settled: Mapping[str, Claim]
) -> dict[int, str]:
    """Finds the events that pass to another partition than today's contract gives them.

    Args:
        candidates: Every valid event of the batch, in order of arrival.
        verdicts: One a candidate, in their order.
        settled: The claim of each id.

    Returns:
        The partition by type that its claim remembers, by the candidate's index.
    """
    given: dict[int, str] = {}
    for index, candidate in enumerate(candidates):
        event_type = settled[candidate.event_uuid].event_type
        if event_type != candidate.event_type and verdicts[index] is Verdict.PASS and event_type:
            given[index] = event_type
    return given


def _ask_once(claiming: Claiming, store: ClaimStore, pace: Pace) -> bool:
    """Asks everything that is open, each step once; False if any answer was missing."""
    complete = True
    if claiming.to_insert:
        claims = claiming.inserts(pace.now_ms())
        for claim, outcome in zip(claims, store.insert(claims), strict=True):
            claiming.inserted(claim, outcome)
            complete &= outcome is not Outcome.UNKNOWN
    if claiming.to_read:
        event_uuids = claiming.reads()
        found = store.read(event_uuids)
        now_ms = pace.now_ms()
        for event_uuid in event_uuids:
            if event_uuid in found:
                claiming.was_read(event_uuid, found[event_uuid], now_ms)
            else:
                complete = False
    if claiming.to_replace:
        replacements = claiming.replacements(pace.now_ms())
        for replacement, outcome in zip(replacements, store.replace(replacements), strict=True):
            claiming.replaced(replacement, outcome)
            complete &= outcome is not Outcome.UNKNOWN
    return complete
