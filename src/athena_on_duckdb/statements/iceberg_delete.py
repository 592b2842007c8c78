"""Runs DELETE FROM an Iceberg table: files that hold such rows are written anew without them.

Athena writes which rows are gone and leaves the files (merge on read); here they are gone at once
from what is read now, and VACUUM removes the old files. Rows are the same.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.metadata_tables import manifest_files
from athena_on_duckdb.iceberg.version import only_files, version_of
from athena_on_duckdb.results.outcome import Written
from athena_on_duckdb.statements.catalog import table_of
from athena_on_duckdb.statements.iceberg_rows import Change, batches_of
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import Delete


def delete(context: Context, statement: Delete) -> Written:
    """Runs DELETE.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    described, _ = table_of(context, statement.table)
    require_iceberg(described, "DELETE FROM")
    tree = parse(statement.text)
    change = Change.begin(context, described)
    where = tree.args.get("where")
    condition = cast("exp.Expr", exp.true() if where is None else where.this)
    found, scanned_bytes = _matching(change, tree.this, condition)
    present = {each.file_path: each for each in manifest_files(version_of(change.table))}
    hit = [present[location] for location in found]
    emptied = {each.file_path for each in hit if found[each.file_path] == each.record_count}
    partly = frozenset(found.keys() - emptied)
    with change.writing() as files:
        if partly:
            kept = _template("SELECT * FROM t WHERE NOT coalesce(NULL, false)", tree.this)
            for null in list(kept.find_all(exp.Null)):
                null.replace(exp.Paren(this=condition.copy()))
            with change.stream(kept, only_files(change.table, partly)) as rows:
                for batch in batches_of(rows, tuple(change.types()), change):
                    files.add(batch)
            scanned_bytes += rows.scanned_bytes
        added = files.finished()
        change.commit(added, hit)
    uris = tuple(each.file_path for each in added)
    return Written(uris, sum(found.values()), scanned_bytes)


def require_iceberg(described: Any, what: str) -> None:  # noqa: ANN401 -- a GlueTable
    """Refuses a table whose rows cannot be changed.

    Raises:
        QueryError: It is no Iceberg table.
    """
    if not described.is_iceberg:
        # Athena's words.
        detail = f"{what} {described.full_name}: Modifying Hive table rows is not supported"
        raise QueryError(ErrorName.NOT_SUPPORTED, detail)


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
