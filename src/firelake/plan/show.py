"""A plan as tables on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table

from firelake.operations.terminal import plain
from firelake.plan.assumptions import listed
from firelake.plan.document import amount, facts, money, size
from firelake.plan.prices import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from rich.console import Console

    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan
    from firelake.plan.simulation.comparison import Compared
    from firelake.plan.variants import Variant

_MARKS: Final = {Basis.PRICE_LIST: "", Basis.SECOND_HAND: "*", Basis.UNCONFIRMED: "**"}
_OLD_DAYS: Final = 180


def show(
    console: Console,
    plan: Plan,
    headrooms: tuple[Headroom, ...],
    variants: tuple[Variant, ...],
    today: date,
) -> None:
    """Print a plan.

    Args:
        console: Where to.
        plan: The plan.
        headrooms: What breaks first.
        variants: What other settings would cost.
        today: From which the age of the prices is told.
    """
    for line in introduction(plan):
        console.print(plain(line))
    console.print(_needs(plan))
    console.print(_bill(plan))
    for line in price_remarks(plan, today):
        console.print(plain(line))
    bases = {line.price.basis for line in plan.costs}
    if bases != {Basis.PRICE_LIST}:
        console.print(
            plain("* price read second-hand only    ** price confirmed nowhere; see its page")
        )
    console.print(_limits(headrooms))
    console.print(_variants(variants))
    given = listed(plan.situation.assumptions)
    measured = sum(origin.startswith("measured") for _, _, origin in given)
    console.print(
        plain(
            f"{len(given)} figures are taken as given, {measured} of them measured here and none on"
            " AWS; --json lists them."
        )
    )


def show_comparison(console: Console, compared: tuple[Compared, ...], title: str) -> None:
    """Print what a simulation saw beside the formulas.

    Args:
        console: Where to.
        compared: The figures.
        title: How it was simulated.
    """
    table = Table(title=plain(title), title_justify="left")
    table.add_column("figure", overflow="fold")
    table.add_column("formula", justify="right")
    table.add_column("simulated", justify="right")
    table.add_column("remark", overflow="fold")
    for each in compared:
        table.add_row(
            plain(each.name), plain(each.formula), plain(each.simulated), plain(each.remark)
        )
    console.print(table)


def introduction(plan: Plan) -> Iterator[str]:
    """Tell what comes, in a few lines."""
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
        f" {workload.late:.1%} late; {plan.situation.region}"
    )


def price_remarks(plan: Plan, today: date) -> Iterator[str]:
    """Tell how old the prices are, and of which Region."""
    prices = plan.situation.prices
    age = prices.age_days(today)
    yield (
        f"Prices of {prices.region} as of {prices.as_of.isoformat()}, {age} days old, without free"
        " tiers and discounts."
    )
    if age > _OLD_DAYS:
        yield "They are old: check them on the pages that prices.toml names."
    if prices.region != plan.situation.region:
        yield (
            f"The stack is in {plan.situation.region}, whose prices differ: give them by --prices."
        )


def _needs(plan: Plan) -> Table:
    table = Table(title="What it takes", title_justify="left")
    table.add_column("service")
    table.add_column("what")
    table.add_column("how much", overflow="fold")
    before = ""
    for fact in facts(plan):
        service = fact.service if fact.service != before else ""
        before = fact.service
        table.add_row(plain(service), plain(fact.name), plain(fact.value))
    return table


def _bill(plan: Plan) -> Table:
    table = Table(title="What a month costs", title_justify="left", show_footer=True)
    table.add_column("service", footer="all")
    table.add_column("dimension")
    table.add_column("quantity", justify="right")
    table.add_column("unit", footer=f"{money(plan.dollars_per_million)} a million events")
    table.add_column("a month", justify="right", footer=money(plan.dollars))
    before = ""
    for line in plan.costs:
        service = line.service if line.service != before else ""
        before = line.service
        table.add_row(
            plain(service),
            plain(line.dimension),
            amount(line.quantity),
            plain(line.unit),
            f"{_MARKS[line.price.basis]}{money(line.dollars)}",
        )
    return table


def _limits(headrooms: tuple[Headroom, ...]) -> Table:
    table = Table(title="What breaks first as volume grows", title_justify="left", show_lines=True)
    table.add_column("at events an hour", justify="right")
    table.add_column("used", justify="right")
    table.add_column("limit, and what moves it", overflow="fold")
    for each in headrooms:
        limit = each.limit
        text = plain(f"{limit.name}: {used(each)}", "bold red" if each.is_broken else "bold")
        text.append("\n")
        text.append_text(plain(f"{limit.kind.value}: {limit.remedy}"))
        table.add_row(at_volume(each), percent(each.share), text)
    return table


def used(headroom: Headroom) -> str:
    """Tell what of a limit is used."""
    limit = headroom.limit
    if limit.unit.startswith("bytes"):
        rate = limit.unit.removeprefix("bytes")
        return f"{size(headroom.used)}{rate} of {size(limit.most)}{rate}"
    return f"{amount(headroom.used)} of {amount(limit.most)} {limit.unit}"


def percent(share: float) -> str:
    """Write a share with as many digits as it deserves."""
    return f"{amount(100 * share)} %"


def at_volume(headroom: Headroom) -> str:
    """Tell at which volume a limit is reached."""
    if headroom.breaks_at is None:
        return "at any" if headroom.is_broken else "never"
    return f"{float(f'{headroom.breaks_at:.3g}'):,.0f}" + (" (now!)" if headroom.is_broken else "")


def _variants(variants: tuple[Variant, ...]) -> Table:
    table = Table(title="What other settings would save", title_justify="left")
    table.add_column("a month", justify="right")
    table.add_column("change", overflow="fold")
    table.add_column("what it gives up or needs", overflow="fold")
    for each in variants:
        table.add_row(money(each.saved), plain(each.name), plain(each.remark))
    return table
