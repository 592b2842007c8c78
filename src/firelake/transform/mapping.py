"""From an event in its producer's shape to one with the three common fields, and back."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Raw

from firelake.contract.facts import EVENT_NAME_FORM
from firelake.contract.names import COMMON_FIELDS, CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.reasons import Reason
from firelake.contract.sources import SOURCE_MEMBER
from firelake.transform.diagnosis import Problem
from firelake.transform.moments import epoch_us
from firelake.transform.paths import value_at
from firelake.transform.rules import is_event_uuid
from firelake.transform.wrappers import open_wrapper, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.sources import Source

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_STASHED: Final = frozenset((*COMMON_FIELDS, SOURCE_MEMBER))
_INTEGER: Final = re.compile(r"-?[0-9]+")
_NO_EVENT: Final = Problem(Reason.EMPTY_RECORD, 0, "", "at least one event in the array")
_US_PER_S: Final = 1_000_000
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class _Event(NamedTuple):
    """An event as its producer wrote it.

    Attributes:
        root: Those of the wrapper that holds it alone; its own where it has none.
        wrapper: The wrapper without it, and the paths of its arrays; None where it has none.
    """

    members: Mapping[str, Raw]
    root: Mapping[str, Raw]
    wrapper: tuple[Raw, tuple[str, ...]] | None = None

    def at(self, path: str) -> Raw | None:
        return value_at(self.members, path, self.root)


class _Kept(msgspec.Struct, array_like=True):
    """The member `SOURCE_MEMBER` of a mapped event.

    Attributes:
        source: The source that knew it; empty where none did.
        sent: What it holds under the names of the common fields.
        wrapper: Of an item, the wrapper that held it alone, without it.
        items: Of an item, the paths of the wrapper's arrays.
    """

    source: str
    sent: dict[str, Raw]
    wrapper: Raw = Raw(b"null")
    items: tuple[str, ...] = ()


_decode_kept: Final = msgspec.json.Decoder(_Kept).decode


def source_of(members: Mapping[str, Raw], sources: tuple[Source, ...]) -> Source | None:
    """The first source that knows an object by its members; None where none does."""
    return next((each for each in sources if _is_of(members, each)), None)


def map_event(raw: Raw, sources: tuple[Source, ...]) -> Raw | list[Problem]:
    """Brings one JSON value into the canonical shape.

    Args:
        raw: The value as it was sent; a wrapper holds one item.
        sources: The contract's sources, of which the first that knows the event counts.

    Returns:
        The event with its common fields; the value itself where no source knows it; or what is
        missing (index 0), named by the producer's own fields.
    """
    try:
        members = _decode(raw)
    except msgspec.DecodeError:
        is_empty_array = bytes(raw).translate(None, b" \t\n\r") == b"[]"
        return [_NO_EVENT] if is_empty_array else raw
    source = source_of(members, sources)
    if source is None:
        return raw if SOURCE_MEMBER not in members else _canonical(_Event(members, members), {}, "")
    event = _opened(members, source)
    if isinstance(event, Problem):
        return [event]
    found = _common(event, source)
    problems = [each for each in found.values() if isinstance(each, Problem)]
    if problems:
        return problems
    common = {name: Raw(text.encode()) for name, text in found.items() if isinstance(text, str)}
    return _canonical(event, common, source.name)


def common_fields(members: dict[str, Raw], sources: tuple[Source, ...]) -> dict[str, Raw]:
    """Those of the three common fields that an event has, whatever else is wrong with it."""
    source = source_of(members, sources)
    if source is None:
        return {name: members[name] for name in COMMON_FIELDS if name in members}
    event = _opened(members, source)
    found = {} if isinstance(event, Problem) else _common(event, source)
    return {name: Raw(text.encode()) for name, text in found.items() if isinstance(text, str)}


def sent_name(members: dict[str, Raw], sources: tuple[Source, ...]) -> str | None:
    """The name as the producer writes it, parts joined by `:`; None where no source makes it."""
    source = source_of(members, sources)
    event = None if source is None else _opened(members, source)
    if source is None or source.fixed_name or not isinstance(event, _Event):
        return None
    parts = _name_parts(event, source)
    return None if isinstance(parts, Problem) else ":".join(parts)


def unmap_event(members: Mapping[str, Raw]) -> dict[str, Raw]:
    """Gives back the members of an event as they were sent, of those that `map_event` made."""
    raw = members.get(SOURCE_MEMBER)
    if raw is None:
        return dict(members)
    kept = _decode_kept(raw)
    hidden = _STASHED if kept.source else {SOURCE_MEMBER}
    sent = {name: raw for name, raw in members.items() if name not in hidden} | kept.sent
    return wrap(sent, kept.wrapper, kept.items) if kept.items else sent


def _common(event: _Event, source: Source) -> dict[str, str | Problem]:
    """The JSON of each common field, or why there is none."""
    return {
        EVENT_UUID: _id(event, source),
        EVENT_NAME: _name(event, source),
        CREATED_AT: _time(event, source),
    }


def _opened(members: dict[str, Raw], source: Source) -> _Event | Problem:
    if not source.items:
        return _Event(members, members)
    opened = open_wrapper(members, source.items)
    if isinstance(opened, Problem):
        return opened
    return _Event(opened.item, members, (opened.wrapper, source.items))


def _canonical(event: _Event, common: Mapping[str, Raw], source: str) -> Raw:
    """Writes an event; what its own members of the same names hold is kept beside."""
    hidden = _STASHED if source else {SOURCE_MEMBER}
    sent = {name: raw for name, raw in event.members.items() if name in hidden}
    rest = {name: raw for name, raw in event.members.items() if name not in hidden}
    kept = (source, sent, *(event.wrapper or ()))
    return Raw(_encode({**common, **rest, SOURCE_MEMBER: kept}))


def _is_of(members: Mapping[str, Raw], source: Source) -> bool:
    if any(path not in members and value_at(members, path) is None for path in source.present):
        return False
    for path, value in source.equal.items():
        raw = value_at(members, path)
        if raw is None or msgspec.json.decode(raw) != value:
            return False
    return True


def _text(raw: Raw | None) -> str | None:
    """A text, or the text of an integer; None for anything else."""
    if raw is None:
        return None
    text = str(raw, "utf-8").strip()
    if text.startswith('"'):
        return msgspec.json.decode(raw, type=str)
    return text if _INTEGER.fullmatch(text) else None


def _id(event: _Event, source: Source) -> str | Problem:
    if source.is_derived:
        values = [event.at(path) for path in source.id]
        if any(each is not None for each in values):
            return json.dumps(_digest(str(_encode(values), "utf-8")))
        return Problem(Reason.EVENT_UUID, 0, source.id[0], "a value to derive the id from")
    parts: list[str] = []
    for spelled in source.id:
        path = spelled.removeprefix("?")
        part = _text(event.at(path))
        if part is None and path != spelled:
            part = ""
        # One of several may be empty: the others tell events apart.
        if part is None or (not part and len(source.id) == 1):
            return Problem(Reason.EVENT_UUID, 0, path, "a text that is not empty, or an integer")
        parts.append(part if len(source.id) == 1 else part.replace("\\", r"\\").replace("|", r"\|"))
    joined = "|".join(parts)
    return json.dumps(joined if is_event_uuid(joined) else _digest(joined))


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _name(event: _Event, source: Source) -> str | Problem:
    if source.fixed_name:
        return json.dumps(source.fixed_name)
    parts = _name_parts(event, source)
    if isinstance(parts, Problem):
        return parts
    given = source.names.get(":".join(parts))
    if given is not None:
        return json.dumps(given)
    name = ":".join(fit_name(part) for part in parts)
    if not name or name in source.names.values():
        expected = "a name that becomes no other one's: give it in names"
        return Problem(Reason.EVENT_NAME, 0, source.event_name[-1].removeprefix("?"), expected)
    return json.dumps(name)


def _name_parts(event: _Event, source: Source) -> list[str] | Problem:
    """What the producer writes as the parts of the name."""
    parts: list[str] = []
    for spelled in source.event_name:
        path = spelled.removeprefix("?")
        part = _text(event.at(path))
        if part:
            parts.append(part)
        elif path == spelled:
            return Problem(Reason.EVENT_NAME, 0, path, "a text that is not empty, or an integer")
    return parts


def fit_name(text: str) -> str:
    """Makes a name fit for `[a-z0-9_]+(:...)*`.

    One that fits stays. Else a `_` goes before each capital after a small letter or digit,
    letters become small, what is not ASCII becomes `u` and its code in hexadecimal, each run of
    anything else one `_`, and none is left at the ends. A name of which nothing would be left
    becomes the codes of its characters.
    """
    if EVENT_NAME_FORM.fullmatch(text):
        return text
    humps = _HUMP.sub("_", text).lower()
    coded = "".join(each if each.isascii() else f"u{ord(each):x}" for each in humps)
    return re.sub(r"[^a-z0-9]+", "_", coded).strip("_") or "".join(f"u{ord(c):x}" for c in text)


def _time(event: _Event, source: Source) -> str | Problem:
    raw = event.at(source.time)
    text = None
    if raw is not None:
        text = str(raw, "utf-8").strip()
        if text.startswith('"'):
            text = msgspec.json.decode(raw, type=str)
    moment_us = None if text is None else epoch_us(text, source.time_format)
    if moment_us is None:
        return Problem(Reason.CREATED_AT, 0, source.time, f"a time written as {source.time_format}")
    return format(Decimal(moment_us) / _US_PER_S, "f")
