"""The rules under test, each one a method that `weaker_rules` can weaken alone.

The verdicts on ids are those of the real `firelake.transform.claims.Claiming`, lateness is that of
the real `firelake.transform.rules.Window`. The rest is what the handler adds around them, in the
model's ticks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.claim_schedule import CLOCK_SKEW_S, DEPLOYMENT_S
from firelake.contract.facts import CLOCK_SKEW_DAYS
from firelake.failures.replay.rules import Replaying
from firelake.history.backfill.rules import Writing, next_generation
from firelake.operations.settings_history import Closing, Earlier
from firelake.transform.claims import Claiming
from firelake.transform.rules import Window
from firelake.transform.settling import given_before
from tests.model.world import TICK_MS, TICK_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from firelake.failures.replay.rules import Run
    from firelake.history.backfill.rules import Lease
    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Candidate, Claim, Verdict
    from tests.model.model import Model
    from tests.model.world import Event, Times


class Rules:
    """The design's rules.

    Attributes:
        claiming: The class that decides about ids.
        page_keeps_out: Whether an id is put on a page on condition that it is not full.
        page_has_mark: Whether a page that has reached its bound is marked, so that others know.
        renewal_is_conditional: Whether a claim is renewed on condition that it is as read.
        insert_overwrites: Whether an insert replaces the item that is there.
        claims_invalid_events: Whether ids are claimed before the events are validated.
        replaying: The class that decides what replay does next.
        replay_asks_the_receipt: Whether replay goes by a receipt before it lets the fix run.
        replay_reserves: Whether a receipt that is written first stands, and the others give way.
        replay_reserves_after_sending: Whether the receipt is written once the event was sent.
        replay_removes_error_objects: Whether replay removes the error objects of what it sends.
        backfill_writing: The class that decides what backfill does next for a slice.
        backfill_cuts_what_is_missing: Whether backfill cuts files after leaving out what the lake
            has, and writes them over those of an earlier run.
    """

    claiming: type[Claiming] = Claiming
    page_keeps_out = True
    page_has_mark = True
    renewal_is_conditional = True
    replaying: type[Replaying] = Replaying
    replay_asks_the_receipt = True
    replay_reserves = True
    replay_reserves_after_sending = False
    replay_removes_error_objects = False
    backfill_writing: type[Writing] = Writing
    backfill_cuts_what_is_missing = False
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

    def unanswered_read(self, claiming: Claiming, key: ClaimKey) -> None:
        """What an invocation concludes from a read that was not answered: nothing."""

    def replay_reads(
        self, replaying: Replaying, event: Candidate, claim: Claim | None, now: int
    ) -> Run:
        """What replay concludes from a claim."""
        del now
        return replaying.claim_read(replaying.begin(), event, claim)

    def replay_looks(
        self, replaying: Replaying, run: Run, delivered_until_ms: int | None, now: int
    ) -> Run:
        """What replay concludes from the freshness, or from there being no data point."""
        del now
        return replaying.freshness_seen(run, delivered_until_ms)

    def replay_asks(self, model: Model, lake: int) -> int:
        """Mask of the rows that replay sees, whatever partition they went to: all."""
        del model
        return lake

    def replay_looks_for(self, model: Model, content: int) -> int:
        """Mask of the rows that replay takes for an event: those of the very event."""
        return model.content_mask[content]

    def given_before(
        self, candidates: Sequence[Candidate], verdicts: Sequence[Verdict], claiming: Claiming
    ) -> Mapping[int, str]:
        """The partitions of events that pass, where their claims remember other ones."""
        return given_before(candidates, verdicts, claiming.claims())

    def next_entry_begins_s(self, relaid_at: int) -> int:
        """When an entry begins that is added to the schedule at some tick: as early as allowed."""
        return relaid_at * TICK_S + CLOCK_SKEW_S + DEPLOYMENT_S

    def page_expires_at_s(self, claim: Claim) -> int:
        """When the page expires that a claim begins: what follows from its window alone."""
        return claim.expires_at_s

    def seen_as_one(self, event: Event) -> tuple[object, ...]:
        """What rows of one partition agree in that a view shows as one event: its identity."""
        return event.event_uuid, event.name, event.created

    def closing(self, times: Times) -> Closing:
        """When no copy of an event can come by the stream any more."""
        buffer = times.buffer or 0
        span = times.lateness + times.retention + times.delivery + buffer
        return Closing(span * TICK_S)

    def closing_after(self, wide: Times, narrow: Times, narrowed_at: int) -> Closing:
        """The same where the settings were narrowed, and the wider ones were in force until then.

        What they let pass was at the function by then, and so lands within delivery.
        """
        over = narrowed_at + wide.delivery + (wide.buffer or 0)
        earlier = Earlier(self.closing(wide).span_s, over * TICK_S)
        return Closing(self.closing(narrow).span_s, (earlier,))

    def backfill_now(self, now: int) -> int:
        """What time it is for a run of backfill: what DynamoDB tells, whatever the machine does."""
        return now

    def backfill_may_begin(self, lease: Lease | None, now_s: int) -> bool:
        """Whether a run may take the lease: nobody has it, or it has ended."""
        return lease is None or lease.is_expired(now_s)

    def backfill_may_write(self, lease: Lease, now_s: int) -> bool:
        """Whether the holder of a lease may still write."""
        return lease.allows_writing(now_s)

    def backfill_generation(self, digest: str, names: Iterable[str]) -> int:
        """The generation of a slice's next file, by the names that are there."""
        return next_generation(digest, names)
