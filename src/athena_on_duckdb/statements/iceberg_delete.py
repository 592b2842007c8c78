"""Runs DELETE FROM an Iceberg table: files that hold such rows are written anew without them.

Athena writes which rows are gone and leaves the files (merge on read); here they are gone at once
from what is read now, and VACUUM removes the old files. Rows are the same.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlglot import exp

from athena_on_duckdb.results.outcome import Written
from athena_on_duckdb.statements.iceberg_rewrite import is_true
from athena_on_duckdb.statements.iceberg_rows import Change, rewrite_files
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.iceberg_model import Delete


def delete(context: Context, statement: Delete) -> Written:
    """Runs DELETE.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    change = Change.of(context, statement.table, "DELETE FROM")
    tree = parse(statement.change)
    where = tree.args.get("where")
    condition = cast("exp.Expr", exp.true() if where is None else where.this)
    found, scanned_bytes = _matching(change, tree.this, condition)
    hit = change.files(found)
    partly = [each.file_path for each in hit if found[each.file_path] < each.record_count]
    kept = _template("SELECT * FROM t", tree.this)
    kept.set("where", exp.Where(this=exp.Not(this=is_true(condition))))
    with change.writing(most_partitions=None) as files:
        scanned_bytes += rewrite_files(change, kept, partly, files)
        uris = change.commit([files], hit)
    return Written(uris, sum(found.values()), scanned_bytes)


def _matching(change: Change, table: exp.Expr, condition: exp.Expr) -> tuple[dict[str, int], int]:
    """Returns how many rows of which data files a condition holds for, and the bytes read."""
    counted = _template('SELECT "$path", count(*) FROM t GROUP BY "$path"', table)
    counted.set("where", exp.Where(this=condition.copy()))
    found: dict[str, int] = {}
    with change.stream(counted) as rows:
        for batch in rows.batches:
            found |= dict(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    return found, rows.scanned_bytes


def _template(text: str, table: exp.Expr) -> exp.Query:
    tree = cast("exp.Query", parse(text))
    tree.set("from_", exp.From(this=table.copy()))
    return tree
