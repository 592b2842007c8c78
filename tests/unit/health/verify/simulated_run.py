"""Evidence of a run in which all went well, to be spoilt one thing at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from firelake.contract.layout import Granularity
from firelake.contract.names import VIEW_EVENTS_UNIQUE, view_name
from firelake.failures.errors.events import PROCESSING_FAILED, ErrorEvents
from firelake.failures.errors.lines import ErrorRecord, Place
from firelake.health.verify.canaries import CanaryMaker, Kind
from firelake.health.verify.evidence import (
    CLAIM_WRITES,
    FRESHNESS,
    MATCHED,
    READ,
    RECEIVED,
    Evidence,
)
from firelake.health.verify.lake import FileForm
from firelake.health.verify.seen import Seen, SeenFailure, SeenRow
from firelake.health.verify.services import CrawlerState
from firelake.transform.claims import Claim
from tests.helpers.contracts import LEARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.health.verify.canaries import Canary
    from firelake.transform.events import ValidEvent

RUN: Final = "20261122t120000-0a1b2c3d"
NOW_S: Final = 1_795_305_600.125
CONTRACT: Final = LEARNING
# What Athena shows of the events that try a value.
SHOWN: Final = {"empty-array": "0", "first-date": "0001-01-01"}
MEMBERS: Final = (
    *("rawData", "errorCode", "errorMessage", "attemptsMade", "arrivalTimestamp"),
    *("attemptEndingTimestamp", "lambdaARN"),
)


@cache
def maker() -> CanaryMaker:
    return CanaryMaker(CONTRACT, run=RUN, now_s=NOW_S, lateness_days=7, granularity=Granularity.DAY)


@cache
def judge() -> ErrorEvents:
    return ErrorEvents(CONTRACT, lateness_days=7, granularity=Granularity.DAY)


def row_of(event: ValidEvent, **changes: Any) -> SeenRow:  # noqa: ANN401 -- as replace() takes them
    sent: dict[str, Any] = json.loads(event.row)
    row = SeenRow(
        event_uuid=event.event_uuid,
        event_name=sent["event_name"],
        event_type=event.event_type,
        dt=event.dt,
        created_at=sent["created_at"],
        created_datetime=sent["created_datetime"],
        stream_position=f"shardId-000000000000:1:0#{event.event_uuid}",
        extras=sent.get("extras"),
        path=f"s3://lake/events/event_type={event.event_type}/dt={event.dt}/a.parquet",
        shown=SHOWN.get(event.event_uuid.removeprefix(f"canary-{RUN}-")),
    )
    return replace(row, **changes)


def failure_of(data: bytes, *, error_type: str = PROCESSING_FAILED) -> SeenFailure:
    record = ErrorRecord(
        place=Place("errors/type=processing-failed/dt=2026-11-22/a", 1),
        error_type=error_type,
        code="Lambda.ProcessingFailedStatus",
        message="ProcessingFailed status set for record",
        arrived_ms=int(NOW_S * 1000),
        data=data,
    )
    return SeenFailure(record, MEMBERS)


def rows_of(canary: Canary) -> list[SeenRow]:
    """One row an id: of a reused one, the first event's."""
    first = {event.event_uuid: event for event in reversed(canary.rows)}
    return [row_of(event) for event in first.values()]


def good_run(**changes: Any) -> Evidence:  # noqa: ANN401 -- as replace() takes them
    """Evidence of a run in which nothing is wrong, but for what is changed."""
    canaries = maker().all()
    rows = [row for canary in canaries for row in rows_of(canary)]
    failures = [
        failure_of(canary.records[-1]) for canary in canaries for _ in range(canary.failures)
    ]
    evidence = Evidence(
        canaries=canaries,
        seen=Seen(rows=rows, failures=failures),
        lake=None,
        views=views_of(rows, names_of(canaries)),
        claims={row.identity: claim_of(row) for row in rows},
        raw=b"".join(record for canary in canaries for record in canary.records),
        literals=("double", "1.0E0"),
        form=FileForm({"event_uuid": "BYTE_ARRAY", "created_datetime": "INT96"}, "aws:kms"),
        sums={FRESHNESS: 60.0, READ: 40.0, RECEIVED: 40.0, CLAIM_WRITES: 40.0, MATCHED: 1.0},
        crawler=CrawlerState(
            is_ready=True,
            is_of_events=True,
            last_status="SUCCEEDED",
            last_message="",
        ),
        is_registered=True,
    )
    return replace(evidence, **changes)


def names_of(canaries: Sequence[Canary]) -> list[str]:
    return [row.event_name for each in canaries if each.kind is Kind.TYPE for row in each.rows]


def views_of(rows: Sequence[SeenRow], names: Sequence[str]) -> dict[str, list[str]]:
    views = {VIEW_EVENTS_UNIQUE: sorted(row.event_uuid for row in rows)}
    for name in names:
        views[view_name(name)] = sorted(row.event_uuid for row in rows if row.event_name == name)
    return views


def claim_of(row: SeenRow) -> Claim:
    return Claim(
        key=row.event_uuid,
        owner=row.stream_position,
        event_name=row.event_name,
        created_at_s=row.created_at,
        claimed_at_ms=int(NOW_S * 1000),
        expires_at_s=int(NOW_S) + 14 * 86_400,
        event_type=row.event_type,
    )
