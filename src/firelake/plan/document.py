"""A plan as JSON values; names bear their units, as those of the classes do."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING

from firelake.infra.config import values_of
from firelake.plan.assumptions import listed

if TYPE_CHECKING:
    from datetime import date

    from firelake.plan.costs import Cost
    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan
    from firelake.plan.variants import Variant


def document(
    plan: Plan, headrooms: tuple[Headroom, ...], variants: tuple[Variant, ...], today: date
) -> dict[str, object]:
    """Returns all that a plan holds; the age of its prices is that of `today`."""
    situation, prices = plan.situation, plan.situation.prices
    settings = values_of(situation.config)
    settings.pop("startDate")
    return {
        "region": situation.region,
        "workload": plain_values(situation.workload),
        "settings": {path: plain_values(value) for path, value in settings.items()},
        "needs": plain_values(plan.needs),
        "monthly_cost_dollars": plan.dollars,
        "cost_of_a_million_events_dollars": plan.dollars_per_million,
        "costs": [_cost(line) for line in plan.costs],
        "prices": {
            "region": prices.region,
            "as_of": prices.as_of.isoformat(),
            "age_days": prices.age_days(today),
        },
        "limits": [_limit(each) for each in headrooms],
        "variants": [
            {
                "name": each.name,
                "monthly_cost_dollars": each.plan.dollars,
                "saved_dollars": each.saved,
                "remark": each.remark,
            }
            for each in variants
        ],
        "assumptions": {
            name: {"value": value, "origin": origin}
            for name, value, origin in listed(situation.assumptions)
        },
    }


def plain_values(value: object) -> object:
    """Returns dataclasses, enumerations and tuples as what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain_values(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        members: tuple[object, ...] = value  # pyright: ignore[reportUnknownVariableType]
        return [plain_values(each) for each in members]
    if isinstance(value, int | float | str | bool) or value is None:
        return value
    return str(value)


def _cost(line: Cost) -> dict[str, object]:
    return {
        "service": line.service,
        "dimension": line.dimension,
        "quantity": line.quantity,
        "unit": line.unit,
        "dollars": line.dollars,
        "price_page": line.price.page,
        "price_basis": line.price.basis.value,
        "note": line.note,
    }


def _limit(headroom: Headroom) -> dict[str, object]:
    limit = headroom.limit
    return {
        "name": limit.name,
        "used": headroom.used,
        "limit": limit.most,
        "unit": limit.unit,
        "is_broken": headroom.is_broken,
        "breaks_at_events_per_hour": headroom.breaks_at,
        "kind": limit.kind.value,
        "remedy": limit.remedy,
        "page": limit.page,
    }
