"""Which facts about AWS hold where the canaries went, as far as that can be seen; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from firelake.contract.names import CREATED_DATETIME, PARTITION_KEYS
from firelake.failures.errors.events import PROCESSING_FAILED
from firelake.health.verify import findings
from firelake.health.verify.canaries import Kind
from firelake.health.verify.edge_values import EMPTY_ARRAY, FIRST_DATE
from firelake.health.verify.evidence import CLAIM_WRITES, FRESHNESS, MATCHED, Trouble
from firelake.health.verify.findings import FACTS, Fact, Finding, Result
from firelake.transform.claims import owns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.health.verify.edge_values import EdgeValue
    from firelake.health.verify.evidence import Answer, Evidence
    from firelake.health.verify.lake import FileForm
    from firelake.health.verify.seen import SeenFailure

_T = TypeVar("_T")

# Whether a fact holds and what was seen; or why nothing was.
_Sight: TypeAlias = "tuple[bool, str] | str"

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


class UnseenError(Exception):
    """Raised by a look that cannot be had, with the reason."""


def facts_of(evidence: Evidence) -> list[Finding]:
    """Returns for each fact whether it holds."""
    return [_finding(fact, evidence) for fact in FACTS]


def _finding(fact: Fact, evidence: Evidence) -> Finding:
    look = _LOOKS.get(fact.name)
    try:
        sight = fact.observed_by if look is None else look(evidence)
    except UnseenError as error:
        sight = str(error)
    if isinstance(sight, str):
        return Finding(fact.name, Result.UNKNOWN, sight)
    holds, detail = sight
    return Finding(fact.name, Result.HOLDS if holds else Result.FAILS, detail)


def _known(answer: Answer[_T]) -> _T:
    if isinstance(answer, Trouble):
        raise UnseenError(answer.why)
    return answer


def _form(evidence: Evidence) -> FileForm:
    form = _known(evidence.form)
    if form is None:
        message = "no file with canaries could be looked into"
        raise UnseenError(message)
    return form


def _packed(evidence: Evidence) -> _Sight:
    _known(evidence.lake)
    (packed,) = (each for each in evidence.canaries if each.kind is Kind.PACKED)
    found = packed.uuids & {row.event_uuid for row in evidence.seen.rows}
    codes = {each.record.code for each in evidence.seen.failures_of(packed)}
    detail = ", ".join([f"{len(found)} of {len(packed.uuids)} events are rows", *sorted(codes)])
    return len(found) == len(packed.uuids), detail


def _partition_columns(evidence: Evidence) -> _Sight:
    physical = _form(evidence).physical
    inside = [key for key in PARTITION_KEYS if key in physical]
    detail = f"{len(physical)} columns, {', '.join(inside) or 'no partition key'} among them"
    return not inside, detail


def _timestamps(evidence: Evidence) -> _Sight:
    physical = _form(evidence).physical.get(CREATED_DATETIME, "missing")
    return physical == "INT96", f"{CREATED_DATETIME} is {physical}"


def _error_members(evidence: Evidence) -> _Sight:
    forms = {frozenset(each.members) for each in _processing_failed(evidence)}
    known = [_COMMON_MEMBERS | {member} for member in _FORMS]
    detail = "; ".join(", ".join(sorted(form)) for form in sorted(forms, key=sorted))
    return all(form in known for form in forms), detail


def _error_data(evidence: Evidence) -> _Sight:
    sent = {record for canary in evidence.canaries for record in canary.records}
    failures = _processing_failed(evidence)
    same = sum(each.record.data in sent for each in failures)
    return same == len(failures), f"{same} of {len(failures)} are the bytes sent"


def _processing_failed(evidence: Evidence) -> list[SeenFailure]:
    failures = evidence.seen.failures
    found = [each for each in failures if each.record.error_type == PROCESSING_FAILED]
    if not found:
        message = "no canary failed in the function"
        raise UnseenError(message)
    return found


def _duplicate_item(evidence: Evidence) -> _Sight:
    _known(evidence.lake)
    rows = evidence.seen.rows_by_uuid()
    positions = {uuid: {row.stream_position for row in found} for uuid, found in rows.items()}
    tried = [each for each in evidence.canaries if each.kind in {Kind.DUPLICATE, Kind.REUSED}]
    right = [
        canary.kind
        for canary in tried
        if all(len(positions.get(uuid, ())) == 1 for uuid in canary.uuids)
        and len(evidence.seen.failures_of(canary)) == canary.failures
    ]
    return len(right) == len(tried), f"right for: {'; '.join(right) or 'neither'}"


def _positions(evidence: Evidence) -> _Sight:
    claims = _known(evidence.claims)
    compared = [
        owns(claim, row.stream_position)
        for row in evidence.seen.rows
        if (claim := claims.get(row.identity)) is not None
    ]
    if not compared:
        return "no canary is delivered and claimed"
    detail = f"{sum(compared)} of {len(compared)} rows have the position of their claim"
    return all(compared), detail


def _backup(evidence: Evidence) -> _Sight:
    raw = _known(evidence.raw)
    records = {record for canary in evidence.canaries for record in canary.records}
    found = sum(all(line in raw for line in record.splitlines()) for record in records)
    return found == len(records), f"{found} of {len(records)} records are in the backup"


def _freshness(evidence: Evidence) -> _Sight:
    has_points = FRESHNESS in _known(evidence.sums)
    return has_points, "it has points" if has_points else "it has no point since the canaries"


def _rule_metric(evidence: Evidence) -> _Sight:
    sums = _known(evidence.sums)
    if MATCHED in sums:
        return True, f"{sums[MATCHED]:,.0f} objects counted"
    if CLAIM_WRITES not in sums:
        # Where the claims, which were written, have no metrics either, the lack says nothing.
        return "CloudWatch has no metrics of the claims either"
    if not evidence.seen.failures:
        return "no error object was written"
    return False, "it counts nothing"


def _crawler_rights(evidence: Evidence) -> _Sight:
    state = _known(evidence.crawler)
    if isinstance(state, str):
        return state
    if evidence.is_registered is None or not state.last_status:
        return "it was not run: --crawl does"
    registered = "a partition" if evidence.is_registered else "no partition"
    detail = f"{state.last_status}, {registered} of the canaries {state.last_message}".strip()
    return state.last_status == _SUCCEEDED and evidence.is_registered, detail


def _kms_context(evidence: Evidence) -> _Sight:
    encryption = _form(evidence).encryption
    if not encryption.startswith(_KMS):
        return f"the file is not encrypted with a key, but {encryption or 'not known how'}"
    return True, f"written and read under {encryption}"


def _edge(kind: Kind, value: EdgeValue) -> Callable[[Evidence], _Sight]:
    def look(evidence: Evidence) -> _Sight:
        _known(evidence.lake)
        tried = [each for each in evidence.canaries if each.kind is kind]
        if not tried:
            return "no event of the contract has such a field"
        uuids = {uuid for canary in tried for uuid in canary.uuids}
        shown = {row.shown for row in evidence.seen.rows if row.event_uuid in uuids}
        if shown:
            detail = f"Athena shows {', '.join(map(str, sorted(shown, key=str)))}"
            return shown == {value.shown}, detail
        codes = {each.record.code for each in evidence.seen.failures_of(tried[0])}
        if not codes:
            return "it is neither a row nor a failure"
        return False, f"refused: {', '.join(sorted(codes))}"

    return look


def _number_literals(evidence: Evidence) -> _Sight:
    type_, _ = _known(evidence.literals)
    return type_ == "double", f"it is a {type_}"


def _double_texts(evidence: Evidence) -> _Sight:
    _, text = _known(evidence.literals)
    return text == "1.0E0", f"it is {text}"


_LOOKS: Final[Mapping[str, Callable[[Evidence], _Sight]]] = {
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
    findings.EMPTY_ARRAYS: _edge(Kind.EMPTY_ARRAY, EMPTY_ARRAY),
    findings.OLD_DATES: _edge(Kind.FIRST_DATE, FIRST_DATE),
    findings.NUMBER_LITERALS: _number_literals,
    findings.DOUBLE_TEXTS: _double_texts,
}
