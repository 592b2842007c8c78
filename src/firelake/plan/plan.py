"""The plan: what a workload takes with a stack's settings, what that costs, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.plan.costs import Cost, costs
from firelake.plan.needs import Needs
from firelake.plan.units import HOURS_A_MONTH, MILLION

if TYPE_CHECKING:
    from firelake.plan.situation import Situation


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
