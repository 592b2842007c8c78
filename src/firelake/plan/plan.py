"""The plan: what a workload takes with a stack's settings, what that costs, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.plan.claims import claims_needs
from firelake.plan.costs import Cost, costs, total
from firelake.plan.delivery import delivery_needs
from firelake.plan.function import function_needs
from firelake.plan.lake import lake_needs
from firelake.plan.moves import move_needs
from firelake.plan.stream import stream_needs
from firelake.plan.units import HOURS_A_MONTH, MILLION
from firelake.plan.watch import watch_needs

if TYPE_CHECKING:
    from firelake.plan.claims import ClaimsNeeds
    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.lake import LakeNeeds
    from firelake.plan.moves import MoveNeeds
    from firelake.plan.situation import Situation
    from firelake.plan.stream import StreamNeeds
    from firelake.plan.watch import WatchNeeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What every service takes."""

    stream: StreamNeeds
    function: FunctionNeeds
    claims: ClaimsNeeds | None
    delivery: DeliveryNeeds
    lake: LakeNeeds
    watch: WatchNeeds
    moves: MoveNeeds | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a situation takes and costs in a month."""

    situation: Situation
    needs: Needs
    costs: tuple[Cost, ...]

    @property
    def dollars(self) -> float:
        """The month's bill."""
        return total(self.costs)

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


def needs_of(situation: Situation) -> Needs:
    """Returns what every service takes."""
    has_claims, has_history = situation.has_claims, situation.config.catalog.has_history
    stream = stream_needs(situation)
    function = function_needs(situation, stream.shards)
    # Without claims every copy becomes a row, which only `events_unique` leaves out.
    rows = situation if has_claims else situation.with_workload(duplicates=0.0)
    delivery = delivery_needs(rows, function)
    lake = lake_needs(rows, delivery)
    return Needs(
        stream=stream,
        function=function,
        claims=claims_needs(situation, stream.shards) if has_claims else None,
        delivery=delivery,
        lake=lake,
        watch=watch_needs(situation, function, lake),
        moves=move_needs(rows, delivery) if has_history else None,
    )


def make_plan(situation: Situation) -> Plan:
    """Returns the plan of a situation.

    Raises:
        InputError: The prices lack one that is needed.
    """
    needs = needs_of(situation)
    return Plan(situation, needs, costs(needs, situation.config, situation.prices))
