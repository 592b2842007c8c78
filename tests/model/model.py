"""One world under one set of rules: the masks, the claims seen so far and what has been computed.

`Model` holds no state of the search. All it remembers are answers of pure functions (the real
`Claiming` above all), which would be computed again and again otherwise.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.contract.claim_schedule import Entry, Schedule
from firelake.transform.claim_pages import ClaimKey, Slot
from firelake.transform.claims import Candidate
from tests.model.state import NO_CLAIM, NO_PAGE, NOT_SENT, State, Verdicts
from tests.model.world import TICK_S, Event, Record, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from firelake.transform.claims import Claim
    from tests.model.rules import Rules
    from tests.model.state import Backfilled, Page
    from tests.model.world import Faults, Times

_NOTHING: Final[Mapping[int, int]] = MappingProxyType({})


class Model:
    """A world and the rules that hold in it.

    Attributes:
        world: The world.
        rules: The rules.
        records: The world's records, then one for each event that a run of replay may send.
        contents: The distinct events; copies of each other are one content.
        contents_sent: How many of them, the first ones, producers send; backfill has the others.
        record_mask: For each position the mask of its slots.
        content_mask: For each content the mask of the slots that bear it.
        content_positions: For each content the mask of the positions that bear it.
        id_mask: For each id the mask of the slots that bear it.
        identity_mask: For each identity the mask of the slots that bear it, valid or not.
        fixed: The contents that a fix gives, in the order in which it runs.
        places: The number of each place that a claim may have.
        pages: The number of each page.
        one_row_masks: The masks of slots of which the lake may have rows of one position only.
    """

    def __init__(self, world: World, rules: Rules) -> None:
        """Numbers the slots of a world."""
        self.world = world
        self.rules = rules
        self.contents: tuple[Event, ...] = tuple(
            dict.fromkeys(
                (
                    *(event for record in world.records for event in record.events),
                    *(event for slices in world.inputs for events in slices for event in events),
                    *world.fixed,
                )
            )
        )
        self.contents_sent = len({event for record in world.records for event in record.events})
        self.records: tuple[Record, ...] = world.records + tuple(
            Record(0, (content,)) for _ in range(world.replays) for content in self.contents
        )
        slots = [(at, event) for at, record in enumerate(self.records) for event in record.events]
        self._first_slot = [
            sum(len(record.events) for record in self.records[:at])
            for at in range(len(self.records))
        ]
        self.record_mask = tuple(
            sum(1 << slot for slot, (of, _) in enumerate(slots) if of == at)
            for at in range(len(self.records))
        )
        self.content_mask = tuple(
            sum(1 << slot for slot, (_, event) in enumerate(slots) if event == content)
            for content in self.contents
        )
        self.content_positions = tuple(
            sum(1 << at for at, record in enumerate(self.records) if content in record.events)
            for content in self.contents
        )
        self.id_mask = tuple(
            sum(1 << slot for slot, (_, event) in enumerate(slots) if event.event_uuid == number)
            for number in range(1 + max(content.event_uuid for content in self.contents))
        )
        self.identity_mask = {
            event[:3]: sum(
                1 << slot for slot, (_, each) in enumerate(slots) if each[:3] == event[:3]
            )
            for event in self.contents
        }
        self.fixed = tuple(self.contents.index(event) for event in world.fixed)
        self.one_row_masks = (
            *self.identity_mask.values(),
            # However often the fix ran, what it gave is the one event that failed.
            *((sum(self.content_mask[content] for content in self.fixed),) if self.fixed else ()),
        )
        self.shards = tuple(sorted({record.shard for record in self.records}))
        self._schedules = {
            relaid_at: self._schedule(relaid_at)
            for relaid_at in (NOT_SENT, *range(world.last_tick + 1))
        }
        self._ids: dict[ClaimKey, int] = {
            key: event.event_uuid
            for schedule in self._schedules.values()
            for event in self.contents
            for key in self._keys_of(event, schedule)
        }
        numbers: dict[tuple[str, str], int] = {}
        self.places: dict[ClaimKey, int] = {
            # Where a key points to, whatever else it tells.
            key: numbers.setdefault(
                (key, "") if isinstance(key, str) else (key.item_key, key.name), len(numbers)
            )
            for key in self._ids
        }
        of_pages = dict.fromkeys(key.page for key in self._ids if isinstance(key, Slot))
        self.pages: dict[str, int] = {page: number for number, page in enumerate(of_pages)}
        self._claims: list[Claim | None] = [None]
        self._claim_numbers: dict[Claim, int] = {}
        self._orders: dict[tuple[int, ...], dict[int, tuple[int, ...]]] = {}

    def initial_states(self) -> Iterator[State]:
        """One state for every choice of arrivals."""
        world = self.world
        replayed = (NOT_SENT,) * (len(self.records) - len(world.records))
        for arrivals in product(*(record.arrives for record in world.records)):
            yield State(
                now=min(arrivals),
                arrivals=arrivals + replayed,
                table=(NO_CLAIM,) * len(set(self.places.values())),
                read=0,
                stored=0,
                batches=(),
                zombies=(),
                buffer=(),
                lake=0,
                errors=0,
                verdicts=Verdicts(),
                left=world.faults,
                replays=(),
                pages=(NO_PAGE,) * len(self.pages),
            )

    def schedule_of(self, state: State) -> Schedule:
        """The schedule that a run of the function has which begins now."""
        return self._schedules[state.relaid_at]

    def candidate(self, event: Event, owner: str = "", event_type: str = "") -> Candidate:
        """An event as the function asks for it."""
        created_at_s = float(event.created * TICK_S)
        return Candidate(str(event.event_uuid), event.name, created_at_s, owner, event_type)

    def key_of(self, event: Event, state: State) -> ClaimKey:
        """Where the claim of an event is: on its page, or alone where that is full without it."""
        key, _ = self.rules.claiming.place(self.candidate(event), self.schedule_of(state))
        if isinstance(key, Slot) and not state.table[self.places[key]]:
            return key._replace(is_alone=state.pages[self.pages[key.page]].is_full)
        return key

    def label(self, key: ClaimKey) -> str:
        """A place as stories tell it."""
        if isinstance(key, str):
            return f"id {key}"
        return f"id {self._ids[key]} {'alone' if key.is_alone else 'on its page'}"

    def with_claim(
        self, state: State, key: ClaimKey, claim: int, page: Page | None = None
    ) -> State:
        """The state in which a place has a claim, and its page is as given."""
        place = self.places[key]
        if claim != state.table[place]:
            table = list(state.table)
            table[place] = claim
            state = state._replace(table=tuple(table))
        if page is not None and isinstance(key, Slot) and not key.is_alone:
            number = self.pages[key.page]
            if page != state.pages[number]:
                pages = list(state.pages)
                pages[number] = page
                state = state._replace(pages=tuple(pages))
        return state

    def _schedule(self, relaid_at: int) -> Schedule:
        world = self.world
        if relaid_at == NOT_SENT or not world.next_layouts:
            return world.schedule
        begins_s = self.rules.next_entry_begins_s(relaid_at)
        before = (entry for entry in world.schedule.entries if entry.begins_s < begins_s)
        return Schedule((*before, Entry(begins_s, *world.next_layouts)))

    def _keys_of(self, event: Event, schedule: Schedule) -> Iterator[ClaimKey]:
        key, _ = self.rules.claiming.place(self.candidate(event), schedule)
        yield key
        if isinstance(key, Slot):
            yield key._replace(is_alone=True)

    def times_of(self, state: State) -> Times:
        """The limits that hold now."""
        narrowed = self.world.narrowed
        return self.world.times if narrowed is None or state.narrowed_at < 0 else narrowed

    def slot(self, position: int, index: int) -> int:
        """The mask of one event at one position."""
        return 1 << (self._first_slot[position] + index)

    def replay_positions(self, content: int) -> range:
        """The positions at which runs of replay may put a content, in the order of their use."""
        first = len(self.world.records)
        return range(first + content, len(self.records), len(self.contents))

    def mask_of(self, events: Iterable[Event]) -> int:
        """The mask of some contents."""
        return sum(1 << self.contents.index(event) for event in events)

    def contents_in_files(self, backfill: Backfilled) -> Mapping[int, int]:
        """How many files of backfill each content is in; those that are in none are left out."""
        if not backfill.files:
            return _NOTHING
        return Counter(
            content
            for _, mask in backfill.files
            for content in range(len(self.contents))
            if mask >> content & 1
        )

    def shard_order(self, arrivals: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
        """For each shard the positions sent to it, in the order in which they arrive."""
        found = self._orders.get(arrivals)
        if found is None:
            sent = sorted((arrival, at) for at, arrival in enumerate(arrivals) if arrival >= 0)
            found = {
                shard: tuple(at for _, at in sent if self.records[at].shard == shard)
                for shard in self.shards
            }
            self._orders[arrivals] = found
        return found

    def number_of(self, claim: Claim | None) -> int:
        """The number under which a state knows a claim."""
        if claim is None:
            return NO_CLAIM
        number = self._claim_numbers.get(claim)
        if number is None:
            number = self._claim_numbers[claim] = len(self._claims)
            self._claims.append(claim)
        return number

    def claim(self, number: int) -> Claim | None:
        """The claim that a state knows under a number."""
        return self._claims[number]

    def knows_types(self, left: Faults) -> bool:
        """Whether the contract in effect knows the types of the events."""
        return (self.world.faults.deployments - left.deployments) % 2 == 1

    def as_read(self, there: int, read: int) -> bool:
        """Whether an item still has the owner and the `claimed_at` with which it was read."""
        item, earlier = self._claims[there], self._claims[read]
        return (
            item is not None
            and earlier is not None
            and (item.owner, item.claimed_at_ms) == (earlier.owner, earlier.claimed_at_ms)
        )

    def may_be_reaped(self, number: int, now: int) -> bool:
        """Whether DynamoDB may delete a claim: `expires_at` must have passed."""
        claim = self._claims[number]
        return claim is not None and claim.expires_at_s < now * TICK_S
