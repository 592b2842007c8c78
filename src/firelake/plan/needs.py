"""What every service takes for a workload, with a stack's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.plan.claims import ClaimsNeeds
from firelake.plan.delivery import DeliveryNeeds
from firelake.plan.function import FunctionNeeds
from firelake.plan.lake import LakeNeeds
from firelake.plan.moves import MoveNeeds
from firelake.plan.stream import StreamNeeds
from firelake.plan.watch import WatchNeeds

if TYPE_CHECKING:
    from firelake.plan.situation import Situation


class Needs:
    """What every service takes."""

    def __init__(self, situation: Situation) -> None:
        """Works it out in the order of an event's way."""
        has_claims, has_history = situation.has_claims, situation.config.catalog.has_history
        # Without claims every copy becomes a row, which only `events_unique` leaves out.
        rows = situation if has_claims else situation.with_workload(duplicates=0.0)
        self.stream: Final = StreamNeeds(situation)
        self.function: Final = FunctionNeeds(situation, self.stream.shards)
        self.claims: Final = ClaimsNeeds(situation, self.stream.shards) if has_claims else None
        self.delivery: Final = DeliveryNeeds(rows, self.function)
        self.lake: Final = LakeNeeds(rows, self.delivery)
        self.watch: Final = WatchNeeds(situation, self.function, self.lake)
        self.moves: Final = MoveNeeds(rows, self.delivery) if has_history else None
