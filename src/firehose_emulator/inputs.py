"""Reads resolved inputs so that none is ignored: what nobody asked for is an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar, cast

from firehose_emulator.errors import UnsupportedSettingError

if TYPE_CHECKING:
    from enum import StrEnum

_Choice = TypeVar("_Choice", bound="StrEnum")

_MISSING: Final = object()


class Inputs:
    """One map of inputs; `finish` fails if a member was not read.

    Attributes:
        path: Where the map stands, for messages.
        is_absent: Whether the map is not there at all.
    """

    def __init__(self, values: Mapping[str, object] | None, path: str) -> None:
        self.path = path
        self.is_absent = values is None
        self._values: Mapping[str, object] = {} if values is None else values
        self._read: set[str] = set()

    def ignore(self, *names: str) -> None:
        """Count members as read that have no meaning here; the caller says why."""
        self._read.update(names)

    def require(self, name: str, value: str) -> None:
        """Fail unless a member has the one value that this delivery knows.

        Raises:
            UnsupportedSettingError: It has another one.
        """
        found = self._take(name, None)
        if found != value:
            self._refuse(name, found, f"only {value!r} is delivered here")

    def text(self, name: str, default: str | None = None) -> str:
        """Give a text.

        Raises:
            UnsupportedSettingError: It is missing and has no default, or is no text.
        """
        found = self._take(name, default)
        if not isinstance(found, str):
            self._refuse(name, found, "expected a text")
        return cast("str", found)

    def number(self, name: str, default: float) -> float:
        """Give a number, also where it is written as a text.

        Raises:
            UnsupportedSettingError: It is no number.
        """
        found = self._take(name, default)
        try:
            return float(cast("str | float", found))
        except (TypeError, ValueError):
            self._refuse(name, found, "expected a number")
            raise

    def flag(self, name: str, *, default: bool) -> bool:
        """Give a truth value.

        Raises:
            UnsupportedSettingError: It is none.
        """
        found = self._take(name, default)
        if not isinstance(found, bool):
            self._refuse(name, found, "expected true or false")
        return bool(found)

    def choice(self, name: str, choices: type[_Choice], default: _Choice) -> _Choice:
        """Give a member of a closed list.

        Raises:
            UnsupportedSettingError: It is none of those that this delivery knows.
        """
        found = self._take(name, default)
        try:
            return choices(cast("str", found))
        except ValueError:
            self._refuse(name, found, f"delivered here are {', '.join(choices)}")
            raise

    def texts(self, name: str) -> dict[str, str]:
        """Give a map of texts; empty where it is missing.

        Raises:
            UnsupportedSettingError: It is no such map.
        """
        child = self.child(name)
        return {key: child.text(key) for key in child.keys()}  # noqa: SIM118 - no mapping

    def keys(self) -> list[str]:
        """Give the names of the members."""
        return list(self._values)

    def child(self, name: str) -> Inputs:
        """Give a map within this one; where it is missing, an absent one.

        Raises:
            UnsupportedSettingError: It is no map.
        """
        found = self._take(name, None)
        if found is not None and not isinstance(found, Mapping):
            self._refuse(name, found, "expected a map")
        return Inputs(cast("Mapping[str, object] | None", found), f"{self.path}.{name}")

    def children(self, name: str) -> list[Inputs]:
        """Give a list of maps within this one; where it is missing, an empty one.

        Raises:
            UnsupportedSettingError: It is no list.
        """
        found = self._take(name, ())
        if not isinstance(found, Sequence) or isinstance(found, str):
            self._refuse(name, found, "expected a list")
        members = cast("Sequence[Mapping[str, object]]", found)
        path = f"{self.path}.{name}"
        return [Inputs(member, f"{path}[{index}]") for index, member in enumerate(members)]

    def logging(self, name: str) -> None:
        """Read where Firehose logs: nothing is logged here, the process's own log tells more."""
        child = self.child(name)
        child.ignore("enabled", "logGroupName", "logStreamName")
        child.finish()

    def finish(self) -> None:
        """Fail if a member was not read.

        Raises:
            UnsupportedSettingError: Names the members.
        """
        unread = sorted(set(self._values) - self._read)
        if unread:
            message = f"{self.path} has inputs with no local meaning: {', '.join(unread)}"
            raise UnsupportedSettingError(message)

    def _take(self, name: str, default: object) -> object:
        self._read.add(name)
        found = self._values.get(name, _MISSING)
        return default if found is _MISSING or found is None else found

    def _refuse(self, name: str, found: object, expected: str) -> None:
        message = f"{self.path}.{name} is {found!r}: {expected}"
        raise UnsupportedSettingError(message)
