"""Tables of a page: texts by rows, and which columns are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.operations.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, and whether it holds numbers."""

    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its values as they are shown."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def table(texts: Sequence[str], numbers: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Make a table of which the first columns are texts and the others whole numbers.

    Args:
        texts: Names of the first columns.
        rows: The values, with texts from outside among them; None is shown as a dash.
    """
    columns = (*map(Column, texts), *(Column(name, is_number=True) for name in numbers))
    return Table(columns, tuple(tuple(map(_shown, row)) for row in rows))


def _shown(value: object) -> str:
    match value:
        case None:
            return "\N{EN DASH}"
        case str():
            return harmless(value)
        case bool():
            return str(value)
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.1f}"
        case _:
            return str(value)
