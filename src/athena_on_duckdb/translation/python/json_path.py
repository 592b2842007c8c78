"""Paths of the SQL standard in JSON: read into a tree."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[$A-Za-z_@][A-Za-z0-9_@$]*)
    |(?P<sign>&&|\|\||==|<>|!=|<=|>=|[-+*/%<>!?()\[\]{},.]))""",
    re.VERBOSE,
)
_METHODS: Final = frozenset({"type", "size", "double", "ceiling", "floor", "abs", "keyvalue"})
_ITEMS: Final = {"$": "root", "@": "current", "last": "last"}
_COMPARISONS: Final = frozenset({"==", "<>", "!=", "<", "<=", ">", ">="})


class PathSyntaxError(ValueError):
    """Raised where a text is no path."""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a path.

    Attributes:
        kind: What it is: `root`, `current`, `last`, `value`, `member`, `members`, `elements`,
            `subscript`, `method`, `filter`, a sign of arithmetic or comparison, or a predicate.
        parts: The nodes within.
        value: A literal, a key, the name of a method.
    """

    kind: str
    parts: tuple[Node, ...] = ()
    value: object = None


@dataclass(frozen=True, slots=True)
class Path:
    """A path, and whether it is lax."""

    lax: bool
    whole: Node


@lru_cache(maxsize=1024)
def read_path(written: str) -> Path:
    """Read a path such as `lax $.a[*] ? (@.b > 1)`.

    Raises:
        PathSyntaxError: It is none.
    """
    return _Reader(written).path()


class _Reader:
    """Reads a path from its tokens, by the precedence of its operators."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(written.rstrip())
        while at < end:
            found = _TOKEN.match(written, at)
            if found is None or found.lastgroup is None:
                self._fail()
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def _fail(self) -> NoReturn:
        message = f"Invalid JSON path: {self._written!r}"
        raise PathSyntaxError(message)

    def path(self) -> Path:
        mode = self._next()[1]
        if mode not in {"lax", "strict"}:
            self._fail()
        whole = self._sum()
        if self._at != len(self._tokens):
            self._fail()
        return Path(mode == "lax", whole)

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            self._fail()
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, *signs: str) -> str:
        """Take a sign if it comes next, else nothing."""
        if self._peek() in signs:
            return self._next()[1]
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            self._fail()

    def _chain(self, part: Callable[[], Node], kinds: dict[str, str]) -> Node:
        """Read parts between signs, from the left; `kinds` are the nodes that the signs make."""
        made = part()
        while sign := self._take(*kinds):
            made = Node(kinds[sign], (made, part()))
        return made

    def _enclosed(self, part: Callable[[], Node]) -> Node:
        self._need("(")
        made = part()
        self._need(")")
        return made

    def _sum(self) -> Node:
        return self._chain(self._product, {"+": "+", "-": "-"})

    def _product(self) -> Node:
        return self._chain(self._signed, {"*": "*", "/": "/", "%": "%"})

    def _signed(self) -> Node:
        if sign := self._take("+", "-"):
            return Node(f"unary {sign}", (self._signed(),))
        return self._accessed(self._primary())

    def _primary(self) -> Node:
        kind, word = self._next()
        if kind == "text":
            return Node("value", value=json.loads(word))
        if kind == "number":
            exact = Decimal(word) if "e" not in word.lower() else float(word)
            return Node("value", value=int(word) if word.isdigit() else exact)
        if word in {"true", "false", "null"}:
            return Node("value", value=json.loads(word))
        if word in _ITEMS:
            return Node(_ITEMS[word])
        if word != "(":
            self._fail()
        made = self._sum()
        self._need(")")
        return made

    def _accessed(self, made: Node) -> Node:
        while sign := self._take(".", "[", "?"):
            if sign == ".":
                made = self._member(made)
            elif sign == "[":
                made = self._subscripts(made)
            else:
                made = Node("filter", (made, self._enclosed(self._any_of)))
        return made

    def _member(self, of: Node) -> Node:
        kind, word = self._next()
        if word == "*":
            return Node("members", (of,))
        if kind == "text":
            return Node("member", (of,), json.loads(word))
        if kind != "word" or word[0] in "$@":
            self._fail()
        if self._take("("):
            self._need(")")
            if word not in _METHODS:
                self._fail()
            return Node("method", (of,), word)
        return Node("member", (of,), word)

    def _subscripts(self, of: Node) -> Node:
        if self._take("*"):
            self._need("]")
            return Node("elements", (of,))
        ranges = [self._range()]
        while self._take(","):
            ranges.append(self._range())
        self._need("]")
        return Node("subscript", (of, *ranges))

    def _range(self) -> Node:
        first = self._sum()
        return Node("range", (first, self._sum() if self._take("to") else first))

    def _any_of(self) -> Node:
        return self._chain(self._all_of, {"||": "or"})

    def _all_of(self) -> Node:
        return self._chain(self._test, {"&&": "and"})

    def _test(self) -> Node:
        if self._take("!"):
            return Node("not", (self._test_in_parentheses(),))
        if self._take("exists"):
            return Node("exists", (self._enclosed(self._sum),))
        if self._peek() == "(":
            begun = self._at
            try:
                return self._test_in_parentheses()
            except PathSyntaxError:
                self._at = begun
        left = self._sum()
        if self._take("starts"):
            self._need("with")
            return Node("starts", (left, self._signed()))
        sign = self._next()[1]
        if sign not in _COMPARISONS:
            self._fail()
        return Node("!=" if sign == "<>" else sign, (left, self._sum()))

    def _test_in_parentheses(self) -> Node:
        if self._peek() == "exists":
            return self._test()
        made = self._enclosed(self._any_of)
        if self._take("is"):
            self._need("unknown")
            return Node("unknown", (made,))
        return made
