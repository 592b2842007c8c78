"""The sources of a report, put together for a stack."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from firelake.aws.clients import AwsClients
from firelake.aws.query_run import Athena
from firelake.failures.error_reader import error_reader
from firelake.failures.errors.listing import Selection
from firelake.health.report.findings import Gap
from firelake.health.report.gather import Sources, asking, gather
from firelake.health.report.metrics import CloudWatch, attempts_of, log_lines, period_s_of
from firelake.health.report.questions import Questions, sent_of, with_blank
from firelake.health.report.spending import spending_metrics, spending_of
from firelake.operations.athena import athena_errors
from firelake.operations.errors import LakeQueryError
from firelake.operations.stack_names import names_of
from firelake.plan.prices import load_prices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.events import EventContract
    from firelake.failures.errors.lines import Unreadable
    from firelake.failures.errors.reading import Found
    from firelake.health.report.findings import Findings, Span
    from firelake.health.report.gather import Rows

_CALLS_IN_FLIGHT: Final = 8


def report_of(lake: LakeRef, contract: EventContract, span: Span, now: datetime) -> Findings:
    """Read everything that a report shows.

    Raises:
        AwsError: The environment does not suffice for AWS.
        OpsError: Nothing could be read.
    """
    clients, names = AwsClients(_CALLS_IN_FLIGHT), names_of(lake)
    period_s = period_s_of(span, now)
    cloudwatch = CloudWatch(clients.cloudwatch(), names, span, period_s)
    logs = clients.logs()
    return gather(
        _questions(lake, contract, span),
        Sources(
            ask=_asking(lake, clients),
            attempts=lambda: attempts_of(
                cloudwatch, lambda: log_lines(logs, names.function_log_group, span), period_s
            ),
            delivery_ages_s=cloudwatch.delivery_ages_s,
            failures=lambda: _failures(lake, contract, clients, span),
            spending=lambda: spending_of(cloudwatch.sums(spending_metrics(names)), load_prices()),
        ),
        stack=names.prefix,
        span=span,
        made_at=now,
    )


def sent_by_now(lake: LakeRef, contract: EventContract, span: Span) -> int:
    """Count what was sent, as the report does.

    Raises:
        LakeQueryError: Athena does not answer, or its answer tells no number.
    """
    ask, questions = _asking(lake, AwsClients()), _questions(lake, contract, span)
    sent = sent_of(ask(questions.sent()))
    if isinstance(sent, Gap):
        raise LakeQueryError(sent.why)
    return sum(with_blank(sent, ask(questions.failed())).values())


def _asking(lake: LakeRef, clients: AwsClients) -> Callable[[str], Rows]:
    with athena_errors():
        return asking(Athena.of_lake(lake, clients))


def _questions(lake: LakeRef, contract: EventContract, span: Span) -> Questions:
    return Questions(
        database=lake.database,
        granularity=lake.granularity,
        contract=contract,
        span=span,
        lateness_days=lake.lateness_days,
        lag_days=lake.dedupe_days,
    )


def _failures(
    lake: LakeRef, contract: EventContract, clients: AwsClients, span: Span
) -> Iterator[Found | Unreadable]:
    with ThreadPoolExecutor(_CALLS_IN_FLIGHT, thread_name_prefix="claims") as executor:
        reader = error_reader(lake, contract, clients, executor)
        yield from reader.read(
            Selection(since=span.since, until=span.until, lag_days=lake.dedupe_days)
        )
