"""The one way in which replay changes the claims: a claim goes if it still is as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Claim


@dataclass(frozen=True, slots=True)
class Deletion:
    """A claim to be deleted only if owner and `claimed_at` still are as read.

    A claim that was renewed since belongs to an event on its way, and so does one of another
    owner; the owner alone would not tell the first.
    """

    key: ClaimKey
    owner: str
    claimed_at_ms: int

    def fits(self, claim: Claim | None) -> bool:
        """Whether an item of the table is deleted by it: the condition of the write."""
        return (
            claim is not None
            and claim.owner == self.owner
            and claim.claimed_at_ms == self.claimed_at_ms
        )
