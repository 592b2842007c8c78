"""A join of an Iceberg table with what changes its rows: which are changed, and what becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.statements.iceberg_rows import rewrite_files
from athena_on_duckdb.tables.relations import ROW
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from athena_on_duckdb.iceberg.data_files import DataFiles
    from athena_on_duckdb.statements.iceberg_rows import Change

# A column of every row of one side of a join; NULL where the join found none.
MATCHED: Final = "$matched"


@dataclass(frozen=True, slots=True)
class Branch:
    """What is done with a matched row.

    Attributes:
        condition: Where it is done, over target and source; None for every row.
        values: The new values by column; None where the row is deleted.
    """

    condition: exp.Expr | None
    values: dict[str, exp.Expr] | None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A join of a table with what changes it.

    Attributes:
        change: The change.
        target: The table, as the statement names it.
        source: What it is joined with, `marked`.
        on: What joins them.
        branches: What is done with a row: by the first whose condition holds.
    """

    change: Change
    target: exp.Expr
    source: exp.Expr
    on: exp.Expr
    branches: Sequence[Branch]

    def changed(self) -> tuple[dict[str, int], int]:
        """Returns how many rows of which data files are changed, and the bytes read.

        Raises:
            QueryError: A row is changed by more than one row of the source.
        """
        query = cast("exp.Query", parse(_COUNTED))
        inner = cast("exp.Select", query.find(exp.Subquery).this)  # pyright: ignore[reportOptionalMemberAccess]
        for column in list(inner.find_all(exp.Column)):
            column.set("table", exp.to_identifier(self.target.alias_or_name, quoted=True))
        self._join(inner, left=False)
        inner.set("where", exp.Where(this=exp.or_(*map(self._holds, range(len(self.branches))))))
        found: dict[str, int] = {}
        with self.change.stream(query) as rows:
            for batch in rows.batches:
                for path, count, most in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                    if most > 1:
                        detail = "One MERGE target table row matched more than one source row"
                        raise QueryError(ErrorName.MERGE_TARGET_ROW_MULTIPLE_MATCHES, detail)
                    found[path] = count
        return found, rows.scanned_bytes

    def write(self, files: DataFiles, locations: Iterable[str]) -> int:
        """Writes the rows of data files as they become, and returns the bytes read."""
        query = cast("exp.Select", parse("SELECT 1"))
        query.set("expressions", [self._new_value(name) for name in self.change.types()])
        self._join(query, left=True)
        doomed = [self._holds(at) for at, each in enumerate(self.branches) if each.values is None]
        if doomed:
            query.set("where", exp.Where(this=exp.Not(this=is_true(exp.or_(*doomed)))))
        return rewrite_files(self.change, query, locations, files)

    def _new_value(self, name: str) -> exp.Expr:
        old = exp.column(name, table=self.target.alias_or_name, quoted=True)
        ifs = [
            exp.If(this=self._holds(at), true=each.values[name].copy())
            for at, each in enumerate(self.branches)
            if each.values is not None and name in each.values
        ]
        value = exp.Case(ifs=ifs, default=old) if ifs else old
        return exp.alias_(value, name, quoted=True)

    def _holds(self, at: int) -> exp.Expr:
        """Returns that a row is matched and its branch is this one."""
        mark = exp.column(MATCHED, table=self.source.alias_or_name, quoted=True)
        is_matched = exp.Not(this=exp.Is(this=mark, expression=exp.Null()))
        earlier = [exp.Not(this=is_true(each.condition)) for each in self.branches[:at]]
        return all_of(is_matched, *earlier, self.branches[at].condition)

    def _join(self, query: exp.Select, *, left: bool) -> None:
        kind = {"side": "LEFT"} if left else {"kind": "INNER"}
        query.set("from_", exp.From(this=self.target.copy()))
        query.set("joins", [exp.Join(this=self.source.copy(), on=self.on.copy(), **kind)])


_COUNTED: Final = (
    'SELECT p, count(*), max(n) FROM (SELECT "$path" AS p, count(*) AS n FROM t'  # noqa: S608 -- a constant
    f' GROUP BY "$path", "{ROW}") AS g GROUP BY p'
)


_MARKED: Final = f'SELECT *, true AS "{MATCHED}" FROM t'  # noqa: S608 -- a constant


def marked(source: exp.Expr, alias: str) -> exp.Expr:
    """Returns a table or subquery whose every row has the column `$matched`."""
    inner = source.copy()
    name = alias.lower()
    if isinstance(inner, exp.Table) and not inner.args.get("alias"):
        inner.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    query = cast("exp.Select", parse(_MARKED))
    query.set("from_", exp.From(this=inner))
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def is_true(condition: exp.Expr | None) -> exp.Expr:
    """Returns that a condition holds, false where it is NULL; one that is not there holds."""
    if condition is None:
        return exp.true()
    query = parse("SELECT coalesce(NULL, false)")
    call = cast("exp.Select", query).expressions[0]
    for null in list(call.find_all(exp.Null)):
        null.replace(exp.Paren(this=condition.copy()))
    return call


def all_of(*conditions: exp.Expr | None) -> exp.Expr:
    """Returns that all conditions hold that are there."""
    return exp.and_(*(exp.Paren(this=each.copy()) for each in conditions if each is not None))
