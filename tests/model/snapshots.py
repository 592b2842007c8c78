"""What a run of the function knows, put on ice: snapshots of a `Claiming`, numbered.

A search visits the same situation of one run in thousands of states, so a state holds a number
and the `Claiming` is rebuilt from its public fields when an answer is put in.
"""

from __future__ import annotations

from typing import NamedTuple

from firelake.transform.claims import Candidate, Claim, Claiming


class Snapshot(NamedTuple):
    """What a `Claiming` knows, in a form that hashes."""

    candidates: tuple[Candidate, ...]
    to_insert: tuple[tuple[str, Candidate], ...]
    to_read: tuple[str, ...]
    to_replace: tuple[tuple[str, tuple[Claim, Candidate]], ...]
    settled: tuple[tuple[str, Claim], ...]

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

    def start(self, candidates: tuple[Candidate, ...]) -> int:
        """Begins to decide about a batch's events."""
        return self.freeze(self._claiming(candidates, dedupe_days=self.dedupe_days), candidates)

    def freeze(self, claiming: Claiming, candidates: tuple[Candidate, ...]) -> int:
        """Takes a snapshot and returns its number.

        The times of a settled claim are left out: a verdict depends on its owner, name,
        creation and partition alone, and states that differ in nothing else are one state.
        """
        snapshot = Snapshot(
            candidates,
            tuple(sorted(claiming.to_insert.items(), key=lambda item: item[0])),
            tuple(sorted(claiming.to_read)),
            tuple(sorted(claiming.to_replace.items(), key=lambda item: item[0])),
            tuple(
                (event_uuid, _without_times(claim))
                for event_uuid, claim in sorted(claiming.settled.items(), key=lambda item: item[0])
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
        claiming = self._claiming(snapshot.candidates, dedupe_days=self.dedupe_days)
        claiming.to_insert = dict(snapshot.to_insert)
        claiming.to_read = dict.fromkeys(snapshot.to_read)
        claiming.to_replace = dict(snapshot.to_replace)
        claiming.settled = dict(snapshot.settled)
        return claiming


def _without_times(claim: Claim) -> Claim:
    return Claim(
        event_uuid=claim.event_uuid,
        owner=claim.owner,
        event_name=claim.event_name,
        created_at_s=claim.created_at_s,
        claimed_at_ms=0,
        expires_at_s=0,
        event_type=claim.event_type,
    )
