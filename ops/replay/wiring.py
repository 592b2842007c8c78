"""The parts of one run of replay, put together for a stack."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import boto3

from catalog.errors import CatalogError
from catalog.query_run import Athena
from catalog.query_settings import QuerySettings
from catalog.query_stored import StoredEvents
from ops.error_objects.events import ErrorEvents
from ops.error_objects.listing import ErrorBucket
from ops.error_objects.reading import ErrorReader
from ops.errors import InputError
from ops.kinesis import KinesisPut, kinesis_client, random_partition_key
from ops.put import Pace, Tally
from ops.replay.claims import ClaimsTable, Waiting
from ops.replay.clients import AwsClients
from ops.replay.fix import load_fix
from ops.replay.freshness import CloudWatchFreshness
from ops.replay.items import from_errors
from ops.replay.judging import Judge
from ops.replay.lake import AthenaLake
from ops.replay.putting_back import World
from ops.replay.receipt_bucket import ReceiptBucket
from ops.replay.replay import Replay
from ops.replay.rules import Replaying
from ops.replay.sending import Sender
from ops.replay.stream import StreamRecords
from transform.events import EventReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from contract.events import EventContract
    from contract.layout import Granularity
    from ops.error_objects.lines import Unreadable
    from ops.error_objects.listing import Selection
    from ops.error_objects.reading import Choice
    from ops.replay.items import Item

CALLS_IN_FLIGHT: Final = 8
QUESTIONS_AT_ONCE: Final = 4

_PATIENCE_S: Final = 60.0

_random: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What a stack's outputs say.

    Attributes:
        bucket: The lake's bucket.
        stream: Name or ARN of the Kinesis stream.
        delivery_stream: Name of the Firehose stream.
        claims_table: The table of claims.
        settle_s: How long after its claim an event must be in the lake, if it ever will be.
        granularity: How much time one `dt` partition holds.
        lateness_days: How long before its arrival an event may have been created.
        dedupe_days: How long a claim lives.
    """

    bucket: str
    stream: str
    delivery_stream: str
    claims_table: str
    settle_s: int
    granularity: Granularity
    lateness_days: int
    dedupe_days: int


class Wiring:
    """Puts the parts of one run together."""

    def __init__(
        self,
        stack: Stack,
        contract: EventContract,
        executor: Executor,
        questions: Executor,
    ) -> None:
        """Makes clients, and calls nothing.

        Args:
            stack: What the stack's outputs say.
            contract: The contract by which events are judged.
            executor: Runs calls of DynamoDB and Kinesis.
            questions: Runs questions to the lake.

        Raises:
            OpsError: The environment does not suffice for AWS.
        """
        self._stack = stack
        self._contract = contract
        self._executor = executor
        self._questions = questions
        self._clients = AwsClients(CALLS_IN_FLIGHT)
        self.s3 = self._clients.s3()
        self._claims = ClaimsTable(
            self._clients.dynamodb(),
            stack.claims_table,
            executor=executor,
            waiting=Waiting(time.sleep, _random.random),
        )
        self._receipts = ReceiptBucket(
            self.s3, stack.bucket, sleep=time.sleep, jitter=_random.random
        )

    def errors(self, selection: Selection, choice: Choice) -> Iterator[Item | Unreadable]:
        """Give the chosen events of error objects."""
        stack = self._stack
        events = ErrorEvents(
            self._contract, lateness_days=stack.lateness_days, granularity=stack.granularity
        )
        source = ErrorBucket(self.s3, stack.bucket)
        reader = ErrorReader(source, self._receipts, events, self._claims.read)
        return from_errors(reader, selection, choice)

    def stream(self) -> StreamRecords:
        """Give what reads the stream."""
        return StreamRecords(
            self._clients.kinesis(),
            self._stack.stream,
            now=_now,
            sleep=time.sleep,
        )

    def replay(self, *, fix: Path | None, has_receipts: bool, is_dry_run: bool) -> Replay:
        """Give the run.

        Args:
            fix: A Python file with the fix; None without one.
            has_receipts: Whether receipts say what became of the events.
            is_dry_run: Whether to change nothing.

        Raises:
            InputError: The fix cannot be loaded, or the environment names no lake.
        """
        stack = self._stack
        tally = Tally()
        sender = Sender(
            KinesisPut(kinesis_client(CALLS_IN_FLIGHT), stack.stream),
            Pace(
                now_s=time.monotonic,
                sleep=time.sleep,
                jitter=_random.random,
                patience_s=_PATIENCE_S,
            ),
            random_partition_key,
            self._executor,
            tally,
        )
        return Replay(
            judge=Judge(
                reader=self._reader(stack.lateness_days),
                any_age=self._reader(None),
                fix=None if fix is None else load_fix(fix),
            ),
            rules=Replaying(settle_ms=1000 * stack.settle_s),
            world=World(
                claims_of=self._claims.read,
                delete=self._claims.delete,
                delivered_until_ms=CloudWatchFreshness(
                    self._clients.cloudwatch(), stack.delivery_stream, _now
                ),
                lake=AthenaLake(StoredEvents(_athena())),
                send=sender,
                executor=self._questions,
            ),
            receipts=self._receipts if has_receipts else None,
            now_ms=lambda: time.time_ns() // 1_000_000,
            failure=lambda: tally.failure,
            is_dry_run=is_dry_run,
        )

    def _reader(self, lateness_days: int | None) -> EventReader:
        return EventReader(
            self._contract, lateness_days=lateness_days, granularity=self._stack.granularity
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _athena() -> Athena:
    try:
        settings = QuerySettings.from_environment(os.environ)
        return Athena(
            cast("Any", boto3).client("athena"),
            database=settings.database,
            workgroup=settings.workgroup,
            deadline_s=settings.deadline_s,
        )
    except CatalogError as error:
        raise InputError(str(error)) from error
