"""The answer to a query as a table, as CSV and as JSON; what it holds came from outside."""

from __future__ import annotations

import json
import math
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from firelake.operations.errors import InputError
from firelake.operations.terminal import plain, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from firelake.aws.query_run import Answer

# Athena's types whose values are written without quotes in JSON, and read so from its texts.
_WHOLE: Final = frozenset({"tinyint", "smallint", "integer", "bigint"})
_FRACTIONS: Final = frozenset({"float", "real", "double"})
# Whatever else is no text that came from an event.
_SAFE: Final = frozenset({*_WHOLE, *_FRACTIONS, "boolean", "decimal", "date", "time", "timestamp"})
# What spreadsheets begin to compute at, also behind white space or in full width:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = re.compile(r"[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")

MOST_SHOWN: Final = 1000
# So wide a column is still read with ease when its values go on in the next line.
_READABLE: Final = 12
_FRAME: Final = 3
_LONGEST_NAME: Final = 30


def shown(answer: Answer, width: int) -> tuple[RenderableType, int, bool]:
    """Make a table for a terminal, or where it would be too narrow to read, a block for each row.

    Args:
        answer: The answer; its rows are read.
        width: How many characters a line of the terminal has.

    Returns:
        What is to be printed, how many rows it has, and whether there are more, which are left out.
    """
    rows = list(islice(answer.rows, MOST_SHOWN))
    cells = [[_cell(each) for each in row] for row in rows]
    names = [plain(column.name) for column in answer.columns]
    widths = [
        min(_READABLE, max(name.cell_len, *(row[index].cell_len for row in cells), 0))
        for index, name in enumerate(names)
    ]
    is_wide = sum(widths) + _FRAME * len(widths) + 1 > width
    found = _blocks(names, cells) if is_wide else _table(answer, names, cells)
    return found, len(rows), next(answer.rows, None) is not None


def _table(answer: Answer, names: Sequence[Text], cells: Sequence[Sequence[Text]]) -> Table:
    found = Table()
    for column, name in zip(answer.columns, names, strict=True):
        is_number = column.type in _WHOLE | _FRACTIONS or column.type.startswith("decimal")
        found.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        found.add_row(*row)
    return found


def _blocks(names: Sequence[Text], cells: Sequence[Sequence[Text]]) -> Group:
    """Gives each value a line of its own, which the terminal wraps where it is long."""
    longest = min(_LONGEST_NAME, max(name.cell_len for name in names))
    lines: list[Text] = []
    for number, row in enumerate(cells, 1):
        lines.append(Text(f"row {number:,}", style="bold"))
        for name, value in zip(names, row, strict=True):
            space = " " * max(1, longest + 2 - name.cell_len)
            lines.append(Text.assemble("  ", name, space, value))
    return Group(*lines)


def csv_lines(answer: Answer, *, for_terminal: bool) -> Iterator[str]:
    r"""Write CSV as Athena does: every value quoted, null as nothing between commas.

    A text at whose beginning a spreadsheet would compute it gets a `'` before it, as events are
    from outside. Numbers and dates are never touched.

    Args:
        answer: The answer; its rows are read.
        for_terminal: Show control characters as `\x1b`, so that they do the terminal no harm.
    """
    is_text = [column.type.partition("(")[0] not in _SAFE for column in answer.columns]
    show = visible if for_terminal else str
    yield _csv_line([_defused(column.name) for column in answer.columns], show)
    for row in answer.rows:
        cells = [
            _defused(value) if value is not None and is_hostile else value
            for value, is_hostile in zip(row, is_text, strict=True)
        ]
        yield _csv_line(cells, show)


def json_lines(answer: Answer, *, for_terminal: bool) -> Iterator[str]:
    """Write a JSON object a row: integers, doubles and booleans as such, the rest as text.

    A decimal stays the text that it is, lest a reader round it; so do arrays, maps and what is no
    number in JSON (NaN, Infinity).

    Args:
        answer: The answer; its rows are read.
        for_terminal: Write what is not ASCII escaped, so that it does the terminal no harm.

    Raises:
        InputError: Two columns have one name, so that an object would lose one.
    """
    for values in typed_rows(answer):
        line = json.dumps(values, ensure_ascii=for_terminal, separators=(",", ":"))
        # The one control character that JSON's ASCII leaves as it is.
        yield line.replace("\x7f", r"\u007f") if for_terminal else line


def typed_rows(answer: Answer) -> Iterator[dict[str, object]]:
    """Read each row by the names of its columns, as `json_lines` writes it.

    Args:
        answer: The answer; its rows are read.

    Raises:
        InputError: Two columns have one name.
    """
    names = [column.name for column in answer.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"more than one column is named {', '.join(twice)}: name each with AS"
        raise InputError(message)
    readers = [_READERS.get(column.type, str) for column in answer.columns]
    for row in answer.rows:
        yield {
            name: None if value is None else read(value)
            for name, read, value in zip(names, readers, row, strict=True)
        }


def _cell(value: str | None) -> Text:
    return Text("null", style="dim") if value is None else plain(value)


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _csv_line(cells: Iterable[str | None], show: Callable[[str], str]) -> str:
    return ",".join(
        "" if each is None else f'"{show(each).replace(chr(34), chr(34) * 2)}"' for each in cells
    )


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    **dict.fromkeys(_WHOLE, int),
    **dict.fromkeys(_FRACTIONS, _number),
    "boolean": "true".__eq__,
}
