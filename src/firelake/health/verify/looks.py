"""How it is seen whether a fact about AWS holds where the canaries went; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from firelake.contract.names import CREATED_DATETIME, PARTITION_KEYS
from firelake.failures.errors.events import PROCESSING_FAILED
from firelake.health.verify.canaries import Kind
from firelake.health.verify.edge_values import EMPTY_ARRAY, FIRST_DATE
from firelake.health.verify.evidence import CLAIM_WRITES, FRESHNESS, MATCHED, Trouble
from firelake.transform.claims import owns

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.health.verify.edge_values import EdgeValue
    from firelake.health.verify.evidence import Answer, Evidence
    from firelake.health.verify.lake import FileForm
    from firelake.health.verify.seen import SeenFailure

_T = TypeVar("_T")

# Whether a fact holds and what was seen; or why nothing was.
Sight: TypeAlias = "tuple[bool, str] | str"
Look: TypeAlias = "Callable[[Evidence], Sight]"

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


def packed(evidence: Evidence) -> Sight:
    """Whether each event of the packed canary is a row."""
    _known(evidence.lake)
    (packed,) = (each for each in evidence.canaries if each.kind is Kind.PACKED)
    found = packed.uuids & {row.event_uuid for row in evidence.seen.rows}
    codes = {each.record.code for each in evidence.seen.failures_of(packed)}
    detail = ", ".join([f"{len(found)} of {len(packed.uuids)} events are rows", *sorted(codes)])
    return len(found) == len(packed.uuids), detail


def partition_columns(evidence: Evidence) -> Sight:
    """Whether a file does without the partition keys."""
    physical = _form(evidence).physical
    inside = [key for key in PARTITION_KEYS if key in physical]
    detail = f"{len(physical)} columns, {', '.join(inside) or 'no partition key'} among them"
    return not inside, detail


def timestamps(evidence: Evidence) -> Sight:
    """Whether a file's timestamps are INT96."""
    physical = _form(evidence).physical.get(CREATED_DATETIME, "missing")
    return physical == "INT96", f"{CREATED_DATETIME} is {physical}"


def error_members(evidence: Evidence) -> Sight:
    """Whether the lines of error objects have a form that is known."""
    forms = {frozenset(each.members) for each in _processing_failed(evidence)}
    known = [_COMMON_MEMBERS | {member} for member in _FORMS]
    detail = "; ".join(", ".join(sorted(form)) for form in sorted(forms, key=sorted))
    return all(form in known for form in forms), detail


def error_data(evidence: Evidence) -> Sight:
    """Whether the lines of error objects hold the bytes that were sent."""
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


def duplicate_item(evidence: Evidence) -> Sight:
    """Whether what was sent twice is one row, and of a reused id only the first is."""
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


def positions(evidence: Evidence) -> Sight:
    """Whether rows have the positions that were claimed for them."""
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


def backup(evidence: Evidence) -> Sight:
    """Whether every record is in the source backup."""
    raw = _known(evidence.raw)
    records = {record for canary in evidence.canaries for record in canary.records}
    found = sum(all(line in raw for line in record.splitlines()) for record in records)
    return found == len(records), f"{found} of {len(records)} records are in the backup"


def freshness(evidence: Evidence) -> Sight:
    """Whether the age of what is not delivered is measured."""
    has_points = FRESHNESS in _known(evidence.sums)
    return has_points, "it has points" if has_points else "it has no point since the canaries"


def rule_metric(evidence: Evidence) -> Sight:
    """Whether the rule for error objects counts them."""
    if not evidence.has_rules:
        return "the stack has neither alarms nor a dashboard, and no rule"
    sums = _known(evidence.sums)
    if MATCHED in sums:
        return True, f"{sums[MATCHED]:,.0f} objects counted"
    if CLAIM_WRITES not in sums:
        # Where the claims, which were written, have no metrics either, the lack says nothing.
        return "CloudWatch has no metrics of the claims either"
    if not evidence.seen.failures:
        return "no error object was written"
    return False, "it counts nothing"


def crawler_rights(evidence: Evidence) -> Sight:
    """Whether the crawler succeeded, and registered a partition."""
    state = _known(evidence.crawler)
    if isinstance(state, str):
        return state
    if evidence.is_registered is None or not state.last_status:
        return "it was not run: --crawl does"
    registered = "a partition" if evidence.is_registered else "no partition"
    detail = f"{state.last_status}, {registered} of the canaries {state.last_message}".strip()
    return state.last_status == _SUCCEEDED and evidence.is_registered, detail


def kms_context(evidence: Evidence) -> Sight:
    """Whether a file was written and read under a key."""
    encryption = _form(evidence).encryption
    if not encryption.startswith(_KMS):
        return f"the file is not encrypted with a key, but {encryption or 'not known how'}"
    return True, f"written and read under {encryption}"


def _edge(kind: Kind, value: EdgeValue) -> Look:
    def look(evidence: Evidence) -> Sight:
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


def number_literals(evidence: Evidence) -> Sight:
    """Whether Athena takes 1.5 for a double."""
    type_, _ = _known(evidence.literals)
    return type_ == "double", f"it is a {type_}"


def double_texts(evidence: Evidence) -> Sight:
    """Whether Athena writes the double 1 as 1.0E0."""
    _, text = _known(evidence.literals)
    return text == "1.0E0", f"it is {text}"


empty_arrays: Final = _edge(Kind.EMPTY_ARRAY, EMPTY_ARRAY)
old_dates: Final = _edge(Kind.FIRST_DATE, FIRST_DATE)
