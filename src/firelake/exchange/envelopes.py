"""Where events of an unknown shape have id, name and creation time, by names and by values.

Nothing is taken for an id that two different events share, nor for a time that cannot be read; what
is not found is left to the user.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.transform.mapping import fit_name
from firelake.transform.moments import epoch_us
from firelake.transform.rules import is_event_name
from firelake.transform.wrappers import Members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# What producers call these fields, the surest first; letters and digits alone are compared. Times
# of sending and receiving are not among them: they differ in copies.
_ID_NAMES: Final = (
    *("eventuuid", "eventid", "messageid", "uuid", "id", "insertid", "msgid", "guid", "recordid"),
    *("logid", "eventkey", "deliveryid", "notificationid"),
)
_NAME_NAMES: Final = (
    *("eventname", "event", "eventtype", "messagetype", "detailtype", "type", "action", "kind"),
    *("eventaction", "operation", "op", "topic", "name"),
)
_TIME_NAMES: Final = (
    *("createdat", "originaltimestamp", "eventtime", "eventtimestamp", "eventdate", "occurredat"),
    *("created", "committimestamp", "timestamp", "timestampms", "time", "timems", "ts", "tsms"),
    *("at", "datetime", "createdtime", "createdon", "clienttime", "date", "when"),
)
# Objects that are about the event; ids and times in others are those of what it tells of.
_ABOUT_EVENT: Final = ("meta", "metadata", "header", "headers", "envelope", "event", "message")
_NO_LETTER: Final = re.compile("[^a-z0-9]")
_NO_STEP: Final = re.compile(r"[.\[\]]")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# Of a unit that counts from 1970, the numbers from 1973 to 5138.
_UNITS: Final = (
    ("s", 10**8, 10**11),
    ("ms", 10**11, 10**14),
    ("us", 10**14, 10**17),
    ("ns", 10**17, 10**20),
)
# Of ten events one may be a copy that was changed on its way.
_MOST_SHARED: Final = 0.1
# Where names are as many as events, they are no kinds of events.
_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where the events of one shape have what every event needs; None for what was not found."""

    id: str | None
    name: str | None
    time: str | None
    time_format: str | None

    @property
    def found(self) -> int:
        """How many of id, name and time were found."""
        return sum(path is not None for path in (self.id, self.name, self.time))


@dataclass(slots=True)
class Shape:
    """Events of one envelope.

    Attributes:
        envelope: Where things are.
        events: Their members.
    """

    envelope: Envelope
    events: list[Members] = field(default_factory=list[Members])


def shapes_of(events: Sequence[Members]) -> list[Shape]:
    """Sort events by the envelope that they seem to have, the most frequent first.

    Args:
        events: Their members; of no known preset, and without the common fields.
    """
    values = [dict(_scalars(members)) for members in events]
    by_path: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, found in enumerate(values):
        for path, text in found.items():
            by_path[path].append((index, text))
    digests = [_digest(members) for members in events]
    ids = [
        path
        for path in _ranked(by_path, _ID_NAMES)
        if _tells_apart([(text, digests[index]) for index, text in by_path[path]])
    ]
    names = [
        path
        for path in _ranked(by_path, _NAME_NAMES)
        if path not in ids and _is_kind(Counter(text for _, text in by_path[path]))
    ]
    times = _ranked(by_path, _TIME_NAMES)
    in_utc = {path for path in times if any(_lacks_zone(text) for _, text in by_path[path])}
    shapes: dict[Envelope, Shape] = {}
    for members, found in zip(events, values, strict=True):
        time, form = next(
            (
                (path, form)
                for path in times
                if (form := _time_format(found.get(path, ""), is_utc=path in in_utc)) is not None
            ),
            (None, None),
        )
        envelope = Envelope(
            next((path for path in ids if found.get(path)), None),
            next((path for path in names if found.get(path)), None),
            time,
            form,
        )
        shapes.setdefault(envelope, Shape(envelope)).events.append(members)
    return sorted(shapes.values(), key=lambda each: -len(each.events))


def name_in(members: Mapping[str, Raw], path: str) -> str | None:
    """Return the name of an event as the contract's mapping would make it."""
    text = dict(_scalars(members)).get(path)
    name = None if text is None else fit_name(text)
    return name if name and is_event_name(name) else None


def _scalars(members: Mapping[str, Raw], start: str = "") -> Iterator[tuple[str, str]]:
    """Texts and numbers by their path: of the event itself, and of objects that are about it."""
    for name, raw in members.items():
        text = str(raw, "utf-8").strip()
        if not start and text.startswith("{") and _plain(name) in _ABOUT_EVENT:
            yield from _scalars(msgspec.json.decode(raw, type=Members), f"{name}.")
            continue
        value = _scalar(text)
        if value is not None and _NO_STEP.search(name) is None:
            yield f"{start}{name}", value


def _scalar(text: str) -> str | None:
    if text.startswith('"'):
        return msgspec.json.decode(text, type=str)
    return text if _NUMBER.fullmatch(text) else None


def _ranked(paths: Iterable[str], names: Sequence[str]) -> list[str]:
    """The paths that end in one of the names: those of the event itself first, then as named."""

    def rank(path: str) -> tuple[int, int, str]:
        return (path.count("."), names.index(_plain(path)), path)

    return sorted((path for path in paths if _plain(path) in names), key=rank)


def _plain(path: str) -> str:
    return _NO_LETTER.sub("", path.rpartition(".")[2].lower())


def _digest(members: Mapping[str, Raw]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(dict(members))).digest()


def _tells_apart(values: Sequence[tuple[str, bytes]]) -> bool:
    """Whether different events have different values, but for a few."""
    events = dict[str, bytes]()
    shared = sum(events.setdefault(text, digest) != digest for text, digest in values)
    is_id = all(text and not _is_fraction(text) for text, _ in values)
    return is_id and shared <= len(values) * _MOST_SHARED


def _is_fraction(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and not text.lstrip("-").isdigit()


def _is_kind(counts: Counter[str]) -> bool:
    total = counts.total()
    return "" not in counts and (total < _FEW or len(counts) <= total / 2)


def _lacks_zone(text: str) -> bool:
    return epoch_us(text, "iso8601") is None and epoch_us(text, "iso8601_utc") is not None


def _time_format(text: str, *, is_utc: bool) -> str | None:
    """The format by which a value is a time; None where it is none."""
    if _NUMBER.fullmatch(text):
        number = abs(float(text))
        return next((unit for unit, least, most in _UNITS if least <= number < most), None)
    forms = ("iso8601_utc" if is_utc else "iso8601", "clf")
    return next((form for form in forms if epoch_us(text, form) is not None), None)
