"""Events of a contract as text, valid ones and ones with known faults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from firelake.contract.types import Kind
from tests.strategies.constraints import allowed_texts
from tests.strategies.json_texts import arrays, numbers, objects, spelled, strings, texts, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

    from firelake.contract.events import Event, EventContract, Field
    from firelake.contract.types import FieldType

ARRIVED_MS = int(datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp()) * 1000
LATENESS_DAYS = 7
_DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1678, 1, 2, tzinfo=UTC)
_LAST = datetime(2261, 12, 30, tzinfo=UTC)

# Names that mean something in a row, and must not when a producer makes them up.
UNDECLARED = (
    "extras",
    "event_type",
    "event_subtype",
    "dt",
    "ingested_at",
    "stream_position",
    "created_datetime",
    "Event_UUID",
    "",
    "é",
    "a.b",
    'quote"',
    "\u0000",
)


@dataclass(frozen=True, slots=True)
class SpelledEvent:
    """An event's text, and its members' texts by name, the last of equal keys.

    Attributes:
        text: The JSON object.
        members: The raw value of each key.
    """

    text: str
    members: dict[str, str]


@st.composite
def _decimal_texts(draw: DrawFn, field_type: FieldType) -> str:
    precision, scale = field_type.precision or 0, field_type.scale or 0
    digits = str(draw(st.integers(0, 10**precision - 1)))
    sign = draw(st.sampled_from(["", "-"]))
    shift = draw(st.integers(0, 3))
    zeros = "0" * draw(st.integers(0, 3))
    padded = digits.rjust(scale + 1, "0") if scale else digits
    plain = f"{padded[:-scale]}.{padded[-scale:]}{zeros}" if scale else padded
    # JSON writes no number with zeros in front.
    zeros_behind = "" if digits == "0" else "0" * shift
    exponent = draw(st.sampled_from(["E", "e"])) + draw(st.sampled_from(["-", "-000"]))
    number = draw(st.sampled_from([plain, f"{digits}{zeros_behind}{exponent}{scale + shift}"]))
    return draw(st.sampled_from(["{}", '"{}"'])).format(sign + number)


@st.composite
def _timestamp_texts(draw: DrawFn) -> str:
    moment = draw(st.datetimes(_FIRST.replace(tzinfo=None), _LAST.replace(tzinfo=None)))
    if draw(st.booleans()):
        epoch_s = (moment.replace(tzinfo=UTC) - _EPOCH).total_seconds()
        return draw(st.sampled_from([repr(epoch_s), str(int(epoch_s)), f"{epoch_s:.6e}"]))
    seconds = draw(st.sampled_from(["", ":%S", ":%S.%f", ":%S,%f987"]))
    minutes = draw(st.integers(0, 23 * 60 + 59))
    offset = draw(st.sampled_from(["Z", "+{:02d}:{:02d}", "-{:02d}{:02d}", "+{:02d}"]))
    local = moment.strftime(f"%Y-%m-%dT%H:%M{seconds}")
    return f'"{local}{offset.format(*divmod(minutes, 60))}"'


_DECLARED: dict[Kind, SearchStrategy[str]] = {
    Kind.STRING: strings,
    Kind.BIGINT: st.one_of(
        st.sampled_from(["-0", str(2**63 - 1), str(-(2**63))]),
        st.integers(-(2**63), 2**63 - 1).map(str),
    ),
    Kind.DOUBLE: st.one_of(
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        st.integers(-(10**30), 10**30).map(str),
        st.sampled_from(["-0", "1E-400", "9007199254740993", "0e99999999999"]),
    ),
    Kind.BOOLEAN: st.sampled_from(["true", "false"]),
    Kind.TIMESTAMP: _timestamp_texts(),
    Kind.DATE: st.dates().map(lambda day: f'"{day.isoformat()}"'),
    Kind.JSON: values,
}


def _single(field: Field) -> SearchStrategy[str]:
    if field.constraints:
        return allowed_texts(field)
    field_type = field.type
    if field_type.kind is Kind.STRUCT:
        return _struct_texts(field)
    if field_type.kind is Kind.DECIMAL:
        return _decimal_texts(field_type)
    return _DECLARED[field_type.kind]


@st.composite
def _struct_texts(draw: DrawFn, field: Field) -> str:
    """An object with some of its members, nulls among them, and now and then with another one."""
    members: list[tuple[str, str]] = []
    for each in field.type.members:
        is_required = field.members.of(each.name).is_required
        states = ["value"] if is_required else ["value", "value", "value", "null", "none"]
        state = draw(st.sampled_from(states))
        if state != "none":
            typed = values_of(field.inner(each))
            value = draw(typed) if state == "value" else "null"
            members.append((draw(spelled(each.name)), value))
    if draw(st.integers(0, 4)) == 0:
        members.append((draw(spelled("Sku")), draw(values)))
    return draw(objects(draw(st.permutations(members))))


@st.composite
def _arrays_of(draw: DrawFn, field: Field) -> str:
    member = st.one_of(st.just("null"), _single(field))
    return draw(arrays(draw(st.lists(member, max_size=4))))


@st.composite
def _maps_of(draw: DrawFn, field: Field) -> str:
    value = st.one_of(st.just("null"), _single(field))
    pairs = st.tuples(st.sampled_from(["a", "A", "b c", "", "é", "event_uuid"]), value)
    members = [(draw(spelled(key)), each) for key, each in draw(st.lists(pairs, max_size=4))]
    return draw(objects(members))


def values_of(field: Field) -> SearchStrategy[str]:
    """Texts of values that a field accepts, null aside."""
    if field.type.is_map:
        return _maps_of(field)
    return _arrays_of(field) if field.type.is_array else _single(field)


event_uuids = st.one_of(
    st.uuids().map(str), st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1)
).filter(lambda text: text.isprintable() and len(text) <= 128)

created_at_texts = st.one_of(
    st.integers(ARRIVED_MS - LATENESS_DAYS * _DAY_MS, ARRIVED_MS + _DAY_MS).map(
        lambda moment_ms: repr(moment_ms / 1000)
    ),
    st.integers(ARRIVED_MS // 1000 - 86_400, ARRIVED_MS // 1000).map(str),
    st.just(f"{ARRIVED_MS / 1e9!r}e6"),
    st.just("1768435200"),
    st.just("1768435199.9999998"),
)


def _names(contract: EventContract) -> SearchStrategy[str]:
    types = st.sampled_from([*contract.event_types, "unregistered", "garbage", "0_"])
    unknown = st.tuples(types, st.sampled_from(["", ":x", ":x:y", ":_"])).map("".join)
    known = st.sampled_from(list(contract.events))
    return st.one_of(known, known, known, unknown)


@st.composite
def valid_members(
    draw: DrawFn, contract: EventContract, *, created_at: str | None = None
) -> dict[str, str]:
    """The members of a valid event: names and raw values, undeclared ones among them."""
    name = draw(_names(contract))
    event = contract.events.get(name)
    members = {
        "event_uuid": draw(event_uuids.flatmap(spelled)),
        "event_name": draw(spelled(name)),
        "created_at": created_at or draw(created_at_texts),
    }
    if event is not None:
        members |= draw(_declared(contract, event))
    undeclared = st.one_of(st.sampled_from(UNDECLARED), texts, st.sampled_from([*contract.fields]))
    for key in draw(st.lists(undeclared if contract.fields else texts, max_size=3)):
        if key not in members and (event is None or key not in event.fields):
            members[key] = draw(values)
    return members


@st.composite
def _declared(draw: DrawFn, contract: EventContract, event: Event) -> dict[str, str]:
    members: dict[str, str] = {}
    for name in event.fields:
        is_required = name in event.required
        state = (
            "value" if is_required else draw(st.sampled_from(["value", "value", "null", "none"]))
        )
        if state == "value":
            members[name] = draw(values_of(contract.fields[name]))
        elif state == "null":
            members[name] = "null"
    return members


@st.composite
def spell_event(draw: DrawFn, members: dict[str, str]) -> SpelledEvent:
    """Writes members as one object: any order, keys escaped, earlier values for the same key."""
    pairs = draw(st.permutations([*members.items()]))
    if members and draw(st.integers(0, 5)) == 0:
        pairs = [(draw(st.sampled_from([*members])), draw(values)), *pairs]
    keyed: Sequence[tuple[str, str]] = [
        (f'"{key}"' if key.isalnum() and key.isascii() else draw(spelled(key)), value)
        for key, value in pairs
    ]
    return SpelledEvent(draw(objects(keyed)), members)


def valid_events(
    contract: EventContract, *, created_at: str | None = None
) -> SearchStrategy[SpelledEvent]:
    """Events that the contract and the window accept."""
    return valid_members(contract, created_at=created_at).flatmap(spell_event)


@st.composite
def muddled_events(draw: DrawFn, contract: EventContract) -> SpelledEvent:
    """Events of which some members are missing, or hold any JSON at all."""
    members = draw(valid_members(contract))
    near = st.one_of(near_misses, near_misses, values, numbers, strings, _timestamp_texts())
    for name in draw(st.lists(st.sampled_from([*members]), min_size=1, max_size=3, unique=True)):
        if draw(st.integers(0, 4)) == 0:
            members.pop(name, None)
        else:
            members[name] = draw(near)
    return draw(spell_event(members))


# What comes near to a type without being of it, or just about is.
near_misses = st.sampled_from(
    [
        '"2026-02-29"',
        '"2026-2-3"',
        '"2026-01-15T24:00:00Z"',
        '"2026-01-15T23:59:60Z"',
        '"2026-01-15T12:00:00"',
        '"2026-01-15 12:00:00Z"',
        '"2026-01-15t12:00:00z"',
        '"2026-01-15T12:00.5Z"',
        '"2026-01-15T12:00:00+24:00"',
        '"1677-12-31T23:59:59.999Z"',
        '"2262-01-01T00:00:00Z"',
        '"2262-01-01T00:30:00+01:00"',
        '"0000-01-01T00:00:00Z"',
        '"9999-12-31T23:59:59-23:59"',
        '"0001-01-01T00:00:00+23:59"',
        '"1768478400"',
        '"1_000"',
        '" 1"',
        '"+1"',
        '".5"',
        '"1."',
        '"0x10"',
        '"NaN"',
        '"Infinity"',
        '"-"',
        '""',
        '"\u0661"',
        '"1e5"',
        '["1", null, {}]',
        "[[]]",
        "[1, 2.5, null]",
        "[true, null, 0]",
        '"a" ',
        f'"{"u" * 129}"',
        f'"{"n" * 201}"',
        '"a:B"',
        '"a:"',
        '"\\u0007"',
        "1768478400000",
        "1767873599.999",
        "1768564800.001",
    ]
)
