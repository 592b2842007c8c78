"""Which facts about AWS hold where the canaries went, as far as that can be seen; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.names import CREATED_DATETIME, PARTITION_KEYS
from firelake.failures.errors.events import PROCESSING_FAILED
from firelake.health.verify import findings
from firelake.health.verify.canaries import Kind
from firelake.health.verify.edge_values import EMPTY_ARRAY, FIRST_DATE
from firelake.health.verify.evidence import CLAIM_WRITES, FRESHNESS, MATCHED, Trouble
from firelake.health.verify.findings import FACTS, Finding, Result
from firelake.transform.claims import owns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.health.verify.edge_values import EdgeValue
    from firelake.health.verify.evidence import Evidence

_KMS: Final = "aws:kms"
_SUCCEEDED: Final = "SUCCEEDED"
_COMMON_MEMBERS: Final = frozenset(
    {
        *("attemptsMade", "arrivalTimestamp", "errorCode", "errorMessage"),
        *("attemptEndingTimestamp", "rawData"),
    }
)
# The forms by the only member in which they differ.
_FORMS: Final = ("lambdaArn", "lambdaARN")


def facts_of(evidence: Evidence) -> list[Finding]:
    """Returns for each fact whether it holds."""
    return [
        _LOOKS[fact.name](evidence)
        if fact.name in _LOOKS
        else Finding(fact.name, Result.UNKNOWN, fact.observed_by)
        for fact in FACTS
    ]


def _packed(evidence: Evidence) -> Finding:
    if evidence.lake is not None:
        return Finding(findings.PACKED, Result.UNKNOWN, evidence.lake.why)
    (packed,) = (each for each in evidence.canaries if each.kind is Kind.PACKED)
    found = packed.uuids & {row.event_uuid for row in evidence.seen.rows}
    codes = {each.record.code for each in evidence.seen.failures_of(packed)}
    detail = ", ".join([f"{len(found)} of {len(packed.uuids)} events are rows", *sorted(codes)])
    return _finding(findings.PACKED, detail, holds=len(found) == len(packed.uuids))


def _partition_columns(evidence: Evidence) -> Finding:
    form = evidence.form
    if form is None or isinstance(form, Trouble):
        return _unseen(findings.PARTITION_COLUMNS, form)
    inside = [key for key in PARTITION_KEYS if key in form.physical]
    detail = f"{len(form.physical)} columns, {', '.join(inside) or 'no partition key'} among them"
    return _finding(findings.PARTITION_COLUMNS, detail, holds=not inside)


def _timestamps(evidence: Evidence) -> Finding:
    form = evidence.form
    if form is None or isinstance(form, Trouble):
        return _unseen(findings.TIMESTAMPS, form)
    physical = form.physical.get(CREATED_DATETIME, "missing")
    return _finding(
        findings.TIMESTAMPS, f"{CREATED_DATETIME} is {physical}", holds=physical == "INT96"
    )


def _error_members(evidence: Evidence) -> Finding:
    forms = {
        frozenset(each.members)
        for each in evidence.seen.failures
        if each.record.error_type == PROCESSING_FAILED
    }
    if not forms:
        return Finding(findings.ERROR_MEMBERS, Result.UNKNOWN, "no canary failed in the function")
    known = [_COMMON_MEMBERS | {member} for member in _FORMS]
    detail = "; ".join(", ".join(sorted(form)) for form in sorted(forms, key=sorted))
    return _finding(findings.ERROR_MEMBERS, detail, holds=all(form in known for form in forms))


def _error_data(evidence: Evidence) -> Finding:
    sent = {record for canary in evidence.canaries for record in canary.records}
    data = [
        each.record.data
        for each in evidence.seen.failures
        if each.record.error_type == PROCESSING_FAILED
    ]
    if not data:
        return Finding(findings.ERROR_DATA, Result.UNKNOWN, "no canary failed in the function")
    same = sum(each in sent for each in data)
    detail = f"{same} of {len(data)} are the bytes sent"
    return _finding(findings.ERROR_DATA, detail, holds=same == len(data))


def _duplicate_item(evidence: Evidence) -> Finding:
    if evidence.lake is not None:
        return Finding(findings.DUPLICATE_ITEM, Result.UNKNOWN, evidence.lake.why)
    rows = evidence.seen.rows_by_uuid()
    positions = {uuid: {row.stream_position for row in found} for uuid, found in rows.items()}
    tried = [each for each in evidence.canaries if each.kind in {Kind.DUPLICATE, Kind.REUSED}]
    right = [
        canary.kind
        for canary in tried
        if all(len(positions.get(uuid, ())) == 1 for uuid in canary.uuids)
        and len(evidence.seen.failures_of(canary)) == canary.failures
    ]
    detail = f"right for: {'; '.join(right) or 'neither'}"
    return _finding(findings.DUPLICATE_ITEM, detail, holds=len(right) == len(tried))


def _positions(evidence: Evidence) -> Finding:
    if isinstance(evidence.claims, Trouble):
        return _unseen(findings.POSITIONS, evidence.claims)
    claims = evidence.claims
    compared = [
        owns(claim, row.stream_position)
        for row in evidence.seen.rows
        if (claim := claims.get(row.identity)) is not None
    ]
    if not compared:
        return Finding(findings.POSITIONS, Result.UNKNOWN, "no canary is delivered and claimed")
    detail = f"{sum(compared)} of {len(compared)} rows have the position of their claim"
    return _finding(findings.POSITIONS, detail, holds=all(compared))


def _backup(evidence: Evidence) -> Finding:
    if isinstance(evidence.raw, Trouble):
        return _unseen(findings.BACKUP, evidence.raw)
    raw = evidence.raw
    records = {record for canary in evidence.canaries for record in canary.records}
    found = sum(all(line in raw for line in record.splitlines()) for record in records)
    return _finding(
        findings.BACKUP,
        f"{found} of {len(records)} records are in the backup",
        holds=found == len(records),
    )


def _freshness(evidence: Evidence) -> Finding:
    if isinstance(evidence.sums, Trouble):
        return _unseen(findings.FRESHNESS, evidence.sums)
    has_points = FRESHNESS in evidence.sums
    detail = "it has points" if has_points else "it has no point since the canaries"
    return _finding(findings.FRESHNESS, detail, holds=has_points)


def _rule_metric(evidence: Evidence) -> Finding:
    if isinstance(evidence.sums, Trouble):
        return _unseen(findings.RULE_METRIC, evidence.sums)
    if MATCHED in evidence.sums:
        detail = f"{evidence.sums[MATCHED]:,.0f} objects counted"
        return _finding(findings.RULE_METRIC, detail, holds=True)
    if CLAIM_WRITES not in evidence.sums:
        # Where the claims, which were written, have no metrics either, the lack says nothing.
        why = "CloudWatch has no metrics of the claims either"
        return Finding(findings.RULE_METRIC, Result.UNKNOWN, why)
    if not evidence.seen.failures:
        return Finding(findings.RULE_METRIC, Result.UNKNOWN, "no error object was written")
    return _finding(findings.RULE_METRIC, "it counts nothing", holds=False)


def _crawler_rights(evidence: Evidence) -> Finding:
    match evidence.crawler:
        case Trouble(why) | str(why):
            return Finding(findings.CRAWLER_RIGHTS, Result.UNKNOWN, why)
        case state if evidence.is_registered is None or not state.last_status:
            return Finding(findings.CRAWLER_RIGHTS, Result.UNKNOWN, "it was not run: --crawl does")
        case state:
            registered = "a partition" if evidence.is_registered else "no partition"
            return _finding(
                findings.CRAWLER_RIGHTS,
                f"{state.last_status}, {registered} of the canaries {state.last_message}".strip(),
                holds=state.last_status == _SUCCEEDED and evidence.is_registered is True,
            )


def _kms_context(evidence: Evidence) -> Finding:
    form = evidence.form
    if form is None or isinstance(form, Trouble):
        return _unseen(findings.KMS_CONTEXT, form)
    if not form.encryption.startswith(_KMS):
        detail = f"the file is not encrypted with a key, but {form.encryption or 'not known how'}"
        return Finding(findings.KMS_CONTEXT, Result.UNKNOWN, detail)
    detail = f"written and read under {form.encryption}"
    return _finding(findings.KMS_CONTEXT, detail, holds=True)


def _edge(name: str, kind: Kind, value: EdgeValue) -> Callable[[Evidence], Finding]:
    def look(evidence: Evidence) -> Finding:
        if evidence.lake is not None:
            return Finding(name, Result.UNKNOWN, evidence.lake.why)
        tried = [each for each in evidence.canaries if each.kind is kind]
        if not tried:
            return Finding(name, Result.UNKNOWN, "no event of the contract has such a field")
        uuids = {uuid for canary in tried for uuid in canary.uuids}
        shown = {row.shown for row in evidence.seen.rows if row.event_uuid in uuids}
        if shown:
            detail = f"Athena shows {', '.join(map(str, sorted(shown, key=str)))}"
            return _finding(name, detail, holds=shown == {value.shown})
        codes = {each.record.code for each in evidence.seen.failures_of(tried[0])}
        if not codes:
            return Finding(name, Result.UNKNOWN, "it is neither a row nor a failure")
        return _finding(name, f"refused: {', '.join(sorted(codes))}", holds=False)

    return look


def _number_literals(evidence: Evidence) -> Finding:
    if isinstance(evidence.literals, Trouble):
        return _unseen(findings.NUMBER_LITERALS, evidence.literals)
    type_, _ = evidence.literals
    return _finding(findings.NUMBER_LITERALS, f"it is a {type_}", holds=type_ == "double")


def _double_texts(evidence: Evidence) -> Finding:
    if isinstance(evidence.literals, Trouble):
        return _unseen(findings.DOUBLE_TEXTS, evidence.literals)
    _, text = evidence.literals
    return _finding(findings.DOUBLE_TEXTS, f"it is {text}", holds=text == "1.0E0")


def _finding(name: str, detail: str, *, holds: bool) -> Finding:
    return Finding(name, Result.HOLDS if holds else Result.FAILS, detail)


def _unseen(name: str, trouble: Trouble | None) -> Finding:
    why = "no file with canaries could be looked into" if trouble is None else trouble.why
    return Finding(name, Result.UNKNOWN, why)


_LOOKS: Final[Mapping[str, Callable[[Evidence], Finding]]] = {
    findings.PACKED: _packed,
    findings.PARTITION_COLUMNS: _partition_columns,
    findings.TIMESTAMPS: _timestamps,
    findings.ERROR_MEMBERS: _error_members,
    findings.ERROR_DATA: _error_data,
    findings.DUPLICATE_ITEM: _duplicate_item,
    findings.POSITIONS: _positions,
    findings.BACKUP: _backup,
    findings.FRESHNESS: _freshness,
    findings.RULE_METRIC: _rule_metric,
    findings.CRAWLER_RIGHTS: _crawler_rights,
    findings.KMS_CONTEXT: _kms_context,
    findings.EMPTY_ARRAYS: _edge(findings.EMPTY_ARRAYS, Kind.EMPTY_ARRAY, EMPTY_ARRAY),
    findings.OLD_DATES: _edge(findings.OLD_DATES, Kind.FIRST_DATE, FIRST_DATE),
    findings.NUMBER_LITERALS: _number_literals,
    findings.DOUBLE_TEXTS: _double_texts,
}
