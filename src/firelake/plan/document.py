"""A plan as JSON values; names bear their units, as those of the classes do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from firelake.infra.config import values_of
from firelake.plan.assumptions import listed

if TYPE_CHECKING:
    from firelake.plan.answer import Answer
    from firelake.plan.headroom import Headroom


def document(answer: Answer) -> dict[str, Any]:
    """Returns all that an answer holds, as what JSON has."""
    plan = answer.plan
    situation, prices = plan.situation, plan.situation.prices
    settings = values_of(situation.config)
    settings.pop("startDate")
    content: dict[str, object] = {
        "region": situation.region,
        "workload": situation.workload,
        "settings": settings,
        "needs": plan.needs,
        "monthly_cost_dollars": plan.dollars,
        "cost_of_a_million_events_dollars": plan.dollars_per_million,
        "costs": plan.costs,
        "prices": {
            "region": prices.region,
            "as_of": prices.as_of,
            "age_days": prices.age_days(answer.today),
        },
        "limits": [_limit(each) for each in answer.headrooms],
        "variants": [
            {
                "name": each.name,
                "monthly_cost_dollars": each.plan.dollars,
                "saved_dollars": each.saved,
                "remark": each.remark,
            }
            for each in answer.variants
        ],
        "assumptions": {
            name: {"value": value, "origin": origin}
            for name, value, origin in listed(situation.assumptions)
        },
    }
    if answer.simulated is not None:
        content["simulation"] = answer.simulated
    # Needs and outcomes are plain classes, whose attributes are their figures.
    return msgspec.to_builtins(content, enc_hook=vars)


def _limit(headroom: Headroom) -> dict[str, object]:
    return {
        **msgspec.to_builtins(headroom.use),
        "is_broken": headroom.use.is_broken,
        "breaks_at_events_per_hour": headroom.breaks_at,
        **msgspec.to_builtins(headroom.remedy),
    }
