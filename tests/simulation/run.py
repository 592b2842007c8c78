"""One simulated lake from a seed: what is sent, what goes wrong, what is done; and the verdict."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import replace
from enum import Enum, unique
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from firelake.contract.claim_schedule import Entry, Pages, Schedule
from firelake.contract.in_force import Period, Windows
from firelake.contract.names import COMMON_FIELDS
from firelake.failures.replay.replay import End
from firelake.transform.events import RecordPosition
from tests.simulation.contracts import CONTRACTS, reader_of
from tests.simulation.delivery import Delivery
from tests.simulation.lake import DAY_MS, HOUR_MS, MINUTE_MS, START_MS, Lake
from tests.simulation.moves import Moves, keys_of, plan, shown
from tests.simulation.operators import REDRAWN, Operators

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.simulation.lake import Row
    from tests.simulation.rules import Identity, Rules

_MOST_RUNS = 12


@unique
class Kind(Enum):
    """What a run is about; each has all the rest as well."""

    MIXED = "anything"
    SHORT = "a storm that is over while its events still are accepted"
    EDGE = "everything takes all the time that it has, and backfill comes at the edge of it"
    UPGRADED = "contracts are deployed, and shards are read again soon after"
    NARROWED = "settings are narrowed while copies are on their way, and replay comes at once"


_LONG_SETTLE_S = 121 + 1_350
_SHORT_SETTLE_S = 121 + 90
_KINDS = (Kind.MIXED, Kind.MIXED, Kind.SHORT, Kind.EDGE, Kind.EDGE, Kind.UPGRADED, Kind.NARROWED)


class Run:
    """A lake over some weeks."""

    def __init__(self, seed: int, rules: Rules, *, has_moves: bool = False) -> None:
        """Draws all that is drawn before it begins.

        Args:
            has_moves: Whether what the lake has moves into history meanwhile.
        """
        self._random = random = Random(seed)
        self._rules = rules
        self._kind = random.choice(_KINDS)
        is_narrowed = self._kind is Kind.NARROWED
        wide = self._windows(random.choice([1, 2, 3, 7]), random.choice([24, 48, 72]))
        self._narrow = self._windows(random.choice([1, wide.lateness_days]), 24)
        if is_narrowed:
            wide = replace(wide, settle_s=_LONG_SETTLE_S)
            self._narrow = replace(self._narrow, settle_s=_SHORT_SETTLE_S)
        layouts = Random(~seed)
        has_layouts = layouts.random() < 0.6
        self.lake = Lake(
            wide,
            skew_s=random.choice([-900, -600, -30, 0, 30, 600, 900]),
            full_ids=layouts.choice([1, 1, 2, 1_000]),
        )
        self.lake.version = random.randrange(len(CONTRACTS))
        is_extreme = self._kind is Kind.EDGE or random.random() < 0.1
        self._delivery = Delivery(self.lake, rules, random, layouts, is_extreme=is_extreme)
        # Assumed by the promise: settings are known once the function ran with them.
        self.lake.periods[wide] = Period(START_MS, START_MS)
        self._delivery.is_quick = is_narrowed
        self._operators = Operators(self.lake, self._delivery, rules, random)
        self._history: list[bytes] = []
        # Ids in place of which the fix draws others.
        self._redrawn: set[str] = set()
        self._narrows_at_ms = 0
        if self._kind is Kind.NARROWED or random.random() < 0.4:
            self._plan_narrowing()
        self._plan_events(wide)
        self._plan_deeds()
        if has_layouts:
            self._plan_layouts(layouts)
        self.moves = Moves(
            self.lake, rules, Random(f"moves {seed}"), lambda: self._operators.is_backfilling
        )
        self._has_moves = has_moves
        if has_moves:
            self._operators.is_locked = lambda: bool(self.moves.holder)
            plan(self.moves, self.lake, Random(f"plan {seed}"), 20)

    def _plan_narrowing(self) -> None:
        """A deployment of narrower settings, with replays and backfills soon after."""
        random = self._random
        at_ms = self._narrows_at_ms = START_MS + random.randrange(8 * DAY_MS)
        self._delivery.narrows_at_ms = at_ms
        self._delivery.narrow_retention_ms = HOUR_MS * self._narrow.retention_hours
        self.lake.plan(at_ms, self._narrow_settings)
        for _ in range(8 if self._kind is Kind.NARROWED else 3):
            self.lake.plan(at_ms + random.randrange(1, 25) * MINUTE_MS, self._replay)
            self.lake.plan(at_ms + random.randrange(50 * HOUR_MS), self._backfill)

    def _plan_layouts(self, chance: Random) -> None:
        """Pages from the beginning or from some time on, and changes on the way.

        A deployment may add an entry that begins in time, as the program demands, or one that
        begins at once, as by other means: what the function does is as right.
        """
        lake = self.lake
        if chance.random() < 0.5:
            lake.told = Schedule([Entry(float("-inf"), self._pages(chance))])
        for _ in range(chance.randrange(4)):
            at_ms = START_MS + chance.randrange(8 * DAY_MS)
            lead_ms = chance.choice([30 * HOUR_MS, 40 * HOUR_MS, 0, -DAY_MS])
            lake.plan(at_ms, partial(self._change_layout, chance, lead_ms))

    def _pages(self, chance: Random) -> Pages:
        return Pages(chance.choice([1, 60, 3_600]), chance.choice([1, 2, 16]))

    def _change_layout(self, chance: Random, lead_ms: int) -> None:
        begins_s = (self.lake.now_ms + lead_ms) // MINUTE_MS * 60
        layout = chance.choice([None, self._pages(chance)])
        before = (each for each in self.lake.told.entries if each.begins_s < begins_s)
        self._delivery.change_layout(Schedule([*before, Entry(begins_s, layout)]))

    def _windows(self, lateness_days: int, retention_hours: int) -> Windows:
        least = lateness_days + 1 + retention_hours // 24 + 1
        return Windows(
            lateness_days=lateness_days,
            retention_hours=retention_hours,
            dedupe_days=least + self._random.randrange(3),
            settle_s=121 + 3 * self._random.choice([60, 300, 900]) // 2,
        )

    def _narrow_settings(self) -> None:
        self.lake.windows = self._narrow

    def _plan_events(self, wide: Windows) -> None:
        """Events and their copies, ids that are used again, and events that must be mended."""
        random, lake = self._random, self.lake
        is_edge = self._kind is Kind.EDGE
        for number in range(random.choice([1, 1, 2] if is_edge else [1, 2, 3, 4, 5])):
            created_ms, late_ms = self._times_ms(wide)
            event: dict[str, object] = {
                "event_uuid": f"u-{number}",
                "event_name": random.choice(["other:done", "thing:done"]),
                "created_at": created_ms / 1000,
                "amount": 1,
            }
            for each in self._copies(event):
                data = json.dumps(each).encode()
                if "redraw" in each:
                    pass
                elif is_edge or random.random() < 0.3:
                    self._history.append(data)
                elif random.random() < 0.1:
                    self._history.append(data)
                    continue
                if self._kind is Kind.MIXED and random.random() < 0.3:
                    late_ms = self._late_ms(wide)
                arrives_ms = created_ms + late_ms
                lake.plan(arrives_ms, lambda data=data: self._delivery.arrive(data))

    def _times_ms(self, wide: Windows) -> tuple[int, int]:
        """When an event is created, and how long after that it arrives."""
        random = self._random
        is_young = self._kind in {Kind.SHORT, Kind.NARROWED}
        late_ms = 0 if is_young else self._late_ms(wide)
        if self._kind is Kind.EDGE:
            late_ms = wide.lateness_days * DAY_MS - random.randrange(1, MINUTE_MS)
        days = 2 if self._kind is Kind.SHORT else 5
        created_ms = START_MS + random.randrange(days * DAY_MS)
        if self._narrows_at_ms and random.random() < 0.7:
            retention_ms = HOUR_MS * wide.retention_hours
            before_ms = random.randrange(8 * MINUTE_MS)
            if self._kind is Kind.EDGE:
                before_ms = random.choice([0, retention_ms]) + random.randrange(20 * HOUR_MS)
            created_ms = self._narrows_at_ms - before_ms - late_ms
        return created_ms, late_ms

    def _copies(self, event: dict[str, object]) -> list[dict[str, object]]:
        """An event with its copies, and what else may come of it."""
        random = self._random
        chance = random.random()
        if chance < 0.12:
            return [{name: value for name, value in event.items() if name != "event_uuid"}]
        if chance < 0.2:
            return [{**event, "created_at": "yesterday"}]
        if 0.65 < chance < 0.75:
            self._redrawn.add(str(event["event_uuid"]))
            return [{**event, "redraw": True}]
        copies = [event] * random.choice([1, 1, 2, 3])
        created_at = event["created_at"]
        if chance > 0.85 and isinstance(created_at, float):
            # The id of another event of the same day, or of one of three days later.
            copies.append({**event, "created_at": created_at + random.choice([1.0, 86_400 * 3])})
        if 0.75 < chance < 0.85:
            copies.append({**event, "amount": "1"})
        return copies

    def _late_ms(self, wide: Windows) -> int:
        """How long after its creation an event arrives: at the edge at times, or beyond it."""
        most_ms = wide.lateness_days * DAY_MS
        return self._random.choice(
            [0, 0, self._random.randrange(most_ms), most_ms - 1, most_ms - MINUTE_MS, most_ms + 1]
        )

    def _plan_deeds(self) -> None:
        """Deployments, failovers, claims that are reaped, replays and backfills."""
        random, lake = self._random, self.lake
        is_short = self._kind is Kind.SHORT
        span_ms = (4 if is_short else 16) * DAY_MS
        for _ in range(2 if self._kind is Kind.UPGRADED else random.choice([0, 0, 1, 2])):
            at_ms = START_MS + random.randrange(span_ms // 2)
            lake.plan(at_ms, self._deploy)
            for _ in range(4 if self._kind is Kind.UPGRADED else 0):
                lake.plan(at_ms + random.randrange(DAY_MS), self._delivery.fail_over)
        for _ in range(random.choice([0, 0, 1, 3])):
            lake.plan(START_MS + random.randrange(span_ms // 2), self._delivery.fail_over)
        for at in range(0 if is_short else 20):
            lake.plan(START_MS + at * DAY_MS, self._reap)
        for _ in range(random.randrange(8)):
            lake.plan(START_MS + random.randrange(span_ms), self._replay)
        for _ in range(random.randrange(6)):
            lake.plan(START_MS + random.randrange(span_ms), self._backfill)
        for data in () if is_short else tuple(self._history):
            created_at = json.loads(data).get("created_at")
            if isinstance(created_at, float):
                self._plan_edges(created_at)

    def _plan_edges(self, created_at_s: float) -> None:
        """Backfills at the edge of what is closed, where clocks and windows matter."""
        random = self._random
        for windows in {self.lake.windows, self._narrow}:
            span_s = self._rules.closing(windows, {}).span_s
            closes_ms = int((created_at_s + span_s) * 1000)
            for _ in range(3 if self._kind is Kind.EDGE else 1):
                minutes = random.choice([random.randrange(-15, 30), -random.randrange(1_500)])
                self.lake.plan(closes_ms + minutes * MINUTE_MS, self._backfill)

    def _reap(self) -> None:
        self.lake.claims.reap()

    def _deploy(self) -> None:
        self.lake.version = 1 - self.lake.version

    def _replay(self) -> None:
        self._operators.replay()

    def _backfill(self) -> None:
        self._operators.backfill(self._history)

    def verdict(self) -> list[str]:
        """Let all of it happen, put back and bring in what is left; tell what is broken by then."""
        lake = self.lake
        lake.finish()
        broken = self._broken() + lake.broken
        with self._operators.calm():
            for _ in range(_MOST_RUNS):
                progress = self._operators.replay()
                lake.finish()
                lake.advance(lake.now_ms + HOUR_MS)
                waits = (End.SENT, End.LATER, End.UNSENT)
                if progress is not None and not any(progress.ends[end] for end in waits):
                    break
            else:
                broken.append("replay comes to no end")
            lake.advance(lake.now_ms + 60 * DAY_MS)
            lake.claims.reap()
            self._operators.backfill(self._history)
        broken += self._left_behind() if self._has_moves else []
        return broken + self._broken() + self._lost()

    def _left_behind(self) -> list[str]:
        """What two last moves leave where it was, though nothing holds them up."""
        self.moves.is_calm = True
        for _ in range(2):
            self.moves.move()
            self.lake.finish()
        return [f"left behind: {row}" for row in self.lake.file_rows()]

    def _broken(self) -> list[str]:
        """What is doubled or hidden."""
        positions: defaultdict[Identity, set[tuple[str, str, str]]] = defaultdict(set)
        for row in self.lake.all_rows():
            positions[row.identity].add((row.event_type, row.dt, row.position))
        broken = [f"doubled: {each}" for each, places in positions.items() if len(places) > 1]
        broken += [f"below the watermark alone: {row}" for row in self._below_the_watermark()]
        for partition, there in self.lake.shown().items():
            if len({self._rules.seen_as_one(each) for each in there}) < len(there):
                broken.append(f"hidden in {partition}")
        return broken + self._mended_twice(positions)

    def _below_the_watermark(self) -> list[Row]:
        """Rows of Firehose's that the views do not show."""
        there = shown(self.lake)
        return [row for row in self.lake.rows if not keys_of([row]) <= there]

    def _mended_twice(self, rows: Mapping[Identity, set[tuple[str, str, str]]]) -> list[str]:
        """Events that were mended to more events than there are error objects of them.

        Firehose may write one to `errors/` twice, and nothing tells the two apart. What the stream
        brings besides, as it was sent first, is of no error object.
        """
        failed: Counter[str] = Counter()
        for record in self.lake.errors:
            event = json.loads(record.data.splitlines()[0])
            uuid = event.get("event_uuid", "drawn")
            is_mended = event.get("created_at") == "yesterday" or uuid in self._redrawn
            failed[uuid] += is_mended or uuid == "drawn"
        mended: Counter[str] = Counter()
        for (uuid, *_), places in rows.items():
            first, mark, _ = uuid.partition(REDRAWN)
            is_by_stream = any(position.startswith("shardId") for *_, position in places)
            if first in self._redrawn and not mark and is_by_stream:
                continue
            mended["drawn" if uuid.startswith("drawn-") else first] += 1
        return [f"mended twice: {each}" for each, most in failed.items() if 0 < most < mended[each]]

    def _lost(self) -> list[str]:
        """What was sent and stands nowhere, and what could be brought in and is no row.

        An event stands in errors if one of its copies does.
        """
        lake = self.lake
        there = {row.identity for row in lake.all_rows()}
        failed = [record.data for record in lake.errors]
        kept = there | {_identity(data) for data in failed}
        reader = reader_of(lake.version, None)
        lost = [f"lost: {data!r}" for data in lake.sent if _identity(data) not in kept]
        for data in (*failed, *self._history):
            is_valid = bool(reader.read(data, RecordPosition("", lake.now_ms)).events)
            if is_valid and not there & {_identity(data), *self._drawn_for(data, there)}:
                lost.append(f"not brought in: {data!r}")
        return lost

    def _drawn_for(self, data: bytes, there: Iterable[Identity]) -> Iterable[Identity]:
        """The rows that a fix made of an event by another id."""
        uuid, *_ = _identity(data)
        return [each for each in there if each[0].startswith(f"{uuid}{REDRAWN}")]


def _identity(data: bytes) -> tuple[object, ...]:
    return tuple(map(json.loads(data.splitlines()[0]).get, COMMON_FIELDS))


def broken_by(seed: int, rules: Rules, *, has_moves: bool = False) -> list[str]:
    """Tell what breaks in the run of a seed, where nothing moves into history unless it is said."""
    return Run(seed, rules, has_moves=has_moves).verdict()
