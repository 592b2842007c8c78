"""Finds values of other resources than tables by which events would be lost or hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.layout import ERRORS_PREFIX, EVENTS_PREFIX, RAW_PREFIX, RECEIPTS_PREFIX
from firelake.contract.names import ENV_CLAIMS_TABLE
from firelake.infra.losses.refusal import Refusal
from firelake.infra.preview import UNKNOWN, JsonObject, PreviewStep, mapping, objects, steps_of
from firelake.infra.preview import value_at as at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    _Losses = Iterator[tuple[str, str]]

STREAM: Final = "aws:kinesis/stream:Stream"
FUNCTION: Final = "aws:lambda/function:Function"
RETENTION: Final = ("retentionPeriod",)
ENVIRONMENT: Final = ("environment", "variables")

_FIREHOSE: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
_LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_S3: Final = "extendedS3Configuration"
_BACKUP: Final = (_S3, "s3BackupConfiguration")
_CONVERSION: Final = (_S3, "dataFormatConversionConfiguration")
_PROCESSING: Final = (_S3, "processingConfiguration")
_SERIALIZER: Final = (*_CONVERSION, "outputFormatConfiguration", "serializer")
_DESERIALIZER: Final = (*_CONVERSION, "inputFormatConfiguration", "deserializer")
_OPEN_X: Final = "openXJsonSerDe"
_CASE: Final = "caseInsensitive"
_SCHEMA_VERSION: Final = (*_CONVERSION, "schemaConfiguration", "versionId")
_LATEST: Final = "LATEST"
_UNCHECKED: Final = "events would be neither checked nor deduplicated"
_OTHER_ROWS: Final = "Firehose would look for other keys in what the function returns"
_LOWERED: Final = "Firehose would lower the keys of maps, which then are others"
_ELSEWHERE: Final = "what is delivered from then on is where no query and no command looks"
_NO_RAW: Final = "from then on no record is kept as it came, from which events can be put back"
_NO_CLAIMS: Final = "a copy of an event that was delivered would be delivered again"

FIXED: Final = (
    (_FIREHOSE, (_S3, "bucketArn"), _ELSEWHERE),
    (_FIREHOSE, (_S3, "prefix"), _ELSEWHERE),
    (_FIREHOSE, (_S3, "errorOutputPrefix"), _ELSEWHERE),
    (_FIREHOSE, (_S3, "customTimeZone"), _ELSEWHERE),
    (_FIREHOSE, (_S3, "s3BackupMode"), _NO_RAW),
    (_FIREHOSE, (*_BACKUP, "bucketArn"), _ELSEWHERE),
    (_FIREHOSE, (*_BACKUP, "prefix"), _ELSEWHERE),
    (_FIREHOSE, (*_BACKUP, "errorOutputPrefix"), _ELSEWHERE),
    (_FIREHOSE, (*_CONVERSION, "enabled"), "what is delivered then is no Parquet"),
    (_FIREHOSE, (*_CONVERSION, "schemaConfiguration", "databaseName"), _ELSEWHERE),
    (_FIREHOSE, (*_CONVERSION, "schemaConfiguration", "tableName"), _ELSEWHERE),
    (_FIREHOSE, (*_PROCESSING, "enabled"), _UNCHECKED),
    (
        "aws:dynamodb/table:Table",
        ("ttl", "attributeName"),
        f"claims would expire wrongly: {_NO_CLAIMS}",
    ),
    (FUNCTION, (*ENVIRONMENT, ENV_CLAIMS_TABLE), _NO_CLAIMS),
    (
        "aws:kms/key:Key",
        ("isEnabled",),
        "nothing under the key can be read or written: producers are refused",
    ),
)
"""Values that stay as they are: the type, the path of the value, what another one would lose."""

_KEPT_PREFIXES: Final = (EVENTS_PREFIX, ERRORS_PREFIX, RECEIPTS_PREFIX, RAW_PREFIX)


def value_refusals(digest: JsonObject) -> Iterator[Refusal]:
    """Find values that must stay, and times for which data is kept that would be cut short."""
    steps = steps_of(digest)
    for step in steps:
        for before in _befores(step, steps):
            for change, loss in (
                *_fixed(step.type_name, before, step.after),
                *(
                    found
                    for judge in _JUDGES.get(step.type_name, ())
                    for found in judge(before, step.after)
                ),
            ):
                yield Refusal(step.name, step.type_name, change, loss)


def _befores(step: PreviewStep, steps: Sequence[PreviewStep]) -> Iterator[JsonObject]:
    """What a step's values take the place of.

    Under another name or parent, Pulumi makes a resource anew beside the one that goes: it is held
    to the values of that one. A bucket has one lifecycle, whoever writes it last.
    """
    if step.before and step.after:
        yield step.before
    if step.before or not step.after:
        return
    for other in steps:
        if not other.before or other.type_name != step.type_name:
            continue
        if step.type_name == _LIFECYCLE:
            buckets = {at(other.before, "bucket"), at(step.after, "bucket")}
            if len(buckets) == 1 or UNKNOWN in buckets:
                yield other.before
        elif not other.after:
            yield other.before


def _fixed(type_name: str, before: JsonObject, after: JsonObject) -> _Losses:
    for of_type, path, loss in FIXED:
        if of_type != type_name:
            continue
        old, new = at(before, *path), at(after, *path)
        # What was not given was AWS's default, and none of these is off by default.
        if new != old and (old is not None or new is False):
            shown = "a value that the preview cannot tell" if new == UNKNOWN else new
            yield f"would have {shown} instead of {old} as {'.'.join(path)}", loss


def _read_by(before: JsonObject, after: JsonObject) -> _Losses:
    """Yields how Firehose would read the function's rows otherwise, so that it misses values.

    What the function writes for a column or a member is in small letters. To find only what is
    written so loses nothing, and an update does it; the other way the keys of maps are lowered.
    """
    old, new = (at(state, *_DESERIALIZER) for state in (before, after))
    if old is None or old == new:
        return
    where = ".".join(_DESERIALIZER)
    if new == UNKNOWN or _without_case(old) != _without_case(new):
        shown = "a value that the preview cannot tell" if new == UNKNOWN else new
        yield f"would have {shown} instead of {old} as {where}", _OTHER_ROWS
    elif at(mapping(old), _OPEN_X, _CASE) is False:
        yield f"would no longer have {_CASE} false in {where}", _LOWERED


def _without_case(deserializer: object) -> dict[str, object]:
    found = {**mapping(deserializer)}
    if _OPEN_X in found:
        open_x = mapping(found[_OPEN_X])
        found[_OPEN_X] = {key: each for key, each in open_x.items() if key != _CASE}
    return found


def _delivered(before: JsonObject, after: JsonObject) -> _Losses:
    """Yields what Firehose would no longer call, no longer write, or no longer see of its table."""
    old, new = (_calls_function(at(state, *_PROCESSING, "processors")) for state in (before, after))
    if old and not new:
        yield "would call no function", _UNCHECKED
    old, new = ("parquetSerDe" in mapping(at(state, *_SERIALIZER)) for state in (before, after))
    if old and not new:
        yield "would write no Parquet", "the table reads nothing else"
    version = at(after, *_SCHEMA_VERSION)
    if version not in (None, _LATEST, at(before, *_SCHEMA_VERSION)):
        yield (
            f"would go by version {version} of its table instead of the latest",
            "columns that the table gets later would not be written",
        )


def _calls_function(processors: object) -> bool:
    return processors == UNKNOWN or any(
        each.get("type") == "Lambda" for each in objects(processors)
    )


def _retention(before: JsonObject, after: JsonObject) -> _Losses:
    old, new = at(before, *RETENTION), at(after, *RETENTION)
    if not isinstance(old, int | float) or new == old:
        return
    if not isinstance(new, int | float) or new < old:
        yield (
            f"would keep records for {new} hours instead of {old}",
            (
                "what is older and Firehose has not read is lost at once; do it while the age "
                "of the oldest record that is not read (DeliveryToS3.DataFreshness) is far below"
            ),
        )


def _expiry(before: JsonObject, after: JsonObject) -> _Losses:
    for prefix in _KEPT_PREFIXES:
        old, new = (_days_kept(at(state, "rules"), prefix) for state in (before, after))
        if new is not None and (old is None or new < old):
            kept = "for ever" if old is None else f"{old} days"
            yield (
                f"would keep {prefix} for {new} days instead of {kept}",
                "S3 deletes what is older, within a day or two",
            )


def _days_kept(rules: object, prefix: str) -> int | None:
    """The days after which the first object below a prefix expires; None if none ever does."""
    days = list[int]()
    for rule in objects(rules):
        expiration = mapping(at(rule, "expiration"))
        if rule.get("status") != "Enabled" or not expiration:
            continue
        of_rule = at(rule, "filter", "prefix") or at(rule, "filter", "and", "prefix")
        covered = str(of_rule or rule.get("prefix") or "")
        if not (prefix.startswith(covered) or covered.startswith(prefix)):
            continue
        after_days, on_date = at(expiration, "days"), at(expiration, "date")
        if isinstance(after_days, int | float) and after_days:
            days.append(int(after_days))
        elif after_days == UNKNOWN or on_date:
            days.append(0)
    return min(days, default=None)


_JUDGES: Final[Mapping[str, Sequence[Callable[[JsonObject, JsonObject], _Losses]]]] = {
    _FIREHOSE: (_delivered, _read_by),
    STREAM: (_retention,),
    _LIFECYCLE: (_expiry,),
}
