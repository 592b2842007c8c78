"""The rules under test, each one a method that `weaker_rules` can weaken alone.

The verdicts on ids are those of the real `transform.claims.Claiming`, lateness is that of the real
`transform.rules.Window`. The rest is what the handler adds around them, in the model's ticks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.world import TICK_MS, TICK_S
from transform.claims import Claiming
from transform.rules import CLOCK_SKEW_DAYS, Window

if TYPE_CHECKING:
    from tests.model.world import Event, Times


class Rules:
    """The design's rules.

    Attributes:
        claiming: The class that decides about ids.
        insert_overwrites: Whether an insert replaces the item that is there.
        claims_invalid_events: Whether ids are claimed before the events are validated.
    """

    claiming: type[Claiming] = Claiming
    insert_overwrites = False
    claims_invalid_events = False

    def dedupe_days(self, times: Times) -> int:
        """How long a claim lives, in ticks."""
        return times.lateness + CLOCK_SKEW_DAYS + times.retention + times.delivery

    def owner(self, shard: int, position: int, index: int, generation: int) -> str:
        """The coordinate of an event; a re-read (`generation`) does not change it."""
        del generation
        return f"shardId-{shard:012d}:{position}:0#{index}"

    def accepts(self, event: Event, times: Times, arrival: int, now: int) -> bool:
        """Whether an event is valid: judged by the record's arrival, never by the wall clock."""
        del now
        earliest_s, latest_s = Window(times.lateness).bounds_s(arrival * TICK_MS)
        return event.valid and earliest_s <= event.created * TICK_S <= latest_s

    def unanswered_read(self, claiming: Claiming, event_uuid: str) -> None:
        """What an invocation concludes from a read that was not answered: nothing."""
