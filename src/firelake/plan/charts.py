"""The charts of the page: what a volume, a service and a limit come to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from firelake.operations.page.charts import INK, LINES, WARNING, Chart, draw_chart
from firelake.plan.plan import make_plan
from firelake.plan.recommend import LEAST_SAVED, recommend
from firelake.plan.units import HOURS_A_MONTH, MILLION, money
from firelake.plan.variants import claims_in, claims_on_pages
from firelake.plan.workload import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from firelake.plan.answer import Answer
    from firelake.plan.plan import Plan
    from firelake.plan.simulation.outcome import Outcome
    from firelake.plan.situation import Situation
    from firelake.plan.workload import Workload

_VOLUMES: Final = tuple(10 ** (3 + step / 4) for step in range(25))
# Percent of a limit.
_MOST_SHOWN: Final = 1e5
_LEAST_SHOWN: Final = 0.01


def charts(answer: Answer) -> list[Chart]:
    """Draws what a plan is about, and what a simulation saw if there was one."""
    plan = answer.plan
    made = [_volumes(plan.situation), _layouts(plan.situation), _bill(plan), _limits(answer)]
    return made if answer.simulated is None else [*made, _freshness(answer.simulated.outcome)]


def _volumes(situation: Situation) -> Chart:
    lines: dict[str, list[float]] = {}
    for volume in _VOLUMES:
        asked = situation.times(volume / situation.workload.events_per_hour)
        suited = recommend(asked).situation
        workload = suited.workload
        packed = workload if workload.is_packed else workload.packed_by(1)
        for name, each in (
            ("these settings", asked),
            ("recommended settings", suited),
            (
                "recommended, packed by one producer",
                recommend(replace(asked, workload=packed)).situation,
            ),
            ("recommended, without claims", replace(suited, has_claims=False)),
        ):
            lines.setdefault(name, []).append(make_plan(each).dollars_per_million)
    cheapest = min(lines["recommended settings"])
    return draw_chart(
        "What a million events cost, by volume",
        f"From ${lines['these settings'][0]:,.2f} at a thousand events an hour down to"
        f" ${cheapest:,.2f} with recommended settings.",
        _by_volume(lines, situation.workload),
    )


def _layouts(situation: Situation) -> Chart:
    """Draws what claims cost as items and on pages, and from which volume on it matters."""
    workload = situation.workload
    delayed = max(workload.delayed, Profile.MOBILE.delayed)
    others = {
        f"on pages, {delayed:.0%} minutes late": replace(workload, delayed=delayed),
        "on pages, ids at random over shards": replace(workload, is_keyed_by_id=False),
    }
    lines: dict[str, list[float]] = {}
    saved: list[float] = []
    for volume in _VOLUMES:
        asked = situation.times(volume / workload.events_per_hour)
        items, paged = claims_in(asked, "items"), claims_on_pages(asked)
        saved.append(_claims_of(items) - _claims_of(paged))
        ways = {"as items": items, "on pages": paged}
        for name, other in others.items():
            there = replace(asked, workload=other.times(volume / other.events_per_hour))
            ways[name] = claims_on_pages(there)
        for name, way in ways.items():
            million = volume * HOURS_A_MONTH / MILLION
            lines.setdefault(name, []).append(_claims_of(way) / million)

    worth = [at for at, dollars in zip(_VOLUMES, saved, strict=True) if dollars >= LEAST_SAVED]
    words = (
        f"Pages save a dollar a month and more from {worth[0]:,.0f} events an hour on."
        if worth
        else "At no volume do pages save a dollar a month."
    )
    return draw_chart(
        "What claims cost, as items and on pages: DynamoDB and Lambda",
        words,
        _by_volume(lines, workload),
    )


def _by_volume(lines: Mapping[str, Sequence[float]], workload: Workload) -> Callable[[Any], None]:
    """What a million events cost at each volume, in lines that bear names."""

    def draw(axes: Any) -> None:  # noqa: ANN401
        for (name, values), colour in zip(lines.items(), LINES, strict=True):
            axes.plot(_VOLUMES, values, color=colour, linewidth=2, label=name)
        axes.axvline(workload.events_per_hour, color=INK, linewidth=1, linestyle=":")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("${x:g}")
        axes.set_xlabel("events an hour (dotted: this plan)")
        axes.set_ylabel("a million events")
        axes.legend(frameon=False, labelcolor=INK)

    return draw


def _claims_of(situation: Situation) -> float:
    by_service = make_plan(situation).by_service()
    return by_service["DynamoDB"] + by_service["Lambda"]


def _bill(plan: Plan) -> Chart:
    services = {name: dollars for name, dollars in plan.by_service().items() if dollars > 0}

    def draw(axes: Any) -> None:  # noqa: ANN401
        bars = axes.barh(list(services), list(services.values()), color=LINES[0])
        axes.bar_label(bars, [*map(money, services.values())], padding=4, color=INK)
        axes.invert_yaxis()
        axes.margins(x=0.18)
        axes.xaxis.set_major_formatter("${x:,.0f}")
        axes.set_xlabel("a month")

    listed = ", ".join(f"{name} ${dollars:,.0f}" for name, dollars in services.items())
    return draw_chart("What a month costs, by service", listed, draw)


def _limits(answer: Answer) -> Chart:
    uses = [each.use for each in answer.headrooms]
    shown = [min(_MOST_SHOWN, max(_LEAST_SHOWN, 100 * use.share)) for use in uses]

    def draw(axes: Any) -> None:  # noqa: ANN401
        colours = [WARNING if use.is_broken else LINES[0] for use in uses]
        axes.barh([use.name for use in uses], shown, color=colours)
        axes.invert_yaxis()
        axes.axvline(100, color=INK, linewidth=1)
        axes.set_xscale("log")
        axes.set_xlim(left=_LEAST_SHOWN)
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("percent of the limit (line: the limit)")

    broken = [use.name for use in uses if use.is_broken]
    words = f"Beyond its limit: {'; '.join(broken)}." if broken else "No limit is reached."
    return draw_chart("How much of each limit is used", words, draw, height_inches=4.6)


def _freshness(outcome: Outcome) -> Chart:
    def draw(axes: Any) -> None:  # noqa: ANN401
        seconds = outcome.freshness_percentiles_s
        axes.plot(seconds, range(len(seconds)), color=LINES[0], linewidth=2)
        axes.set_xlabel("seconds from the first sending to the object in S3")
        axes.set_ylabel("percent of the rows")
        axes.set_ylim(0, 100)
        axes.set_xlim(left=0)

    return draw_chart(
        "Freshness in the simulation",
        f"Half of the rows within {outcome.freshness_p50_s:.0f} s, 99 percent within"
        f" {outcome.freshness_p99_s:.0f} s.",
        draw,
    )
