"""Cuts a statement into words, names, texts and marks, and reads them one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from athena_on_duckdb.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class TokenKind(StrEnum):
    """What a piece of a statement is; a name stands in quotes."""

    WORD = "word"
    NAME = "name"
    TEXT = "text"
    NUMBER = "number"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a statement.

    Attributes:
        kind: What it is.
        text: What it says, without its quotes.
        start: Where it begins in the statement.
        end: Where it ends, exclusive.
    """

    kind: TokenKind
    text: str
    start: int
    end: int


_TOKEN: Final = re.compile(
    r"""(?P<skipped>\s+|--[^\n]*|/\*.*?\*/)
    |'(?P<text>(?:[^']|'')*)'
    |"(?P<name>(?:[^"]|"")+)"
    |`(?P<backticked>(?:[^`]|``)+)`
    |(?P<number>\d[\w.]*)
    |(?P<word>[^\W\d][\w$@]*)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTES: Final = {"text": "'", "name": '"', "backticked": "`"}
_NAMES: Final = frozenset({TokenKind.WORD, TokenKind.NAME})
_CATALOGS: Final = frozenset({"awsdatacatalog", "hive"})


def tokens(sql: str) -> list[Token]:
    """Give the pieces of a statement, comments left out, and without semicolons at its end.

    Raises:
        QueryError: A quote or a comment is not closed.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(sql):
        group = str(match.lastgroup)
        if group == "skipped":
            continue
        text, quote = match[group], _QUOTES.get(group)
        if quote is not None:
            text = text.replace(quote * 2, quote)
        if group == "mark" and (text in "'\"`" or sql.startswith("/*", match.start())):
            detail = f"{position(sql, match.start())}: {text!r} is opened and not closed"
            raise QueryError(ErrorName.SYNTAX_ERROR, detail)
        kind = TokenKind.NAME if group == "backticked" else TokenKind(group)
        found.append(Token(kind, text, match.start(), match.end()))
    while found and found[-1].kind is TokenKind.MARK and found[-1].text == ";":
        found.pop()
    return found


def position(sql: str, offset: int) -> str:
    """Give a place in a statement as Athena tells it."""
    before = sql[:offset]
    return f"line {before.count(chr(10)) + 1}:{offset - before.rfind(chr(10))}"


class Reader:
    """Reads the pieces of a statement; what is not there as it must be is a syntax error."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._tokens = tokens(sql)
        self._next = 0

    @property
    def token(self) -> Token:
        """The next piece."""
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        end = self._tokens[-1].end if self._tokens else 0
        return Token(TokenKind.END, "<EOF>", end, end)

    def refuse(self, expected: str) -> NoReturn:
        """Refuse the statement at the next piece.

        Raises:
            QueryError: Always.
        """
        found = self.sql[self.token.start : self.token.end] or "<EOF>"
        place = position(self.sql, self.token.start)
        detail = f"{place}: mismatched input {found!r}. Expecting: {expected}"
        raise QueryError(ErrorName.SYNTAX_ERROR, detail)

    def is_at(self, *words: str) -> bool:
        """Tell whether words or marks come next, in any case."""
        ahead = self._tokens[self._next : self._next + len(words)]
        return len(ahead) == len(words) and all(
            token.kind in {TokenKind.WORD, TokenKind.MARK} and token.text.upper() == word
            for token, word in zip(ahead, words, strict=True)
        )

    def accept(self, *words: str) -> bool:
        """Pass over words or marks if they come next, and tell whether they did."""
        if not self.is_at(*words):
            return False
        self._next += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Pass over words or marks that must come next.

        Raises:
            QueryError: They do not.
        """
        if not self.accept(*words):
            self.refuse(" ".join(words))

    def any_token(self) -> Token:
        """Pass over one piece, whatever it is.

        Raises:
            QueryError: The statement is over.
        """
        if self.token.kind is TokenKind.END:
            self.refuse("more")
        self._next += 1
        return self._tokens[self._next - 1]

    def name(self) -> str:
        """Read a name, which the catalog keeps in lower case.

        Raises:
            QueryError: Something else comes next.
        """
        if self.token.kind not in _NAMES:
            self.refuse("a name")
        return self.any_token().text.lower()

    def qualified_name(self) -> tuple[str | None, str]:
        """Read the name of a table, with that of its database where there is one.

        Raises:
            QueryError: Something else comes next, or the catalog is another one than Glue's.
        """
        parts = [self.name()]
        while self.accept("."):
            parts.append(self.name())
        if len(parts) == 3 and parts[0] in _CATALOGS:  # noqa: PLR2004
            del parts[0]
        if len(parts) > 2:  # noqa: PLR2004
            detail = f"catalog {parts[0]!r} is not here: only awsdatacatalog is"
            raise QueryError(ErrorName.NOT_SUPPORTED, detail)
        return (parts[0] if len(parts) > 1 else None), parts[-1]

    def listed(self, read: Callable[[], _T], marks: str = "()") -> list[_T]:
        """Read what stands between two marks, with commas between one and the next.

        Raises:
            QueryError: The marks or the commas are not there, or what stands there is not so.
        """
        opening, closing = marks
        self.expect(opening)
        found: list[_T] = []
        while not self.accept(closing):
            if found:
                self.expect(",")
            found.append(read())
        return found

    def optional(self, word: str) -> str | None:
        """Read a text in single quotes behind a word; None where the word is not there."""
        return self.text() if self.accept(word) else None

    def text(self) -> str:
        """Read a text in single quotes.

        Raises:
            QueryError: Something else comes next.
        """
        if self.token.kind is not TokenKind.TEXT:
            self.refuse("a text in single quotes")
        return self.any_token().text

    def parenthesized(self) -> str:
        """Read what stands in parentheses, to the one that closes them.

        Raises:
            QueryError: There are none, or they are not closed.
        """
        self.expect("(")
        start, depth = self.token.start, 1
        while True:
            token = self.any_token()
            if token.kind is TokenKind.MARK:
                depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0:
                return self.sql[start : token.start].strip()

    def rest(self) -> str:
        """Read all that is left.

        Raises:
            QueryError: Nothing is.
        """
        start = self.any_token().start
        self._next = len(self._tokens)
        return self.sql[start : self._tokens[-1].end]

    def rest_without(self, *ending: str) -> tuple[str, bool]:
        """Read all that is left, and tell whether it ended with words, which are left out.

        Raises:
            QueryError: Nothing is left.
        """
        last = [token.text.upper() for token in self._tokens[-len(ending) :]]
        is_there = last == list(ending) and len(self._tokens) - len(ending) > self._next
        if is_there:
            del self._tokens[-len(ending) :]
        return self.rest(), is_there

    def end(self) -> None:
        """Make sure that nothing is left.

        Raises:
            QueryError: Something is.
        """
        if self.token.kind is not TokenKind.END:
            self.refuse("<EOF>")
