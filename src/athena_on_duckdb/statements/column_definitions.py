"""Reads the columns of Hive's DDL: names, types and comments, as Glue keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.statements.tokens import TokenKind
from athena_on_duckdb.types import athena_type_of_glue

if TYPE_CHECKING:
    from athena_on_duckdb.statements.tokens import Reader

# What may follow a type.
_ENDS: Final = (",", ")", "COMMENT", "FIRST", "AFTER", "CASCADE", "RESTRICT")


def read_columns(reader: Reader) -> list[dict[str, str]]:
    """Reads `(name type [COMMENT text], ...)`.

    Raises:
        QueryError: It is not there or not so, or a type is unknown.
    """
    found: list[dict[str, str]] = []
    reader.expect("(")
    while not reader.accept(")"):
        if found:
            reader.expect(",")
        found.append(read_column(reader, is_listed=True))
    return found


def read_column(reader: Reader, *, is_listed: bool = False) -> dict[str, str]:
    """Reads one column.

    Args:
        reader: Stands at its name.
        is_listed: Whether something of a list must follow it, and not the statement's end.

    Raises:
        QueryError: It is not there, or its type is unknown.
    """
    column = {"Name": reader.name(), "Type": _type(reader, is_listed=is_listed)}
    if reader.accept("COMMENT"):
        column["Comment"] = reader.text()
    return column


def _type(reader: Reader, *, is_listed: bool) -> str:
    """Reads a type to where its column ends."""
    start, depth = reader.token.start, 0
    while depth or not any(map(reader.is_at, _ENDS)):
        if reader.token.kind is TokenKind.END and not is_listed and not depth:
            break
        token = reader.any_token()
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(token.text, 0)
    text = reader.sql[start : reader.token.start].strip().lower()
    athena_type_of_glue(text)
    return text
