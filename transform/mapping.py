"""From an event in its producer's shape to one with the three common fields, and back."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from contract.names import COMMON_FIELDS, CREATED_AT, EVENT_NAME, EVENT_UUID
from contract.reasons import Reason
from contract.sources import SOURCE_MEMBER
from transform.diagnosis import Problem
from transform.moments import epoch_us
from transform.rules import is_event_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contract.sources import Source

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_sent: Final = msgspec.json.Decoder(tuple[str, dict[str, Raw]]).decode

_STASHED: Final = frozenset((*COMMON_FIELDS, SOURCE_MEMBER))
_INTEGER: Final = re.compile(r"-?[0-9]+")
_US_PER_S: Final = 1_000_000
_FITS: Final = re.compile(r"[a-z0-9_]+(?::[a-z0-9_]+)*")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def map_event(raw: Raw, sources: tuple[Source, ...]) -> Raw | list[Problem]:
    """Brings one JSON value into the canonical shape.

    Args:
        raw: The value as it was sent.
        sources: The contract's sources, of which the first that knows the event counts.

    Returns:
        The event with its common fields; the value itself where no source knows it; or what is
        missing (index 0), named by the producer's own fields.
    """
    try:
        members = _decode(raw)
    except msgspec.DecodeError:
        return raw
    source = next((each for each in sources if _is_of(members, each)), None)
    if source is None:
        return raw if SOURCE_MEMBER not in members else _canonical(members, {}, "")
    found = {
        EVENT_UUID: _id(members, source),
        EVENT_NAME: _name(members, source),
        CREATED_AT: _time(members, source),
    }
    problems = [each for each in found.values() if isinstance(each, Problem)]
    if problems:
        return problems
    common = {name: Raw(text.encode()) for name, text in found.items() if isinstance(text, str)}
    return _canonical(members, common, source.name)


def unmap_event(members: Mapping[str, Raw]) -> dict[str, Raw]:
    """Gives back the members of an event as they were sent, of those that `map_event` made."""
    kept = members.get(SOURCE_MEMBER)
    if kept is None:
        return dict(members)
    source, sent = _decode_sent(kept)
    hidden = _STASHED if source else {SOURCE_MEMBER}
    return {name: raw for name, raw in members.items() if name not in hidden} | sent


def _canonical(members: Mapping[str, Raw], common: Mapping[str, Raw], source: str) -> Raw:
    """Writes an event; what its own members of the same names hold is kept beside."""
    hidden = _STASHED if source else {SOURCE_MEMBER}
    sent = {name: raw for name, raw in members.items() if name in hidden}
    rest = {name: raw for name, raw in members.items() if name not in hidden}
    return Raw(_encode({**common, **rest, SOURCE_MEMBER: (source, sent)}))


def _is_of(members: Mapping[str, Raw], source: Source) -> bool:
    if any(path not in members and _at(members, path) is None for path in source.present):
        return False
    for path, value in source.equal.items():
        raw = _at(members, path)
        if raw is None or msgspec.json.decode(raw) != value:
            return False
    return True


def _at(members: Mapping[str, Raw], path: str) -> Raw | None:
    """The value at a path; None where it is absent or null. A key that is the path goes first."""
    raw = members.get(path)
    head, *rest = path.split(".")
    if raw is None and rest:
        raw = members.get(head)
        for step in rest:
            try:
                raw = None if raw is None else _decode(raw).get(step)
            except msgspec.DecodeError:
                return None
    return None if raw is None or bytes(raw).strip() == b"null" else raw


def _text(raw: Raw | None) -> str | None:
    """A text, or the text of an integer; None for anything else."""
    if raw is None:
        return None
    text = str(raw, "utf-8").strip()
    if text.startswith('"'):
        return msgspec.json.decode(raw, type=str)
    return text if _INTEGER.fullmatch(text) else None


def _id(members: Mapping[str, Raw], source: Source) -> str | Problem:
    if source.is_derived:
        values = [_at(members, path) for path in source.id]
        if any(each is not None for each in values):
            return json.dumps(_digest(str(_encode(values), "utf-8")))
        return Problem(Reason.EVENT_UUID, 0, source.id[0], "a value to derive the id from")
    parts: list[str] = []
    for path in source.id:
        part = _text(_at(members, path))
        # One of several may be empty: the others tell events apart.
        if part is None or (not part and len(source.id) == 1):
            return Problem(Reason.EVENT_UUID, 0, path, "a text that is not empty, or an integer")
        parts.append(part if len(source.id) == 1 else part.replace("\\", r"\\").replace("|", r"\|"))
    joined = "|".join(parts)
    return json.dumps(joined if is_event_uuid(joined) else _digest(joined))


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _name(members: Mapping[str, Raw], source: Source) -> str | Problem:
    if source.fixed_name:
        return json.dumps(source.fixed_name)
    parts: list[str] = []
    for spelled in source.event_name:
        path = spelled.removeprefix("?")
        part = _text(_at(members, path))
        if part:
            parts.append(part)
        elif path == spelled:
            return Problem(Reason.EVENT_NAME, 0, path, "a text that is not empty, or an integer")
    sent = ":".join(parts)
    given = source.names.get(sent)
    if given is not None:
        return json.dumps(given)
    name = ":".join(fit_name(part) for part in parts)
    if not name or name in source.names.values():
        expected = "a name that becomes no other one's: give it in names"
        return Problem(Reason.EVENT_NAME, 0, source.event_name[-1], expected)
    return json.dumps(name)


def fit_name(text: str) -> str:
    """Makes a name fit for `[a-z0-9_]+(:...)*`.

    One that fits stays. Else a `_` goes before each capital after a small letter or digit,
    letters become small, what is not ASCII becomes `u` and its code in hexadecimal, each run of
    anything else one `_`, and none is left at the ends. A name of which nothing would be left
    becomes the codes of its characters.
    """
    if _FITS.fullmatch(text):
        return text
    humps = _HUMP.sub("_", text).lower()
    coded = "".join(each if each.isascii() else f"u{ord(each):x}" for each in humps)
    return re.sub(r"[^a-z0-9]+", "_", coded).strip("_") or "".join(f"u{ord(c):x}" for c in text)


def _time(members: Mapping[str, Raw], source: Source) -> str | Problem:
    raw = _at(members, source.time)
    text = None
    if raw is not None:
        text = str(raw, "utf-8").strip()
        if text.startswith('"'):
            text = msgspec.json.decode(raw, type=str)
    moment_us = None if text is None else epoch_us(text, source.time_format)
    if moment_us is None:
        return Problem(Reason.CREATED_AT, 0, source.time, f"a time written as {source.time_format}")
    return format(Decimal(moment_us) / _US_PER_S, "f")
