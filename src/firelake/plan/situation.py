"""What a plan is made from: a workload, a stack's settings, prices and assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from firelake.infra.schedule import schedule_of
from firelake.plan.assumptions import Assumptions

if TYPE_CHECKING:
    from firelake.contract.claim_schedule import Pages
    from firelake.infra.config import LakeConfig
    from firelake.plan.prices import Prices
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

    @property
    def pages(self) -> Pages | None:
        """The layout of claims on pages that the schedule ends with; None for items."""
        return schedule_of(self.config).entries[-1].pages

    @property
    def row_bytes(self) -> float:
        """Mean size of the row that the function makes of an event."""
        return self.workload.event_bytes + self.assumptions.row_extra_bytes

    @property
    def parquet_row_bytes(self) -> float:
        """Mean size of a further row in a Parquet file."""
        return self.assumptions.parquet_row_share * self.workload.event_bytes

    def times(self, factor: float) -> Situation:
        """Returns the same situation at another volume."""
        return replace(self, workload=self.workload.times(factor))

    def with_workload(self, **changes: object) -> Situation:
        """Returns the same situation with a workload that differs in some attributes."""
        return replace(self, workload=replace(self.workload, **changes))

    def with_settings(self, section: str = "", **changes: object) -> Situation:
        """Returns the same situation with other values of a section of its settings.

        Args:
            section: Its name; empty for the settings that are in none.
            changes: The values.
        """
        if section:
            changes = {section: replace(getattr(self.config, section), **changes)}
        return replace(self, config=replace(self.config, **changes))
