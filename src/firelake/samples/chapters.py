"""In which order events follow each other in a visit, and how often, by their names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from firelake.samples.roles import PERSONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from firelake.contract.events import Event, EventContract

_FIRST: Final = frozenset(
    (
        *("assigned", "began", "begin", "created", "install", "installed", "joined", "open"),
        *("opened", "page", "placed", "request", "requested", "screen", "sent", "signup", "start"),
        *("started", "view", "viewed", "visit"),
    )
)
_LAST: Final = frozenset(
    (
        *("accepted", "checkout", "closed", "complete", "completed", "delivered", "end", "ended"),
        *("finished", "issued", "paid", "purchase", "purchased", "resolved", "shipped"),
        *("succeeded", "unlocked"),
    )
)
_SELDOM: Final = frozenset(
    (
        *("abandoned", "appealed", "bounced", "canceled", "cancelled", "changed", "crash"),
        *("crashed", "declined", "deleted", "deletion", "demoted", "dismissed", "disputed"),
        *("error", "expired", "fail", "failed", "frozen", "lost", "refund", "refunded"),
        *("rejected", "removed", "repaired", "reported", "resumed", "retired", "returned"),
        *("skipped", "switched", "unfollowed", "unsubscribed", "updated"),
    )
)
_ONCE: Final = frozenset(("enrolled", "installed", "registered", "signup", "verified"))
# Types with which a visit begins and ends, and those that come to few.
_FRAMES: Final = frozenset(("app", "page", "screen", "session", "site", "visit"))
_RARE: Final = PERSONS | frozenset(
    (
        *("billing", "charge", "checkout", "experiment", "invoice", "order", "payment"),
        *("purchase", "refund", "subscription", "support", "ticket"),
    )
)
_RARITY: Final = 0.2
# After how many types one is half as frequent as the first.
_HALVED_AFTER: Final = 6

_ALSO_BEGUN: Final = 0.2
_IN_BETWEEN: Final = 0.5
_AGAIN: Final = 0.6
_FADING: Final = 0.75
_MEAN_CHAPTERS: Final = 3.0
_MOST_CHAPTERS: Final = 9


class Place(IntEnum):
    """Where in its chapter an event stands; what seldom happens keeps it from its end."""

    FIRST = 0
    MIDDLE = 1
    SELDOM = 2
    LAST = 3


_SHARES: Final = {Place.SELDOM: 0.04, Place.LAST: 0.7}


@dataclass(frozen=True, slots=True)
class Chapter:
    """The events of one type, in the order in which a visit has them.

    Attributes:
        weight: How often it comes, by the weights of the others.
        is_frame: Whether visits begin and end with it.
        is_personal: Whether it is about the person, who has it at first.
    """

    steps: tuple[tuple[Place, Event], ...]
    weight: float
    is_frame: bool
    is_personal: bool

    def events(self, random: Random, *, is_new: bool) -> Iterator[Event]:
        """Yields what a visit has of it, maybe nothing; of a frame the beginning.

        Args:
            is_new: Whether the person has not been there before.
        """
        # Where nothing begins it, the first thing does.
        share = _IN_BETWEEN if self.steps[0][0] is Place.FIRST else 1.0
        has_begun = False
        for place, event in self.steps:
            if _is_once(event):
                yield from [event] * is_new
            elif place is Place.FIRST:
                if not has_begun or random.random() < _ALSO_BEGUN:
                    yield event
                has_begun = True
            elif place is Place.MIDDLE:
                yield from _again(event, share, random)
                share = min(share, _IN_BETWEEN) * _FADING
            elif not self.is_frame and random.random() < _SHARES[place]:
                yield event
                return


def _again(event: Event, share: float, random: Random) -> Iterator[Event]:
    while random.random() < share:
        yield event
        share = min(share, 1.0) * _AGAIN


def chapters_of(contract: EventContract) -> tuple[Chapter, ...]:
    """Returns a chapter for each event type, in the order of the contract; at least one."""
    every = contract.events.values()
    by_type: dict[str, list[Event]] = {}
    for event in [each for each in every if not contract.is_deprecated(each)] or every:
        by_type.setdefault(event.event_type, []).append(event)
    return tuple(
        Chapter(
            tuple(sorted(((_place_of(each), each) for each in events), key=lambda each: each[0])),
            (_RARITY if event_type in _RARE else 1) / (1 + index / _HALVED_AFTER),
            is_frame=event_type in _FRAMES,
            is_personal=event_type in PERSONS,
        )
        for index, (event_type, events) in enumerate(by_type.items())
    )


def visit(chapters: tuple[Chapter, ...], random: Random, *, is_new: bool) -> list[Event]:
    """Returns what happens in a visit, in order: at least one event."""
    frames = [each for each in chapters if each.is_frame]
    scenes = [each for each in chapters if not each.is_frame]
    chosen = {index for index, each in enumerate(scenes) if is_new and each.is_personal}
    if scenes:
        count = min(_MOST_CHAPTERS, 1 + int(random.expovariate(1 / _MEAN_CHAPTERS)))
        chosen |= {*random.choices(range(len(scenes)), [each.weight for each in scenes], k=count)}
    told = [*frames, *(scenes[index] for index in sorted(chosen))]
    events = [event for chapter in told for event in chapter.events(random, is_new=is_new)]
    for frame in reversed(frames):
        lasts = [event for place, event in frame.steps if place is Place.LAST]
        if lasts and random.random() < _SHARES[Place.LAST]:
            events.append(random.choice(lasts))
    return events or [random.choice(random.choice(chapters).steps)[1]]


def _is_once(event: Event) -> bool:
    words = _words_of(event)
    return bool({*words} & _ONCE) or (event.event_type in PERSONS and words[-1] == "created")


def _place_of(event: Event) -> Place:
    *_, last = words = _words_of(event)
    if {*words} & _SELDOM:
        return Place.SELDOM
    if last in _FIRST:
        return Place.FIRST
    return Place.LAST if last in _LAST else Place.MIDDLE


def _words_of(event: Event) -> list[str]:
    """What happened to what: the words after the type, or those of a name that is a type alone."""
    name = event.name.replace("sign_up", "signup")
    return (name.partition(":")[2] or name).replace(":", "_").split("_")
