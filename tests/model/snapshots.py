"""What a run of the function knows, put on ice: snapshots of a `Claiming`, numbered.

A search visits the same situation of one run in thousands of states, so a state holds a number
and the `Claiming` is rebuilt from its public fields when an answer is put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from firelake.transform.claims import Candidate, Claim, Claiming

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Schedule
    from firelake.transform.claim_pages import ClaimKey


class Asked(NamedTuple):
    """What a `Claiming` begins with."""

    candidates: tuple[Candidate, ...]
    schedule: Schedule


class Snapshot(NamedTuple):
    """What a `Claiming` knows, in a form that hashes."""

    asked: Asked
    to_insert: tuple[tuple[ClaimKey, Candidate], ...]
    to_read: tuple[ClaimKey, ...]
    to_replace: tuple[tuple[ClaimKey, tuple[Claim, Candidate]], ...]
    settled: tuple[tuple[ClaimKey, Claim], ...]

    @property
    def decided(self) -> bool:
        """Whether every id has its verdict."""
        return not (self.to_insert or self.to_read or self.to_replace)


class Snapshots:
    """The snapshots seen so far.

    Attributes:
        dedupe_days: How long a claim lives.
    """

    def __init__(self, claiming: type[Claiming], dedupe_days: int) -> None:
        """Starts with none."""
        self.dedupe_days = dedupe_days
        self._claiming = claiming
        self._snapshots: list[Snapshot] = []
        self._numbers: dict[Snapshot, int] = {}

    def __getitem__(self, number: int) -> Snapshot:
        """The snapshot of that number."""
        return self._snapshots[number]

    def start(self, asked: Asked) -> int:
        """Begins to decide about a batch's events."""
        return self.freeze(self._begin(asked), asked)

    def freeze(self, claiming: Claiming, asked: Asked) -> int:
        """Takes a snapshot and returns its number.

        The times of a settled claim are left out: a verdict depends on its owner, name,
        creation and partition alone, and states that differ in nothing else are one state.
        """
        snapshot = Snapshot(
            asked,
            tuple(sorted(claiming.to_insert.items(), key=lambda item: _order(item[0]))),
            tuple(sorted(claiming.to_read, key=_order)),
            tuple(sorted(claiming.to_replace.items(), key=lambda item: _order(item[0]))),
            tuple(
                (key, _without_times(claim))
                for key, claim in sorted(claiming.settled.items(), key=lambda item: _order(item[0]))
            ),
        )
        number = self._numbers.get(snapshot)
        if number is None:
            number = self._numbers[snapshot] = len(self._snapshots)
            self._snapshots.append(snapshot)
        return number

    def thaw(self, number: int) -> Claiming:
        """Rebuilds the `Claiming` of a snapshot."""
        snapshot = self._snapshots[number]
        claiming = self._begin(snapshot.asked)
        claiming.to_insert = dict(snapshot.to_insert)
        claiming.to_read = dict.fromkeys(snapshot.to_read)
        claiming.to_replace = dict(snapshot.to_replace)
        claiming.settled = dict(snapshot.settled)
        return claiming

    def _begin(self, asked: Asked) -> Claiming:
        candidates, schedule = asked
        return self._claiming(candidates, dedupe_days=self.dedupe_days, schedule=schedule)


def _order(key: ClaimKey) -> tuple[str, str]:
    return (key, "") if isinstance(key, str) else (key.item_key, key.name)


def _without_times(claim: Claim) -> Claim:
    return Claim(
        key=claim.key,
        owner=claim.owner,
        event_name=claim.event_name,
        created_at_s=claim.created_at_s,
        claimed_at_ms=0,
        expires_at_s=0,
        event_type=claim.event_type,
    )
