"""The plan: what a workload takes with a stack's settings, what that costs, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from firelake.plan.assumptions import Assumptions
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
    from firelake.infra.config import LakeConfig
    from firelake.plan.claims import ClaimsNeeds
    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.function import FunctionNeeds
    from firelake.plan.lake import LakeNeeds
    from firelake.plan.moves import MoveNeeds
    from firelake.plan.prices import Prices
    from firelake.plan.stream import StreamNeeds
    from firelake.plan.watch import WatchNeeds
    from firelake.plan.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that a plan is made from.

    Attributes:
        workload: What comes.
        config: The stack's settings.
        region: Where it runs; some quotas are larger in some Regions.
        kept_months: The lake's size is told after so many.
        has_claims: Whether ids are claimed. Firelake always does; without is the price of that.
    """

    workload: Workload
    config: LakeConfig
    region: str
    prices: Prices
    assumptions: Assumptions = field(default_factory=Assumptions)
    kept_months: float = 12.0
    has_claims: bool = True

    def times(self, factor: float) -> Situation:
        """Returns the same situation at another volume."""
        return replace(self, workload=self.workload.times(factor))

    def with_settings(self, section: str = "", **changes: object) -> Situation:
        """Returns the same situation with other values of a section of its settings.

        Args:
            section: Its name; empty for the settings that are in none.
            changes: The values.
        """
        if section:
            changes = {section: replace(getattr(self.config, section), **changes)}
        return replace(self, config=replace(self.config, **changes))


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
    workload, config = situation.workload, situation.config
    given, has_claims = situation.assumptions, situation.has_claims
    stream = stream_needs(workload, config.stream, given)
    function = function_needs(workload, config, stream.shards, given, claims=has_claims)
    # Without claims every copy becomes a row, which only `events_unique` leaves out.
    delivered = workload if has_claims else replace(workload, duplicates=0.0)
    delivery = delivery_needs(delivered, config, function, given)
    lake = lake_needs(delivered, config, delivery, given, situation.kept_months)
    return Needs(
        stream=stream,
        function=function,
        claims=claims_needs(workload, config, shards=stream.shards) if has_claims else None,
        delivery=delivery,
        lake=lake,
        watch=watch_needs(workload, config, function, lake, given),
        moves=move_needs(delivered, config, delivery, given)
        if config.catalog.has_history
        else None,
    )


def make_plan(situation: Situation) -> Plan:
    """Returns the plan of a situation.

    Raises:
        InputError: The prices lack one that is needed.
    """
    needs = needs_of(situation)
    return Plan(situation, needs, costs(needs, situation.config, situation.prices))
