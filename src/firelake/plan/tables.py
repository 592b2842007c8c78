"""The tables of a plan, the same for the terminal and the page."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from firelake.operations.page.tables import Column
from firelake.plan.assumptions import listed
from firelake.plan.facts import facts
from firelake.plan.prices import Basis
from firelake.plan.units import amount, money, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.plan.answer import Answer
    from firelake.plan.headroom import Headroom
    from firelake.plan.plan import Plan

_MARKS: Final = {Basis.PRICE_LIST: "", Basis.SECOND_HAND: "*", Basis.UNCONFIRMED: "**"}
_OLD_DAYS: Final = 180


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: The texts; further lines of one explain the first.
        page: AWS's page that the page links to.
        note: What the page says beside it.
        is_broken: Whether it is about a limit that is passed.
    """

    cells: tuple[str, ...]
    page: str = ""
    note: str = ""
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its title; the last row of a bill is its sum."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sum: tuple[str, ...] = ()


def terminal(answer: Answer) -> Iterator[str | Section]:
    """Yields lines and tables in the order in which a terminal shows them."""
    needs, bill, limits, changes, *compared, assumptions = sections(answer)
    yield from introduction(answer.plan)
    yield needs
    yield bill
    yield from price_remarks(answer)
    yield limits
    yield changes
    measured = sum(row.cells[-1].startswith("measured") for row in assumptions.rows)
    yield (
        f"{len(assumptions.rows)} figures are taken as given, {measured} of them measured here and"
        " none on AWS; --json lists them."
    )
    yield from compared


def sections(answer: Answer) -> list[Section]:
    """Returns the tables in the order in which the page shows them."""
    plan, simulated = answer.plan, answer.simulated
    made = [
        Section("What it takes", _columns("service", "what", "how much"), _rows(facts(plan))),
        _bill(plan),
        Section(
            "What breaks first as volume grows",
            _columns("#at events an hour", "#used", "limit, and what moves it"),
            tuple(map(_limit, answer.headrooms)),
        ),
        Section(
            "What other settings would save",
            _columns("#a month", "change", "what it gives up or needs"),
            _rows((money(each.saved), each.name, each.remark) for each in answer.variants),
        ),
    ]
    if simulated is not None:
        columns = _columns("figure", "#formula", "#simulated", "remark")
        made.append(Section(simulated.title, columns, _rows(map(astuple, simulated.compared))))
    given = listed(plan.situation.assumptions)
    columns = _columns("figure", "#value", "where from")
    rows = _rows((name, f"{value:g}", origin) for name, value, origin in given)
    return [*made, Section("Taken as given", columns, rows)]


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


def price_remarks(answer: Answer) -> Iterator[str]:
    """Yields of when and where the prices are, and what their marks mean."""
    situation = answer.plan.situation
    prices, region = situation.prices, situation.region
    age = prices.age_days(answer.today)
    yield (
        f"Prices of {prices.region} as of {prices.as_of.isoformat()}, {age} days old, without free"
        " tiers and discounts."
    )
    if age > _OLD_DAYS:
        yield "They are old: check them on the pages that prices.toml names."
    if prices.region != region:
        yield f"The stack is in {region}, whose prices differ: give them by --prices."
    if any(_MARKS[line.price_basis] for line in answer.plan.costs):
        yield "* price read second-hand only    ** price confirmed nowhere; see its page"


def _bill(plan: Plan) -> Section:
    rows: list[Row] = []
    for line in plan.costs:
        dollars = f"{_MARKS[line.price_basis]}{money(line.dollars)}"
        cells = (line.service, line.dimension, amount(line.quantity), line.unit, dollars)
        rows.append(Row(cells, line.price_page, line.note))
    million = f"{money(plan.dollars_per_million)} a million events"
    return Section(
        "What a month costs",
        _columns("service", "dimension", "#quantity", "unit", "#a month"),
        tuple(rows),
        ("all", "", "", million, money(plan.dollars)),
    )


def _limit(headroom: Headroom) -> Row:
    use, way, volume = headroom.use, headroom.remedy, headroom.breaks_at
    if volume is None:
        at = "at any" if use.is_broken else "never"
    else:
        at = f"{float(f'{volume:.3g}'):,.0f}" + (" (now!)" if use.is_broken else "")
    used = f"{amount(use.used)} of {amount(use.limit)} {use.unit}"
    if use.unit.startswith("bytes"):
        rate = use.unit.removeprefix("bytes")
        used = f"{size(use.used)}{rate} of {size(use.limit)}{rate}"
    limit = f"{use.name}: {used}\n{way.kind}: {way.remedy}"
    cells = (at, f"{amount(100 * use.share)} %", limit)
    return Row(cells, way.page, is_broken=use.is_broken)


def _columns(*names: str) -> tuple[Column, ...]:
    """Returns columns; those whose names begin with # hold numbers."""
    return tuple(Column(name.removeprefix("#"), name.startswith("#")) for name in names)


def _rows(cells: Iterable[tuple[str, ...]]) -> tuple[Row, ...]:
    return tuple(map(Row, cells))
