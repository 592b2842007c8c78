"""Parses Athena's SQL, keeping names and literals that sqlglot would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import SqlglotError
from sqlglot.parsers.athena import AthenaTrinoParser
from sqlglot.tokenizer_core import TokenType

from local.athena.errors import ErrorName, QueryError
from local.athena.translation.expressions import TYPED_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Functions with a grammar of their own. All others stay calls by name: what sqlglot makes of a
# known function may mean something else, or other arguments, than Athena's.
_GRAMMARS: Final = frozenset({
    "CAST", "TRY_CAST", "EXTRACT", "TRIM", "JSON_QUERY", "JSON_VALUE", "JSON_OBJECT", "LISTAGG",
    "POSITION", "SUBSTRING", "NORMALIZE",
})  # fmt: skip
_WORDS: Final = frozenset({"ANY", "CASE", "IF"})


def _typed_text(_: object, this: exp.Expr, to: exp.DataType) -> exp.Expr:
    made = exp.Cast(this=this, to=to)
    made.meta[TYPED_TEXT] = True
    return made


def _only(parsers: Mapping[Any, Any], names: frozenset[str]) -> dict[Any, Any]:
    return {key: parser for key, parser in parsers.items() if str(key) in names}


class _Parser(AthenaTrinoParser):
    FUNCTIONS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr]]] = _only(
        cast("dict[Any, Any]", AthenaTrinoParser.FUNCTION_PARSERS), _GRAMMARS
    )
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr]]] = _only(
        cast("dict[Any, Any]", AthenaTrinoParser.NO_PAREN_FUNCTION_PARSERS), _WORDS
    )
    # Athena has neither `x::type` nor `json -> path`.
    COLUMN_OPERATORS: ClassVar[dict[Any, Any]] = {TokenType.DOT: None}
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
        tokens = _Athena().tokenize(sql)
        _refuse_numbers_of_other_bases(sql, tokens)
        statements = sqlglot.parse(sql, dialect=_Athena)
    except (SqlglotError, RecursionError) as error:
        detail = f"The statement cannot be read: {_plain(error)}"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail) from error
    found = [statement for statement in statements if statement is not None]
    if len(found) != 1:
        detail = "Only one sql statement is allowed."
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)
    return found[0]


def _refuse_numbers_of_other_bases(sql: str, tokens: list[Any]) -> None:
    """Refuse `0x1F`, which sqlglot takes for bytes, and `0b1`, which it takes for 0 named b1."""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        other = token.token_type == TokenType.HEX_STRING and sql[token.start] == "0"
        if token.token_type == TokenType.NUMBER and following is not None:
            other = following.token_type == TokenType.VAR and following.start == token.end + 1
        if other:
            detail = f"Not a number: {sql[token.start : token.end + 1]!r} and what follows"
            raise QueryError(ErrorName.SYNTAX_ERROR, detail)


def _plain(error: Exception) -> str:
    """Give sqlglot's message without the terminal's underlining."""
    return str(error).replace("\x1b[4m", "").replace("\x1b[0m", "")
