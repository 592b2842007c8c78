"""An event's bytes within a line of JSON, whatever they are, so that nothing of them is lost."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

import msgspec

from firelake.transform.rules import is_too_deep, is_utf8, may_be_too_deep

_check: Final = msgspec.json.Decoder(msgspec.Raw).decode


class EventText(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event; one of the three.

    Attributes:
        event: It as it is, as JSON on one line: only whitespace between its parts is left out,
            and only where it was spread over several lines.
        text: In its place: what is no JSON, or nested deeper than others would read.
        base64: In its place: what is no text.
    """

    event: msgspec.Raw | None = None
    text: str | None = None
    base64: str | None = None

    @classmethod
    def of(cls, data: bytes) -> EventText:
        """Finds the first form that any bytes can have."""
        if not is_utf8(data):
            return cls(base64=b64encode(data).decode())
        text = str(data, "utf-8")
        if may_be_too_deep(data) and is_too_deep(text):
            return cls(text=text)
        try:
            _check(data)
        except msgspec.DecodeError:
            return cls(text=text)
        return cls(event=msgspec.Raw(one_line(data)))


def one_line(document: bytes) -> bytes:
    """Returns a JSON document without line breaks; as it is where it has none.

    Raises:
        msgspec.DecodeError: It is no JSON.
        RecursionError: It is nested too deep.
    """
    if b"\n" in document or b"\r" in document:
        return msgspec.json.format(document, indent=-1)
    return document
