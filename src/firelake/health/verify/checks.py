"""Whether a lake keeps what it promises, judged by its canaries; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from firelake.contract.names import (
    CREATED_AT,
    CREATED_DATETIME,
    EVENT_NAME,
    EXTRAS,
    VIEW_EVENTS_UNIQUE,
)
from firelake.contract.names import view_name as name_of_view
from firelake.health.verify.canaries import Kind
from firelake.health.verify.evidence import CLAIM_WRITES, READ, RECEIVED, Trouble
from firelake.health.verify.findings import Finding, Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.failures.errors.events import ErrorEvents
    from firelake.health.verify.canaries import Canary
    from firelake.health.verify.evidence import Evidence
    from firelake.health.verify.seen import SeenRow
    from firelake.transform.events import ValidEvent

_MOST_NAMED: Final = 5
_FACTS_OF_AWS: Final = frozenset({Kind.PACKED, Kind.EMPTY_ARRAY, Kind.FIRST_DATE})

_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode
_decode_raw: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def check_all(evidence: Evidence, judge: ErrorEvents) -> list[Finding]:
    """Returns every check of what is promised.

    Args:
        judge: Tells why an event fails, by the function's own code.
    """
    if evidence.lake is not None:
        return [_found("questions to the lake", [evidence.lake.why])]
    return [
        _found("questions to the lake", [], "Athena, S3, DynamoDB, CloudWatch and Glue answer"),
        *(_canary(evidence, canary, judge) for canary in _merged(evidence.canaries)),
        _found("values of rows", _wrong_values(evidence), _rows_of(evidence)),
        _found("error objects", evidence.seen.unreadable, f"{len(evidence.seen.failures)} lines"),
        _views(evidence),
        _claims(evidence),
        _delivery_metrics(evidence),
        _function_metrics(evidence),
        _crawler(evidence),
    ]


def _found(name: str, wrong: Sequence[str], right: str = "") -> Finding:
    """Returns a check that fails where anything is wrong."""
    if not wrong:
        return Finding(name, Result.HOLDS, right)
    more = f"; {len(wrong) - _MOST_NAMED} more" if len(wrong) > _MOST_NAMED else ""
    return Finding(name, Result.FAILS, "; ".join(wrong[:_MOST_NAMED]) + more)


def _merged(canaries: Sequence[Canary]) -> list[list[Canary]]:
    kinds: dict[Kind, list[Canary]] = {}
    for canary in canaries:
        kinds.setdefault(canary.kind, []).append(canary)
    return [*kinds.values()]


def _canary(evidence: Evidence, canaries: list[Canary], judge: ErrorEvents) -> Finding:
    wrong = [each for canary in canaries for each in problems_of(evidence, canary, judge)]
    rows = sum(len(canary.uuids) for canary in canaries)
    failures = sum(canary.failures for canary in canaries)
    ended = [f"{count} {what}" for count, what in ((rows, "delivered"), (failures, "failed"))]
    right = ", ".join(each for each in ended if not each.startswith("0 "))
    return _found(canaries[0].kind.value, wrong, right)


def problems_of(evidence: Evidence, canary: Canary, judge: ErrorEvents) -> list[str]:
    """Returns what is wrong with where a canary ended up.

    Rows of one stream position are one event: Firehose may repeat a delivery. That packed records
    work, and values of which no page tells, is a fact about AWS and not a promise; that their
    events stand under `errors/` otherwise, is.
    """
    wrong: list[str] = []
    rows = evidence.seen.rows_by_uuid()
    failures = evidence.seen.failures_of(canary)
    if canary.kind in _FACTS_OF_AWS and failures and not canary.uuids & rows.keys():
        # Nothing is lost, and nobody packs who was not told that it works.
        return wrong
    for uuid in sorted(canary.uuids):
        positions = {row.stream_position for row in rows.get(uuid, ())}
        if len(positions) != 1:
            wrong.append(f"{uuid} is {len(positions)} events in the lake, not 1")
    if len(failures) != canary.failures:
        codes = sorted({each.record.code or each.record.error_type for each in failures})
        wrong.append(
            f"{len(failures)} failures of {canary.kind}, not {canary.failures}: {', '.join(codes)}"
        )
    if canary.reason is not None:
        for failure in failures:
            told = {each.reason for event in judge.of(failure.record) for each in event.problems}
            if canary.reason not in told:
                wrong.append(f"{failure.record.place} is not told as {canary.reason}")
    return wrong


def _rows_of(evidence: Evidence) -> str:
    return f"{len(evidence.seen.rows)} rows as sent"


def _wrong_values(evidence: Evidence) -> list[str]:
    found = evidence.seen.rows_by_uuid()
    wrong: list[str] = []
    for canary in evidence.canaries:
        for uuid in sorted(canary.uuids):
            expected = [event for event in canary.rows if event.event_uuid == uuid]
            wrong += [
                f"{uuid} in {row.path} is not as it was sent"
                for row in found.get(uuid, ())
                if not any(_is_as_sent(row, event) for event in expected)
            ]
    return wrong


def _is_as_sent(row: SeenRow, event: ValidEvent) -> bool:
    sent = _decode(event.row)
    return (
        row.event_name == sent[EVENT_NAME]
        and (row.event_type, row.dt) == (event.event_type, event.dt)
        and abs(row.created_at - sent[CREATED_AT]) < 0.001  # noqa: PLR2004 -- a millisecond
        and row.created_datetime[:23] == sent[CREATED_DATETIME][:23]
        and _undeclared(row.extras, sent) == _undeclared(sent.get(EXTRAS), sent)
    )


def _undeclared(extras: str | None, columns: Mapping[str, object]) -> dict[str, bytes]:
    """What no column has, as it was sent; young fields may stand there as well, or not."""
    members = {} if extras is None else _decode_raw(extras)
    return {name: bytes(value) for name, value in members.items() if name not in columns}


def _views(evidence: Evidence) -> Finding:
    name = "views"
    if isinstance(evidence.views, Trouble):
        return _found(name, [evidence.views.why])
    stored = sorted({row.event_uuid for row in evidence.seen.rows})
    wrong: list[str] = []
    for view, ids in evidence.views.items():
        if view == VIEW_EVENTS_UNIQUE:
            expected = stored
        else:
            rows = [each for each in evidence.seen.rows if name_of_view(each.event_name) == view]
            expected = sorted({row.event_uuid for row in rows})
        if [*ids] != expected:
            wrong.append(f"{view} has {len(ids)} canaries and not {len(expected)}, each once")
    return _found(name, wrong, f"{len(evidence.views)} views have their events, each once")


def _claims(evidence: Evidence) -> Finding:
    name = "claims"
    if isinstance(evidence.claims, Trouble):
        return _found(name, [evidence.claims.why])
    missing = sorted(uuid for (uuid, *_), claim in evidence.claims.items() if claim is None)
    return _found(
        name,
        [f"{uuid} was delivered and has no claim" for uuid in missing],
        f"{len(evidence.claims)} events are claimed{_charged(evidence)}",
    )


def _charged(evidence: Evidence) -> str:
    """Returns what the claims cost, which counts everything that was sent meanwhile."""
    if isinstance(evidence.sums, Trouble) or CLAIM_WRITES not in evidence.sums:
        return ""
    return f"; DynamoDB charged {evidence.sums[CLAIM_WRITES]:,.0f} write units since"


def _delivery_metrics(evidence: Evidence) -> Finding:
    name = "metrics of delivery"
    if isinstance(evidence.sums, Trouble):
        return _found(name, [evidence.sums.why])
    records = sum(len(canary.records) for canary in evidence.canaries)
    read = evidence.sums.get(READ)
    if read is None:
        return _found(name, ["Firehose publishes no DataReadFromKinesisStream.Records"])
    wrong = [f"Firehose tells of {read:,.0f} records read, fewer than the {records} that were sent"]
    return _found(name, wrong if read < records else [], f"{read:,.0f} records read")


def _function_metrics(evidence: Evidence) -> Finding:
    name = "metrics of the function"
    if isinstance(evidence.sums, Trouble):
        return _found(name, [evidence.sums.why])
    received = evidence.sums.get(RECEIVED)
    if received is not None:
        return _found(name, [], f"{received:,.0f} events received")
    if CLAIM_WRITES not in evidence.sums:
        # Where the claims, which were written, have none either, the lack says nothing.
        return Finding(name, Result.UNKNOWN, "CloudWatch has no metrics of the claims either")
    return _found(name, ["there is no EventsReceived, though ids were claimed: are its logs kept?"])


def _crawler(evidence: Evidence) -> Finding:
    name = "crawler"
    match evidence.crawler:
        case Trouble(why):
            return _found(name, [why])
        case str(why):
            return Finding(name, Result.UNKNOWN, why)
        case state:
            wrong = [] if state.is_of_events else ["it does not look after events alone"]
            if state.last_status in {"FAILED", "CANCELLED"}:
                wrong.append(f"its last run: {state.last_status} {state.last_message}")
            if evidence.is_registered is False:
                wrong.append("it ran, and registered no partition of the canaries")
            return _found(name, wrong, state.last_status or "it has not run yet")
