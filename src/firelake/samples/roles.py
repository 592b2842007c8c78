"""Which fields of a contract keep their value for a while, by their names and types alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.contract.types import Kind

if TYPE_CHECKING:
    from firelake.contract.events import EventContract, Field

PERSONS: Final = frozenset(
    (
        *("account", "anonymous", "customer", "member", "patient", "person", "player"),
        *("subscriber", "tenant", "user", "visitor"),
    )
)
# By the first word of a name, or the last one before `id`.
_PERSONAL: Final = PERSONS | frozenset(
    (
        *("browser", "country", "device", "host", "language", "locale"),
        *("os", "platform", "timezone", "zone"),
    )
)
_VISITS: Final = frozenset(("session", "visit"))
_RELEASES: Final = frozenset(("build", "release", "version"))
_IDS: Final = frozenset(("id", "uuid"))


@dataclass(frozen=True, slots=True)
class FieldRoles:
    """Fields that keep their value for a while; each has one role at most.

    Attributes:
        person: Those that a person keeps, such as who it is and on what device.
        visit: Those that each visit has anew, such as its id.
        subject: Ids of what a visit is about.
        release: The version of the software that sends; None where nothing tells it.
    """

    person: tuple[Field, ...]
    visit: tuple[Field, ...]
    subject: tuple[Field, ...]
    release: Field | None


def field_roles(contract: EventContract) -> FieldRoles:
    """Returns what the fields of a contract are."""
    roles: dict[str, list[Field]] = {"person": [], "visit": [], "subject": [], "release": []}
    for field in contract.fields.values():
        role = _role_of(field)
        if role is not None and not contract.is_deprecated(field):
            roles[role].append(field)
    carried = Counter(name for event in contract.events.values() for name in event.fields)
    return FieldRoles(
        person=tuple(roles["person"]),
        visit=tuple(roles["visit"]),
        subject=tuple(roles["subject"]),
        release=max(roles["release"], key=lambda each: carried[each.name], default=None),
    )


def _role_of(field: Field) -> str | None:
    if field.type.is_several or field.type.kind not in {Kind.STRING, Kind.BIGINT}:
        return None
    first, *_, last = words = ("", *field.name.split("_"))[-8:]
    is_id, is_text = last in _IDS, field.type.kind is Kind.STRING
    owner = words[-2] if is_id else last
    if last in _RELEASES:
        return "release" if is_text else None
    if {first or words[1], owner} & _PERSONAL and (is_id or is_text or last in PERSONS):
        return "person"
    if is_id:
        return "visit" if {*words} & _VISITS else "subject"
    return None
