"""Small random contracts: every type, awkward names, new fields, one event and several."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from firelake.contract.events import Event, EventContract, Field
from firelake.contract.members import MemberRule, MemberRules, types_inside
from firelake.contract.types import FieldType, Kind, Member
from tests.strategies.constraints import constraints

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

# Python's keywords, msgspec's own names, and names that begin alike.
FIELD_NAMES = (
    "class",
    "def",
    "lambda",
    "self",
    "field_class",
    "event_uuid2",
    "created",
    "a",
    "ab",
    "abc",
    "x1",
)
# Names that can be no column, and what their columns are called here.
COLUMNS = {
    "userId": "user_id",
    "größe in cm": "height_cm",
    "extras": "extras_field",
    "dt": "zoned",
    "$set[0].x": "set_x",
    "UserId": "class_2",
}
EVENT_NAMES = ("a", "a:b", "a:b:c", "a:b_c", "b", "b:a", "class:def", "0:1", "a:b:c:d")


_SEVERAL = st.sampled_from(["one", "one", "array", "map"])


def _as(field_type: FieldType, several: str) -> FieldType:
    return replace(field_type, is_array=several == "array", is_map=several == "map")


@st.composite
def _decimals(draw: DrawFn) -> FieldType:
    precision = draw(st.integers(1, 38))
    scale = draw(st.integers(0, precision))
    return _as(FieldType(Kind.DECIMAL, precision, scale), draw(_SEVERAL))


def _plain(kind: Kind) -> SearchStrategy[FieldType]:
    if kind is Kind.JSON:
        return st.just(FieldType(kind))
    return _SEVERAL.map(lambda several: _as(FieldType(kind), several))


def _of_kind(kind: Kind) -> SearchStrategy[FieldType]:
    return _decimals() if kind is Kind.DECIMAL else _plain(kind)


MEMBER_NAMES = ("sku", "Qty", "unitPrice", "class", "a_1", "B", "event_uuid")
_inner_types = st.sampled_from([*({*Kind} - {Kind.JSON, Kind.STRUCT})]).flatmap(_of_kind)


@st.composite
def _structs(draw: DrawFn, inner: SearchStrategy[FieldType]) -> FieldType:
    names = draw(st.lists(st.sampled_from(MEMBER_NAMES), min_size=1, max_size=4, unique=True))
    members = tuple(Member(name, draw(inner)) for name in names)
    return _as(FieldType(Kind.STRUCT, members=members), draw(_SEVERAL))


struct_types = _structs(_inner_types | _structs(_inner_types))
field_types = st.sampled_from(Kind).flatmap(
    lambda kind: struct_types if kind is Kind.STRUCT else _of_kind(kind)
)


@st.composite
def member_rules(draw: DrawFn, field_type: FieldType) -> MemberRules:
    """Something of some members, and of each, how deep it ever lies."""
    rules: dict[str, MemberRule] = {}
    for path, inner in types_inside(field_type):
        if draw(st.booleans()):
            rules[path] = MemberRule(draw(constraints(inner)), draw(st.booleans()))
    return MemberRules(rules)


@st.composite
def _fields(draw: DrawFn, name: str, version: int) -> Field:
    field_type = draw(field_types)
    since = draw(st.integers(1, version))
    until = draw(st.none() | st.integers(since, version))
    asked = draw(constraints(field_type))
    rules = draw(member_rules(field_type))
    column = COLUMNS.get(name)
    return Field(name, field_type, "A field.", since, until, asked, column, members=rules)


@st.composite
def contracts(draw: DrawFn) -> EventContract:
    """A contract of one to three events and up to six fields."""
    version = draw(st.integers(1, 3))
    names = draw(st.lists(st.sampled_from((*FIELD_NAMES, *COLUMNS)), max_size=6, unique=True))
    fields = {name: draw(_fields(name, version)) for name in names}
    events: dict[str, Event] = {}
    for name in draw(st.lists(st.sampled_from(EVENT_NAMES), min_size=1, max_size=3, unique=True)):
        used = [each for each in draw(st.permutations(names)) if draw(st.booleans())]
        required = draw(st.integers(0, len(used)))
        events[name] = Event(name, tuple(used[:required]), tuple(used[required:]), "An event.")
    types = tuple(sorted({event.event_type for event in events.values()}))
    return EventContract(version, MappingProxyType(fields), MappingProxyType(events), types)
