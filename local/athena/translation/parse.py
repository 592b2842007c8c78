"""Parses Athena's SQL, keeping the names of functions and the literals that sqlglot would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.parsers.athena import AthenaTrinoParser

from local.athena.errors import ErrorName, QueryError
from local.athena.translation.expressions import TYPED_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

# Functions with a grammar of their own. All others stay calls by name: what sqlglot makes of a
# known function may mean something else, or other arguments, than Athena's.
_GRAMMARS: Final = frozenset({
    "CAST", "TRY_CAST", "EXTRACT", "TRIM", "JSON_QUERY", "JSON_VALUE", "JSON_OBJECT", "LISTAGG",
    "POSITION", "SUBSTRING", "NORMALIZE",
})  # fmt: skip
_MAX_DEPTH: Final = 200


def _typed_text(_: object, this: exp.Expr, to: exp.DataType) -> exp.Expr:
    made = exp.Cast(this=this, to=to)
    made.meta[TYPED_TEXT] = True
    return made


class _Parser(AthenaTrinoParser):
    FUNCTIONS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {
        name: parser
        for name, parser in AthenaTrinoParser.FUNCTION_PARSERS.items()
        if name in _GRAMMARS
    }
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {
        name: parser
        for name, parser in AthenaTrinoParser.NO_PAREN_FUNCTION_PARSERS.items()
        if name in {"ANY", "CASE", "IF"}
    }
    # Athena has neither `x::type` nor `json -> path`.
    COLUMN_OPERATORS: ClassVar[dict[object, object]] = {
        token: parser
        for token, parser in AthenaTrinoParser.COLUMN_OPERATORS.items()
        if token.name == "DOT"
    }
    TYPE_LITERAL_PARSERS: ClassVar[dict[exp.DType, Callable[..., exp.Expr]]] = dict.fromkeys(
        exp.DType, _typed_text
    )


class _Athena(Trino):
    INDEX_OFFSET = 0
    NUMBERS_CAN_BE_UNDERSCORE_SEPARATED = True
    Parser = _Parser


def parse(sql: str) -> exp.Expr:
    """Parse one statement.

    Raises:
        QueryError: The text is no statement, or more than one.
    """
    try:
        statements = sqlglot.parse(sql, dialect=_Athena)
    except (SqlglotError, RecursionError) as error:
        detail = f"The statement cannot be read: {_plain(error)}"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail) from error
    found = [statement for statement in statements if statement is not None]
    if len(found) != 1:
        detail = "Only one sql statement is allowed."
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    return found[0]


def _plain(error: Exception) -> str:
    """Give sqlglot's message without the terminal's underlining."""
    return str(error).replace("\x1b[4m", "").replace("\x1b[0m", "")
