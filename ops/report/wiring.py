"""The sources of a report, put together for a stack."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.naming import Names, stack_of_workgroup
from ops.athena import athena_errors, athena_of
from ops.error_objects.events import ErrorEvents
from ops.error_objects.listing import ErrorBucket, Selection
from ops.error_objects.reading import ErrorReader
from ops.replay.claims import ClaimsTable, Waiting
from ops.replay.clients import AwsClients
from ops.replay.receipt_bucket import ReceiptBucket
from ops.report.gather import Sources, asking, gather
from ops.report.metrics import CloudWatch, attempts_of, log_lines, period_s_of
from ops.report.questions import Questions, sent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from contract.events import EventContract
    from contract.layout import Granularity
    from ops.error_objects.lines import Unreadable
    from ops.error_objects.reading import Found
    from ops.report.findings import Findings, Span
    from ops.report.gather import Rows

_CALLS_IN_FLIGHT: Final = 8

_random: Final = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What a stack's outputs say, and the contract.

    Attributes:
        bucket: The lake's bucket.
        database: Its Glue database.
        workgroup: Its Athena workgroup, which is named as all names of the stack begin.
        claims_table: Its table of claims.
        granularity: Of the partitions of `events`.
        lateness_days: How late an event may come.
        dedupe_days: How long claims are kept, longer than a record may wait in the stream.
        contract: The events.
    """

    bucket: str
    database: str
    workgroup: str
    claims_table: str
    granularity: Granularity
    lateness_days: int
    dedupe_days: int
    contract: EventContract

    @property
    def names(self) -> Names:
        """The stack's names, as far as they do without account and Region."""
        project, stack = stack_of_workgroup(self.workgroup)
        return Names(project, stack, account_id="", region="")


def report_of(stack: Stack, span: Span, now: datetime) -> Findings:
    """Read everything that a report shows.

    Args:
        stack: Whose lake.
        span: Of what time.
        now: The time.

    Raises:
        OpsError: The environment does not suffice, or nothing could be read.
    """
    clients = AwsClients(_CALLS_IN_FLIGHT)
    period_s = period_s_of(span, now)
    cloudwatch = CloudWatch(clients.cloudwatch(), stack.names, span, period_s)
    logs = clients.logs()
    return gather(
        _questions(stack, span),
        Sources(
            ask=_asking(stack),
            attempts=lambda: attempts_of(
                cloudwatch, lambda: log_lines(logs, stack.names.function_log_group, span), period_s
            ),
            delivery_ages_s=cloudwatch.delivery_ages_s,
            failures=lambda: _failures(stack, clients, span),
        ),
        stack=stack.names.prefix,
        span=span,
        made_at=now,
    )


def sent_by_now(stack: Stack, span: Span) -> int:
    """Count what `raw/` holds.

    Args:
        stack: Whose lake.
        span: Of what time.

    Raises:
        LakeQueryError: Athena does not answer.
    """
    return sum(sent_of(_asking(stack)(_questions(stack, span).sent())).values())


def _asking(stack: Stack) -> Callable[[str], Rows]:
    with athena_errors():
        return asking(athena_of(stack.database, stack.workgroup))


def _questions(stack: Stack, span: Span) -> Questions:
    return Questions(
        database=stack.database,
        granularity=stack.granularity,
        contract=stack.contract,
        span=span,
        lateness_days=stack.lateness_days,
        lag_days=stack.dedupe_days,
    )


def _failures(stack: Stack, clients: AwsClients, span: Span) -> Iterator[Found | Unreadable]:
    s3 = clients.s3()
    with ThreadPoolExecutor(_CALLS_IN_FLIGHT, thread_name_prefix="claims") as executor:
        reader = ErrorReader(
            ErrorBucket(s3, stack.bucket),
            ReceiptBucket(s3, stack.bucket, sleep=time.sleep, jitter=_random.random),
            ErrorEvents(
                stack.contract,
                lateness_days=stack.lateness_days,
                granularity=stack.granularity,
            ),
            ClaimsTable(
                clients.dynamodb(),
                stack.claims_table,
                executor=executor,
                waiting=Waiting(time.sleep, _random.random),
            ).read,
        )
        yield from reader.read(
            Selection(since=span.since, until=span.until, lag_days=stack.dedupe_days)
        )
