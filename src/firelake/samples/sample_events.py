"""Valid sample events of any contract, as members to be written out or spoilt."""

from __future__ import annotations

from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID, UNREGISTERED
from firelake.samples.sample_shapes import shaped
from firelake.samples.sample_values import sample_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.events import Event, EventContract

# Names and JSON texts.
Members: TypeAlias = dict[str, str]

_OPTIONAL_SHARE: Final = 0.6
# What clients add to whatever they send.
_KEPT_SHARE: Final = 0.95
_UNDECLARED_SHARE: Final = 0.02
_NOTHING: Final = MappingProxyType[str, str]({})


def write(members: Mapping[str, str]) -> bytes:
    """Write members as one JSON object; no name in a contract holds what JSON escapes."""
    return ("{" + ",".join([f'"{name}":{value}' for name, value in members.items()]) + "}").encode()


class SampleEvents:
    """Makes valid events of one contract.

    What they hold depends on the seed alone; their ids and dates on the start as well, so that
    two runs of one seed are alike and yet not copies of each other.
    """

    def __init__(self, contract: EventContract, *, seed: int, start_s: float) -> None:
        """Takes the contract and what decides the values.

        Args:
            contract: The events, at least one.
            seed: Decides the contents.
            start_s: Unix time of the run.
        """
        self.contract = contract
        self._seed = seed
        self._start_s = start_s
        self._random = Random(f"{seed}:contents")  # noqa: S311 -- sample data
        self._ids = Random(f"{seed}:{start_s}")  # noqa: S311 -- sample data
        self._deprecated = {
            name for name, field in contract.fields.items() if contract.is_deprecated(field)
        }
        self._pools: dict[str, tuple[str, ...]] = {}
        self._kinds = self._deal()

    @property
    def undeclared(self) -> str:
        """A name of a field that the contract does not declare."""
        name = "client_note"
        while name in self.contract.fields:
            name += "_x"
        return name

    def event_uuid(self) -> str:
        """Give a fresh id, a random UUID."""
        text = f"{self._ids.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def kind(self) -> Event:
        """Give the next event of the contract; each comes once before any comes again."""
        return next(self._kinds)

    def members(
        self, event: Event, created_at_s: float, kept: Mapping[str, str] = _NOTHING
    ) -> Members:
        """Makes one event as a producer of one of the contract's sources writes it, or plain.

        Args and return value are those of `plain`.
        """
        return self._as_sent(self.plain(event, created_at_s, kept))

    def plain(
        self, event: Event, created_at_s: float, kept: Mapping[str, str] = _NOTHING
    ) -> Members:
        """Makes one event with the three common fields under their own names.

        Args:
            event: Its kind.
            created_at_s: Unix time; written in milliseconds.
            kept: JSON texts of fields that it shares with others.

        Returns:
            All its required members, and some of the optional ones.
        """
        random = self._random.random
        members = self._common(event.name, created_at_s)
        for name in event.required:
            members[name] = kept.get(name) or self._value(name)
        for name in event.optional:
            share = _KEPT_SHARE if name in kept else _OPTIONAL_SHARE
            if random() < share and name not in self._deprecated:
                members[name] = kept.get(name) or self._value(name)
        if random() < _UNDECLARED_SHARE:
            members[self.undeclared] = '{"by":"an older release","rank":1}'
        return members

    def unregistered(self, created_at_s: float) -> tuple[Members, str]:
        """Make an event that the contract does not know: of a known type, or of none.

        Returns:
            Its members, and the `event_type` partition that it belongs to.
        """
        known = self.contract.event_types
        event_type = self._random.choice([*known, UNREGISTERED])
        first = "prototype" if event_type == UNREGISTERED else event_type
        while event_type == UNREGISTERED and first in known:
            first += "x"
        name = f"{first}:not_in_contract"
        while name in self.contract.events:
            name += "x"
        members = self._common(name, created_at_s)
        for field in self._random.choices([*self.contract.fields], k=3 if self._has_fields else 0):
            members[field] = self._value(field)
        return self._as_sent(members), event_type

    def _as_sent(self, members: Members) -> Members:
        """The event as a producer of one of the contract's sources writes it, or as it is."""
        if not self.contract.sources:
            return members
        source = self._random.choice((None, *self.contract.sources))
        return (None if source is None else shaped(members, source)) or members

    def _common(self, name: str, created_at_s: float) -> Members:
        values = (f'"{self.event_uuid()}"', f'"{name}"', f"{created_at_s:.3f}")
        return dict(zip((EVENT_UUID, EVENT_NAME, CREATED_AT), values, strict=True))

    @property
    def _has_fields(self) -> bool:
        return bool(self.contract.fields)

    def _value(self, name: str) -> str:
        pool = self._pools.get(name)
        if pool is None:
            random = Random(f"{self._seed}:{name}")  # noqa: S311 -- sample data
            pool = sample_values(self.contract.fields[name], random, self._start_s)
            self._pools[name] = pool
        return pool[int(self._random.random() * len(pool))]

    def _deal(self) -> Iterator[Event]:
        every = self.contract.events.values()
        deck = [each for each in every if not self.contract.is_deprecated(each)] or [*every]
        while True:
            self._random.shuffle(deck)
            yield from deck
