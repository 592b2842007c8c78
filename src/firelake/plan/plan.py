"""The plan: what a workload takes with a stack's settings, what that costs, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.plan.claims import ClaimsNeeds
from firelake.plan.costs import Cost, costs
from firelake.plan.delivery import DeliveryNeeds
from firelake.plan.function import FunctionNeeds
from firelake.plan.lake import LakeNeeds
from firelake.plan.moves import MoveNeeds
from firelake.plan.stream import StreamNeeds
from firelake.plan.units import HOURS_A_MONTH, MILLION
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What a situation takes and costs in a month."""

    situation: Situation
    needs: Needs
    costs: tuple[Cost, ...]

    @property
    def dollars(self) -> float:
        """The month's bill."""
        return sum(line.dollars for line in self.costs)

    @property
    def dollars_per_million(self) -> float:
        """What a million events cost."""
        events = self.situation.workload.events_per_hour * HOURS_A_MONTH
        return self.dollars / events * MILLION

    def by_service(self) -> dict[str, float]:
        """Returns the bill by service, in the order of an event's way."""
        sums: dict[str, float] = {}
        for line in self.costs:
            sums[line.service] = sums.get(line.service, 0.0) + line.dollars
        return sums


def make_plan(situation: Situation) -> Plan:
    """Returns the plan of a situation.

    Raises:
        InputError: The prices lack one that is needed.
    """
    needs = Needs(situation)
    return Plan(situation, needs, costs(needs, situation.config, situation.prices))
