"""Texts in which a pattern is found, by chance."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from firelake.contract.character_classes import Chars
from firelake.contract.pattern_syntax import Choice, Node, Repeat, Sequence

if TYPE_CHECKING:
    from random import Random

# Tried in this order of likelihood: what people would write, then the rest of ASCII, then more.
_LIKELY: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_OTHERS: Final = "".join(map(chr, range(0x20, 0x7F)))
_LAST: Final = "".join(map(chr, (*range(0x20), *range(0x7F, 0x3000))))
# As often again at most, where the pattern sets no end.
_MOST_MORE: Final = 6


def text_of(node: Node, random: Random) -> str:
    """Make a text as a tree says; what it says of word boundaries and lines is left to chance.

    Args:
        node: Of a pattern.
        random: The source of chance.
    """
    match node:
        case Chars():
            return _character(node, random)
        case Sequence(items):
            return "".join(text_of(item, random) for item in items)
        case Choice(items):
            return text_of(random.choice(items), random)
        case Repeat(item, least, most):
            more = _MOST_MORE if most is None else min(most - least, _MOST_MORE)
            count = least + random.randint(0, more)
            return "".join(text_of(item, random) for _ in range(count))
        case _:
            return ""


def _character(chars: Chars, random: Random) -> str:
    fitting = _fitting(chars)
    return random.choice(fitting) if fitting else ""


@lru_cache(maxsize=256)
def _fitting(chars: Chars) -> str:
    """Characters of a class, the likeliest there are; none of some odd classes."""
    for candidates in (_LIKELY, _OTHERS, _LAST):
        fitting = "".join(each for each in candidates if chars.holds(each))
        if fitting:
            return fitting
    spelled = "".join(chr(low) for part in chars.parts for low, _ in part.ranges)
    return "".join(each for each in spelled if chars.holds(each))
