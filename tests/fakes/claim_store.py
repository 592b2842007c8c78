"""A claim store in memory, held to DynamoDB's behaviour by tests/behaviours/test_claim_store.py."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from firelake.transform.claims import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.transform.claims import Claim, Replacement


class InMemoryClaimStore:
    """A `ClaimStore` that answers at once and never fails; safe for threads."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        """Starts empty.

        Args:
            now_ms: The clock that `reap` goes by, Unix time in milliseconds.
        """
        self._now_ms = now_ms
        self._claims: dict[str, Claim] = {}
        self._lock = threading.Lock()

    def insert(self, claims: Sequence[Claim]) -> list[Outcome]:
        return [self._insert(claim) for claim in claims]

    def read(self, event_uuids: Sequence[str]) -> dict[str, Claim | None]:
        with self._lock:
            return {event_uuid: self._claims.get(event_uuid) for event_uuid in event_uuids}

    def replace(self, replacements: Sequence[Replacement]) -> list[Outcome]:
        return [self._replace(each) for each in replacements]

    def delete(self, event_uuid: str) -> None:
        """Removes a claim, as DynamoDB's time to live or a replay does."""
        with self._lock:
            self._claims.pop(event_uuid, None)

    def reap(self) -> int:
        """Removes what has expired, at a moment of the test's choosing; tells how many."""
        now_ms = self._now_ms()
        with self._lock:
            expired = [
                key for key, each in self._claims.items() if each.expires_at_s * 1000 < now_ms
            ]
            for event_uuid in expired:
                del self._claims[event_uuid]
        return len(expired)

    # Each write takes the lock by itself: a DynamoDB batch is not atomic, and threads that claim
    # the same ids must be able to win some of them each.
    def _insert(self, claim: Claim) -> Outcome:
        with self._lock:
            if claim.event_uuid in self._claims:
                return Outcome.REFUSED
            self._claims[claim.event_uuid] = claim
            return Outcome.DONE

    def _replace(self, replacement: Replacement) -> Outcome:
        read = replacement.read
        with self._lock:
            stored = self._claims.get(read.event_uuid)
            if stored is None or (stored.owner, stored.claimed_at_ms) != (
                read.owner,
                read.claimed_at_ms,
            ):
                return Outcome.REFUSED
            self._claims[read.event_uuid] = replacement.new
            return Outcome.DONE
