"""The answer of `firelake plan`: tables, JSON, a page, a stack's file."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from firelake.operations.result_files import refuse_unwritable, write_result
from firelake.operations.terminal import output, plain, report
from firelake.plan import tables
from firelake.plan.assumptions import listed
from firelake.plan.document import document, plain_values
from firelake.plan.headroom import headrooms
from firelake.plan.plan import make_plan
from firelake.plan.recommend import recommend, stack_file
from firelake.plan.simulation.comparison import compare
from firelake.plan.variants import variants

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from firelake.plan.plan import Plan, Situation
    from firelake.plan.simulation.outcome import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the answer is to come.

    Attributes:
        is_recommended: Plan with the settings that suit the volume, not with the stack's.
        stack_file: Where to write these settings; None for nowhere.
        html: Where to write a page; None for nowhere.
        simulated: How to simulate; None not to.
    """

    is_recommended: bool = False
    stack_file: Path | None = None
    is_json: bool = False
    html: Path | None = None
    simulated: Run | None = None


def answer(situation: Situation, wish: Wish, *, today: date) -> None:
    """Plans a situation and prints or writes what is wished for.

    Raises:
        InputError: Prices are missing.
        OutputError: A file cannot be written.
    """
    for file in (wish.stack_file, wish.html):
        if file is not None:
            refuse_unwritable(file)
    recommendation = recommend(situation)
    if wish.is_recommended:
        situation = recommendation.situation
    plan = make_plan(situation)
    found, others = headrooms(situation), variants(plan)
    volume = f"For {situation.workload.events_per_hour:,.0f} events an hour."
    text = stack_file(recommendation, situation.config.start_date, volume)
    outcome, compared, title = None, (), ""
    if wish.simulated is not None:
        # simpy and numpy take as long to import as a plan takes to answer.
        from firelake.plan.simulation.model import simulate  # noqa: PLC0415

        outcome, title = simulate(situation, wish.simulated), wish.simulated.title
        compared = compare(situation, outcome)
    if wish.stack_file is not None:
        _write(wish.stack_file, text)
    if wish.html is not None:
        # Plots take as long to import as a plan takes to answer.
        from firelake.plan.page import page  # noqa: PLC0415

        content = page(
            plan,
            headrooms=found,
            variants=others,
            stack_file=text,
            today=today,
            simulation_title=title,
            outcome=outcome,
            compared=compared,
        )
        _write(wish.html, content)
    if wish.is_json:
        content = document(plan, found, others, today)
        if outcome is not None:
            content["simulation"] = {
                "title": title,
                "outcome": plain_values(outcome),
                "compared": plain_values(compared),
            }
        sys.stdout.write(json.dumps(content, indent=2, allow_nan=False) + "\n")
        return
    _print_lines(tables.introduction(plan))
    _print_table(tables.needs(plan))
    _print_table(tables.bill(plan))
    _print_lines(tables.price_remarks(plan, today))
    _print_table(tables.limits(found))
    _print_table(tables.changes(others))
    _print_lines([_given(plan)])
    if compared:
        _print_table(tables.comparison(compared, title))


def _given(plan: Plan) -> str:
    given = listed(plan.situation.assumptions)
    measured = sum(origin.startswith("measured") for _, _, origin in given)
    return (
        f"{len(given)} figures are taken as given, {measured} of them measured here and none on"
        " AWS; --json lists them."
    )


def _write(path: Path, text: str) -> None:
    write_result(path, text)
    report().print(plain(f"wrote {path}"))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        output().print(plain(line))


def _print_table(section: tables.Section) -> None:
    """Prints a table; a service that stands in the row above is not repeated."""
    has_lines = any("\n" in cell for row in section.rows for cell in row.cells)
    table = Table(
        title=plain(section.title),
        title_justify="left",
        show_footer=bool(section.sum),
        show_lines=has_lines,
    )
    sums = section.sum or [""] * len(section.columns)
    for column, footer in zip(section.columns, sums, strict=True):
        justify = "right" if column.is_number else "left"
        table.add_column(column.name, footer=footer, justify=justify, overflow="fold")
    before = ""
    for row in section.rows:
        first, *others = row.cells
        is_repeated = first == before and not section.columns[0].is_number
        shown = ["" if is_repeated else first, *others]
        table.add_row(*(_cell(each, is_broken=row.is_broken) for each in shown))
        before = first
    output().print(table)


def _cell(text: str, *, is_broken: bool) -> Text:
    first, *others = text.split("\n")
    if not others:
        return plain(first)
    title = plain(first, "bold red" if is_broken else "bold")
    return Text("\n").join([title, *map(plain, others)])
