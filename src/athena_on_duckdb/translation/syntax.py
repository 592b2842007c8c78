"""What sqlglot reads, and is no SQL of Athena's: refused by the tokens of a statement.

The grammar is Trino's: core/trino-parser/src/main/antlr4/io/trino/sql/parser/SqlBase.g4
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from athena_on_duckdb.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

_Tokens = list[Any]

# What no expression begins with, so that no comma stands before it; None is the end.
_BEGINS_NOTHING: Final = frozenset({
    None, TokenType.COMMA, TokenType.FROM, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.WHERE,
    TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.HAVING, TokenType.UNION, TokenType.SEMICOLON,
})  # fmt: skip
# What no expression ends with, so that the bracket behind it is no subscript but an array.
_ENDS_NOTHING: Final = frozenset({
    TokenType.SELECT, TokenType.DISTINCT, TokenType.COMMA, TokenType.L_PAREN, TokenType.L_BRACKET,
    TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.GT, TokenType.LTE, TokenType.GTE,
    TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.DPIPE,
    TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.WHERE, TokenType.ON, TokenType.WHEN,
    TokenType.THEN, TokenType.ELSE, TokenType.IN, TokenType.ARROW,
})  # fmt: skip
_QUOTED: Final = frozenset({TokenType.IDENTIFIER, TokenType.STRING})
# Operators of other dialects, by what they are taken for.
_NO_OPERATORS: Final = frozenset({TokenType.NULLSAFE_EQ, TokenType.ISNULL, TokenType.NOTNULL})
# Last words of the types that Trino has; its DDL and other dialects have others.
_TYPES: Final = frozenset({
    "boolean", "tinyint", "smallint", "integer", "int", "bigint", "real", "double", "precision",
    "decimal", "varchar", "char", "varbinary", "json", "date", "time", "timestamp", "zone",
    "year", "month", "day", "hour", "minute", "second", "array", "map", "row", "uuid",
    "ipaddress", "unknown", "hyperloglog", "p4hyperloglog", "setdigest", "qdigest", "tdigest",
    "geometry", "sphericalgeography", "bingtile", "color", "function",
})  # fmt: skip
# https://trino.io/docs/398/language/reserved.html
_RESERVED: Final = frozenset({
    "ALTER", "AND", "AS", "BETWEEN", "BY", "CASE", "CAST", "CONSTRAINT", "CREATE", "CROSS", "CUBE",
    "CURRENT_CATALOG", "CURRENT_DATE", "CURRENT_PATH", "CURRENT_ROLE", "CURRENT_SCHEMA",
    "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "DEALLOCATE", "DELETE", "DESCRIBE",
    "DISTINCT", "DROP", "ELSE", "END", "ESCAPE", "EXCEPT", "EXECUTE", "EXISTS", "EXTRACT", "FALSE",
    "FOR", "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "IN", "INNER", "INSERT", "INTERSECT",
    "INTO", "IS", "JOIN", "JSON_ARRAY", "JSON_EXISTS", "JSON_OBJECT", "JSON_QUERY", "JSON_VALUE",
    "LEFT", "LIKE", "LISTAGG", "LOCALTIME", "LOCALTIMESTAMP", "NATURAL", "NORMALIZE", "NOT", "NULL",
    "ON", "OR", "ORDER", "OUTER", "PREPARE", "RECURSIVE", "RIGHT", "ROLLUP", "SELECT", "SKIP",
    "TABLE", "THEN", "TRIM", "TRUE", "UESCAPE", "UNION", "UNNEST", "USING", "VALUES", "WHEN",
    "WHERE", "WITH",
})  # fmt: skip
# Some are one token of several, as `double precision`.
_WORD: Final = re.compile(r"[^\W\d][\w ]*")


def refuse_other_dialects(sql: str, tokens: _Tokens) -> None:
    """Refuse numbers, operators, commas, arrays and types that other dialects have.

    Args:
        sql: A statement.
        tokens: Its tokens, by sqlglot.

    Raises:
        QueryError: It holds one of them.
    """
    _refuse_numbers_of_other_bases(sql, tokens)
    _refuse_operators_and_commas(tokens)
    _refuse_types(tokens)


def refuse_reserved_names(statement: exp.Expr) -> None:
    """Refuse reserved words as names, where they are not quoted.

    Args:
        statement: What was parsed.

    Raises:
        QueryError: It has one.
    """
    for name in statement.find_all(exp.Identifier):
        if not name.args.get("quoted") and name.name.upper() in _RESERVED:
            _mismatched(name.name)


def _refuse_numbers_of_other_bases(sql: str, tokens: _Tokens) -> None:
    """Refuse `0x1F`, which sqlglot takes for bytes, and `0b1`, which it takes for 0 named b1."""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        other = token.token_type == TokenType.HEX_STRING and sql[token.start] == "0"
        if token.token_type == TokenType.NUMBER and following is not None:
            other = following.token_type == TokenType.VAR and following.start == token.end + 1
        if other:
            detail = f"Not a number: {sql[token.start : token.end + 1]!r} and what follows"
            raise QueryError(ErrorName.SYNTAX_ERROR, detail)


def _refuse_operators_and_commas(tokens: _Tokens) -> None:
    """Refuse `==` and the like, arrays without ARRAY, and a comma or LIMIT before what ends it."""
    kinds = [token.token_type for token in tokens]
    for at, (kind, token) in enumerate(zip(kinds, tokens, strict=True)):
        before = kinds[at - 1] if at else None
        after = kinds[at + 1] if at + 1 < len(kinds) else None
        if (
            kind in _NO_OPERATORS
            or (kind == TokenType.EQ and token.text == "==")
            or (kind == TokenType.L_BRACKET and _is_no_subscript(before, after))
        ):
            _mismatched(token.text)
        if kind == TokenType.COMMA and after in _BEGINS_NOTHING:
            _mismatched("<EOF>" if after is None else tokens[at + 1].text)
        if kind == TokenType.LIMIT and kinds[at + 2 : at + 3] == [TokenType.OFFSET]:
            _mismatched(tokens[at + 2].text)


def _is_no_subscript(before: TokenType | None, after: TokenType | None) -> bool:
    return before in _ENDS_NOTHING or (before != TokenType.ARRAY and after == TokenType.R_BRACKET)


def _mismatched(text: str) -> NoReturn:
    raise QueryError(ErrorName.SYNTAX_ERROR, f"mismatched input {text!r}")


def _refuse_types(tokens: _Tokens) -> None:
    """Refuse types that Trino has not, wherever in the type of a CAST they stand."""
    casts: list[bool] = []
    for at, token in enumerate(tokens):
        if token.token_type == TokenType.L_PAREN:
            casts.append(at > 0 and tokens[at - 1].text.lower() in {"cast", "try_cast"})
        elif token.token_type == TokenType.R_PAREN and casts:
            casts.pop()
        elif token.token_type == TokenType.ALIAS and casts and casts[-1]:
            _refuse_in_type(tokens[at + 1 :])


def _refuse_in_type(tokens: Sequence[Any]) -> None:
    depth = 0
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.token_type == TokenType.L_PAREN:
            depth += 1
        elif token.token_type == TokenType.R_PAREN:
            depth -= 1
            if depth < 0:
                return
        # A word before another one is a field's name, or not the type's last.
        is_last = following is None or not _is_word(following)
        if is_last and _is_word(token) and token.text.lower().rpartition(" ")[2] not in _TYPES:
            raise QueryError(ErrorName.TYPE_MISMATCH, f"Unknown type: {token.text}")


def _is_word(token: Any) -> bool:  # noqa: ANN401 -- sqlglot's own
    return token.token_type in _QUOTED or _WORD.fullmatch(token.text) is not None
