"""Claims: client CPU, wall time and calls an event, against one conditional PutItem an event."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench.claims_table import emulated_aws, new_table
from bench.measure import print_table, side_by_side
from firelake.transform.claims import Candidate
from firelake.transform.client import dynamodb_client
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.settling import Pace, settle

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from mypy_boto3_dynamodb import DynamoDBClient

EVENTS = 500
ROUNDS = 7
CALLS_IN_FLIGHT = 8
_numbers = itertools.count()


def fresh(count: int) -> list[Candidate]:
    """Candidates that no table has seen."""
    return [
        Candidate(
            f"00000000-0000-4000-8000-{next(_numbers):012d}",
            "lesson:started",
            1_760_000_000.125,
            f"shardId-000000000000:49615332175504399275388999519764255559777264{index:012d}:0#0",
            "lesson",
        )
        for index in range(count)
    ]


def conditional_puts(
    client: DynamoDBClient, table: str, executor: ThreadPoolExecutor, candidates: list[Candidate]
) -> None:
    """One conditional PutItem an event, as many in flight as the claims have."""

    def put(candidate: Candidate) -> None:
        client.put_item(
            TableName=table,
            Item={
                "event_uuid": {"S": candidate.event_uuid},
                "owner": {"S": candidate.owner},
                "event_name": {"S": candidate.event_name},
                "created_at": {"N": repr(candidate.created_at_s)},
                "claimed_at": {"N": "1760000000.125"},
                "expires_at": {"N": "1761209600"},
            },
            ConditionExpression="attribute_not_exists(event_uuid)",
        )

    list(executor.map(put, candidates))


def main() -> None:
    """Prints the table."""
    with emulated_aws(), ThreadPoolExecutor(CALLS_IN_FLIGHT) as executor:
        client = dynamodb_client(CALLS_IN_FLIGHT)
        calls: Counter[str] = Counter()

        def count(model: OperationModel, **_: object) -> None:
            calls[model.name] += 1

        client.meta.events.register("before-call.dynamodb.*", count)
        table = new_table()
        store = DynamoClaimStore(client, table, executor=executor, expired=lambda: False)
        pace = Pace(lambda: time.time_ns() // 1_000_000, lambda: 45, time.sleep, lambda: 0.5)

        def claim(candidates: list[Candidate]) -> int:
            settle(candidates, store, pace, dedupe_days=14)
            return len(candidates)

        def put_each() -> int:
            conditional_puts(client, table, executor, fresh(EVENTS))
            return EVENTS

        seen = fresh(EVENTS)
        copies = [
            Candidate(
                each.event_uuid, each.event_name, each.created_at_s, f"copy {each.owner}", "lesson"
            )
            for each in seen
        ]
        claim(seen)
        figures = side_by_side(
            {
                "conditional PutItem an event": put_each,
                "claims, all new": lambda: claim(fresh(EVENTS)),
                "claims, all own (a retried batch)": lambda: claim(seen),
                "claims, all copies": lambda: claim(copies),
            },
            rounds=ROUNDS,
        )
        calls.clear()
        claim(fresh(EVENTS))
        per_25 = 25 * calls.total() / EVENTS
    rows = [
        [
            name,
            f"{each.cpu_us:.0f}",
            f"{each.cpu_ratio:.3f}",
            f"{each.wall_us:.0f}",
            f"{each.wall_ratio:.3f}",
        ]
        for name, each in figures.items()
    ]
    print_table(
        f"Claims: {EVENTS} events, {CALLS_IN_FLIGHT} calls in flight, medians of {ROUNDS}",
        ["way", "CPU us/event", "x PutItem", "wall us/event", "x PutItem"],
        rows,
    )
    print(f"  calls for 25 new events: {per_25:.2f}")


if __name__ == "__main__":
    main()
