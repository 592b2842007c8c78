"""Which texts are printable: one rule for every interpreter, whatever Unicode version it knows.

`str.isprintable` goes by the tables of the interpreter that runs, and refuses what they do not
know yet: a function on one Python would accept an id that the tools on another refuse.
"""

from __future__ import annotations

import re
from typing import Final

# Spaces other than U+0020, controls, format characters, line separators, surrogates, private use
# and noncharacters, as Unicode 15.1 has them. The list is fixed: a code point that a later version
# of Unicode assigns is printable already.
# https://www.unicode.org/Public/15.1.0/ucd/extracted/DerivedGeneralCategory.txt
NOT_PRINTABLE: Final[tuple[tuple[int, int], ...]] = (
    *((0x00, 0x1F), (0x7F, 0xA0), (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C)),
    *((0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x1680, 0x1680)),
    *((0x180E, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x2064), (0x2066, 0x206F)),
    *((0x3000, 0x3000), (0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF)),
    *((0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF), (0x110BD, 0x110BD), (0x110CD, 0x110CD)),
    *((0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0001, 0xE0001)),
    (0xE0020, 0xE007F),
    # The last two code points of each plane; then the planes of private use.
    *((plane * 0x10000 + 0xFFFE, plane * 0x10000 + 0xFFFF) for plane in range(1, 15)),
    (0xF0000, 0x10FFFF),
)
"""The first and last code point of each run of characters that are not printable."""

_REFUSED: Final = re.compile(
    f"[{''.join(f'{chr(low)}-{chr(high)}' for low, high in NOT_PRINTABLE)}]"
)


def is_printable(text: str) -> bool:
    """Whether a text has nothing but printable characters; the empty text has none, and is."""
    # Of ASCII all interpreters say the same, and nearly every id is ASCII.
    return text.isprintable() if text.isascii() else _REFUSED.search(text) is None
