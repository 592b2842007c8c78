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
_REFUSED: Final = re.compile(
    "["
    r"\x00-\x1f\x7f-\xa0\xad"
    r"\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u1680\u180e"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000"
    r"\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe-\uffff"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001\U000e0020-\U000e007f"
    # The last two code points of each plane; then the planes of private use.
    + "".join(rf"\U000{plane:x}fffe-\U000{plane:x}ffff" for plane in range(1, 15))
    + r"\U000f0000-\U0010ffff"
    "]"
)


def is_printable(text: str) -> bool:
    """Whether a text has nothing but printable characters; the empty text has none, and is."""
    # Of ASCII all interpreters say the same, and nearly every id is ASCII.
    return text.isprintable() if text.isascii() else _REFUSED.search(text) is None
