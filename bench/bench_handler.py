"""The whole handler on a batch of 500 events, against the usual ways of dropping duplicates."""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import json
import os
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from bench.claims_table import emulated_aws, new_table
from bench.measure import print_table, side_by_side
from bench.workload import EVENT_BYTES, invocation, make_events
from firelake.contract.names import ENV_CLAIMS_TABLE
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

EVENTS = 500
ROUNDS = 3
_seeds = itertools.count(1)


class Context:
    """What the handler asks of Lambda's context."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """A minute, as the stack sets it."""
        return 60_000


def batch() -> dict[str, Any]:
    """An invocation whose ids no table has seen."""
    seed = next(_seeds)
    return invocation(make_events(EVENTS, seed), seed * EVENTS)


def get_then_put(client: DynamoDBClient, table: str) -> Callable[[dict[str, Any]], None]:
    """Looks an id up, then marks it: what most public solutions do, races and all."""

    def handle(event: dict[str, Any]) -> None:
        for record in event["records"]:
            payload = json.loads(base64.b64decode(record["data"]))
            key = {"event_uuid": {"S": payload["event_uuid"]}}
            if "Item" in client.get_item(TableName=table, Key=key):
                raise AssertionError(key)
            client.put_item(TableName=table, Item={**key, "expires_at": {"N": "1761209600"}})
            base64.b64encode(json.dumps(payload).encode())

    return handle


def powertools_idempotency(table: str) -> Callable[[dict[str, Any]], None]:
    """Wraps the handling of each record in Powertools' idempotency."""
    layer = DynamoDBPersistenceLayer(table_name=table, key_attr="event_uuid")
    config = IdempotencyConfig(event_key_jmespath="event_uuid")

    @idempotent_function(data_keyword_argument="payload", persistence_store=layer, config=config)
    def handle_one(*, payload: dict[str, Any]) -> str:
        return base64.b64encode(json.dumps(payload).encode()).decode()

    def handle(event: dict[str, Any]) -> None:
        for record in event["records"]:
            handle_one(payload=json.loads(base64.b64decode(record["data"])))

    return handle


def main() -> None:
    """Prints the table."""
    with emulated_aws():
        os.environ |= {ENV_CLAIMS_TABLE: new_table(), "POWERTOOLS_SERVICE_NAME": "bench"}
        with contextlib.redirect_stdout(io.StringIO()):
            from firelake.transform import handler as function  # noqa: PLC0415 -- its logger takes the stdout of now

        function.load_contract = lambda: LEARNING

        client: DynamoDBClient = boto3.client("dynamodb")  # pyright: ignore[reportUnknownMemberType] -- see transform.client
        by_hand = get_then_put(client, new_table())
        powertools = powertools_idempotency(new_table())
        context: Any = Context()

        def ours(event: dict[str, Any]) -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                answers = function.handler(event, context)["records"]
            if any(answer["result"] != "Ok" for answer in answers):
                raise AssertionError(answers[0])

        ways = {"Firelake's handler": ours, "get, then put": by_hand, "Powertools": powertools}
        batches = {name: [batch() for _ in range(ROUNDS + 1)] for name in ways}

        def run(name: str) -> Callable[[], int]:
            def way() -> int:
                ways[name](batches[name].pop())
                return EVENTS

            return way

        figures = side_by_side({name: run(name) for name in ways}, rounds=ROUNDS)
    print_table(
        f"Whole handler: {EVENTS} new events of {EVENT_BYTES} bytes, medians of {ROUNDS}",
        ["way", "wall us/event", "x Firelake", "CPU us/event", "x Firelake"],
        [
            [
                name,
                f"{each.wall_us:.0f}",
                f"{each.wall_ratio:.1f}",
                f"{each.cpu_us:.0f}",
                f"{each.cpu_ratio:.1f}",
            ]
            for name, each in figures.items()
        ],
    )


if __name__ == "__main__":
    main()
