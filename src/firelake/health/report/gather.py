"""Gathers what a report shows; what cannot be had is a gap in it, with the reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from firelake.failures.errors.summary import summarise
from firelake.health.report.errors import ReportError
from firelake.health.report.findings import Findings, Gap
from firelake.health.report.questions import (
    Questions,
    arrivals_of,
    failed_of,
    freshness_of,
    lateness_of,
    partitions_of,
    sent_of,
    with_blank,
)
from firelake.operations.athena import athena_errors
from firelake.operations.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from firelake.aws.query_run import Athena
    from firelake.failures.errors.lines import Unreadable
    from firelake.failures.errors.reading import Found
    from firelake.health.report.findings import Attempts, Part, Span, Spending
    from firelake.health.report.questions import Row


# An answer of Athena, each row by the names of the columns.
Rows: TypeAlias = "Iterable[Row]"

T = TypeVar("T")

_QUESTIONS_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the parts come from.

    Attributes:
        ask: Puts a question in SQL and gives the rows.
        failures: Reads the events of error objects.
    """

    ask: Callable[[str], Rows]
    attempts: Callable[[], Part[Attempts]]
    delivery_ages_s: Callable[[], Part[Mapping[datetime, float]]]
    failures: Callable[[], Iterable[Found | Unreadable]]
    spending: Callable[[], Part[Spending]]


def asking(athena: Athena) -> Callable[[str], Rows]:
    """Returns what puts questions to Athena."""

    def ask(sql: str) -> Rows:
        with athena_errors():
            answer = athena.answer(athena.run(sql))
            names = [column.name for column in answer.columns]
            return [dict(zip(names, row, strict=True)) for row in answer.rows]

    return ask


def gather(
    questions: Questions, sources: Sources, *, stack: str, span: Span, made_at: datetime
) -> Findings:
    """Read everything, several parts at once.

    Args:
        stack: What the names of the stack begin with.

    Raises:
        ReportError: Nothing could be read at all.
    """
    ask = sources.ask
    with ThreadPoolExecutor(_QUESTIONS_AT_ONCE, thread_name_prefix="report") as executor:

        def later(read: Callable[[], Part[T]]) -> Callable[[], Part[T]]:
            return executor.submit(_part, read).result

        arrivals = later(lambda: arrivals_of(ask(questions.arrivals())))
        sent = later(lambda: sent_of(ask(questions.sent())))
        failed = later(lambda: tuple(ask(questions.failed())))
        lateness = later(lambda: lateness_of(ask(questions.lateness())))
        types = later(lambda: freshness_of(ask(questions.freshness())))
        partitions = later(lambda: partitions_of(ask(questions.partitions())))
        drift = later(lambda: questions.drifted(ask(questions.drift())))
        attempts = later(sources.attempts)
        ages = later(sources.delivery_ages_s)
        spending = later(sources.spending)
        failures = later(lambda: summarise(sources.failures()))
    # Both count a record with nothing in it, of which only errors/ tells.
    failures_told, sent_told = failed(), sent()
    if not isinstance(failures_told, Gap) and not isinstance(sent_told, Gap):
        sent_told = with_blank(sent_told, failures_told)
    findings = Findings(
        stack=stack,
        span=span,
        made_at=made_at,
        arrivals=arrivals(),
        sent=sent_told,
        failed=failures_told if isinstance(failures_told, Gap) else failed_of(failures_told),
        attempts=attempts(),
        lateness=lateness(),
        types=types(),
        delivery_ages_s=ages(),
        partitions=partitions(),
        failures=failures(),
        drift=drift(),
        spending=spending(),
    )
    found = (findings.arrivals, findings.sent, findings.attempts, findings.failures)
    gaps = [each.why for each in found if isinstance(each, Gap)]
    if len(gaps) == len(found):
        message = f"there is nothing to report of, as nothing could be read: {gaps[0]}"
        raise ReportError(message)
    return findings


def _part(read: Callable[[], Part[T]]) -> Part[T]:
    try:
        return read()
    except OpsError as error:
        return Gap(str(error))
