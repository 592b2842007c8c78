"""The tables of a plan on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from firelake.operations.terminal import output, plain
from firelake.plan.tables import terminal

if TYPE_CHECKING:
    from firelake.plan.answer import Answer
    from firelake.plan.tables import Section


def print_answer(answer: Answer) -> None:
    """Prints the tables of an answer."""
    for part in terminal(answer):
        output().print(plain(part) if isinstance(part, str) else _table(part))


def _table(section: Section) -> Table:
    """Returns a table in which a service that stands in the row above is not repeated."""
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
    return table


def _cell(text: str, *, is_broken: bool) -> Text:
    first, *others = text.split("\n")
    if not others:
        return plain(first)
    title = plain(first, "bold red" if is_broken else "bold")
    return Text("\n").join([title, *map(plain, others)])
