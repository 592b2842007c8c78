"""DELETE FROM, UPDATE and MERGE INTO an Iceberg table, each in one commit.

Files that hold a changed row are written anew (copy on write). Athena writes which rows are gone
and leaves the files (merge on read); here they are gone at once from what is read now, and VACUUM
removes the old files. Rows are the same.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html,
https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html,
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-update.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, cast

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.results.outcome import Form, Written
from athena_on_duckdb.statements.iceberg_rewrite import (
    MATCHED,
    Branch,
    Rewrite,
    all_of,
    is_true,
    marked,
)
from athena_on_duckdb.statements.iceberg_rows import MOST_PARTITIONS, Change, add_rows
from athena_on_duckdb.statements.model import StatementType, TableStatement
from athena_on_duckdb.statements.tokens import TokenKind
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.iceberg.data_files import DataFiles
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.tokens import Reader

_NOTHING: Final = "$nothing"


@dataclass(frozen=True, slots=True)
class RowStatement(TableStatement):
    """A statement that changes rows, whose whole text `change` is."""

    type = StatementType.DML
    form = Form.FILES
    change: str


@dataclass(frozen=True, slots=True)
class Delete(RowStatement):
    """DELETE; without a condition, of all rows."""

    subtype = "DELETE"

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table and the condition."""
        table = reader.qualified_name()
        if reader.token.kind is not TokenKind.END:
            reader.expect("WHERE")
            reader.rest()
        return cls(table, reader.sql)

    def run(self, context: Context) -> Written:
        """Writes the files anew without the rows."""
        change = Change.of(context, self.table, "DELETE FROM")
        tree = parse(self.change)
        return _committed(change, _of_target(change, tree, None), ())


@dataclass(frozen=True, slots=True)
class Update(RowStatement):
    """UPDATE."""

    subtype = "UPDATE"

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table."""
        table = reader.qualified_name()
        reader.expect("SET")
        reader.rest()
        return cls(table, reader.sql)

    def run(self, context: Context) -> Written:
        """Writes the files anew with the values."""
        change = Change.of(context, self.table, "UPDATE")
        tree = parse(self.change)
        values = _assignments(tree.expressions, change)
        return _committed(change, _of_target(change, tree, values), ())


@dataclass(frozen=True, slots=True)
class Merge(RowStatement):
    """MERGE INTO."""

    subtype = "MERGE"

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Reads the table."""
        table = reader.qualified_name()
        reader.rest()
        return cls(table, reader.sql)

    def run(self, context: Context) -> Written:
        """Writes the files anew, and new rows."""
        change = Change.of(context, self.table, "MERGE INTO")
        tree = parse(self.change)
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


def _of_target(change: Change, tree: exp.Expr, values: dict[str, exp.Expr] | None) -> Rewrite:
    """Returns what a statement without a source does with the rows of its condition."""
    where = tree.args.get("where")
    source = marked(exp.Subquery(this=parse('SELECT true AS "no column"')), _NOTHING)
    branch = Branch(None if where is None else where.this, values)
    return Rewrite(change, tree.this, source, exp.true(), [branch])


def _committed(change: Change, rewrite: Rewrite, inserts: Sequence[exp.When]) -> Written:
    found, scanned_bytes = rewrite.changed() if rewrite.branches else ({}, 0)
    hit = change.files(found)
    is_only_deleted = all(each.values is None for each in rewrite.branches)
    left = [
        each.file_path
        for each in hit
        if not is_only_deleted or found[each.file_path] < each.record_count
    ]
    with (
        change.writing(most_partitions=None) as rewritten,
        change.writing(most_partitions=MOST_PARTITIONS) as inserted,
    ):
        scanned_bytes += rewrite.write(rewritten, left)
        for at, when in enumerate(inserts):
            scanned_bytes += _insert(rewrite, inserted, when, inserts[:at])
        uris = change.commit([rewritten, inserted], hit)
    return Written(uris, sum(found.values()) + inserted.row_count, scanned_bytes)


def _insert(rewrite: Rewrite, files: DataFiles, when: exp.When, before: Sequence[exp.When]) -> int:
    """Writes the rows of one WHEN NOT MATCHED, and returns the bytes read."""
    then = cast("exp.Insert", when.args["then"])
    named = then.this.expressions if then.this else ()
    names = [each.name.lower() for each in named]
    query = cast("exp.Select", parse("SELECT 1"))
    query.set("expressions", [each.copy() for each in then.expression.expressions])
    target = marked(rewrite.target, rewrite.target.alias_or_name)
    query.set("from_", exp.From(this=rewrite.source.copy()))
    query.set("joins", [exp.Join(this=target, on=rewrite.on.copy(), side="LEFT")])
    mark = exp.column(MATCHED, table=rewrite.target.alias_or_name, quoted=True)
    earlier = [exp.Not(this=is_true(each.args.get("condition"))) for each in before]
    is_new = exp.Is(this=mark, expression=exp.Null())
    condition = all_of(is_new, *earlier, when.args.get("condition"))
    query.set("where", exp.Where(this=condition))
    return add_rows(rewrite.change, query, names, files)


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
