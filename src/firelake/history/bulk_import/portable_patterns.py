r"""A field's `pattern` as Athena reads it: by code points alone, which every library reads alike.

Athena does not say which library matches a pattern: Trino has Joni and RE2/J, by its configuration,
and they differ in `$`, `.`, `\d`, `\s`, `\b` and case. What the contract means is read by the
contract's own parser, and written without any of these.
https://trino.io/docs/398/admin/properties-regexp-function.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from firelake.contract.character_classes import Chars, Part
from firelake.contract.pattern_syntax import Boundary, Choice, Node, Repeat, Sequence, parse_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LAST: Final = 0x10FFFF
_PLACES: Final = {Boundary.TEXT_START: r"\A", Boundary.TEXT_END: r"\z"}
_Ranges = list[tuple[int, int]]


def portable_pattern(pattern: str) -> str | None:
    r"""Write a pattern for `regexp_like`; None where it has what only one library can say.

    That is a place: `\b`, `\B`, and `^` or `$` of a line.

    Args:
        pattern: One in which the contract's linter finds nothing.
    """
    return _node(parse_pattern(pattern))


def _node(node: Node) -> str | None:
    match node:
        case Chars():
            return _chars(node)
        case Boundary():
            return _PLACES.get(node)
        case Sequence(items):
            return _joined(items, "")
        case Choice(items):
            choices = _joined(items, "|")
            return None if choices is None else f"(?:{choices})"
        case Repeat(item, least, most):
            part = _node(item)
            times = f"{{{least},{'' if most is None else most}}}"
            return None if part is None else f"(?:{part}){times}"


def _joined(items: Iterable[Node], between: str) -> str | None:
    parts = [_node(item) for item in items]
    known = [part for part in parts if part is not None]
    return between.join(known) if len(known) == len(parts) else None


def _chars(chars: Chars) -> str | None:
    if any(part.category is not None for part in chars.parts):
        # Of its letters no case is another's: general categories tell cases apart.
        return None if chars.is_folded else _with_categories(chars)
    ranges = _union(_of_part(part) for part in chars.parts)
    if chars.is_folded:
        cased = {code for code in _cased() if _holds(chars, code)}
        kept = ((low, high) for low, high in _without(ranges, _cased()))
        ranges = _union([list(kept), [(code, code) for code in cased]])
    if chars.is_negated:
        ranges = _complement(ranges)
    # A class without characters is none.
    return f"[{''.join(map(_range, ranges))}]" if ranges else None


def _holds(chars: Chars, code: int) -> bool:
    return chars.holds(chr(code)) is not chars.is_negated


def _with_categories(chars: Chars) -> str:
    listed = "".join(
        "".join(map(_range, _of_part(part)))
        if part.category is None
        else rf"\{'P' if part.is_negated else 'p'}{{{part.category}}}"
        for part in chars.parts
    )
    return f"[{'^' if chars.is_negated else ''}{listed}]"


def _of_part(part: Part) -> _Ranges:
    ranges = _union([list(part.ranges)])
    return _complement(ranges) if part.is_negated else ranges


def _union(several: Iterable[_Ranges]) -> _Ranges:
    joined: _Ranges = []
    for low, high in sorted(each for ranges in several for each in ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _complement(ranges: _Ranges) -> _Ranges:
    found: _Ranges = []
    start = 0
    for low, high in ranges:
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    return [*found, (start, _LAST)] if start <= _LAST else found


def _without(ranges: _Ranges, codes: frozenset[int]) -> Iterator[tuple[int, int]]:
    for low, high in ranges:
        start = low
        for code in sorted(each for each in codes if low <= each <= high):
            if start < code:
                yield start, code - 1
            start = code + 1
        if start <= high:
            yield start, high


@cache
def _cased() -> frozenset[int]:
    """The characters that have another case."""
    every = (chr(code) for code in range(_LAST + 1))
    return frozenset(
        ord(each) for each in every if len({each, each.lower(), each.upper(), each.casefold()}) > 1
    )


def _range(ends: tuple[int, int]) -> str:
    low, high = map(_code, ends)
    return low if low == high else f"{low}-{high}"


def _code(code: int) -> str:
    character = chr(code)
    return character if character.isascii() and character.isalnum() else rf"\x{{{code:x}}}"
