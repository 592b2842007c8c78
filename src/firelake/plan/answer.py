"""The answer of `firelake plan`: what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.plan.headroom import Headroom, headrooms
from firelake.plan.plan import Plan, make_plan
from firelake.plan.recommend import recommend, stack_file
from firelake.plan.simulation.comparison import Compared, compare
from firelake.plan.variants import Variant, variants

if TYPE_CHECKING:
    from datetime import date

    from firelake.plan.simulation.outcome import Outcome
    from firelake.plan.simulation.run import Run
    from firelake.plan.situation import Situation


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation: its title, what it saw, and its figures beside those of the formulas."""

    title: str
    outcome: Outcome
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that is told of a plan.

    Attributes:
        stack_file: Text of a `Pulumi.<stack>.yaml` with the settings that suit the volume.
        today: By which the prices are so old.
    """

    plan: Plan
    headrooms: tuple[Headroom, ...]
    variants: tuple[Variant, ...]
    stack_file: str
    today: date
    simulated: Simulated | None = None


def make_answer(
    situation: Situation, today: date, *, is_recommended: bool = False, run: Run | None = None
) -> Answer:
    """Plans a situation.

    Args:
        situation: What to plan.
        today: The day of the answer.
        is_recommended: Plan with the settings that suit the volume, not with the stack's.
        run: How to simulate; None not to.

    Raises:
        InputError: Prices are missing.
    """
    recommendation = recommend(situation)
    if is_recommended:
        situation = recommendation.situation
    plan = make_plan(situation)
    volume = f"For {situation.workload.events_per_hour:,.0f} events an hour."
    return Answer(
        plan=plan,
        headrooms=headrooms(situation),
        variants=variants(plan),
        stack_file=stack_file(recommendation, situation.config.start_date, volume),
        today=today,
        simulated=None if run is None else _simulated(situation, run),
    )


def _simulated(situation: Situation, run: Run) -> Simulated:
    # simpy and numpy take as long to import as a plan takes to answer.
    from firelake.plan.simulation.model import simulate  # noqa: PLC0415

    outcome = simulate(situation, run)
    return Simulated(run.title, outcome, compare(situation, outcome))
