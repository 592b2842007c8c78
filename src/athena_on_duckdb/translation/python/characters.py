"""Sets of characters that Trino's regular expressions name, by Unicode, for Python's classes."""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache
from typing import Final

# What RE2 is given for the names of `[[:alpha:]]`: their characters within ASCII. Of these, `$`
# and its like are symbols, no punctuation.
ASCII: Final = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "ascii": r"\x00-\x7f", "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-#%-*,-/:;?@\[-\]_{}", "space": r" \t\n\x0b\f\r", "upper": "A-Z",
    "xdigit": "0-9a-fA-F", "word": "a-zA-Z0-9_",
}  # fmt: skip
# The general categories of the other names.
_CATEGORIES: Final = {
    "alnum": ("L", "Nl", "Nd"), "alpha": ("L", "Nl"), "blank": ("Zs",), "cntrl": ("Cc",),
    "digit": ("Nd",), "graph": ("Cf", "Co", "L", "M", "N", "P", "S"), "punct": ("P",),
    "print": ("Cf", "Co", "L", "M", "N", "P", "S", "Zs"), "space": ("Z",),
    "word": ("L", "M", "Nl", "Nd", "Pc"), "LC": ("Lu", "Ll", "Lt"),
}  # fmt: skip
_BESIDES: Final = {"blank": "\t", "space": "\t\n\v\f\r\x85"}


@lru_cache(maxsize=64)
def inside(name: str) -> str:
    """Give a set of characters as the inside of a class.

    Args:
        name: A name of `[[:alpha:]]` in small letters, or a general category, such as `Lu`.
    """
    if name in {"ascii", "xdigit"}:
        return ASCII[name]
    ranges: list[tuple[int, int]] = []
    for code in range(sys.maxunicode + 1):
        if _is(name, chr(code)):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    return "".join(
        f"\\U{first:08x}-\\U{last:08x}" if last > first else f"\\U{first:08x}"
        for first, last in ranges
    )


def _is(name: str, character: str) -> bool:
    if name == "lower":
        return character.islower()
    if name == "upper":
        return character.isupper()
    category = unicodedata.category(character)
    return category.startswith(_CATEGORIES.get(name, (name,))) or character in _BESIDES.get(
        name, ()
    )


@lru_cache(maxsize=1)
def combining() -> frozenset[str]:
    """Give the marks, of which Python does not know which are alphabetic."""
    return frozenset(c for c in map(chr, range(sys.maxunicode + 1)) if _is("M", c))
