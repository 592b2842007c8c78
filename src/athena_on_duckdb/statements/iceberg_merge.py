"""Runs MERGE INTO and UPDATE of an Iceberg table, each in one commit.

Files that hold a changed row are written anew (copy on write), as DELETE does it here.
https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-update.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Written
from athena_on_duckdb.statements.iceberg_rewrite import (
    MATCHED,
    Branch,
    Rewrite,
    all_of,
    is_true,
    marked,
)
from athena_on_duckdb.statements.iceberg_rows import (
    MOST_PARTITIONS,
    Change,
    in_order,
    require_insertable,
)
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.iceberg.data_files import DataFiles
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.iceberg_model import Merge, Update

_NOTHING: Final = "$nothing"


def update(context: Context, statement: Update) -> Written:
    """Runs UPDATE.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    change = Change.of(context, statement.table, "UPDATE")
    tree = parse(statement.change)
    where = tree.args.get("where")
    branch = Branch(None if where is None else where.this, _assignments(tree.expressions, change))
    source = marked(exp.Subquery(this=parse('SELECT true AS "no column"')), _NOTHING)
    rewrite = Rewrite(change, tree.this, source, exp.true(), [branch])
    return _committed(change, rewrite, ())


def merge(context: Context, statement: Merge) -> Written:
    """Runs MERGE INTO.

    Raises:
        QueryError: It cannot be done.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    change = Change.of(context, statement.table, "MERGE INTO")
    tree = parse(statement.change)
    using = cast("exp.Expr", tree.args["using"])
    source = marked(using, using.alias_or_name)
    branches: list[Branch] = []
    inserts: list[exp.When] = []
    for when in cast("list[exp.When]", tree.args["whens"].expressions):
        if when.args.get("source"):
            detail = "WHEN NOT MATCHED BY SOURCE is not supported"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        then = when.args["then"]
        if isinstance(then, exp.Insert):
            inserts.append(when)
        else:
            is_update = isinstance(then, exp.Update)
            values = _assignments(then.expressions, change) if is_update else None
            branches.append(Branch(when.args.get("condition"), values))
    rewrite = Rewrite(change, tree.this, source, tree.args["on"], branches)
    return _committed(change, rewrite, inserts)


def _committed(change: Change, rewrite: Rewrite, inserts: Sequence[exp.When]) -> Written:
    found, scanned_bytes = rewrite.changed() if rewrite.branches else ({}, 0)
    with (
        change.writing(most_partitions=None) as rewritten,
        change.writing(most_partitions=MOST_PARTITIONS) as inserted,
    ):
        scanned_bytes += rewrite.write(rewritten, found)
        for at, when in enumerate(inserts):
            scanned_bytes += _insert(rewrite, inserted, when, inserts[:at])
        uris = change.commit([rewritten, inserted], change.files(found))
    return Written(uris, sum(found.values()) + inserted.row_count, scanned_bytes)


def _insert(rewrite: Rewrite, files: DataFiles, when: exp.When, before: Sequence[exp.When]) -> int:
    """Writes the rows of one WHEN NOT MATCHED, and returns the bytes read."""
    types = rewrite.change.types()
    then = cast("exp.Insert", when.args["then"])
    named = then.this.expressions if then.this else ()
    names = tuple(each.name.lower() for each in named) or tuple(types)
    query = cast("exp.Select", parse("SELECT 1"))
    query.set("expressions", [each.copy() for each in then.expression.expressions])
    target = marked(rewrite.target, rewrite.target.alias_or_name)
    query.set("from_", exp.From(this=rewrite.source.copy()))
    query.set("joins", [exp.Join(this=target, on=rewrite.on.copy(), side="LEFT")])
    mark = exp.column(
        exp.to_identifier(MATCHED, quoted=True),
        table=exp.to_identifier(rewrite.target.alias_or_name, quoted=True),
    )
    earlier = [exp.Not(this=is_true(each.args.get("condition"))) for each in before]
    is_new = exp.Is(this=mark, expression=exp.Null())
    condition = all_of(is_new, *earlier, when.args.get("condition"))
    query.set("where", exp.Where(this=condition))
    with rewrite.change.stream(query) as rows:
        require_insertable(rows.columns, names, types)
        for batch in rows.batches:
            files.add(in_order(batch, names, types))
    return rows.scanned_bytes


def _assignments(given: Sequence[exp.Expr], change: Change) -> dict[str, exp.Expr]:
    found: dict[str, exp.Expr] = {}
    for each in given:
        name = each.this.name.lower()
        if name not in change.types():
            detail = f"The UPDATE SET target column {name} doesn't exist"
            raise QueryError(ErrorName.COLUMN_NOT_FOUND, detail)
        if name in found:
            detail = f"Multiple assignments to the same column '{name}'"
            raise QueryError(ErrorName.SYNTAX_ERROR, detail)
        found[name] = each.expression
    return found
