"""Keeps DuckDB from computing the first rows of groups in a way that is slow for many columns.

Of `row_number() OVER (PARTITION BY k ORDER BY o) = 1` its optimizer makes an aggregate of k whose
one value is a row of all other columns. With one column that is quicker than a window. With more it
encodes each row as a key for sorting, beyond what it spills: of 172 columns in six times the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet


def keep_windows(query: exp.Query, needed: Iterable[AbstractSet[str]]) -> None:
    """Wraps row numbers, where each picks more than one other column, in what changes no value.

    Args:
        query: The query, which is changed.
        needed: Of each of its tables the columns that it needs, in lower case.
    """
    columns = tuple(needed)
    for window in list(query.find_all(exp.Window)):
        keys = {each.name.lower() for each in window.find_all(exp.Column)}
        if window.this.name.lower() == "row_number" and any(
            len(each - keys) > 1 for each in columns
        ):
            inner = window.copy()
            window.replace(exp.Anonymous(this="abs", expressions=[inner]))
