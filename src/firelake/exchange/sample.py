"""A contract drafted from events that exist, and what it would do of these very events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.contract.layout import Granularity
from firelake.contract.names import COMMON_FIELDS, CREATED_AT, EVENT_NAME
from firelake.contract.reasons import Reason
from firelake.contract.sources import SOURCE_MEMBER, Source, build_source
from firelake.exchange.documents import decoded
from firelake.exchange.draft import Draft, DraftEvent, DraftField, DraftSource
from firelake.exchange.draft_text import lawful
from firelake.exchange.envelopes import Shape, name_in, shapes_of
from firelake.exchange.errors import ExchangeError
from firelake.exchange.presets import all_presets, is_plain, recognised
from firelake.exchange.sample_source import drafted_source
from firelake.exchange.sample_wrappers import wrapper_source
from firelake.exchange.value_types import JSON, ValueTypes
from firelake.failures.event_check import EventCheck
from firelake.transform.events import EventReader
from firelake.transform.mapping import fit_name, map_event, source_of
from firelake.transform.rules import is_event_name, is_too_deep, may_be_too_deep
from firelake.transform.wrappers import Members, split_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from firelake.contract.events import EventContract
    from firelake.send.records import Outgoing

# What is kept in memory; more events of the same producers tell little more.
MAX_EVENTS: Final = 200_000
MAX_BYTES: Final = 256 * 1024 * 1024
# What seldom came may be missing in the next one, though it never was so far.
_ENOUGH: Final = 10
_MOST_ROUNDS: Final = 5
# More of them, each as a comment, nobody reads.
_MOST_SOURCES: Final = 8
_decode_members: Final = msgspec.json.Decoder(Members).decode
_decode_number: Final = msgspec.json.Decoder(float).decode
_decode_text: Final = msgspec.json.Decoder(str).decode


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of a sample.

    Attributes:
        text: The contract.
        contract: The same, read.
        check: What it would do of the events.
        sources: The sources that are in force.
        undecided: What was left open.
        first_s: When the earliest event was created, Unix time; None where no event has a time.
        is_partial: Whether the sample was too large to be looked at whole.
    """

    text: str
    contract: EventContract
    check: EventCheck
    sources: tuple[str, ...]
    undecided: tuple[str, ...]
    first_s: float | None
    is_partial: bool


def draft_of_sample(chunks: Iterable[Sequence[Outgoing]], name: str, now_ms: int) -> Drafted:
    """Draft a contract from events.

    Args:
        chunks: What a file holds, in its order.
        name: What the sample is called, for comments and for events without a name.
        now_ms: When the events count as arrived, Unix time.

    Raises:
        ExchangeError: It holds no event.
    """
    documents, is_partial = _taken(chunks)
    sample = _Sample(name)
    sample.read([each.payload for each in documents if _is_readable(each)])
    draft = sample.draft()
    check = _checked(lawful(draft)[1], documents, now_ms)
    rounds = 0
    while rounds < _MOST_ROUNDS and _loosened(draft, check):
        check = _checked(lawful(draft)[1], documents, now_ms)
        rounds += 1
    for became, sent in check.merged_names.items():
        spelled = " and ".join(map(repr, sent))
        draft.notes.append(f"{spelled} become {became}: keep them apart by names in the source")
    text, contract = lawful(draft)
    return Drafted(
        text=text,
        contract=contract,
        check=check,
        sources=tuple(each.name for each in contract.sources),
        undecided=tuple(draft.open_questions()),
        first_s=sample.first_s,
        is_partial=is_partial,
    )


def _taken(chunks: Iterable[Sequence[Outgoing]]) -> tuple[list[Outgoing], bool]:
    taken: list[Outgoing] = []
    size_bytes = 0
    for chunk in chunks:
        for each in chunk:
            size_bytes += len(each.payload)
            if len(taken) >= MAX_EVENTS or size_bytes > MAX_BYTES:
                return taken, True
            taken.append(each)
    return taken, False


def _is_readable(document: Outgoing) -> bool:
    """Whether anything can be told of it; the check says of the others why they would fail."""
    payload = document.payload
    return document.fault is None and not (
        may_be_too_deep(payload) and is_too_deep(str(payload, "utf-8", "replace"))
    )


def _checked(contract: EventContract, documents: Iterable[Outgoing], now_ms: int) -> EventCheck:
    check = EventCheck(
        EventReader(contract, lateness_days=None, granularity=Granularity.DAY), now_ms
    )
    for each in documents:
        check.add(each)
    return check


def _loosened(draft: Draft, check: EventCheck) -> bool:
    """Lets pass what the draft was too strict for; tells whether there was any."""
    found = False
    for fault in check.faults:
        name = _field_of(fault.field, draft)
        about = draft.fields.get(name)
        if about is None:
            continue
        if fault.reason == Reason.FIELD_TYPE and about.type != JSON:
            about.notes.append(f"not {about.type} in every event")
            about.type = JSON
            found = True
        for event in draft.events.values():
            if fault.reason == Reason.FIELD_MISSING and name in event.required:
                event.required.remove(name)
                event.optional.append(name)
                found = True
    return found


def _field_of(path: str, draft: Draft) -> str:
    """The field that a path such as `items[2].qty` begins with; the path itself where none is."""
    starts = (name for name in draft.fields if path.startswith((f"{name}[", f"{name}.")))
    return path if path in draft.fields else max(starts, key=len, default=path)


@dataclass(slots=True)
class _Event:
    """What was seen of the events of one name: how many, and how many with each field."""

    count: int = 0
    present: defaultdict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    with_value: defaultdict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))


@dataclass(slots=True)
class _Sample:
    """What was seen of a sample."""

    name: str
    first_s: float | None = None
    _notes: list[str] = field(default_factory=list[str])
    _events: dict[str, _Event] = field(default_factory=dict[str, _Event])
    _fields: dict[str, ValueTypes] = field(default_factory=dict[str, ValueTypes])
    _sources: dict[str, DraftSource] = field(default_factory=dict[str, DraftSource])

    def read(self, payloads: Sequence[bytes]) -> None:
        """Look at documents of events."""
        known = all_presets()
        presets = recognised(_parts(payloads, known), known)
        unknown: list[Members] = []
        for document, members in _parts(payloads, presets):
            source = source_of(members, presets)
            if source is None and not is_plain(members):
                unknown.append(members)
                continue
            mapped = Raw(document) if source is None else map_event(Raw(document), presets)
            if not isinstance(mapped, list):
                self._count(_decode_members(mapped), None, source)
        for source in presets:
            self._sources[source.name] = DraftSource({"preset": source.name})
        # The first source that knows an event counts: those that ask for more go first.
        for shape in sorted(shapes_of(unknown), key=lambda each: -each.envelope.found):
            self._take(shape)
        if not self._events:
            message = f"{self.name} holds no event of which anything could be made"
            raise ExchangeError(message)

    def draft(self) -> Draft:
        """Return the contract that fits what was seen."""
        total = sum(each.count for each in self._events.values())
        draft = Draft(f"Drafted by `firelake init` from {total:,} events of {self.name}.")
        for name, seen in self._fields.items():
            count = sum(each.with_value[name] for each in self._events.values())
            spelled = seen.field_type()
            if spelled is None:
                draft.notes.append(f"{name}: never anything but null; it stays in extras")
                continue
            about = DraftField(spelled, f"In {count:,} of {total:,} events of the sample.")
            doubt = seen.doubt()
            if doubt is not None:
                about.notes.append(f"{name}: {doubt}")
            draft.fields[name] = about
        for name, seen_event in self._events.items():
            draft.events[name] = _drafted_event(seen_event, draft.fields)
        draft.sources = self._sources
        draft.notes += self._notes
        return draft

    def _take(self, shape: Shape) -> None:
        """Take in events of a shape that no preset knows."""
        fixed = _fixed_name(self.name)
        if None in (shape.envelope.id, shape.envelope.time) and self._take_wrappers(shape, fixed):
            return
        source = drafted_source(shape, fixed)
        if self._sources and shape.envelope.id is None and shape.envelope.time is None:
            self._notes.append(
                f"{len(shape.events):,} events have neither an id nor a time of creation, and fail"
            )
        elif source.is_active or len(self._sources) < _MOST_SOURCES:
            self._sources[_label(fixed, self._sources)] = source
        else:
            self._notes.append(
                f"{len(shape.events):,} events are of yet another shape, and fail:"
                f" {', '.join(sorted(shape.events[0]))}"
            )
        known = build_source(fixed, source.table) if source.is_active else None
        path = shape.envelope.name
        for members in shape.events:
            name = fixed if path is None else name_in(members, path)
            mapped = map_event(Raw(msgspec.json.encode(members)), (known,)) if known else None
            if isinstance(mapped, Raw):
                self._count(_decode_members(mapped), name, known)
            elif name is not None:
                self._count(members, name)

    def _take_wrappers(self, shape: Shape, fixed: str) -> bool:
        """Take in wrappers; tells whether they are some."""
        source = wrapper_source(shape.events, fixed)
        if source is None:
            return False
        label = _label(fixed, self._sources)
        self._sources[label] = source
        known = (build_source(label, source.table),)
        for document, _ in _parts(map(msgspec.json.encode, shape.events), known):
            mapped = map_event(Raw(document), known)
            if not isinstance(mapped, list):
                self._count(_decode_members(mapped), None, known[0])
        return True

    def _count(
        self, members: Mapping[str, Raw], name: str | None, source: Source | None = None
    ) -> None:
        name = name or decoded(_decode_text, members[EVENT_NAME])
        if name is None or not is_event_name(name):
            return
        event = self._events.setdefault(name, _Event())
        event.count += 1
        if CREATED_AT in members:
            self._note_time(members[CREATED_AT])
        held = {*COMMON_FIELDS, SOURCE_MEMBER, *(source.held if source is not None else ())}
        for field_name, raw in members.items():
            if field_name in held:
                continue
            event.present[field_name] += 1
            event.with_value[field_name] += self._fields.setdefault(field_name, ValueTypes()).add(
                raw
            )

    def _note_time(self, raw: Raw) -> None:
        created_s = decoded(_decode_number, raw)
        if created_s is not None:
            self.first_s = created_s if self.first_s is None else min(self.first_s, created_s)


def _parts(
    payloads: Iterable[bytes], sources: tuple[Source, ...]
) -> Iterable[tuple[bytes, Members]]:
    """Documents of one event each, with their members; what is none is left out."""
    for payload in payloads:
        for part in split_value(
            Raw(payload), lambda members: source_of(members, sources), MAX_BYTES
        ):
            members = decoded(_decode_members, part)
            if members is not None:
                yield bytes(part), members


def _drafted_event(seen: _Event, fields: Mapping[str, DraftField]) -> DraftEvent:
    event = DraftEvent(f"{seen.count:,} in the sample.")
    for name, about in fields.items():
        if name not in seen.present:
            continue
        counts = seen.present if about.type == JSON else seen.with_value
        if counts[name] == seen.count and seen.count > 1:
            event.required.append(name)
        else:
            event.optional.append(name)
    if seen.count == 1:
        event.notes.append("Seen once: which fields are always there is not known.")
    elif seen.count < _ENOUGH and event.required:
        event.notes.append(
            f"Seen {seen.count} times: what was always there may be missing in the next one."
        )
    return event


def _label(name: str, taken: Mapping[str, DraftSource]) -> str:
    """A name of a source that is not taken."""
    label = name.replace(":", "_")
    return label if label not in taken else f"{label}_{len(taken) + 1}"


def _fixed_name(sample: str) -> str:
    return fit_name(sample.partition(".")[0]) or "event"
