"""The tables of a plan, the same for the terminal and the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.operations.page.tables import Column
from firelake.plan.assumptions import listed
from firelake.plan.facts import facts
from firelake.plan.prices import Basis
from firelake.plan.units import amount, money, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan
    from firelake.plan.simulation.comparison import Compared
    from firelake.plan.variants import Variant

_MARKS: Final = {Basis.PRICE_LIST: "", Basis.SECOND_HAND: "*", Basis.UNCONFIRMED: "**"}
_OLD_DAYS: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table.

    Attributes:
        cells: The texts; further lines of one explain the first.
        is_broken: Whether it is about a limit that is passed.
        note: What the page says beside it.
        page: AWS's page that the page links to.
    """

    cells: tuple[str, ...]
    is_broken: bool = False
    note: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table with its title; the last row of a bill is its sum."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sum: tuple[str, ...] = ()


def introduction(plan: Plan) -> Iterator[str]:
    """Yields what comes, in a few lines."""
    workload = plan.situation.workload
    packed = (
        f", {amount(workload.events_per_record)} to a record"
        if workload.is_packed
        else ", unpacked"
    )
    yield (
        f"{workload.events_per_hour:,.0f} events an hour of {size(workload.event_bytes)}{packed},"
        f" {len(workload.type_shares)} event types, the commonest {max(workload.type_shares):.0%};"
    )
    yield (
        f"peak {workload.peak_ratio:g} times the mean, {workload.duplicates:.1%} copies,"
        f" {workload.late:.1%} late; {plan.situation.region};"
    )
    ids = "sorted to shards" if workload.is_sorted else "at random over shards"
    yield f"{workload.delayed:.1%} minutes late or more, the others {workload.lag_s:g} s; ids {ids}"


def price_remarks(plan: Plan, today: date) -> Iterator[str]:
    """Yields of when and where the prices are, and what their marks mean."""
    prices, region = plan.situation.prices, plan.situation.region
    age = prices.age_days(today)
    yield (
        f"Prices of {prices.region} as of {prices.as_of.isoformat()}, {age} days old, without free"
        " tiers and discounts."
    )
    if age > _OLD_DAYS:
        yield "They are old: check them on the pages that prices.toml names."
    if prices.region != region:
        yield f"The stack is in {region}, whose prices differ: give them by --prices."
    if any(_MARKS[line.price.basis] for line in plan.costs):
        yield "* price read second-hand only    ** price confirmed nowhere; see its page"


def needs(plan: Plan) -> Section:
    """Returns what every service takes."""
    return Section(
        title="What it takes",
        columns=(Column("service"), Column("what"), Column("how much")),
        rows=tuple(Row(cells=each) for each in facts(plan)),
    )


def bill(plan: Plan) -> Section:
    """Returns what a month costs."""
    return Section(
        title="What a month costs",
        columns=(
            Column("service"),
            Column("dimension"),
            Column("quantity", is_number=True),
            Column("unit"),
            Column("a month", is_number=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    line.service,
                    line.dimension,
                    amount(line.quantity),
                    line.unit,
                    f"{_MARKS[line.price.basis]}{money(line.dollars)}",
                ),
                note=line.note,
                page=line.price.page,
            )
            for line in plan.costs
        ),
        sum=(
            "all",
            "",
            "",
            f"{money(plan.dollars_per_million)} a million events",
            money(plan.dollars),
        ),
    )


def limits(headrooms: tuple[Headroom, ...]) -> Section:
    """Returns what breaks first as volume grows."""
    return Section(
        title="What breaks first as volume grows",
        columns=(
            Column("at events an hour", is_number=True),
            Column("used", is_number=True),
            Column("limit, and what moves it"),
        ),
        rows=tuple(
            Row(
                cells=(
                    _at_volume(each),
                    f"{amount(100 * each.share)} %",
                    f"{each.limit.name}: {_used(each)}\n{each.limit.kind}: {each.limit.remedy}",
                ),
                is_broken=each.is_broken,
                page=each.limit.page,
            )
            for each in headrooms
        ),
    )


def changes(variants: tuple[Variant, ...]) -> Section:
    """Returns what other settings would save."""
    return Section(
        title="What other settings would save",
        columns=(
            Column("a month", is_number=True),
            Column("change"),
            Column("what it gives up or needs"),
        ),
        rows=tuple(Row(cells=(money(each.saved), each.name, each.remark)) for each in variants),
    )


def comparison(compared: tuple[Compared, ...], title: str) -> Section:
    """Returns what a simulation saw beside the formulas."""
    return Section(
        title=title,
        columns=(
            Column("figure"),
            Column("formula", is_number=True),
            Column("simulated", is_number=True),
            Column("remark"),
        ),
        rows=tuple(
            Row(cells=(each.name, each.formula, each.simulated, each.remark)) for each in compared
        ),
    )


def assumptions(plan: Plan) -> Section:
    """Returns what is taken as given."""
    return Section(
        title="Taken as given",
        columns=(Column("figure"), Column("value", is_number=True), Column("where from")),
        rows=tuple(
            Row(cells=(name, f"{value:g}", origin))
            for name, value, origin in listed(plan.situation.assumptions)
        ),
    )


def _used(headroom: Headroom) -> str:
    limit = headroom.limit
    if limit.unit.startswith("bytes"):
        rate = limit.unit.removeprefix("bytes")
        return f"{size(headroom.used)}{rate} of {size(limit.most)}{rate}"
    return f"{amount(headroom.used)} of {amount(limit.most)} {limit.unit}"


def _at_volume(headroom: Headroom) -> str:
    if headroom.breaks_at is None:
        return "at any" if headroom.is_broken else "never"
    return f"{float(f'{headroom.breaks_at:.3g}'):,.0f}" + (" (now!)" if headroom.is_broken else "")
