"""The type of a field by the values that were seen: the narrowest that takes them all."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.contract.errors import FieldTypeError
from firelake.contract.types import MAX_BIGINT, MAX_DECIMAL_PRECISION, MIN_BIGINT, parse_type
from firelake.transform.timestamps import iso_8601_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOOLEAN: Final = "boolean"
_BIGINT: Final = "bigint"
_BIG: Final = "an integer beyond 64 bits"
_DOUBLE: Final = "double"
_HUGE: Final = "a number that no double holds"
_DATE: Final = "date"
_TIMESTAMP: Final = "timestamp"
_STRING: Final = "string"
_ARRAY: Final = "array"
_OBJECT: Final = "object"
JSON: Final = "json"

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_LONGEST_INTEGER: Final = 4000  # digits that Python reads without more ado
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Athena's timestamps end there; a text keeps what is finer.
_FINER_THAN_MS: Final = re.compile(r"[.,][0-9]{4,}")
# From here on a double no longer holds every integer.
_MAX_EXACT: Final = 2**53
_SCALARS: Final = frozenset({_BOOLEAN, _BIGINT, _DOUBLE, _DATE, _TIMESTAMP, _STRING})
# Objects with more keys, or with keys that few of them have, are rather maps.
_MOST_MEMBERS: Final = 40
_FEWEST: Final = 0.1
_decode_members: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_elements: Final = msgspec.json.Decoder(list[Raw]).decode
_decode_text: Final = msgspec.json.Decoder(str).decode


@dataclass(slots=True)
class ValueTypes:
    """What was seen of one field.

    Attributes:
        kinds: The kinds of its values, null left out.
        digits: The most digits of an integer.
        is_beyond_double: Whether an integer was seen that a double may not hold.
        members: Of arrays, what their members were.
        objects: How many objects there were.
        inner: Of objects, what their members were, and how many had each.
    """

    kinds: set[str] = field(default_factory=set[str])
    digits: int = 0
    is_beyond_double: bool = False
    members: ValueTypes | None = None
    objects: int = 0
    inner: dict[str, tuple[ValueTypes, int]] = field(
        default_factory=dict[str, tuple["ValueTypes", int]]
    )

    def add(self, raw: Raw) -> bool:
        """Take a value in; returns whether it was one rather than null."""
        text = str(raw, "utf-8").strip()
        match text[:1]:
            case "n":
                return False
            case '"':
                self.kinds.add(_kind_of_text(_decode_text(text)))
            case "t" | "f":
                self.kinds.add(_BOOLEAN)
            case "{":
                self.kinds.add(_OBJECT)
                self._add_object(text)
            case "[":
                self.kinds.add(_ARRAY)
                self.members = self.members or ValueTypes()
                for each in _decode_elements(text):
                    self.members.add(each)
            case _:
                self._add_number(text)
        return True

    def _add_object(self, text: str) -> None:
        self.objects += 1
        # Of what is no struct nothing more is kept than that.
        if len(self.inner) > _MOST_MEMBERS:
            return
        for name, each in _decode_members(text).items():
            seen, count = self.inner.get(name, (ValueTypes(), 0))
            self.inner[name] = seen, count + seen.add(each)

    def _struct(self) -> str:
        """The struct of all objects that were seen; JSON where they are not alike.

        What never was anything but null is no member of it.
        """
        known = {name: each for name, each in self.inner.items() if each[0].kinds}
        if not known or len(self.inner) > _MOST_MEMBERS:
            return JSON
        if any(count < _FEWEST * self.objects for _, count in known.values()):
            return JSON
        return struct_of({name: seen.field_type() or JSON for name, (seen, _) in known.items()})

    def _add_number(self, text: str) -> None:
        if _INTEGER.fullmatch(text) is None:
            self.kinds.add(_DOUBLE if math.isfinite(float(text)) else _HUGE)
            return
        self.digits = max(self.digits, len(text.lstrip("-")))
        value = int(text) if len(text) < _LONGEST_INTEGER else 10**_LONGEST_INTEGER
        self.is_beyond_double |= abs(value) > _MAX_EXACT
        self.kinds.add(_BIGINT if MIN_BIGINT <= value <= MAX_BIGINT else _BIG)

    def field_type(self) -> str | None:
        """Return the type as the contract spells it; None where only nulls were seen."""
        kinds = self.kinds
        found = JSON
        if not kinds:
            return None
        if len(kinds) == 1 and kinds <= _SCALARS:
            found = next(iter(kinds))
        elif kinds <= {_STRING, _DATE, _TIMESTAMP}:
            found = _STRING
        elif kinds == {_BIGINT, _DOUBLE} and not self.is_beyond_double:
            found = _DOUBLE
        elif kinds <= {_BIGINT, _BIG} and self.digits <= MAX_DECIMAL_PRECISION:
            found = f"decimal({self.digits},0)"
        elif kinds == {_OBJECT}:
            found = self._struct()
        elif kinds == {_ARRAY} and self.members is not None:
            member = self.members.field_type()
            if member is not None:
                found = type_or_json(f"array<{member}>")
        return found

    def doubt(self) -> str | None:
        """Return what could not be decided; None where nothing was left open."""
        if self.kinds == {_ARRAY} and self.members is not None and not self.members.kinds:
            return "only empty arrays were seen: array<...> of what?"
        if len(self.kinds) > 1 and self.field_type() == JSON:
            return f"values of several kinds: {', '.join(sorted(self.kinds))}"
        if self.kinds == {_OBJECT} and self.field_type() == JSON:
            return self._map_in_doubt()
        return None

    def _map_in_doubt(self) -> str | None:
        """What objects are that have other keys each time, if their values are of one type."""
        types = {seen.field_type() for seen, _ in self.inner.values()} - {None}
        found = type_or_json(f"map<string,{types.pop()}>") if len(types) == 1 else JSON
        return None if found == JSON else f"keys differ from object to object: {found}?"


def struct_of(members: Mapping[str, str]) -> str:
    """Return the type of an object; JSON where no struct of the contract holds such members.

    Args:
        members: Their types by their names.
    """
    if JSON in members.values():
        return JSON
    listed = ",".join(f"{name}:{each}" for name, each in members.items())
    return type_or_json(f"struct<{listed}>")


def type_or_json(spelled: str) -> str:
    """Return a type as the contract spells it; JSON where it is none of the contract's."""
    try:
        return str(parse_type(spelled))
    except FieldTypeError:
        return JSON


def _kind_of_text(text: str) -> str:
    if _DAY.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return _STRING
        return _DATE
    if text[:1].isdigit() and "T" in text and _FINER_THAN_MS.search(text) is None:
        return _STRING if iso_8601_text(text) is None else _TIMESTAMP
    return _STRING
