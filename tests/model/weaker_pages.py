"""The rules of pages, each weakened in one place: every one of these loses or doubles an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.transform.claim_pages import Slot
from firelake.transform.claims import Claiming, placed
from tests.model.rules import Rules
from tests.model.world import TICK_S

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Schedule
    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Candidate, Claim


class NoFullMark(Rules):
    """Nothing tells that a page is full: ids are put on it until DynamoDB refuses the item."""

    page_has_mark = False


class PutOnAFullPage(Rules):
    """Who knows that a page is full gives an id an item of its own; who does not uses the page."""

    page_keeps_out = False


class EntryBeginsAtOnce(Rules):
    """An entry that is added to the schedule begins with the deployment."""

    def next_entry_begins_s(self, relaid_at: int) -> int:
        return relaid_at * TICK_S


class EntryBeginsBeforeTheDeploymentIsOver(Rules):
    """An entry begins as soon as no event can have been seen, by a function of before or not."""

    def next_entry_begins_s(self, relaid_at: int) -> int:
        return (relaid_at + 1) * TICK_S


class _NamedByTheIdAlone(Claiming):
    @staticmethod
    def place(candidate: Candidate, schedule: Schedule) -> tuple[ClaimKey, Candidate]:
        key, asking = placed(candidate, schedule)
        return (key._replace(name=candidate.event_uuid) if isinstance(key, Slot) else key), asking


class NamedByTheIdAlone(Rules):
    """A page tells events apart by their ids, though an id may be used by several."""

    claiming = _NamedByTheIdAlone


class RenewedWithoutCondition(Rules):
    """A claim is renewed whatever it is by then."""

    renewal_is_conditional = False


class PageExpiresAfterItsFirstClaim(Rules):
    """A page lives as long as the claim that began it would by itself."""

    def page_expires_at_s(self, claim: Claim) -> int:
        lives_s = claim.expires_at_s - claim.key.ends_s if isinstance(claim.key, Slot) else 0
        return claim.claimed_at_ms // 1000 + lives_s


class SlotsAreNotRenewed(Rules):
    """A pass by one's own claim on a page leaves the claim as it was."""

    class _LeaveAsItWas(Claiming):
        def found_there(self, key: ClaimKey, found: object, now_ms: int) -> None:
            super().found_there(key, found, now_ms)  # type: ignore[arg-type]
            read, candidate = self.to_replace.get(key, (None, None))
            if read and candidate:
                del self.to_replace[key]
                self.settled[key] = read

    claiming = _LeaveAsItWas
