"""What a report reads: the questions, the function's counts, and what becomes of a refusal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from firelake.cli.commands.report import span_of
from firelake.contract.layout import Granularity
from firelake.health.report.errors import ReportError
from firelake.health.report.findings import Attempts, Gap, Span
from firelake.health.report.gather import Sources, gather
from firelake.health.report.lateness import STEPS, step_sql
from firelake.health.report.metrics import (
    CloudWatch,
    attempts_of,
    attempts_of_lines,
    log_lines,
    period_s_of,
)
from firelake.health.report.questions import Questions, arrivals_of, lateness_of
from firelake.infra.naming import Names
from firelake.operations.errors import InputError, LakeQueryError, OutputError
from firelake.operations.result_files import refuse_unwritable, write_result
from tests.helpers.contracts import LEARNING
from tests.unit.health.report.report_findings import SPAN, hour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from firelake.failures.errors.lines import Unreadable
    from firelake.failures.errors.reading import Found
    from firelake.health.report.questions import Row

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
NAMES = Names("firelake", "dev", account_id="", region="")


def questions(granularity: Granularity = Granularity.DAY) -> Questions:
    return Questions(
        database="a_lake",
        granularity=granularity,
        contract=LEARNING,
        span=SPAN,
        lateness_days=7,
        lag_days=14,
    )


# --- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("granularity", "partitions"),
    [
        (Granularity.MONTH, "dt BETWEEN '2026-11' AND '2026-11'"),
        (Granularity.DAY, "dt BETWEEN '2026-11-15' AND '2026-11-23'"),
        (Granularity.HOUR, "dt BETWEEN '2026-11-15-08' AND '2026-11-23-11'"),
    ],
    ids=["month", "day", "hour"],
)
def test_events_are_looked_for_in_every_partition_that_the_rules_let_them_be_in(
    granularity: Granularity, partitions: str
) -> None:
    asked = questions(granularity)
    for sql in (asked.arrivals(), asked.lateness(), asked.freshness(), asked.drift()):
        assert (
            f"{partitions} AND ingested_at >= TIMESTAMP '2026-11-22 08:00:00.000000'"
            " AND ingested_at < TIMESTAMP '2026-11-22 11:00:00.000000'"
            " AND \"event_uuid\" NOT LIKE 'canary-%'"
        ) in sql


def test_what_arrived_is_asked_of_the_view_which_has_each_event_once_of_both_stores() -> None:
    asked = questions()
    for sql in (asked.arrivals(), asked.lateness(), asked.freshness(), asked.drift()):
        assert ".events_unique\n" in sql
    assert "THEN (event_uuid, event_name, created_at) END) AS row_count" in asked.arrivals()


def test_raw_records_are_asked_for_by_the_hours_of_their_folders() -> None:
    sql = questions().sent()
    assert "dt BETWEEN '2026-11-22' AND '2026-11-22'" in sql
    assert "dt || '-' || hour BETWEEN '2026-11-22-08' AND '2026-11-22-10'" in sql


def test_errors_are_looked_for_in_folders_of_older_records_too() -> None:
    sql = questions().failed()
    assert "dt BETWEEN '2026-11-08' AND '2026-11-22'" in sql
    assert "arrivaltimestamp >= 1795334400000 AND arrivaltimestamp < 1795345200000" in sql


def test_files_are_asked_for_by_creation() -> None:
    assert (
        "dt BETWEEN '2026-11-22-08' AND '2026-11-22-10'" in questions(Granularity.HOUR).partitions()
    )


def test_each_step_of_lateness_has_a_name_and_a_count() -> None:
    assert step_sql().count("WHEN") + 1 == len(STEPS)
    counts = lateness_of([{"step": "1", "event_count": "5"}, {"step": "10", "event_count": "2"}])
    assert (counts["0 s to 1 s"], counts["7 d and more"], sum(counts.values())) == (5, 2, 7)


def test_what_the_contract_does_not_know_is_what_is_left() -> None:
    row: Row = {
        "event_type": "lesson",
        "created_hour": "2026-11-22 08:00:00.000",
        "arrival_hour": "2026-11-22 09:00:00.000",
        "row_count": "12",
        "event_count": "10",
        "known_count": "9",
    }
    (arrival,) = arrivals_of([row])
    assert (arrival.created_hour, arrival.arrival_hour) == (hour(8), hour(9))
    assert (arrival.rows, arrival.events, arrival.unknown) == (12, 10, 1)


# --- counts of the function ---------------------------------------------------------------------


class FakeMetrics:
    """CloudWatch with the points given by name of metric; it refuses where there are none."""

    def __init__(self, points: dict[str, dict[datetime, float]] | None) -> None:
        self._points = points
        self.asked: list[Any] = []

    def get_paginator(self, operation: str) -> FakeMetrics:
        assert operation == "get_metric_data"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
        self.asked.append(asked)
        if self._points is None:
            error: Any = {"Error": {"Code": "AccessDenied", "Message": "not authorized"}}
            raise ClientError(error, "GetMetricData")
        for query in asked["MetricDataQueries"]:
            points = self._points.get(query["MetricStat"]["Metric"]["MetricName"], {})
            result = {"Id": query["Id"], "Timestamps": [*points], "Values": [*points.values()]}
            yield {"MetricDataResults": [result]}


def cloudwatch(points: dict[str, dict[datetime, float]] | None) -> CloudWatch:
    client: Any = FakeMetrics(points)
    return CloudWatch(client, NAMES, SPAN, 300)


def emf(at_ms: int, received: int) -> tuple[int, str]:
    counts = {
        "EventsDelivered": [received - 1],
        "EventsDuplicate": [1],
        "EventsInvalid": [0],
        "EventsUnregistered": [0],
    }
    return at_ms, json.dumps({"_aws": {}, "EventsReceived": [received], **counts})


def test_cloudwatch_is_asked_first_in_order_of_time() -> None:
    points = {"EventsReceived": {hour(9): 4.0, hour(8): 2.0}}
    found = attempts_of(cloudwatch(points), lambda: pytest.fail("asked the log"), 300)
    assert isinstance(found, Attempts)
    assert (found.source, found.period_s) == ("CloudWatch", 300)
    assert list(found.counts["EventsReceived"].items()) == [(hour(8), 2.0), (hour(9), 4.0)]
    assert found.counts["EventsInvalid"] == {}


def test_the_metrics_are_those_of_the_stack() -> None:
    client: Any = FakeMetrics({})
    CloudWatch(client, NAMES, SPAN, 60).delivery_ages_s()
    (asked,) = client.asked
    (query,) = asked["MetricDataQueries"]
    assert query["MetricStat"]["Metric"]["Dimensions"] == [
        {"Name": "DeliveryStreamName", "Value": "firelake-dev-delivery"}
    ]
    assert (asked["StartTime"], asked["EndTime"]) == (SPAN.since, SPAN.until)


def test_where_cloudwatch_knows_nothing_the_log_is_added_up_by_period() -> None:
    start_ms = round(hour(8).timestamp() * 1000)
    lines = [
        emf(start_ms, 5),
        (start_ms, "START RequestId: x"),
        (start_ms, '{"EventsReceived": "many"}'),
        (start_ms, "[" * 5000),
        emf(start_ms + 299_999, 2),
        emf(start_ms + 300_000, 1),
    ]
    found = attempts_of(cloudwatch({}), lambda: lines, 300)
    assert isinstance(found, Attempts)
    assert found.source == "the function's log"
    later = hour(8) + timedelta(seconds=300)
    assert found.counts["EventsReceived"] == {hour(8): 7.0, later: 1.0}
    assert found.counts["EventsDelivered"] == {hour(8): 5.0, later: 0.0}


def test_where_neither_knows_anything_that_is_a_gap() -> None:
    assert attempts_of_lines([], 60) is None
    assert isinstance(attempts_of(cloudwatch({}), list, 60), Gap)
    assert isinstance(cloudwatch({}).delivery_ages_s(), Gap)


def test_what_cloudwatch_refuses_is_told() -> None:
    with pytest.raises(ReportError, match=r"cannot be read: .* not authorized"):
        cloudwatch(None).attempts()


def test_a_log_that_may_not_be_read_is_told() -> None:
    class Refusing:
        def get_paginator(self, _: str) -> Refusing:
            return self

        def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
            error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(error, "FilterLogEvents")

    with pytest.raises(ReportError, match="the function's log cannot be read"):
        list(log_lines(Refusing(), "/aws/lambda/x", SPAN))


@pytest.mark.parametrize(
    ("hours", "age_days", "period_s"),
    [(1, 0, 60), (24, 0, 900), (24, 20, 900), (2, 20, 300), (2, 70, 900), (24 * 90, 0, 86_400)],
    ids=["hour", "day", "old day", "old hours", "very old", "quarter"],
)
def test_points_are_few_and_of_a_length_that_cloudwatch_keeps(
    hours: int, age_days: int, period_s: int
) -> None:
    until = NOW - timedelta(days=age_days)
    assert period_s_of(Span(until - timedelta(hours=hours), until), NOW) == period_s


# --- gathering ----------------------------------------------------------------------------------


def refuse(*_: object) -> Any:  # noqa: ANN401
    message = "Athena refuses: not you"
    raise LakeQueryError(message)


def gathered(
    ask: Callable[[str], Iterable[Row]], failures: Callable[[], Iterable[Found | Unreadable]]
) -> Any:  # noqa: ANN401
    sources = Sources(
        ask=ask,
        attempts=refuse,
        delivery_ages_s=refuse,
        failures=failures,
        spending=refuse,
    )
    return gather(questions(), sources, stack="a-lake", span=SPAN, made_at=NOW)


def test_what_is_refused_is_a_gap_and_the_rest_is_there() -> None:
    def ask(sql: str) -> Iterable[Row]:
        return refuse() if "events_raw" in sql or "events_errors" in sql else []

    found = gathered(ask, refuse)
    assert found.arrivals == ()
    assert found.sent == found.failed == found.attempts == Gap("Athena refuses: not you")


def test_where_everything_is_refused_there_is_no_report() -> None:
    with pytest.raises(ReportError, match="nothing could be read: Athena refuses: not you"):
        gathered(refuse, refuse)


# --- options ------------------------------------------------------------------------------------


def test_without_options_it_is_the_last_day() -> None:
    assert span_of(None, "now", None, NOW) == Span(hour(10, day=21), hour(11))


@pytest.mark.parametrize(
    ("since", "until", "hours", "span"),
    [
        ("2026-11-20", "2026-11-21", None, Span(hour(0, day=20), hour(0, day=21))),
        (None, "2026-11-21", 2, Span(hour(22, day=20), hour(0, day=21))),
        ("90m", "now", None, Span(hour(9), hour(11))),
    ],
    ids=["days", "hours before", "ago"],
)
def test_a_time_is_given_by_its_ends_or_its_length(
    since: str | None, until: str, hours: int | None, span: Span
) -> None:
    assert span_of(since, until, hours, NOW) == span


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [("1h", "now", 3), ("now", "now", None), ("2026-11-23", "now", None), ("soon", "now", None)],
    ids=["both", "empty", "backwards", "no time"],
)
def test_a_time_that_is_none_is_told(since: str, until: str, hours: int | None) -> None:
    with pytest.raises(InputError):
        span_of(since, until, hours, NOW)


def test_a_page_that_cannot_be_written_is_told_and_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "page.html"
    folder.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_result(folder, "text")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(OutputError, match="cannot be written"):
        write_result(tmp_path / "page.html" / ("x" * 300), "text")


@pytest.mark.parametrize("makes_folders", [False, True])
def test_that_a_page_cannot_be_written_is_known_before_the_work(
    tmp_path: Path, makes_folders: bool
) -> None:
    (tmp_path / "file").write_text("kept")
    for place in (tmp_path, tmp_path / "file" / "below" / "page.html"):
        with pytest.raises(OutputError, match=r" cannot be written: (Is|Not) a directory"):
            refuse_unwritable(place, makes_folders=makes_folders)
    for place in ("file", "page.html"):
        refuse_unwritable(tmp_path / place, makes_folders=makes_folders)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "kept"


def test_folders_that_are_to_be_made_are_not_missed(tmp_path: Path) -> None:
    place = tmp_path / "some" / "folder" / "page.html"
    with pytest.raises(OutputError, match="cannot be written: No such file or directory"):
        refuse_unwritable(place)
    refuse_unwritable(place, makes_folders=True)
    assert not list(tmp_path.iterdir())
