"""The Lambda handler: wires the parts together on the first call, then hands each batch through.

This is the one place where records, events and claims meet DynamoDB, the clock and the log.
"""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

from firelake.contract.events import load_contract
from firelake.transform.batch import Batch
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.dynamo_notes import DynamoNotes
from firelake.transform.dynamo_pages import DynamoPages, FullPages
from firelake.transform.events import EventReader
from firelake.transform.in_force import InForce
from firelake.transform.metrics import publish
from firelake.transform.records import parse_request
from firelake.transform.settings import Settings
from firelake.transform.settling import Pace, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from firelake.transform.claims import ClaimStore
    from firelake.transform.records import Answer

# Kept back from Lambda's own time-out, to raise in good order rather than to be cut off.
_MARGIN_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time, and what depends on chance.

    Attributes:
        now_ms: The wall clock, Unix time in milliseconds.
        monotonic_s: A clock that never goes back.
        sleep: Waits so many seconds.
        jitter: A random number in [0, 1).
    """

    now_ms: Callable[[], int]
    monotonic_s: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]


SYSTEM_CLOCK: Final = Clock(
    now_ms=lambda: time.time_ns() // 1_000_000,
    monotonic_s=time.monotonic,
    sleep=time.sleep,
    jitter=random.random,
)


class Transform:
    """The function without Lambda: settings, contract, claims and clock come in from outside."""

    def __init__(  # noqa: PLR0913 -- one a part
        self,
        settings: Settings,
        reader: EventReader,
        open_store: Callable[[Callable[[], bool]], ClaimStore],
        logger: Logger,
        clock: Clock = SYSTEM_CLOCK,
        *,
        in_force: InForce | None = None,
    ) -> None:
        """Takes its parts.

        Args:
            settings: What the deployment decides.
            reader: Reads records by the contract.
            open_store: Gives the claim store of one call, from a function that says whether the
                call's deadline has passed.
            logger: Takes one line a batch; its service names the stack in the metrics.
            clock: Time and chance.
            in_force: Notes that the settings are in force; None where nobody asks.
        """
        self._settings = settings
        self._reader = reader
        self._open_store = open_store
        self._logger = logger
        self._clock = clock
        self._in_force = in_force

    def answer(self, event: Mapping[str, Any], time_left_s: float) -> dict[str, list[Answer]]:
        """Answers one invocation.

        Args:
            event: Firehose's invocation.
            time_left_s: Seconds until Lambda ends the call.

        Raises:
            FirehoseEventError: The invocation is not one for a Kinesis source.
            ClaimsUndecidedError: Some id was still undecided at the deadline.
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        clock = self._clock
        ends_s = clock.monotonic_s() + min(
            time_left_s - _MARGIN_S, self._settings.claims_deadline_s
        )
        pace = Pace(
            now_ms=clock.now_ms,
            remaining_s=lambda: ends_s - clock.monotonic_s(),
            sleep=clock.sleep,
            jitter=clock.jitter,
        )
        schedule = self._settings.claims_schedule
        if self._in_force is not None:
            schedule = self._in_force.note(pace)
        batch = Batch(parse_request(event), self._reader)
        candidates = batch.candidates()
        batch.tally.count_ages([each.created_at_s for each in candidates], clock.now_ms() / 1000)
        store = self._open_store(lambda: pace.remaining_s() <= 0)
        settled = settle(
            candidates, store, pace, dedupe_days=self._settings.dedupe_days, schedule=schedule
        )
        batch.tally.pages = store.counts
        answers = batch.answer(settled.verdicts, settled.given)
        self._report(batch, str(event.get("invocationId")))
        return {"records": answers}

    def _report(self, batch: Batch, invocation_id: str) -> None:
        tally = batch.tally
        self._logger.info(
            "batch answered",
            invocation_id=invocation_id,
            records=tally.records,
            received=tally.received,
            delivered=tally.delivered.total(),
            duplicate=tally.duplicate,
            invalid=tally.invalid,
            unregistered=tally.unregistered,
            reasons={reason.value: count for reason, count in tally.reasons.items()},
            samples=tally.samples,
        )
        publish(tally, self._logger.service, has_types=self._settings.has_type_metrics)


@cache
def _transform() -> Transform:
    """The function of this process, made on the first call: nothing touches AWS at import."""
    # boto3 takes half of the function's import time, and only a call needs it.
    from firelake.transform.client import dynamodb_client, page_calls  # noqa: PLC0415

    settings = Settings.from_environment(os.environ)
    client = dynamodb_client(settings.claims_calls_in_flight)
    has_pages = settings.claims_schedule.has_pages
    calls = page_calls(client) if has_pages else client
    pages = DynamoPages(calls, settings.claims_table, FullPages())
    executor = ThreadPoolExecutor(settings.claims_calls_in_flight, thread_name_prefix="claims")
    return Transform(
        settings,
        EventReader(
            load_contract(),
            lateness_days=settings.lateness_days,
            granularity=settings.granularity,
            oldest_version=settings.oldest_contract_version,
        ),
        lambda expired: DynamoClaimStore(
            client, settings.claims_table, executor=executor, expired=expired, pages=pages
        ),
        Logger(),
        in_force=InForce(
            DynamoNotes(client, settings.claims_table, settings.windows, settings.claims_schedule)
        ),
    )


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[Answer]]:
    """Answers one invocation by Firehose.

    Args:
        event: See `firelake.transform.records.parse_request`.
        context: Lambda's.

    Returns:
        One answer a record.

    Raises:
        TransformError: Nothing could be decided about the batch as a whole. Firehose retries it,
            and what this call claimed passes then.
    """
    return _transform().answer(event, context.get_remaining_time_in_millis() / 1000)
