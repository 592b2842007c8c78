"""Puts values in the place of the question marks of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.statements.tokens import TokenKind, tokens
from athena_on_duckdb.tables.relations import sql_text
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

# What can stand where an expression in parentheses cannot, as after LIMIT.
_PLAIN: Final = re.compile(r"\d+|'(?:[^']|'')*'")
_NOT_BARE: Final = (exp.Column, exp.Star, exp.Query, exp.Placeholder, exp.Parameter)


def bind(sql: str, values: Sequence[str]) -> str:
    """Give a statement with values in the place of its question marks.

    Args:
        sql: The statement.
        values: Expressions, in order.

    Raises:
        QueryError: There are more or fewer values than question marks.
    """
    marks = [token for token in tokens(sql) if token.kind is TokenKind.MARK and token.text == "?"]
    if len(marks) != len(values):
        detail = f"Incorrect number of parameters: expected {len(marks)} but found {len(values)}"
        raise QueryError(ErrorName.INVALID_PARAMETER_USAGE, detail)
    pieces: list[str] = []
    end = 0
    for mark, value in zip(marks, values, strict=True):
        pieces += [sql[end : mark.start], value if _PLAIN.fullmatch(value) else f"({value}\n)"]
        end = mark.end
    return "".join([*pieces, sql[end:]])


def as_expression(parameter: str) -> str:
    """Give the expression that an execution parameter stands for.

    A text that is an expression without columns is taken as that, so that `2024-03-02` is 2019;
    any other is a text, whatever it holds.
    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    try:
        tree = parse(f"SELECT {parameter}")
        # One at the end of a statement is left out: within parentheses, it is seen.
        marks = [each.text for each in tokens(f"({parameter}\n)") if each.kind is TokenKind.MARK]
    except QueryError:
        return sql_text(parameter)
    is_bare = ";" not in marks and _is_bare_expression(tree)
    return parameter.strip() if is_bare else sql_text(parameter)


def _is_bare_expression(tree: exp.Expr) -> bool:
    clauses = [name for name, value in tree.args.items() if value and name != "expressions"]
    if not isinstance(tree, exp.Select) or clauses or len(tree.expressions) != 1:
        return False
    (expression,) = tree.expressions
    return not isinstance(expression, exp.Alias) and not any(expression.find_all(*_NOT_BARE))
