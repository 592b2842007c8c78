"""A plan as one self-contained page: no script, nothing loaded, every text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.operations.page.shell import render
from firelake.plan.assumptions import listed
from firelake.plan.charts import charts
from firelake.plan.document import amount, facts, money
from firelake.plan.show import at_volume, introduction, price_remarks, used

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan
    from firelake.plan.simulation.comparison import Compared
    from firelake.plan.simulation.model import Outcome
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
    """Give the page.

    Args:
        plan: The plan.
        headrooms: What breaks first.
        variants: What other settings would cost.
        stack_file: Recommended settings.
        today: From which the age of the prices is told.
        simulation_title: How it was simulated, if it was.
        outcome: What the simulation saw, if there was one.
        compared: The same beside the formulas.
    """
    volume = plan.situation.workload.events_per_hour
    content = {
        "introduction": list(introduction(plan)),
        "dollars": money(plan.dollars),
        "dollars_per_million": money(plan.dollars_per_million),
        "price_remarks": list(price_remarks(plan, today)),
        "charts": charts(plan, headrooms, outcome),
        "facts": facts(plan),
        "costs": _costs(plan),
        "limits": _limits(headrooms),
        "variants": [
            {"saved": money(each.saved), "name": each.name, "remark": each.remark}
            for each in variants
        ],
        "simulation_title": simulation_title,
        "compared": compared,
        "stack_file": stack_file,
        "assumptions": [
            (name, f"{value:g}", origin)
            for name, value, origin in listed(plan.situation.assumptions)
        ],
    }
    return render(_TEMPLATE, f"A plan for {volume:,.0f} events an hour", content)


def _costs(plan: Plan) -> list[Mapping[str, str]]:
    return [
        {
            "service": line.service,
            "dimension": line.dimension,
            "quantity": amount(line.quantity),
            "unit": line.unit,
            "dollars": money(line.dollars),
            "note": line.note,
            "page": line.price.page,
            "basis": line.price.basis.replace("_", " "),
        }
        for line in plan.costs
    ]


def _limits(headrooms: tuple[Headroom, ...]) -> list[Mapping[str, object]]:
    return [
        {
            "at": at_volume(each),
            "name": each.limit.name,
            "used": used(each),
            "kind": each.limit.kind.value,
            "remedy": each.limit.remedy,
            "page": each.limit.page,
            "is_broken": each.is_broken,
        }
        for each in headrooms
    ]
