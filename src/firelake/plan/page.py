"""A plan as one self-contained page: no script, nothing loaded, every text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.operations.page.shell import render
from firelake.plan import tables
from firelake.plan.charts import charts

if TYPE_CHECKING:
    from datetime import date

    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan
    from firelake.plan.simulation.comparison import Compared
    from firelake.plan.simulation.outcome import Outcome
    from firelake.plan.variants import Variant

_TEMPLATE: Final = Path(__file__).with_name("page.html")


def page(  # noqa: PLR0913 -- the parts of the page
    plan: Plan,
    *,
    headrooms: tuple[Headroom, ...],
    variants: tuple[Variant, ...],
    stack_file: str,
    today: date,
    simulation_title: str = "",
    outcome: Outcome | None = None,
    compared: tuple[Compared, ...] = (),
) -> str:
    """Returns the page; the last three are of a simulation, if there was one."""
    sections = [
        tables.needs(plan),
        tables.bill(plan),
        tables.limits(headrooms),
        tables.changes(variants),
        *([tables.comparison(compared, simulation_title)] if compared else ()),
        tables.assumptions(plan),
    ]
    content = {
        "lines": [*tables.introduction(plan), *tables.price_remarks(plan, today)],
        "charts": charts(plan, headrooms, outcome),
        "sections": sections,
        "stack_file": stack_file,
    }
    volume = plan.situation.workload.events_per_hour
    return render(_TEMPLATE, f"A plan for {volume:,.0f} events an hour", content)
