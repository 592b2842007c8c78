"""Claims on pages beside claims as items: write units, bytes, CPU and wall time, in one run.

Batches are what Firehose hands the function: 0.5 MB or 30 s of one of four shards, 278 events of
700 bytes a second. Producers are a server (nothing is late), the web (half a second) and a mobile
app (30 % of the events minutes to days late); ids are either sorted to shards, as by
`PartitionKey = event_uuid`, or at random. One event in a hundred is a copy. The emulated DynamoDB
reports write units and sizes.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import boto3

from bench.claims_table import emulated_aws, new_table
from bench.measure import print_table
from bench.workload import invocation, make_events
from firelake.contract.claim_schedule import ITEMS_ONLY, Schedule
from firelake.contract.names import ENV_CLAIMS_SCHEDULE, ENV_CLAIMS_TABLE
from firelake.transform.claim_pages import slot_of
from firelake.transform.claims import Candidate
from firelake.transform.client import dynamodb_client, page_calls
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.dynamo_pages import DynamoPages, FullPages
from firelake.transform.settling import Pace, settle
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from mypy_boto3_dynamodb import DynamoDBClient

RATE: Final = 278.0
SHARDS: Final = 4
SECONDS: Final = 60
EVENT_BYTES: Final = 700
BATCH_BYTES: Final = 500_000
BATCH_S: Final = 30.0
COPIES: Final = 0.01
CALLS_IN_FLIGHT: Final = 8
# Far ahead of any real clock, so that the emulator takes nothing away as expired.
START_S: Final = 4_000_000_000.0
# Some 70 ids a page, and some 28, which stay within one write unit.
LAYOUTS: Final = {"2s/8": Schedule.parse(["pages 2s/8"]), "2s/20": Schedule.parse(["pages 2s/20"])}
HANDLER_EVENTS: Final = 714
ROUNDS: Final = 5
_SEQUENCE: Final = "4961533217550439927538899951976425555977"


def server(random: Random) -> float:
    """How late a server's event is."""
    del random
    return 0.05


def web(random: Random) -> float:
    """How late a web page's event is."""
    return random.expovariate(2.0)


def mobile(random: Random) -> float:
    """How late an app's event is: 27 % ten minutes as a rule, 3 % up to six days."""
    chance = random.random()
    if chance < 0.7:
        return random.expovariate(0.5)
    if chance < 0.97:
        return random.expovariate(1 / 600)
    return random.uniform(0, 6 * 86_400)


def batches(
    late: Callable[[Random], float], *, is_sorted: bool, seed: int
) -> Iterator[list[Candidate]]:
    """Gives the batches of all shards, in the order in which they are full."""
    random = Random(seed)
    waiting: list[list[Candidate]] = [[] for _ in range(SHARDS)]
    begun_s = [0.0] * SHARDS
    sent: list[Candidate] = []
    now_s = 0.0
    while now_s < SECONDS:
        now_s += random.expovariate(RATE)
        number = len(sent)
        if sent and random.random() < COPIES:
            first = random.choice(sent)
            event = Candidate(
                first.event_uuid, first.event_name, first.created_at_s, f"copy-{number}", "lesson"
            )
        else:
            uuid = f"{random.getrandbits(128):032x}"
            created_s = round(START_S + now_s - late(random), 3)
            owner = f"shardId-000000000000:{_SEQUENCE}{number:016d}:0#0"
            event = Candidate(uuid, "lesson:started", created_s, owner, "lesson")
        sent.append(event)
        hashed = int(hashlib.md5(event.event_uuid.encode(), usedforsecurity=False).hexdigest(), 16)
        shard = hashed * SHARDS >> 128 if is_sorted else random.randrange(SHARDS)
        waiting[shard].append(event)
        is_full = len(waiting[shard]) * EVENT_BYTES >= BATCH_BYTES
        if is_full or now_s - begun_s[shard] >= BATCH_S:
            yield waiting[shard]
            waiting[shard], begun_s[shard] = [], now_s


class Counted:
    """Calls for pages, of which the write units are summed up."""

    def __init__(self, calls: Any) -> None:  # noqa: ANN401 -- a client of DynamoDB
        self._calls = calls
        self.units = 0.0
        self.calls = 0

    def update_item(self, **request: Any) -> Any:  # noqa: ANN401 -- as botocore has it
        """Calls, and counts what was charged."""
        answer = self._calls.update_item(**{"ReturnConsumedCapacity": "TOTAL", **request})
        self.units += answer["ConsumedCapacity"]["CapacityUnits"]
        self.calls += 1
        return answer


class Way:
    """Claims in one layout, on a table of its own."""

    def __init__(self, schedule: Schedule, client: DynamoDBClient, executor: Executor) -> None:
        self._schedule = schedule
        # One that waits: what it does is not measured.
        self._client: DynamoDBClient = boto3.client("dynamodb")  # pyright: ignore[reportUnknownMemberType] -- see transform.client
        self._filled: set[str] = set()
        self.table = new_table()
        self.counted = Counted(page_calls(client))
        self._store = DynamoClaimStore(
            client,
            self.table,
            executor=executor,
            expired=lambda: False,
            pages=DynamoPages(self.counted, self.table, FullPages()),
        )
        self._pace = Pace(lambda: int(START_S * 1000), lambda: 45, time.sleep, lambda: 0.5)
        self.events = 0
        self.cpu_s: list[float] = []
        self.wall_s: list[float] = []

    def fill_earlier_pages(self, batch: list[Candidate]) -> None:
        """Puts on the pages of before the run what they would have by then."""
        for event in batch:
            pages = self._schedule.pages_at(event.created_at_s)
            if pages is None or event.created_at_s >= START_S:
                continue
            slot = slot_of(event.event_uuid, event.event_name, event.created_at_s, pages)
            if slot.page not in self._filled:
                self._filled.add(slot.page)
                ids = round(RATE * pages.window_s / pages.buckets)
                held = {f"{number:016d}": {"B": bytes(14)} for number in range(ids)}
                key = {"event_uuid": {"S": slot.page}, "expires_at": {"N": str(slot.ends_s)}}
                self._client.put_item(TableName=self.table, Item={**key, **held})

    def claim(self, batch: list[Candidate]) -> None:
        """Decides about a batch, and measures."""
        self.fill_earlier_pages(batch)
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        settle(batch, self._store, self._pace, dedupe_days=14, schedule=self._schedule)
        self.cpu_s.append((time.process_time() - cpu_s) / len(batch))
        self.wall_s.append((time.perf_counter() - wall_s) / len(batch))
        self.events += len(batch)

    def bytes_a_claim(self, claims: int) -> float:
        """Gives the bytes kept for each claim, those on filled pages with their share of it."""
        size, _ = kept(self._client, self.table)
        pages = self._schedule.entries[-1].pages
        before = 0.0
        if pages is not None:
            before = len(self._filled) * round(RATE * pages.window_s / pages.buckets)
        return size / (claims + before)


def kept(client: DynamoDBClient, table: str) -> tuple[float, int]:
    """Gives the bytes that a table keeps, by DynamoDB's rules, and its items."""
    items = size = 0
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            items += 1
            size += sum(len(name) + _value_bytes(value) for name, value in item.items())
    return size, items


def _value_bytes(value: Any) -> int:  # noqa: ANN401 -- any of DynamoDB's
    (kind, content), *_ = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(content)
    # A byte for two digits, and one more; a truth has one.
    return 1 if kind == "BOOL" else math.ceil(len(content.replace(".", "")) / 2) + 1


def claims_table(client: DynamoDBClient) -> list[list[str]]:
    """Measures the claims alone, of each kind of producer."""
    rows: list[list[str]] = []
    waiting: DynamoDBClient = boto3.client("dynamodb")  # pyright: ignore[reportUnknownMemberType] -- see transform.client
    with ThreadPoolExecutor(CALLS_IN_FLIGHT) as executor:
        for name, late in (("server", server), ("web", web), ("mobile", mobile)):
            for is_sorted in (True, False):
                items = Way(ITEMS_ONLY, client, executor)
                ways = {of: Way(schedule, client, executor) for of, schedule in LAYOUTS.items()}
                ids: set[str] = set()
                for batch in batches(late, is_sorted=is_sorted, seed=1):
                    for way in (items, *ways.values()):
                        way.claim(batch)
                    ids.update(each.event_uuid for each in batch)
                _, written = kept(waiting, items.table)
                rows += [
                    [
                        f"{name}, {'sorted' if is_sorted else 'at random'}, {of}",
                        f"{written / items.events:.2f}",
                        f"{way.counted.units / way.events:.3f}",
                        f"{way.counted.calls / way.events:.3f}",
                        f"{way.bytes_a_claim(len(ids)):.0f}",
                        f"{1e6 * median(items.cpu_s):.0f}",
                        f"{ratio(way.cpu_s, items.cpu_s):.2f}",
                        f"{ratio(way.wall_s, items.wall_s):.2f}",
                    ]
                    for of, way in ways.items()
                ]
    return rows


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Gives the median of the ratios, batch by batch."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def batch_of_a_shard(seed: int) -> list[bytes]:
    """Makes what one of four shards gathers in ten seconds."""
    random = Random(seed)
    found: list[bytes] = []
    while len(found) < HANDLER_EVENTS:
        for event in make_events(HANDLER_EVENTS, random.getrandbits(32)):
            members = json.loads(event)
            digest = hashlib.md5(members["event_uuid"].encode(), usedforsecurity=False).digest()
            if digest[0] < 256 // SHARDS and len(found) < HANDLER_EVENTS:
                members["created_at"] = round(time.time() - 10 * random.random(), 3)
                found.append(json.dumps(members, separators=(",", ":")).encode())
    return found


def handler_table() -> list[list[str]]:
    """Measures the whole handler on new events of one moment's batch, in each layout."""
    ways: dict[str, Any] = {}
    from firelake.transform import handler as function  # noqa: PLC0415 -- its logger takes the stdout of now

    function.load_contract = lambda: LEARNING
    parts: Any = getattr(function, "_transform")  # noqa: B009 -- no part of what it offers
    for name, schedule in (("items", "items"), ("pages", "pages 2s/20")):
        os.environ |= {ENV_CLAIMS_TABLE: new_table(), ENV_CLAIMS_SCHEDULE: schedule}
        parts.cache_clear()
        ways[name] = parts()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for round_ in range(ROUNDS + 1):
        for number, (name, transform) in enumerate(ways.items()):
            seed = 1_000 + 2 * round_ + number
            event = invocation(batch_of_a_shard(seed), seed * HANDLER_EVENTS)
            begun_s = time.perf_counter()
            answers = transform.answer(event, 60.0)["records"]
            if round_:
                taken[name].append((time.perf_counter() - begun_s) / HANDLER_EVENTS)
            results = Counter(each["result"] for each in answers)
            if results != {"Ok": HANDLER_EVENTS}:
                raise AssertionError(results)
    ratios = [a / b for a, b in zip(taken["pages"], taken["items"], strict=True)]
    return [
        [name, f"{1e6 * median(times):.0f}", "1.00" if name == "items" else f"{median(ratios):.2f}"]
        for name, times in taken.items()
    ]


def main() -> None:
    """Prints the tables."""
    with emulated_aws():
        os.environ["POWERTOOLS_SERVICE_NAME"] = "bench"
        client = dynamodb_client(CALLS_IN_FLIGHT)
        rows = claims_table(client)
        # What the function logs is no part of the table.
        with redirect_stdout(StringIO()):
            handler = handler_table()
    print_table(
        f"Claims: {RATE:.0f} events/s over {SHARDS} shards for {SECONDS} s",
        [
            "producer, ids to shards, pages",
            "units/event items",
            "units/event pages",
            "calls/event",
            "bytes/claim",
            "items: CPU us/event",
            "CPU x items",
            "wall x items",
        ],
        rows,
    )
    print_table(
        f"Whole handler: {HANDLER_EVENTS} new events, medians of {ROUNDS}",
        ["layout", "wall us/event", "x items"],
        handler,
    )


if __name__ == "__main__":
    main()
