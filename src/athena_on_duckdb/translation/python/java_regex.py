"""Regular expressions of Java's syntax as Trino's engine reads them, written for Python and RE2."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from athena_on_duckdb.translation.java_format import wrong
from athena_on_duckdb.translation.python.characters import ASCII, combining, inside

_CLASSES: Final = {"d": ASCII["digit"], "w": ASCII["word"], "s": ASCII["space"]}
# Properties of characters by their general category; the others are not known.
_PROPERTY: Final = re.compile(r"[CLMNPSZ][a-z]?|LC")
_GROUP: Final = re.compile(r"\?(?:#|P|=|!|<=|<!|>|:|<[A-Za-z_]\w*>|[imsx]*(?:-[imsx]+)?[:)])")
_SETS: Final = frozenset({*_CLASSES, "p"})
_NEGATED: Final = frozenset(letter.upper() for letter in _SETS)
_PLAIN_ESCAPES: Final = {
    "t": r"\t", "n": r"\n", "r": r"\r", "f": r"\f", "v": r"\x0b", "a": r"\x07", "e": r"\x1b",
}  # fmt: skip
# Letters that mean more after a backslash, here or within a class, than themselves.
_MEANING: Final = frozenset("bcdkpsuwxzABDGPQWZ")
# Edges of a text, for Python and for RE2.
_EDGES: Final = {"A": (r"\A", r"\A"), "z": (r"\Z", r"\z"), "Z": (r"(?=\n?\Z)", None)}
_BEYOND_ASCII: Final = r"\x{80}-\x{10FFFF}"
# Characters of which the other case is several: neither engine folds those.
_MULTIPLE: Final = frozenset(
    character for character in map(chr, range(0x80, 0x10000)) if len(character.casefold()) > 1
)


class UnknownPatternError(ValueError):
    """Raised where a pattern may be good but cannot be written for Python."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern.

    Attributes:
        python: It for Python's `re`.
        native: It for RE2, where RE2 has all of it.
        unlike: A class of characters; of a text that has one of them RE2 thinks otherwise.
        refused: Characters that no engine here folds, or names, as Java's does.
    """

    python: re.Pattern[str]
    native: str | None
    unlike: str
    refused: frozenset[str]


@lru_cache(maxsize=512)
def read_pattern(written: str) -> Pattern:
    """Read a pattern.

    Raises:
        ValueError: It is none; the text is Athena's error.
        UnknownPatternError: It has what cannot be written for Python.
    """
    return _Reader(written).read()


class _Reader:
    """Reads a pattern piece by piece."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._at = 0
        self._python: list[str] = []
        self._native: list[str] = []
        self._has_native = True
        self._unlike = ""
        self._refused: frozenset[str] = frozenset()
        self._folds = False

    def _fail(self, what: str) -> NoReturn:
        wrong(f"Invalid regular expression {self._written!r}: {what}")

    def _unknown(self, what: str) -> NoReturn:
        message = f"{what} in the regular expression {self._written!r}"
        raise UnknownPatternError(message)

    def _rest(self) -> str:
        return self._written[self._at :]

    def _next(self, otherwise: str) -> str:
        """Take a character; at the end the pattern is none."""
        if self._at >= len(self._written):
            self._fail(otherwise)
        self._at += 1
        return self._written[self._at - 1]

    def _take(self, pattern: str, otherwise: str) -> re.Match[str]:
        """Take what a pattern matches; where it does not, this one is none."""
        found = re.match(pattern, self._rest())
        if found is None:
            self._fail(otherwise)
        self._at += found.end()
        return found

    def _add(self, python: str, native: str | None = "") -> None:
        """Add a piece; without one for RE2 the pattern is Python's alone."""
        self._python.append(python)
        if native is None:
            self._has_native = False
        else:
            self._native.append(native or python)

    def read(self) -> Pattern:
        while self._at < len(self._written):
            character = self._next("")
            if character == "\\":
                self._escape()
            elif character == "[":
                self._add(*self._class())
            elif character == "(":
                self._group()
            else:
                self._other(character)
        python = "".join(self._python)
        try:
            compiled = re.compile(python)
        except (re.error, RecursionError, OverflowError) as error:
            self._fail(str(error))
        if self._folds and not _MULTIPLE.isdisjoint(self._written):
            self._unknown("a character with several letters as its other case")
        if self._folds:
            self._unlike += _BEYOND_ASCII
            self._refused |= _MULTIPLE
        native = "".join(self._native) if self._has_native else None
        return Pattern(compiled, native, self._unlike, self._refused)

    def _other(self, character: str) -> None:
        if character == "$":
            # RE2 does not see the end before a line break that is the last character.
            self._unlike += r"\n"
        if character in "*+?}" and self._rest().startswith("+"):
            self._at += 1
            self._add(f"{character}+", None)
        elif character == "{" and self._rest().startswith(","):
            self._add(r"\{")
        else:
            self._add(character)

    def _escape(self) -> None:
        letter = self._next("end pattern at escape")
        if letter == "Q":
            end = self._written.find(r"\E", self._at)
            literal = self._written[self._at : end if end >= 0 else None]
            self._at = end + 2 if end >= 0 else len(self._written)
            self._add(re.escape(literal))
        elif letter in "bB":
            self._unlike += _BEYOND_ASCII
            self._add(rf"\{letter}")
        elif letter in _EDGES:
            self._add(*_EDGES[letter])
        elif letter == "k":
            found = self._take(r"<([A-Za-z_]\w*)>", "invalid backref number/name")
            self._add(f"(?P={found[1]})", None)
        elif letter.isdigit() and letter != "0":
            self._add(rf"\{letter}", None)
        else:
            python, native = self._characters(letter)
            negation = "^" if letter in _NEGATED else ""
            if letter.lower() in _SETS:
                self._add(f"[{negation}{python}]", f"[{negation}{native}]")
            else:
                self._add(python)

    def _characters(self, letter: str) -> tuple[str, str]:
        """Read the rest of an escape: what stands for it in a class of Python's, and of RE2's."""
        if letter.lower() in _CLASSES:
            made = _CLASSES[letter.lower()]
        elif letter in "pP":
            return self._property()
        elif letter in _PLAIN_ESCAPES:
            made = _PLAIN_ESCAPES[letter]
        elif letter in "xu":
            made = re.escape(self._code(letter))
        elif letter in _MEANING or letter.isdigit():
            self._unknown(f"\\{letter}")
        else:
            made = re.escape(letter)
        return made, made

    def _code(self, letter: str) -> str:
        pattern = (
            r"\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2})" if letter == "x" else r"()([0-9a-fA-F]{4})"
        )
        found = self._take(pattern, "too short escape sequence")
        number = int(found[1] or found[2], 16)
        if number > sys.maxunicode:
            self._fail("too big wide-char value")
        return chr(number)

    def _property(self) -> tuple[str, str]:
        found = self._take(r"\{(\w+)\}|([A-Z])", "invalid character property name")
        name = found[1] or found[2]
        if name.lower() in ASCII:
            return self._named(name.lower())
        if _PROPERTY.fullmatch(name) is None:
            self._unknown(f"\\p{{{name}}}")
        return inside(name), rf"\p{{{name}}}" if name != "LC" else r"\p{Lu}\p{Ll}\p{Lt}"

    def _named(self, name: str) -> tuple[str, str]:
        """Give a set that has a name, for Python and, of texts within ASCII, for RE2."""
        self._unlike += _BEYOND_ASCII
        if name in {"alpha", "alnum"}:
            self._refused |= combining()
        return inside(name), ASCII[name]

    def _class(self) -> tuple[str, str]:
        """Read a class of characters after its bracket, for Python and for RE2."""
        made: list[tuple[str, str]] = []
        opened = "["
        if self._rest().startswith("^"):
            opened = "[^"
            self._at += 1
        first = True
        while True:
            character = self._next("premature end of char-class")
            if character == "]" and not first:
                break
            if character == "[":
                made.append(self._posix())
            elif character == "\\":
                made.append(self._escape_in_class())
            elif character == "&" and self._rest().startswith("&"):
                self._unknown("an intersection of classes")
            else:
                plain = f"\\{character}" if character in "]~|&" else character
                made.append((plain, plain))
            first = False
        python, native = (f"{opened}{''.join(side)}]" for side in zip(*made, strict=True))
        return python, native

    def _posix(self) -> tuple[str, str]:
        found = re.match(r":(\w+):\]", self._rest())
        if found is None or found[1] not in ASCII:
            self._unknown("a class within a class")
        self._at += found.end()
        return self._named(found[1])

    def _escape_in_class(self) -> tuple[str, str]:
        letter = self._next("end pattern at escape")
        if letter == "b":
            return r"\x08", r"\x08"
        if letter in _NEGATED:
            self._unknown(f"\\{letter} in a class")
        return self._characters(letter)

    def _group(self) -> None:
        if not self._rest().startswith("?"):
            self._add("(")
            return
        found = _GROUP.match(self._rest())
        if found is None or found[0] == "?P":
            self._fail("undefined group option")
        self._at += found.end()
        opened = found[0]
        if opened == "?#":
            end = self._written.find(")", self._at)
            if end < 0:
                self._fail("end pattern in group")
            self._at = end + 1
        elif opened[1] == "<" and opened[-1] == ">":
            self._add(f"(?P{opened[1:]}")
        elif opened[1] in "=!<>":
            self._add(f"({opened}", None)
        else:
            self._flags(opened)

    def _flags(self, opened: str) -> None:
        self._folds = self._folds or "i" in opened.partition("-")[0]
        native = None if "x" in opened else f"({opened}"
        if opened.endswith(":"):
            self._add(f"({opened}", native)
        elif self._python or "-" in opened:
            # Python has flags for the whole or for a group, Java for the rest.
            closed = self._rest()
            if "|" in closed or self._depth():
                self._unknown(f"({opened} within")
            self._python.append(f"({opened[:-1]}:")
            self._written += ")"
            self._native.append(f"({opened[:-1]}:")
            self._has_native = self._has_native and native is not None
        else:
            self._add(f"({opened}", native)

    def _depth(self) -> bool:
        made = "".join(self._python)
        return made.count("(") != made.count(")")
