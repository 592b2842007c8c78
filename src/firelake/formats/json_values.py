"""Where a JSON object or array ends, by the grammar of RFC 8259, however deep and however it comes.

Nothing is decoded and nothing recurses: a few regular expressions each take a run of members, so
that a fault is found within the member that has it. Bytes of strings need not be UTF-8.
https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

import re
from enum import Enum, auto, unique
from typing import Final

_SPACE: Final = rb"[ \t\n\r]*+"
_CHARACTERS: Final = rb'(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+'
_STRING: Final = rb'"' + _CHARACTERS + rb'"'
_SCALAR: Final = (
    rb"(?:"
    + _STRING
    + rb"|-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+|true|false|null)"
)
# What may become one with the bytes that follow.
_CUT_ESCAPE: Final = rb"(?:\\(?:u[0-9a-fA-F]{0,3}+)?+)?+\Z"
# The group tells up to where its characters are whole.
_CUT_STRING: Final = rb'"' + _CHARACTERS + rb"()" + _CUT_ESCAPE
_CUT_SCALAR: Final = (
    rb"(?:"
    + _CUT_STRING
    + rb"|[-+.0-9eE]++\Z|(?:t(?:ru?+)?+|f(?:a(?:ls?+)?+)?+|n(?:ul?+)?+)\Z|"
    + _SCALAR
    + _SPACE
    + rb"\Z|\Z)"
)
_KEY: Final = _SPACE + _STRING + _SPACE + rb":" + _SPACE

_MEMBERS: Final = re.compile(rb"(?:" + _KEY + _SCALAR + _SPACE + rb",)*+")
_NEXT_MEMBER: Final = re.compile(
    rb"(?:" + _KEY + rb"(?:[\[{]|" + _SCALAR + _SPACE + rb"\})|" + _SPACE + rb"(\}))"
)
_CUT_MEMBER: Final = re.compile(
    rb"(?:" + _KEY + _CUT_SCALAR + rb"|" + _SPACE + _CUT_STRING
    + rb"|" + _SPACE + rb"(?:" + _STRING + _SPACE + rb")?+\Z)"
)  # fmt: skip
_ELEMENTS: Final = re.compile(rb"(?:" + _SPACE + _SCALAR + _SPACE + rb",)*+")
_NEXT_ELEMENT: Final = re.compile(_SPACE + rb"(?:[\[{]|" + _SCALAR + _SPACE + rb"\]|(\]))")
_CUT_ELEMENT: Final = re.compile(_SPACE + _CUT_SCALAR)
_AFTER_VALUE: Final = re.compile(_SPACE + rb"[,\]}]")
_CUT_SPACE: Final = re.compile(_SPACE + rb"\Z")
_REST_OF_STRING: Final = re.compile(_CHARACTERS + rb"()" + _CUT_ESCAPE)

# What may begin an object with members: `{`, a key and a colon, or as much as has come of them; and
# whatever begins as an object at the begin of a line.
OBJECT_BEGIN: Final = (
    rb"(?<=\n)\{|\{" + _SPACE + rb'(?:\Z|"' + _CHARACTERS + rb"(?:" + _CUT_ESCAPE
    + rb'|"' + _SPACE + rb"(?::|\Z)))"
)  # fmt: skip

_TOP_SCALAR: Final = re.compile(_SCALAR)
_CUT_TOP_SCALAR: Final = re.compile(_CUT_SCALAR)

# The strings of the member or element at which a fault is.
_FAULTY_MEMBER: Final = re.compile(
    _SPACE + rb"(" + _STRING + rb")(?:" + _SPACE + rb":" + _SPACE + rb"(" + _STRING + rb"))?+"
)
_FAULTY_ELEMENT: Final = re.compile(_SPACE + rb"(" + _STRING + rb")")
_OPENED_AT_END: Final = re.compile(rb'\{[ \t\n\r]*+"\Z')

_OBJECT: Final = ord("{")
_ARRAY: Final = ord("[")
_COMMA: Final = ord(",")
# Ten times as deep as what any reader of ours, or Trino, takes: bounds the memory.
_MOST_OPEN: Final = 10_000
_CLOSES: Final = {ord("}"): _OBJECT, ord("]"): _ARRAY}


@unique
class Outcome(Enum):
    """What is known of a value."""

    WHOLE = auto()
    BROKEN = auto()
    MORE = auto()


def scalar_end(text: bytes | bytearray, start: int, *, is_end: bool) -> tuple[Outcome, int]:
    """Find the end of a string, number or literal.

    Args:
        text: What has come so far.
        start: Where the value begins.
        is_end: Whether nothing comes after `text`.

    Returns:
        What is known of it, and where it ends if it is whole.
    """
    found = _TOP_SCALAR.match(text, start)
    end = start if found is None else found.end()
    if not is_end and _CUT_TOP_SCALAR.match(text, start) is not None:
        return Outcome.MORE, end
    return (Outcome.BROKEN if found is None else Outcome.WHOLE), end


def ends_opened(text: bytes | bytearray, start: int, end: int) -> int | None:
    """Find the bracket with which a string ends, as one does that reads on into an object.

    A string that is cut off, and followed by an object, goes on to the first quote of that.

    Args:
        text: What holds it.
        start: Where the string begins.
        end: Where it ends.
    """
    found = _OPENED_AT_END.search(text, start, end)
    return None if found is None else found.start()


class ValueScan:
    """Follows one object or array from its first byte to its last, or to its first fault.

    Attributes:
        start: Where it begins in the text; below 0 once that was dropped.
        position: How far it is whole, in the text; its end, once it is whole.
        closed: Begin and end of the array or object within it that ended last.
    """

    __slots__ = (
        "_is_after_comma",
        "_is_after_value",
        "_kinds",
        "_starts",
        "_string_at",
        "closed",
        "position",
        "start",
    )

    def __init__(self, text: bytes | bytearray, start: int) -> None:
        """Begins at a bracket.

        Args:
            start: Where the value begins in it.
        """
        self.start = start
        self.position = start + 1
        self.closed = (start, start)
        self._kinds = bytearray((text[start],))
        self._starts = [start]
        self._is_after_comma = False
        self._is_after_value = False
        # Where the rest of a string begins that has not ended yet; 0 where there is none.
        self._string_at = 0

    def moved(self, count: int) -> None:
        """Notes that so many bytes were taken from the begin of the text."""
        self.start -= count
        self.position -= count
        self._string_at = max(0, self._string_at - count)
        self.closed = (self.closed[0] - count, self.closed[1] - count)
        self._starts = [start - count for start in self._starts]

    @property
    def last_closed(self) -> tuple[int, int] | None:
        """Begin and end of the object that ended right before the fault; None if none did."""
        return self.closed if self._is_after_value else None

    def run(self, text: bytes | bytearray, *, is_end: bool) -> Outcome:
        """Go on as far as the text goes.

        Args:
            text: That of the last call, and what has come since.
            is_end: Whether nothing comes after it.
        """
        kinds = self._kinds
        if self._string_at and not is_end and self._is_cut(text, _REST_OF_STRING, self._string_at):
            return Outcome.MORE
        while kinds:
            if not (self._close_or_go_on(text) if self._is_after_value else self._next(text)):
                is_more = not is_end and self._is_cut(text, self._cut(), self.position)
                return Outcome.MORE if is_more else Outcome.BROKEN
            if len(kinds) > _MOST_OPEN:
                return Outcome.BROKEN
        return Outcome.WHOLE

    def _is_cut(self, text: bytes | bytearray, cut: re.Pattern[bytes], start: int) -> bool:
        """Whether what goes on at a place ends with the text, and may be whole with more of it."""
        found = cut.match(text, start)
        self._string_at = 0 if found is None or not found.lastindex else found.end(found.lastindex)
        return found is not None

    def _next(self, text: bytes | bytearray) -> bool:
        """Take members or elements up to one that opens a bracket, or to the last one."""
        is_object = self._kinds[-1] == _OBJECT
        run, following = (_MEMBERS, _NEXT_MEMBER) if is_object else (_ELEMENTS, _NEXT_ELEMENT)
        position = self.position
        taken = run.match(text, position)
        end = position if taken is None else taken.end()
        if end != position:
            self.position = end
            self._is_after_comma = True
        found = following.match(text, end)
        if found is None or (self._is_after_comma and found.lastindex is not None):
            return False
        self.position = end = found.end()
        last = text[end - 1]
        if last in _CLOSES:
            self._close()
        else:
            self._kinds.append(last)
            self._starts.append(end - 1)
            self._is_after_comma = False
        return True

    def _close_or_go_on(self, text: bytes | bytearray) -> bool:
        found = _AFTER_VALUE.match(text, self.position)
        if found is None:
            return False
        mark = text[found.end() - 1]
        if mark == _COMMA:
            self.position = found.end()
            self._is_after_value = False
            self._is_after_comma = True
            return True
        if _CLOSES[mark] != self._kinds[-1]:
            return False
        self.position = found.end()
        self._close()
        return True

    def _close(self) -> None:
        self._kinds.pop()
        self.closed = (self._starts.pop(), self.position)
        self._is_after_value = True

    def _cut(self) -> re.Pattern[bytes]:
        if self._is_after_value:
            return _CUT_SPACE
        return _CUT_MEMBER if self._kinds[-1] == _OBJECT else _CUT_ELEMENT

    def opened_in_string(self, text: bytes | bytearray) -> int | None:
        """Find the begin of an object that a string took for its own, at the fault.

        Args:
            text: That of the last call of `run`, which found a fault.
        """
        if self._is_after_value:
            return None
        faulty = _FAULTY_MEMBER if self._kinds[-1] == _OBJECT else _FAULTY_ELEMENT
        found = faulty.match(text, self.position)
        if found is None or found.lastindex is None:
            return None
        return ends_opened(text, *found.span(found.lastindex))
