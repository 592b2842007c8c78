"""The one reader of consecutive JSON documents: raw objects, records, error objects, files.

Documents follow each other with any whitespace between them, or none, and inside of them. One that
is broken costs itself alone. Where it ends nobody says, so the next one is taken to begin

- at a `{` at the begin of a line, unless a comma, a colon or `[` right before it makes it a value
  of what is broken;
- at the first `{` after the fault (or within a string that reads on to the quote of the next
  document) from which a whole object goes on, unless a comma or a closing bracket follows, as does
  behind an object that is part of another.

Each byte is looked at a few times at most, whatever it holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from firelake.formats.errors import RestUnreadError
from firelake.formats.json_values import OBJECT_BEGIN, Outcome, ValueScan, ends_opened, scalar_end
from firelake.formats.window import BEFORE_BYTES, MOST_MATCH_BYTES, Region, TextWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The longest record that Kinesis takes:
# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
MAX_DOCUMENT_BYTES: Final = 10 * 1024 * 1024
NO_JSON: Final = "it is no JSON"

_SPACES: Final = re.compile(rb"[ \t\n\r]*+")
# A producer that sends a byte order mark sends it with each record.
_BETWEEN: Final = re.compile(rb"(?:[ \t\n\r]++|\xef\xbb\xbf)*+")
_MARK: Final = b"\xef\xbb\xbf"
_OBJECT_BEGIN: Final = re.compile(OBJECT_BEGIN)
_OBJECT_OR_LINE: Final = re.compile(rb"\n|" + OBJECT_BEGIN)
_BLANK: Final = b" \t\n\r"
_OBJECT, _ARRAY, _ARRAY_END, _COMMA, _LINE = b"{[],\n"
_STRAYS: Final = re.compile(rb"[\]},]++")
# So much that is done with is forgotten at once.
_DONE_BYTES: Final = 65_536

_split: Final = msgspec.json.Decoder(msgspec.Raw).decode_lines


class Document(NamedTuple):
    """A JSON value, or what stands in the place of one.

    Attributes:
        offset: Where it begins, in bytes from the begin of the text (unpacked, as UTF-8).
        line: The line in which it begins, from 1.
        data: Its bytes, without whitespace around; where there are more than may be, the first.
        fault: Why it is no document; None if it is one. Its strings may still not be UTF-8.
    """

    offset: int
    line: int
    data: bytes
    size_bytes: int
    fault: str | None = None


def documents(
    pieces: Iterable[bytes],
    *,
    max_bytes: int = MAX_DOCUMENT_BYTES,
    takes_arrays_apart: bool = False,
) -> Iterator[Document]:
    """Reads documents as their bytes come.

    Args:
        pieces: The text, cut anywhere.
        max_bytes: The longest document. The memory needed is a few times that, and a piece.
        takes_arrays_apart: Whether the elements of an array are documents, as in files that hold
            one array; else the array is one, and no event.

    Yields:
        Everything that is not whitespace, in its order.

    Raises:
        RestUnreadError: `pieces` raised `BodyError`; what is whole before has been given.
    """
    return _Reader(pieces, max_bytes, takes_arrays_apart=takes_arrays_apart).read()


class _Reader:
    def __init__(
        self, pieces: Iterable[bytes], max_bytes: int, *, takes_arrays_apart: bool
    ) -> None:
        self._max_bytes = max_bytes
        self._takes_arrays_apart = takes_arrays_apart
        self._window = TextWindow(pieces, max_bytes)
        # The same object for good.
        self._text = self._window.text
        self._at = 0
        self._in_array = False
        # What is cut off at the end of a body that cannot be read on: its offset and line.
        self._unread: tuple[int, int] | None = None

    def read(self) -> Iterator[Document]:
        while self._skip():
            if self._at >= _DONE_BYTES:
                self._window.drop(self._at)
                self._at = 0
            if self._window.is_untried and not self._in_array:
                self._window.is_untried = False
                yield from self._many()
            else:
                yield from self._next()
        error = self._window.error
        if error is not None:
            offset, line = self._unread or self._window.end
            raise RestUnreadError(str(error), offset, line) from error

    def _skip(self) -> bool:
        """Goes to the next document; tells whether there is one."""
        while True:
            found = _BETWEEN.match(self._text, self._at)
            self._at = self._at if found is None else found.end()
            if self._at == len(self._text) or self._is_cut_mark():
                self._window.drop(self._at)
                self._at = 0
                if not self._window.grow() and not self._text:
                    return False
                if not self._window.is_end:
                    continue
            first = self._text[self._at]
            if self._in_array and first in (_COMMA, _ARRAY_END):
                self._in_array = first == _COMMA
            elif self._takes_arrays_apart and not self._in_array and first == _ARRAY:
                self._in_array = True
            else:
                return True
            self._at += 1

    def _is_cut_mark(self) -> bool:
        return _MARK.startswith(bytes(self._text[self._at : self._at + len(_MARK)]))

    def _many(self) -> Iterator[Document]:
        """Takes objects as long as all is whole, at a tenth of the time."""
        text, start = self._text, self._at
        end = len(text) if self._window.is_end else max(text.rfind(b"\n{"), text.rfind(b"}{")) + 1
        if end <= start:
            return
        run = bytes(text[start:end])
        try:
            raws = _split(run)
        except (msgspec.DecodeError, RecursionError):
            return
        offset, line = self._window.base + start, self._window.line_of(start)
        position = counted = 0
        for raw in raws:
            found = _SPACES.match(run, position)
            position = position if found is None else found.end()
            data = bytes(raw)
            if data[0] != _OBJECT or len(data) > self._max_bytes:
                break
            line += run.count(b"\n", counted, position)
            counted = position
            yield Document(offset + position, line, data, len(data))
            position += len(data)
        self._at = start + position

    def _next(self) -> Iterator[Document]:
        first = self._text[self._at]
        if first in (_OBJECT, _ARRAY):
            return self._value(self._at, is_certain=True)
        end = self._scalar_end()
        if end is None:
            return self._other()
        document = self._whole(self._at, end)
        self._at = end
        return iter((document,))

    def _scalar_end(self) -> int | None:
        """Where a string, number or literal ends that stands by itself; None where none does."""
        # No event is a string or a number, so that long ones need no effort.
        most_bytes = min(MOST_MATCH_BYTES, self._max_bytes)
        while True:
            outcome, end = scalar_end(self._text, self._at, is_end=self._window.is_end)
            if outcome is not Outcome.MORE or len(self._text) - self._at > most_bytes:
                break
            self._window.grow()
        if outcome is not Outcome.WHOLE or end - self._at > most_bytes:
            return None
        if ends_opened(self._text, self._at, end) is not None:
            return None
        return end if self._is_alone(end) else None

    def _is_alone(self, end: int) -> bool:
        """Whether a string, number or literal is followed by nothing else in its line but objects.

        Or text that begins with a number would be one, and something else.
        """
        after = self._window.significant(end)
        if after is None or self._text.find(b"\n", end, after) >= 0:
            return True
        return self._text[after] in (b"{[,]" if self._in_array else b"{[")

    def _other(self) -> Iterator[Document]:
        """Takes what begins as no JSON does, up to the end of its line or to an object."""
        self._window.begin_region(self._at)
        if self._text[self._at] in b"]},":
            # Nothing goes on that these could close or divide.
            yield self._broken(self._strays_end())
            return
        found = self._window.search(_OBJECT_OR_LINE, self._at + 1)
        if found is None:
            yield from self._rest()
        elif self._text[found] == _LINE:
            yield self._broken(found)
        else:
            yield from self._value(found, is_certain=False)

    def _strays_end(self) -> int:
        start = self._at
        while (found := _STRAYS.match(self._text, start)) is not None:
            start = found.end()
            if start < len(self._text):
                break
            if start > self._max_bytes:
                self._window.drop(start)
                start = 0
            if not self._window.grow():
                break
        return start

    def _value(self, start: int, *, is_certain: bool) -> Iterator[Document]:
        """Takes an object or array, or what is broken up to the next object and that.

        Args:
            start: Where it begins, and the region unless something broken goes before.
            is_certain: Whether a document begins there: nothing broken goes before.
        """
        if is_certain:
            self._window.begin_region(self._at)
        while True:
            scan = ValueScan(self._text, start)
            outcome = self._follow(scan)
            if outcome is Outcome.WHOLE and (
                is_certain or self._is_document(scan.start, scan.position)
            ):
                yield from self._found(scan.start, scan.position)
                return
            search_from = max(scan.position, scan.start + 1)
            if outcome is Outcome.BROKEN:
                closed = scan.last_closed
                if closed is not None and self._is_document(*closed):
                    yield from self._found(*closed)
                    return
                opened = scan.opened_in_string(self._text)
                search_from = search_from if opened is None else opened
            found = self._window.search(_OBJECT_BEGIN, search_from)
            if found is None:
                yield from self._rest()
                return
            if self._begins_line(found):
                yield self._broken(found)
                return
            start, is_certain = found, False

    def _follow(self, scan: ValueScan) -> Outcome:
        while (outcome := scan.run(self._text, is_end=self._window.is_end)) is Outcome.MORE:
            kept_from = max(scan.start, 0)
            if len(self._text) - kept_from > self._max_bytes:
                if scan.position == 0:
                    return Outcome.BROKEN
                kept_from = scan.position
            elif kept_from < self._max_bytes:
                kept_from = 0
            if kept_from:
                self._window.drop(kept_from)
                scan.moved(kept_from)
            self._window.grow()
        return outcome

    def _is_document(self, start: int, end: int) -> bool:
        """Whether an object behind something broken is one by itself, and not a part of that.

        One without members, as may stand in any text, tells nothing.
        """
        if start < 0 or self._text[start] != _OBJECT or self._text.find(b'"', start, end) < 0:
            return False
        after = self._window.significant(end)
        if after is None:
            return self._window.error is None
        mark = self._text[after]
        if mark not in b",]}":
            return True
        if not self._in_array or mark not in b",]":
            return False
        behind = self._window.significant(after + 1)
        if behind is None:
            return mark == _ARRAY_END
        return self._text[behind] in (b"{" if mark == _COMMA else b"[{")

    def _begins_line(self, index: int) -> bool:
        """Whether an object that stands at the begin of a line is no part of what goes before."""
        if self._text[index - 1] != _LINE:
            return False
        before = self._text[max(0, index - BEFORE_BYTES) : index].rstrip(_BLANK)
        return not before.endswith((b":", b"[") if self._in_array else (b",", b":", b"["))

    def _found(self, start: int, end: int) -> Iterator[Document]:
        """Gives a whole value, and before it what is broken."""
        region = self._window.region
        size_bytes = end - start
        if region is not None and region.offset < self._window.base + start:
            yield self._broken(start)
        if size_bytes > self._max_bytes:
            if self._window.region is None:
                self._window.region = Region(self._window.base + start, self._window.line_of(start))
            fault = f"it is longer than {self._max_bytes:,} bytes"
            yield self._broken(end, fault)
        else:
            yield self._whole(start, end)
        self._at = end
        self._window.region = None

    def _whole(self, start: int, end: int) -> Document:
        data = bytes(self._text[start:end])
        return Document(self._window.base + start, self._window.line_of(start), data, len(data))

    def _rest(self) -> Iterator[Document]:
        """Gives what is broken to the end, unless it is so for want of the rest of the body."""
        region = self._window.region
        if self._window.error is None or region is None:
            yield self._broken(len(self._text))
        else:
            self._unread = (region.offset, region.line)
            self._at = len(self._text)

    def _broken(self, end: int, fault: str = NO_JSON) -> Document:
        """Ends the region, and goes on behind it."""
        region, self._window.region = self._window.region, None
        if region is None:
            message = "nothing is broken"
            raise AssertionError(message)
        data = region.kept
        if data is None:
            data = bytes(self._text[region.offset - self._window.base : end])
        data = data.rstrip(_BLANK)[: self._max_bytes]
        size_bytes = self._window.base + end - region.offset
        if size_bytes <= self._max_bytes:
            size_bytes = len(data)
        elif fault == NO_JSON:
            # So much is not looked at as a whole: it may be a document that is too long.
            fault = f"it is no JSON of at most {self._max_bytes:,} bytes"
        self._at = end
        return Document(region.offset, region.line, data, size_bytes, fault)
