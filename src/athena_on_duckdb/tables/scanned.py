"""The bytes that Athena bills a query for: column chunks of row groups, or whole files of text.

https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html, "Data scanned" of
https://aws.amazon.com/athena/pricing/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from athena_on_duckdb.tables.conditions import is_aggregate
from athena_on_duckdb.tables.row_groups import may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from athena_on_duckdb.tables.relations import LakeFile


def scanned_bytes(
    files: Sequence[LakeFile],
    columns: Iterable[str],
    condition: exp.Expr | None,
    *,
    is_text: bool,
    row_limit: int | None,
) -> int:
    """Add up what is read of the files of a table.

    Args:
        files: The files of the partitions that are needed.
        columns: Names of the columns that are needed.
        condition: What holds for every row that is needed.
        is_text: Whether the files are text, of which nothing can be left out.
        row_limit: How many rows are enough, where any rows are.
    """
    needed = tuple(columns)
    total, row_count = 0, 0
    for file in files:
        if row_limit is not None and row_count >= row_limit:
            break
        groups = list[int]()
        for group, rows in enumerate(file.parquet.rows):
            is_enough = row_limit is not None and row_count >= row_limit and not is_text
            if is_enough or not (is_text or may_match(file, group, condition)):
                continue
            groups.append(group)
            row_count += rows
        total += file.stored.size_bytes if is_text else file.parquet.bytes_of(needed, groups)
    return total


def may_match(file: LakeFile, row_group: int, condition: exp.Expr | None) -> bool:
    """Tell whether a row group may hold a row that a condition leaves."""
    return condition is None or may_hold(condition, file.parquet.bounds(row_group))


def any_rows(query: exp.Query) -> int | None:
    """Give how many rows of its one table are enough for a query; None where all must be seen."""
    if not isinstance(query, exp.Select):
        return None
    extra = ("where", "group", "having", "order", "distinct", "joins", "with_", "qualify")
    limit = query.args.get("limit")
    start = query.args.get("from_")
    if limit is None or start is None or any(query.args.get(key) for key in extra):
        return None
    if not isinstance(start.this, exp.Table):
        return None
    if any(
        isinstance(node, exp.Window | exp.Subquery) or is_aggregate(node) for node in query.walk()
    ):
        return None
    offset = query.args.get("offset")
    counts = [limit.args.get("expression") or limit.args.get("count")]
    counts += [] if offset is None else [offset.expression]
    if not all(isinstance(each, exp.Literal) and each.is_int for each in counts):
        return None
    return sum(int(each.name) for each in counts)
