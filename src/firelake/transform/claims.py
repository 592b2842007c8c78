"""Who owns an id: the verdict on each event of a batch, as a state machine that does no I/O.

An id is not "seen", it is *owned*: by the coordinate in the stream of the event that claimed it
first. A retry of the same batch finds its own claims and passes; a copy finds another owner.

Where a claim is follows from the schedule of layouts and the event's creation: in an item of its
own under the id, or in a page, which keeps of the owner a mark and is keyed by the whole identity.

`Claiming` says which questions to ask a claim store next and takes the answers;
`firelake.transform.settling` drives one against a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from firelake.contract.claim_schedule import ITEMS_ONLY
from firelake.contract.facts import SECONDS_PER_DAY
from firelake.transform.claim_pages import ClaimKey, Slot, owner_mark, slot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from firelake.contract.claim_schedule import Schedule


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

    @property
    def identity(self) -> tuple[str, str, float]:
        """What makes two events copies of each other."""
        return self.event_uuid, self.event_name, self.created_at_s


class Claim(msgspec.Struct, frozen=True, gc=False):
    """One claim as the table has it.

    Attributes:
        key: Where it is.
        owner: Coordinate in the stream of the event that owns the id; of a slot the mark of it.
        event_name: Name of that event.
        created_at_s: Unix time of its creation.
        claimed_at_ms: When the event last went on its way.
        expires_at_s: When DynamoDB may delete the item (it does so late).
        event_type: The partition by type that the event was given when it was claimed. It keeps
            it, as a row may stand there already: a contract may learn or unlearn a type between
            two reads of one record. None in a claim of a release that did not remember it.
    """

    key: ClaimKey
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
    """What became of one conditional write, or why there is no claim."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    FULL = "full"  # the page takes no more ids, and does not hold this one


class Verdict(Enum):
    """What to do with one candidate."""

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    DUPLICATE = "duplicate"
    REUSED = "reused"


Found: TypeAlias = Claim | Literal[Outcome.FULL] | None
"""What a read found: the claim, None where there is none, or that the page is full without it."""


@dataclass(slots=True)
class PageCounts:
    """What a store's inserts did on pages.

    Attributes:
        calls: Calls that put ids on a page.
        ids: Ids that they asked for.
        full: Calls that found their page full, or made it so.
    """

    calls: int = 0
    ids: int = 0
    full: int = 0


class ClaimStore(Protocol):
    """Where claims are kept. An answer that did not come is `UNKNOWN`, or a missing key.

    Attributes:
        counts: What was done on pages so far.
    """

    counts: PageCounts

    def insert(self, claims: Sequence[Claim]) -> Sequence[Outcome | Claim]:
        """Writes each claim where there is none; else `REFUSED`, `FULL`, or the one found there."""
        ...

    def read(self, keys: Sequence[ClaimKey]) -> Mapping[ClaimKey, Found]:
        """Reads consistently; no key where unknown."""
        ...

    def replace(self, replacements: Sequence[Replacement]) -> Sequence[Outcome]:
        """Writes each `new` whose item still has owner and `claimed_at` of `read`."""
        ...


def placed(candidate: Candidate, schedule: Schedule) -> tuple[ClaimKey, Candidate]:
    """Finds where the claim of an event is.

    Args:
        candidate: The event.
        schedule: Which layout has the claim of which event.

    Returns:
        The key, and the event with the owner as a claim there has it.
    """
    pages = schedule.pages_at(candidate.created_at_s)
    if pages is None:
        return candidate.event_uuid, candidate
    event_uuid, event_name, created_at_s = (
        candidate.event_uuid,
        candidate.event_name,
        candidate.created_at_s,
    )
    return slot_of(event_uuid, event_name, created_at_s, pages), Candidate(
        event_uuid,
        event_name,
        created_at_s,
        owner_mark(candidate.owner),
        candidate.event_type,
    )


def owns(claim: Claim, owner: str) -> bool:
    """Whether a claim belongs to the event of a coordinate.

    Args:
        claim: The claim.
        owner: The coordinate.
    """
    return claim.owner == (owner if isinstance(claim.key, str) else owner_mark(owner))


class Claiming:
    """The claims of one batch on their way from "asked" to "decided".

    Each claim is at one of three steps: it is to be inserted, read, or replaced. The steps follow
    each other until it is known for sure; only then do its candidates get verdicts. No step passes
    or drops anything on a guess.
    """

    place = staticmethod(placed)

    def __init__(
        self,
        candidates: Iterable[Candidate],
        *,
        dedupe_days: int,
        schedule: Schedule = ITEMS_ONLY,
    ) -> None:
        """Groups the candidates by where their claims are, in their order of arrival.

        Args:
            candidates: Every valid event of the batch.
            dedupe_days: How long a claim lives.
            schedule: Which layout has the claim of which event.
        """
        self._dedupe_s = dedupe_days * SECONDS_PER_DAY
        self._places: list[ClaimKey] = []
        self._candidates: dict[ClaimKey, list[Candidate]] = {}
        for candidate in candidates:
            key, asking = self.place(candidate, schedule)
            self._places.append(key)
            self._candidates.setdefault(key, []).append(asking)
        self.to_insert: dict[ClaimKey, Candidate] = {
            key: group[0] for key, group in self._candidates.items()
        }
        self.to_read: dict[ClaimKey, None] = {}
        self.to_replace: dict[ClaimKey, tuple[Claim, Candidate]] = {}
        self.settled: dict[ClaimKey, Claim] = {}

    @property
    def undecided(self) -> int:
        """How many claims are not known yet."""
        return len(self.to_insert) + len(self.to_read) + len(self.to_replace)

    def inserts(self, now_ms: int) -> list[Claim]:
        """The claims to insert now."""
        return [
            self._claim(key, candidate, now_ms, candidate.event_type)
            for key, candidate in self.to_insert.items()
        ]

    def inserted(self, claim: Claim, outcome: Outcome | Claim, now_ms: int) -> None:
        """Takes the answer to one insert: what is taken is read next, if it was not shown."""
        if outcome is Outcome.UNKNOWN:
            return
        del self.to_insert[claim.key]
        if outcome is Outcome.DONE:
            self.settled[claim.key] = claim
        elif outcome is Outcome.REFUSED:
            self.to_read[claim.key] = None
        else:
            self.found_there(claim.key, outcome, now_ms)

    def reads(self) -> list[ClaimKey]:
        """Where the claims are that are to be read now."""
        return list(self.to_read)

    def was_read(self, key: ClaimKey, found: Found, now_ms: int) -> None:
        """Takes one claim as read."""
        del self.to_read[key]
        self.found_there(key, found, now_ms)

    def found_there(self, key: ClaimKey, found: Claim | Outcome | None, now_ms: int) -> None:
        """Takes what is there: ours is renewed, an expired one taken over.

        A renewal is what keeps replay safe: the claim's age says when its event last went on its
        way, so a claim found old is one whose event nobody has under way.

        A full page takes no id for good: what it does not hold has an item of its own, for every
        call alike. A page outlives every copy of its events, so none of its claims is taken over.
        """
        group = self._group(key)
        if not isinstance(found, Claim):
            if found is Outcome.FULL and isinstance(key, Slot):
                key = key._replace(is_alone=True)
            self.to_insert[key] = group[0]
            return
        owning = next((each for each in group if each.owner == found.owner), None)
        if owning is not None:
            self.to_replace[key] = (found, owning)
        elif isinstance(key, str) and found.expires_at_s * 1000 < now_ms:
            self.to_replace[key] = (found, group[0])
        else:
            self.settled[key] = found

    def _group(self, key: ClaimKey) -> list[Candidate]:
        if isinstance(key, Slot) and key.is_alone:
            key = key._replace(is_alone=False)
        return self._candidates[key]

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
                    key,
                    candidate,
                    max(now_ms, read.claimed_at_ms + 1),
                    (read.owner == candidate.owner and read.event_type) or candidate.event_type,
                ),
            )
            for key, (read, candidate) in self.to_replace.items()
        ]

    def replaced(self, replacement: Replacement, outcome: Outcome) -> None:
        """Takes the answer to one replacement: a refused one is read again."""
        key = replacement.new.key
        if outcome is Outcome.DONE:
            del self.to_replace[key]
            self.settled[key] = replacement.new
        elif outcome is Outcome.REFUSED:
            del self.to_replace[key]
            self.to_read[key] = None

    def claims(self) -> list[Claim]:
        """The claim of each candidate, in their order; all must be settled."""
        return [self._settled_at(key) for key in self._places]

    def verdicts(self) -> list[Verdict]:
        """The verdict on each candidate, in their order; all must be settled."""
        of_places = {
            key: iter(_judge(self._candidates[key], self._settled_at(key)))
            for key in dict.fromkeys(self._places)
        }
        return [next(of_places[key]) for key in self._places]

    def _settled_at(self, key: ClaimKey) -> Claim:
        if key not in self.settled and isinstance(key, Slot):
            key = key._replace(is_alone=True)
        return self.settled[key]

    def _claim(self, key: ClaimKey, candidate: Candidate, now_ms: int, event_type: str) -> Claim:
        begins_s = -(-now_ms // 1000) if isinstance(key, str) else key.ends_s
        return Claim(
            key,
            candidate.owner,
            candidate.event_name,
            candidate.created_at_s,
            now_ms,
            begins_s + self._dedupe_s,
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
