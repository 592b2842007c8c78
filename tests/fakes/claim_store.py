"""A claim store in memory, held to DynamoDB's behaviour by tests/behaviours/test_claim_store.py."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firelake.transform.claim_pages import Slot
from firelake.transform.claims import Claim, Outcome, PageCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Found, Replacement

# As many ids make a page of DynamoDB that takes no more.
FULL_IDS = 232


@dataclass(slots=True)
class Page:
    """A page: what it holds by the names of its attributes, when it expires, whether it is full."""

    expires_at_s: int
    claims: dict[str, Claim] = field(default_factory=dict[str, Claim])
    is_full: bool = False


class InMemoryClaimStore:
    """A `ClaimStore` that answers at once and never fails; safe for threads."""

    def __init__(self, now_ms: Callable[[], int], *, full_ids: int = FULL_IDS) -> None:
        """Starts empty.

        Args:
            now_ms: The clock that `reap` goes by, Unix time in milliseconds.
            full_ids: How many ids fill a page.
        """
        self.counts = PageCounts()
        self.pages: dict[str, Page] = {}
        self._full_ids = full_ids
        self._now_ms = now_ms
        self._claims: dict[str, Claim] = {}
        self._lock = threading.Lock()

    def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
        outcomes = [self._insert(claim) for claim in claims]
        asked = [claim.key for claim in claims if isinstance(claim.key, Slot)]
        of_pages = [key for key in asked if not key.is_alone]
        self.counts.calls += len({key.page for key in of_pages})
        self.counts.ids += len(of_pages)
        self.counts.full += Outcome.FULL in outcomes
        return outcomes

    def read(self, keys: Sequence[ClaimKey]) -> dict[ClaimKey, Found]:
        with self._lock:
            return {key: self._there(key) for key in keys}

    def replace(self, replacements: Sequence[Replacement]) -> list[Outcome]:
        return [self._replace(each) for each in replacements]

    def delete(self, key: ClaimKey) -> None:
        """Removes a claim, as DynamoDB's time to live or a replay does."""
        with self._lock:
            if isinstance(key, str) or key.is_alone:
                self._claims.pop(_item_key(key), None)
            elif key.page in self.pages:
                self.pages[key.page].claims.pop(key.name, None)

    def reap(self) -> int:
        """Removes what has expired, at a moment of the test's choosing; tells how many."""
        now_ms = self._now_ms()
        with self._lock:
            expired = [
                key for key, each in self._claims.items() if each.expires_at_s * 1000 < now_ms
            ]
            for key in expired:
                del self._claims[key]
            over = [key for key, each in self.pages.items() if each.expires_at_s * 1000 < now_ms]
            for key in over:
                del self.pages[key]
        return len(expired) + len(over)

    def fill(self, page: str, expires_at_s: int) -> None:
        """Fills a page up, as with ids of other events."""
        with self._lock:
            self.pages.setdefault(page, Page(expires_at_s)).is_full = True

    # Each write takes the lock by itself: a DynamoDB batch is not atomic, and threads that claim
    # the same ids must be able to win some of them each.
    def _insert(self, claim: Claim) -> Outcome | Claim:
        key = claim.key
        with self._lock:
            if isinstance(key, Slot) and not key.is_alone:
                return self._insert_on_page(key, claim)
            if _item_key(key) in self._claims:
                return Outcome.REFUSED
            self._claims[_item_key(key)] = claim
            return Outcome.DONE

    def _insert_on_page(self, slot: Slot, claim: Claim) -> Outcome | Claim:
        there = self._there(slot)
        if isinstance(there, Claim):
            is_same = (there.owner, there.claimed_at_ms) == (claim.owner, claim.claimed_at_ms)
            return Outcome.DONE if is_same else there
        if there is Outcome.FULL:
            return there
        page = self.pages.setdefault(slot.page, Page(claim.expires_at_s))
        page.claims[slot.name] = claim
        page.is_full = len(page.claims) >= self._full_ids
        return Outcome.DONE

    def _there(self, key: ClaimKey) -> Found:
        if isinstance(key, str) or key.is_alone:
            return self._claims.get(_item_key(key))
        page = self.pages.get(key.page)
        if page is None:
            return None
        held = page.claims.get(key.name)
        return Outcome.FULL if held is None and page.is_full else held

    def _replace(self, replacement: Replacement) -> Outcome:
        read, new = replacement.read, replacement.new
        with self._lock:
            stored = self._there(read.key)
            if not isinstance(stored, Claim) or (stored.owner, stored.claimed_at_ms) != (
                read.owner,
                read.claimed_at_ms,
            ):
                return Outcome.REFUSED
            if isinstance(new.key, str) or new.key.is_alone:
                self._claims[_item_key(new.key)] = new
            else:
                self.pages[new.key.page].claims[new.key.name] = new
            return Outcome.DONE


def _item_key(key: ClaimKey) -> str:
    return key if isinstance(key, str) else key.item_key
