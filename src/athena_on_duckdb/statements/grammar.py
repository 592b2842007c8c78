"""Reads what statements of DDL have in common: columns, properties, partitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.statements.tokens import TokenKind
from athena_on_duckdb.types import athena_type_of_glue

if TYPE_CHECKING:
    from athena_on_duckdb.statements.model import Value
    from athena_on_duckdb.statements.tokens import Reader

# What may follow a type.
_ENDS: Final = (",", ")", "COMMENT", "FIRST", "AFTER", "CASCADE", "RESTRICT")
_INTEGER: Final = re.compile(r"\d+")


def read_columns(reader: Reader) -> tuple[dict[str, str], ...]:
    """Reads `(name type [COMMENT text], ...)` as Glue keeps columns.

    Raises:
        QueryError: It is not there or not so, or a type is unknown.
    """
    return tuple(reader.listed(lambda: read_column(reader, is_listed=True)))


def read_column(reader: Reader, *, is_listed: bool = False) -> dict[str, str]:
    """Reads one column.

    Args:
        reader: Stands at its name.
        is_listed: Whether something of a list must follow it, and not the statement's end.

    Raises:
        QueryError: It is not there, or its type is unknown.
    """
    column = {"Name": reader.name(), "Type": _type(reader, is_listed=is_listed)}
    comment = reader.optional("COMMENT")
    return column if comment is None else {**column, "Comment": comment}


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


def read_partition(reader: Reader) -> dict[str, str]:
    """Reads `(key = value, ...)`, the values of a partition by key.

    Raises:
        QueryError: It is not there, or not so.
    """

    def pair() -> tuple[str, str]:
        key = reader.name()
        reader.expect("=")
        if reader.token.kind not in {TokenKind.TEXT, TokenKind.NUMBER}:
            reader.refuse("a value")
        return key, reader.any_token().text

    return dict(reader.listed(pair))


def read_properties(reader: Reader) -> dict[str, Value]:
    """Reads `(name = value, ...)`; names in lower case, but those in single quotes as they are.

    Raises:
        QueryError: It is not there, or not so.
    """

    def pair() -> tuple[str, Value]:
        token = reader.any_token()
        if token.kind not in {TokenKind.WORD, TokenKind.NAME, TokenKind.TEXT}:
            reader.refuse("the name of a property")
        reader.expect("=")
        # Hive's are texts, and their case counts.
        return token.text if token.kind is TokenKind.TEXT else token.text.lower(), _value(reader)

    return dict(reader.listed(pair))


def read_texts(reader: Reader) -> dict[str, str]:
    """Reads Hive's properties, whose values are texts.

    Raises:
        QueryError: As `read_properties`.
    """
    return {name: str(value) for name, value in read_properties(reader).items()}


def _value(reader: Reader) -> Value:
    token = reader.token
    if token.kind is TokenKind.TEXT:
        return reader.text()
    if token.kind is TokenKind.NUMBER and _INTEGER.fullmatch(token.text):
        return int(reader.any_token().text)
    for word, value in (("TRUE", True), ("FALSE", False)):
        if reader.accept(word):
            return value
    if not reader.is_at("ARRAY", "["):
        reader.refuse("a text, a whole number, true, false or an ARRAY of texts")
    reader.expect("ARRAY")
    return tuple(reader.listed(reader.text, "[]"))
