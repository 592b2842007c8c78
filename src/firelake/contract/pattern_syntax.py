"""What a `pattern` may say: RE2's syntax without captures, read into a tree.

https://github.com/google/re2/wiki/Syntax. Back-references and look-around, which no automaton
knows, are refused, as RE2 refuses them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntFlag
from typing import Final, TypeAlias

from firelake.contract.character_classes import (
    ESCAPED_CLASSES,
    NEWLINE,
    POSIX_CLASSES,
    Chars,
    Part,
    category_class,
)
from firelake.contract.errors import PatternError

# RE2's own limit of a repetition.
MAX_REPEAT: Final = 1000
# Of the tree once its repetitions are written out: bounds the work that a character makes.
MAX_SIZE: Final = 2000
_MAX_DEPTH: Final = 50

_REPEAT: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]+)?)?\}")
_GROUP_NAME: Final = re.compile(r"P?<([A-Za-z_][A-Za-z0-9_]*)>")
_FLAGS: Final = re.compile(r"([imsU]*)(?:-([imsU]+))?([:)])")
_HEX: Final = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_CATEGORY: Final = re.compile(r"([pP])(?:([A-Z])|\{(\^?[A-Za-z]+)\})")
_POSIX: Final = re.compile(r"\[:(\^?)([a-z]+):\]")
_CONTROLS: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MAX_CODE_POINT: Final = 0x10FFFF


class Boundary(IntFlag):
    """What may be true of a place between two characters."""

    TEXT_START = 1
    TEXT_END = 2
    LINE_START = 4
    LINE_END = 8
    WORD = 16
    NO_WORD = 32


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; none is the empty text."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of several."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same, `least` to `most` times; as often as one likes where `most` is None."""

    item: Node
    least: int
    most: int | None


Node: TypeAlias = Chars | Boundary | Sequence | Choice | Repeat


def parse_pattern(pattern: str) -> Node:
    """Reads a pattern.

    Args:
        pattern: As RE2 would take it.

    Raises:
        PatternError: It is not of this syntax, or too large.
    """
    node = _Parser(pattern).parse() if len(pattern) <= MAX_SIZE else None
    if node is None or _size(node) > MAX_SIZE:
        message = f"is too large: with its repetitions written out it has over {MAX_SIZE:,} parts"
        raise PatternError(message)
    return node


def shortest(node: Node) -> int:
    """How many characters a text that matches has at least."""
    match node:
        case Chars():
            return 1
        case Sequence(items):
            return sum(map(shortest, items))
        case Choice(items):
            return min(map(shortest, items))
        case Repeat(item, least):
            return least * shortest(item)
        case _:
            return 0


def _size(node: Node) -> int:
    match node:
        case Sequence(items) | Choice(items):
            return 1 + sum(map(_size, items))
        case Repeat(item, least, most):
            return 1 + _size(item) * (least + 1 if most is None else most)
        case _:
            return 1


@dataclass(frozen=True, slots=True)
class _Flags:
    """What `(?ims)` has switched on."""

    ignores_case: bool = False
    is_multiline: bool = False
    dot_is_all: bool = False


_FLAG_NAMES: Final = {"i": "ignores_case", "m": "is_multiline", "s": "dot_is_all"}


class _Parser:
    """One pass over a pattern, by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        self._flags = _Flags()

    def parse(self) -> Node:
        node = self._choice()
        if self._at < len(self._pattern):
            message = "has a ) that nothing opens"
            raise PatternError(message)
        return node

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            if self._take("\\Q"):
                literals = self._quoted()
                items += literals[:-1]
                items += map(self._repeated, literals[-1:])
                continue
            item = self._item()
            if item is None:
                continue
            items.append(self._repeated(item))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _quoted(self) -> list[Chars]:
        r"""What `\Q` takes as it stands, up to `\E`."""
        literal, _, _ = self._pattern[self._at :].partition("\\E")
        self._at += len(literal)
        self._take("\\E")
        return [self._literal(each) for each in literal]

    def _repeated(self, item: Node) -> Node:
        bounds = self._repetition()
        if bounds is None:
            return item
        least, most = bounds
        if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
            message = f"repeats more than {MAX_REPEAT:,} times, or more at least than at most"
            raise PatternError(message)
        self._take("?")
        if self._repetition():
            message = "stacks repetitions, as a*+ and a{2}{3} do: use (?: )"
            raise PatternError(message)
        return Repeat(item, least, most)

    def _repetition(self) -> tuple[int, int | None] | None:
        for mark, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self._take(mark):
                return least, most
        # A brace that is no repetition is a brace.
        match = self._match(_REPEAT)
        if match is None:
            return None
        least = int(match[1])
        return least, (int(match[3]) if match[3] else None if match[2] else least)

    def _item(self) -> Node | None:
        if self._repetition():
            message = "repeats nothing: a *, +, ? or {n} needs something before it"
            raise PatternError(message)
        first = self._next()
        if first == "(":
            return self._group()
        if first == "[":
            return self._class()
        if first == "\\":
            return self._escape()
        if first == ".":
            return Chars((), is_negated=True) if self._flags.dot_is_all else NEWLINE.negated()
        return self._anchor(first) or self._literal(first)

    def _anchor(self, first: str) -> Node | None:
        if first == "^":
            return Boundary.LINE_START if self._flags.is_multiline else Boundary.TEXT_START
        if first == "$":
            return Boundary.LINE_END if self._flags.is_multiline else Boundary.TEXT_END
        return None

    def _group(self) -> Node | None:
        before = self._flags
        if self._take("?") and self._match(_GROUP_NAME) is None:
            flags = self._match(_FLAGS)
            if flags is None or flags[0] == ")":
                message = (
                    "has a (? that means nothing: (?: ), (?P<name> ), (?i), (?m) and (?s) do;"
                    " look-ahead and look-behind are not known"
                )
                raise PatternError(message)
            on = {_FLAG_NAMES[each]: True for each in flags[1] if each in _FLAG_NAMES}
            off = {_FLAG_NAMES[each]: False for each in flags[2] or "" if each in _FLAG_NAMES}
            self._flags = replace(before, **on, **off)
            if flags[3] == ")":
                return None
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            message = f"is nested more than {_MAX_DEPTH} deep"
            raise PatternError(message)
        node = self._choice()
        if not self._take(")"):
            message = "has a ( that nothing closes"
            raise PatternError(message)
        self._depth -= 1
        self._flags = before
        return node

    def _escape(self) -> Node:
        for letter, boundary in (
            ("A", Boundary.TEXT_START),
            ("z", Boundary.TEXT_END),
            ("b", Boundary.WORD),
            ("B", Boundary.NO_WORD),
        ):
            if self._take(letter):
                return boundary
        return self._chars(self._escaped())

    def _escaped(self) -> Part:
        """What stands after a backslash, in a class and outside."""
        hexadecimal = self._match(_HEX)
        if hexadecimal is not None:
            code = int(hexadecimal[1] or hexadecimal[2], 16)
            if code > _MAX_CODE_POINT:
                message = f"names the character {code:x}, which is none"
                raise PatternError(message)
            return Part(((code, code),))
        category = self._match(_CATEGORY)
        if category is not None:
            return category_class(category[2] or category[3], is_negated=category[1] == "P")
        if self._at == len(self._pattern):
            message = "ends with a backslash"
            raise PatternError(message)
        letter = self._next()
        if letter in ESCAPED_CLASSES:
            return ESCAPED_CLASSES[letter]
        if letter in _CONTROLS or (letter.isascii() and not letter.isalnum() and letter != "_"):
            code = ord(_CONTROLS.get(letter, letter))
            return Part(((code, code),))
        if letter.isdigit():
            message = f"has \\{letter}: what a group took before is not known"
            raise PatternError(message)
        message = f"has \\{letter}, which means nothing"
        raise PatternError(message)

    def _class(self) -> Node:
        is_negated = self._take("^")
        parts: list[Part] = []
        is_first = True
        while is_first or not self._take("]"):
            if self._at == len(self._pattern):
                message = "has a [ that nothing closes"
                raise PatternError(message)
            is_first = False
            posix = self._match(_POSIX)
            if posix is not None:
                if posix[2] not in POSIX_CLASSES:
                    message = f"has the class [:{posix[2]}:], which there is none of"
                    raise PatternError(message)
                parts.append(replace(POSIX_CLASSES[posix[2]], is_negated=bool(posix[1])))
                continue
            parts.append(self._range())
        return self._chars(*parts, is_negated=is_negated)

    def _range(self) -> Part:
        low = self._class_member()
        is_range = self._pattern.startswith("-", self._at) and not self._pattern.startswith(
            "-]", self._at
        )
        low_code = low.single
        if low_code is None or not is_range:
            return low
        self._take("-")
        high_code = self._class_member().single
        if high_code is None or high_code < low_code:
            message = "has a range of characters that ends before it begins, or at no character"
            raise PatternError(message)
        return Part(((low_code, high_code),))

    def _class_member(self) -> Part:
        if self._at == len(self._pattern):
            message = "has a [ that nothing closes"
            raise PatternError(message)
        first = self._next()
        return self._escaped() if first == "\\" else Part(((ord(first), ord(first)),))

    def _literal(self, character: str) -> Chars:
        return self._chars(Part(((ord(character), ord(character)),)))

    def _chars(self, *parts: Part, is_negated: bool = False) -> Chars:
        return Chars(parts, is_negated=is_negated, is_folded=self._flags.ignores_case)

    def _next(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]

    def _take(self, text: str) -> bool:
        is_there = self._pattern.startswith(text, self._at)
        self._at += len(text) if is_there else 0
        return is_there

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._pattern, self._at)
        if match is not None:
            self._at = match.end()
        return match
