"""The parts of one run of replay, put together for a stack."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from firelake.aws.clients import AwsClients
from firelake.aws.history_table import has_history
from firelake.aws.query_run import Athena
from firelake.aws.query_stored import StoredEvents
from firelake.failures.claims import ClaimsTable
from firelake.failures.error_reader import error_reader
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.failures.replay.fix import load_fix
from firelake.failures.replay.freshness import CloudWatchFreshness
from firelake.failures.replay.items import from_errors
from firelake.failures.replay.judging import Judge
from firelake.failures.replay.lake import AthenaLake
from firelake.failures.replay.putting_back import World
from firelake.failures.replay.replay import Replay
from firelake.failures.replay.rules import Replaying
from firelake.failures.replay.sending import Sender
from firelake.failures.replay.stream import read_stretch
from firelake.operations.lake_clock import LakeClock
from firelake.operations.settings_history import Settling
from firelake.operations.stream_records import StreamRecords
from firelake.send.kinesis import KinesisPut, random_partition_key
from firelake.send.put import Pace, Tally
from firelake.transform.events import EventReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.events import EventContract
    from firelake.failures.errors.choice import Choice
    from firelake.failures.errors.lines import Place, Unreadable
    from firelake.failures.errors.listing import Selection
    from firelake.failures.replay.items import Item

CALLS_IN_FLIGHT: Final = 8
QUESTIONS_AT_ONCE: Final = 4


class Wiring:
    """Puts the parts of one run together."""

    def __init__(
        self,
        lake: LakeRef,
        contract: EventContract,
        executor: Executor,
        questions: Executor,
    ) -> None:
        """Makes clients, and calls nothing.

        Args:
            lake: The lake; all of its facts are used but retention.
            contract: The contract by which events are judged.

        Raises:
            AwsError: The environment does not suffice for AWS.
        """
        self._lake = lake
        self._contract = contract
        self._executor = executor
        self._questions = questions
        self._clients = AwsClients(CALLS_IN_FLIGHT)
        self.s3 = self._clients.s3()
        dynamodb = self._clients.dynamodb()
        self.clock = LakeClock(dynamodb, lake.claims_table)
        self._claims = ClaimsTable(
            dynamodb,
            lake.claims_table,
            self.clock.schedule,
            executor=executor,
        )
        self._receipts = ReceiptBucket(self.s3, lake.bucket)

    def errors(self, selection: Selection, choice: Choice) -> Iterator[Item | Unreadable]:
        """Returns the chosen events of error objects."""
        reader = error_reader(self._lake, self._contract, self._clients, self._executor)
        return from_errors(reader, selection, choice)

    def stream(self, selection: Selection) -> Iterator[tuple[Place, bytes]]:
        """Read the records of the stream that arrived in the selected time."""
        stream = StreamRecords(self._clients.kinesis(), self._lake.stream, time.sleep)
        return read_stretch(stream, selection, self.clock.now)

    def replay(self, *, fix: Path | None, has_receipts: bool, is_dry_run: bool) -> Replay:
        """Returns the run.

        Args:
            fix: A Python file with the fix; None without one.
            has_receipts: Whether receipts say what became of the events.
            is_dry_run: Whether to change nothing.

        Raises:
            InputError: The fix cannot be loaded.
            AwsError: The environment does not suffice for AWS.
            ClockError: DynamoDB does not tell which settings were in force.
        """
        lake = self._lake
        tally = Tally()
        sender = Sender(
            KinesisPut(self._clients.kinesis_puts(), lake.stream),
            Pace(),
            random_partition_key,
            self._executor,
            tally,
        )
        return Replay(
            judge=Judge(
                reader=self.reader(lake.lateness_days),
                any_age=self.reader(None),
                fix=None if fix is None else load_fix(fix),
            ),
            rules=Replaying(Settling.of(settle_s=lake.settle_s, periods=self.clock.periods())),
            world=World(
                claims_of=self._claims.read,
                delete=self._claims.delete,
                delivered_until_ms=CloudWatchFreshness(
                    self._clients.cloudwatch(), lake.delivery_stream, self.clock.now
                ),
                lake=AthenaLake(
                    StoredEvents(
                        Athena.of_lake(lake, self._clients),
                        partial(has_history, self._clients.glue(), lake.database),
                    )
                ),
                send=sender,
                executor=self._questions,
            ),
            receipts=self._receipts if has_receipts else None,
            now_ms=self.clock.now_ms,
            failure=lambda: tally.failure,
            is_dry_run=is_dry_run,
        )

    def reader(self, lateness_days: int | None) -> EventReader:
        """Returns the reader of events, of any age without `lateness_days`."""
        return EventReader(
            self._contract, lateness_days=lateness_days, granularity=self._lake.granularity
        )
