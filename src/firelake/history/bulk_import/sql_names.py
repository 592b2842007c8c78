"""Names and texts of a user's, quoted by the library that knows SQL's grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from firelake.history.bulk_import.errors import ImportPlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIALECT: Final = "trino"
# Trino takes at most 254 parameters of a function, which ARRAY[…] is.
# https://github.com/trinodb/trino/blob/398/core/trino-main/src/main/java/io/trino/operator/scalar/ArrayConstructor.java
_MOST_ITEMS: Final = 200


class TableName(NamedTuple):
    """A table of the Glue catalog."""

    database: str
    table: str

    def __str__(self) -> str:
        """Write it as an operator does."""
        return f"{self.database}.{self.table}"

    @property
    def sql(self) -> str:
        """It as a query names it."""
        return f"{quoted(self.database)}.{quoted(self.table)}"


def parse_table(text: str) -> TableName:
    """Read the name of a table.

    Raises:
        ImportPlanError: It is none of a database and a table.
    """
    try:
        parsed = exp.to_table(text, dialect=_DIALECT)
    except (ParseError, TokenError):
        parsed = None
    if not isinstance(parsed, exp.Table) or not parsed.db or not parsed.name or parsed.catalog:
        message = f"{text!r} is no table: write DATABASE.TABLE"
        raise ImportPlanError(message)
    # Glue has no capital letters in names.
    return TableName(parsed.db.lower(), parsed.name.lower())


def quoted(name: str) -> str:
    """Quote the name of a database, table or column."""
    return exp.to_identifier(name, quoted=True).sql(_DIALECT)


def text(value: str) -> str:
    """Quote a text."""
    return exp.Literal.string(value).sql(_DIALECT)


def texts(values: Sequence[str]) -> str:
    """Quote texts, with a comma between."""
    return ", ".join(map(text, values))


def array(items: Sequence[str]) -> str:
    """Write an array of any length, not empty, of pieces of SQL."""
    parts = [
        f"ARRAY[{', '.join(items[start : start + _MOST_ITEMS])}]"
        for start in range(0, len(items), _MOST_ITEMS)
    ]
    return " || ".join(parts)
