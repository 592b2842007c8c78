"""Reads properties: those in `WITH (...)` of Trino, and those of Hive's DDL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.statements.tokens import TokenKind

if TYPE_CHECKING:
    from athena_on_duckdb.statements.model import Value
    from athena_on_duckdb.statements.tokens import Reader

_INTEGER: Final = re.compile(r"\d+")


def read_properties(reader: Reader) -> dict[str, Value]:
    """Read `(name = value, ...)`; names in lower case, but those in single quotes as they are.

    Raises:
        QueryError: It is not there, or not so.
    """
    found: dict[str, Value] = {}
    reader.expect("(")
    while not reader.accept(")"):
        if found:
            reader.expect(",")
        token = reader.any_token()
        if token.kind not in {TokenKind.WORD, TokenKind.NAME, TokenKind.TEXT}:
            reader.refuse("the name of a property")
        reader.expect("=")
        # Hive's are texts, and their case counts.
        name = token.text if token.kind is TokenKind.TEXT else token.text.lower()
        found[name] = _value(reader)
    return found


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
    if not reader.accept("ARRAY", "["):
        reader.refuse("a text, a whole number, true, false or an ARRAY of texts")
    texts: list[str] = []
    while not reader.accept("]"):
        if texts:
            reader.expect(",")
        texts.append(reader.text())
    return tuple(texts)
