"""Classes of characters in a `pattern`, with RE2's meaning of their names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from firelake.contract.errors import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterable

# https://www.unicode.org/reports/tr44/#General_Category_Values; Cn and C are not RE2's.
_CATEGORIES: Final = frozenset(
    (
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So"),
        *("Z", "Zs", "Zl", "Zp", "Cc", "Cf", "Co"),
    )
)
# Signs that fold to an ASCII letter: the kelvin sign, and the long s.
_THIRD_CASES: Final = {"K": "\u212a", "S": "\u017f"}


@dataclass(frozen=True, slots=True)
class Part:
    """Characters in ranges or of a category of Unicode, or all but those.

    Attributes:
        ranges: The first and last code point of each.
        category: The start of the general category; None where ranges alone count.
        is_negated: Whether it is all other characters.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    category: str | None = None
    is_negated: bool = False

    @property
    def single(self) -> int | None:
        """The code point of the one character that it is; None where it is more."""
        if self.is_negated or self.category is not None or len(self.ranges) != 1:
            return None
        low, high = self.ranges[0]
        return low if low == high else None

    def holds(self, spellings: Iterable[str]) -> bool:
        """Whether a character is one of them.

        Args:
            spellings: The character; in all of its cases where they are the same.
        """
        return any(map(self._has, spellings)) is not self.is_negated

    def _has(self, character: str) -> bool:
        code = ord(character)
        return any(low <= code <= high for low, high in self.ranges) or (
            self.category is not None and unicodedata.category(character).startswith(self.category)
        )


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a class.

    Attributes:
        parts: The characters are those of any.
        is_negated: Whether it is all other characters.
        is_folded: Whether upper and lower case are the same.
    """

    parts: tuple[Part, ...]
    is_negated: bool = False
    is_folded: bool = False

    def negated(self) -> Chars:
        """All characters that this one has not."""
        return replace(self, is_negated=not self.is_negated)

    def holds(self, character: str) -> bool:
        """Whether a character is one of them."""
        spellings = _spellings(character) if self.is_folded else (character,)
        is_in = any(part.holds(spellings) for part in self.parts)
        return is_in is not self.is_negated


def _spellings(character: str) -> set[str]:
    """A character and its other cases; of a third one, the text's leads to the pattern's alone."""
    upper = character.upper()
    cased = {character, character.lower(), upper, upper.lower(), _THIRD_CASES.get(upper, "")}
    folded = character.casefold()
    return {each for each in cased if len(each) == 1 and each.casefold() == folded}


def category_class(name: str, *, is_negated: bool) -> Part:
    """The characters of a general category of Unicode.

    Args:
        name: Such as `L` or `Lu`, `Any` for all; with a `^` before it for all others.
        is_negated: Whether it is all others, once more.

    Raises:
        PatternError: There is no such category; scripts are not known.
    """
    category = name.removeprefix("^")
    is_other = is_negated is not name.startswith("^")
    if category == "Any":
        return Part(is_negated=not is_other)
    if category not in _CATEGORIES:
        message = f"has \\p{{{category}}}: general categories such as L or Lu are known, no scripts"
        raise PatternError(message)
    return Part(category=category, is_negated=is_other)


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    """`09az`: from 0 to 9, and from a to z."""
    return tuple((ord(low), ord(high)) for low, high in zip(text[::2], text[1::2], strict=True))


_WORD: Final = _ranges("09AZ__az")
_SPACE: Final = _ranges("\t\n\f\r  ")
_DIGIT: Final = _ranges("09")

WORD: Final = Part(_WORD)
NEWLINE: Final = Chars((Part(_ranges("\n\n")),))
ESCAPED_CLASSES: Final = {
    "d": Part(_DIGIT),
    "D": Part(_DIGIT, is_negated=True),
    "s": Part(_SPACE),
    "S": Part(_SPACE, is_negated=True),
    "w": WORD,
    "W": Part(_WORD, is_negated=True),
}
POSIX_CLASSES: Final = {
    "alnum": Part(_ranges("09AZaz")),
    "alpha": Part(_ranges("AZaz")),
    "ascii": Part(_ranges("\x00\x7f")),
    "blank": Part(_ranges("\t\t  ")),
    "cntrl": Part(_ranges("\x00\x1f\x7f\x7f")),
    "digit": Part(_DIGIT),
    "graph": Part(_ranges("!~")),
    "lower": Part(_ranges("az")),
    "print": Part(_ranges(" ~")),
    "punct": Part(_ranges("!/:@[`{~")),
    "space": Part(_ranges("\t\r  ")),
    "upper": Part(_ranges("AZ")),
    "word": WORD,
    "xdigit": Part(_ranges("09AFaf")),
}
