"""Checks and facts: a good run holds throughout, and each fault shows where it belongs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from firelake.health.verify.canaries import Kind
from firelake.health.verify.checks import check_all
from firelake.health.verify.evidence import (
    CLAIM_WRITES,
    FRESHNESS,
    READ,
    RECEIVED,
    Evidence,
    Trouble,
)
from firelake.health.verify.facts import FACTS, facts_of
from firelake.health.verify.findings import Result
from firelake.health.verify.lake import FileForm
from firelake.health.verify.seen import Seen
from firelake.health.verify.services import CrawlerState
from firelake.health.verify.showing import as_document, checks_table, facts_table, failed
from tests.unit.health.verify.simulated_run import failure_of, good_run, judge, names_of, views_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.aws.query_stored import Identity
    from firelake.health.verify.canaries import Canary

UNSEEN = {
    *("record-ids", "schema-pickup", "partition-overflow", "missing-key", "time-out-code"),
    *(
        "numbers",
        "duplicate-keys",
        "boolean-texts",
        "insert-units",
        "billed-sizes",
        "silent-metrics",
        "filled-throttles",
    ),
}
GOOD = good_run()


def results(evidence: Evidence) -> dict[str, Result]:
    found = [*check_all(evidence, judge()), *facts_of(evidence)]
    return {each.name: each.result for each in found}


def failing(evidence: Evidence) -> set[str]:
    return {name for name, result in results(evidence).items() if result is Result.FAILS}


def canary_of(kind: Kind) -> Canary:
    return next(each for each in GOOD.canaries if each.kind is kind)


def identities_of(kind: Kind) -> list[Identity]:
    return [(each.event_uuid, each.event_name, each.created_at_s) for each in canary_of(kind).rows]


def without_rows_of(kind: Kind) -> Evidence:
    gone = canary_of(kind).uuids
    rows = [row for row in GOOD.seen.rows if row.event_uuid not in gone]
    return replace(GOOD, seen=Seen(rows=rows, failures=GOOD.seen.failures))


def with_row(kind: Kind, **changes: Any) -> Evidence:  # noqa: ANN401 -- as replace() takes them
    uuid = min(canary_of(kind).uuids)
    rows = [replace(row, **changes) if row.event_uuid == uuid else row for row in GOOD.seen.rows]
    return replace(GOOD, seen=Seen(rows=rows, failures=GOOD.seen.failures))


def with_second_row(kind: Kind, **changes: Any) -> Evidence:  # noqa: ANN401 -- as replace() takes them
    uuid = min(canary_of(kind).uuids)
    more = [replace(row, **changes) for row in GOOD.seen.rows if row.event_uuid == uuid]
    return replace(GOOD, seen=Seen(rows=[*GOOD.seen.rows, *more], failures=GOOD.seen.failures))


def with_failures(*added: bytes, without: Kind | None = None) -> Evidence:
    marks = canary_of(without).marks if without else ()
    kept = [
        each for each in GOOD.seen.failures if not any(mark in each.record.data for mark in marks)
    ]
    failures = [*kept, *map(failure_of, added)]
    return replace(GOOD, seen=Seen(rows=GOOD.seen.rows, failures=failures))


def test_of_a_good_run_everything_holds_that_can_be_seen() -> None:
    found = results(GOOD)
    assert {name for name, result in found.items() if result is not Result.HOLDS} == UNSEEN
    assert failed(check_all(GOOD, judge()), facts_of(GOOD)) == []


def test_a_young_field_may_stand_in_extras_or_not() -> None:
    with_it = with_row(Kind.TYPE, extras='{"user_id":"u"}')
    assert results(with_it)["values of rows"] is Result.HOLDS
    assert results(with_row(Kind.TYPE, extras=None))["values of rows"] is Result.HOLDS


@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        pytest.param(
            lambda: without_rows_of(Kind.TYPE), {Kind.TYPE, "views"}, id="a type is missing"
        ),
        pytest.param(
            lambda: without_rows_of(Kind.PACKED),
            {Kind.PACKED, "views", "packed-records"},
            id="packed events are missing",
        ),
        pytest.param(
            lambda: with_second_row(Kind.DUPLICATE, stream_position="another"),
            {Kind.DUPLICATE, "duplicate-item", "positions"},
            id="a duplicate is two events",
        ),
        pytest.param(
            lambda: with_failures(without=Kind.REUSED),
            {Kind.REUSED, "duplicate-item"},
            id="a reused id has not failed",
        ),
        pytest.param(lambda: with_failures(without=Kind.LATE), {Kind.LATE}, id="late is lost"),
        pytest.param(
            lambda: with_failures(canary_of(Kind.TYPE).records[0]),
            {Kind.TYPE},
            id="a valid event failed as well",
        ),
        pytest.param(
            lambda: with_failures(
                canary_of(Kind.LATE).records[0].replace(b"\n", b""), without=Kind.LATE
            ),
            {"error-data"},
            id="an error object has other bytes",
        ),
        pytest.param(
            lambda: with_row(Kind.UNKNOWN, extras=None), {"values of rows"}, id="extras are lost"
        ),
        pytest.param(
            lambda: with_row(Kind.TYPE, dt="2026-11-21"), {"values of rows"}, id="another partition"
        ),
        pytest.param(
            lambda: with_row(Kind.TYPE, created_datetime="2026-11-22 13:00:00.125"),
            {"values of rows"},
            id="a moment is an hour off",
        ),
        pytest.param(
            lambda: with_row(Kind.TYPE, stream_position="another"),
            {"positions"},
            id="a claim of another position",
        ),
        pytest.param(
            lambda: replace(GOOD, claims={**dict.fromkeys(identities_of(Kind.TYPE))}),
            {"claims"},
            id="a delivered event has no claim",
        ),
        pytest.param(
            lambda: replace(GOOD, claims=Trouble("refused")), {"claims"}, id="claims are refused"
        ),
        pytest.param(
            lambda: replace(GOOD, views=Trouble("stale")), {"views"}, id="a view is stale"
        ),
        pytest.param(lambda: replace(GOOD, raw=b""), {"source-backup"}, id="no source backup"),
        pytest.param(
            lambda: replace(GOOD, form=FileForm({"dt": "BYTE_ARRAY"}, "aws:kms")),
            {"partition-columns", "parquet-timestamps"},
            id="partition keys in the file",
        ),
        pytest.param(
            lambda: replace(GOOD, sums={CLAIM_WRITES: 1.0}),
            {
                *("metrics of delivery", "metrics of the function"),
                *("freshness-metric", "rule-metric"),
            },
            id="CloudWatch has the claims' metrics alone",
        ),
        pytest.param(
            lambda: replace(GOOD, sums={FRESHNESS: 1.0, READ: 2.0, RECEIVED: 1.0}),
            {"metrics of delivery"},
            id="Firehose has read too little",
        ),
        pytest.param(
            lambda: replace(GOOD, sums=Trouble("refused")),
            {"metrics of delivery", "metrics of the function"},
            id="metrics are refused",
        ),
        pytest.param(
            lambda: with_row(Kind.EMPTY_ARRAY, shown=None), {"empty-arrays"}, id="an array is NULL"
        ),
        pytest.param(
            lambda: with_row(Kind.FIRST_DATE, shown="-0001-12-30"),
            {"old-dates"},
            id="a shifted date",
        ),
        pytest.param(
            lambda: replace(GOOD, literals=("decimal(2,1)", "1.0E0")),
            {"number-literals"},
            id="1.5 is a decimal",
        ),
        pytest.param(
            lambda: replace(GOOD, literals=("double", "1.0")),
            {"double-texts"},
            id="doubles without an exponent",
        ),
        pytest.param(
            lambda: replace(GOOD, is_registered=False),
            {"crawler", "crawler-rights"},
            id="the crawler registers nothing",
        ),
    ],
)
def test_a_fault_shows_where_it_belongs_and_nowhere_else(
    spoil: Callable[[], Evidence], names: set[str]
) -> None:
    assert failing(spoil()) == names


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        (Kind.PACKED, "packed-records"),
        (Kind.EMPTY_ARRAY, "empty-arrays"),
        (Kind.FIRST_DATE, "old-dates"),
    ],
)
def test_what_firehose_does_not_take_is_a_fact_about_aws_and_no_broken_promise(
    kind: Kind, fact: str
) -> None:
    packed = canary_of(kind)
    rows = [row for row in GOOD.seen.rows if row.event_uuid not in packed.uuids]
    conversion = "format-conversion-failed"
    failures = [*GOOD.seen.failures, failure_of(packed.records[0], error_type=conversion)]
    views = {
        view: [uuid for uuid in ids if uuid not in packed.uuids]
        for view, ids in views_of(GOOD.seen.rows, names_of(GOOD.canaries)).items()
    }
    evidence = replace(GOOD, seen=Seen(rows=rows, failures=failures), views=views)
    assert failing(evidence) == {fact}
    assert failed(check_all(evidence, judge()), facts_of(evidence)) == []


def test_a_delivery_that_firehose_repeats_is_one_event() -> None:
    twice = with_second_row(Kind.TYPE)
    assert failing(twice) == set()


def test_a_wrong_reason_is_told() -> None:
    data = canary_of(Kind.INVALID).marks[0]
    evidence = with_failures(b"no JSON " + data, without=Kind.INVALID)
    assert Kind.INVALID in failing(evidence)


def test_a_lake_that_does_not_answer_is_one_check_and_no_guess() -> None:
    evidence = replace(GOOD, lake=Trouble("throttled"), claims=Trouble("throttled"))
    (check,) = check_all(evidence, judge())
    assert (check.result, check.detail) == (Result.FAILS, "throttled")
    assert {"packed-records", "duplicate-item", "positions"} <= {
        each.name for each in facts_of(evidence) if each.result is Result.UNKNOWN
    }


@pytest.mark.parametrize(
    ("crawler", "is_registered", "check", "fact"),
    [
        ("the stack has no crawler", None, Result.UNKNOWN, Result.UNKNOWN),
        (Trouble("refused"), None, Result.FAILS, Result.UNKNOWN),
        ("FAILED", True, Result.FAILS, Result.FAILS),
        ("SUCCEEDED", None, Result.HOLDS, Result.UNKNOWN),
        ("", None, Result.HOLDS, Result.UNKNOWN),
    ],
    ids=["none", "refused", "failed", "not run by us", "never ran"],
)
def test_the_crawler_is_told_as_far_as_it_is_known(
    crawler: str | Trouble, is_registered: bool | None, check: Result, fact: Result
) -> None:
    status = {"FAILED", "SUCCEEDED", ""}
    state = (
        CrawlerState(
            is_ready=True,
            is_of_events=True,
            last_status=crawler,
            last_message="",
        )
        if isinstance(crawler, str) and crawler in status
        else crawler
    )
    found = results(replace(GOOD, crawler=state, is_registered=is_registered))
    assert (found["crawler"], found["crawler-rights"]) == (check, fact)


def test_a_fact_that_nothing_relies_on_fails_no_run() -> None:
    evidence = replace(GOOD, form=FileForm({"created_datetime": "INT64"}, "aws:kms"))
    assert failing(evidence) == {"parquet-timestamps"}
    assert failed(check_all(evidence, judge()), facts_of(evidence)) == []


def test_everything_is_shown_as_it_stands_whatever_it_holds() -> None:
    evidence = replace(GOOD, views=Trouble("\x1b[2J[bold]stale"))
    checks, facts = check_all(evidence, judge()), facts_of(evidence)
    document = as_document("run", "https://kinesis.us-east-1.amazonaws.com", checks, facts)
    assert document["is_verified"] is False
    assert len(document["facts"]) == facts_table(facts).row_count == len(FACTS)
    table = checks_table(checks)
    assert table.row_count == len(checks)
    assert "\\x1b[2J[bold]stale" in [str(cell) for cell in table.columns[2].cells]


def test_the_claims_tell_what_dynamodb_charged_where_it_is_known() -> None:
    def told(evidence: Evidence) -> str:
        return next(each.detail for each in check_all(evidence, judge()) if each.name == "claims")

    assert not isinstance(GOOD.claims, Trouble)
    events = len(GOOD.claims)
    assert told(GOOD) == f"{events} events are claimed; DynamoDB charged 40 write units since"
    assert told(replace(GOOD, sums={})) == f"{events} events are claimed"
    assert told(replace(GOOD, sums=Trouble("refused"))) == f"{events} events are claimed"


def test_a_stack_without_rules_is_not_told_that_they_count_nothing() -> None:
    evidence = replace(GOOD, sums={CLAIM_WRITES: 1.0}, has_rules=False)
    (fact,) = (each for each in facts_of(evidence) if each.name == "rule-metric")
    assert fact.result is Result.UNKNOWN
