"""Finds values of a Glue table by which rows that are there would be lost to every query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.catalog.history_table import RANGE_PARAMETER
from firelake.contract.errors import FieldTypeError
from firelake.contract.names import TABLE_EVENTS_RECENT
from firelake.contract.types import extends, parse_type
from firelake.infra.losses.kept import TABLE, VIEW
from firelake.infra.losses.refusal import Refusal
from firelake.infra.preview import UNKNOWN, JsonObject, mapping, objects, steps_of
from firelake.infra.preview import value_at as at

if TYPE_CHECKING:
    from collections.abc import Iterator

    _Losses = Iterator[tuple[str, str]]

# What tells a table's granularity; `firelake.catalog.projection.by_date` writes it.
GRANULARITY: Final = "projection.dt.format"

_PLACE: Final = (
    ("storageDescriptor", "location"),
    ("storageDescriptor", "inputFormat"),
    ("storageDescriptor", "outputFormat"),
    ("storageDescriptor", "serDeInfo", "serializationLibrary"),
    ("parameters", "storage.location.template"),
    ("parameters", "projection.enabled"),
)
_HIDDEN: Final = "no query would find what is there"
_RANGE: Final = ".range"
_VALUES: Final = ".values"
_NOW: Final = "NOW"


def table_refusals(digest: JsonObject) -> Iterator[Refusal]:
    """Find tables, views apart, whose columns, partitions or place would no longer fit the files.

    What it costs that a column's type changes:
    https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
    """
    for step in steps_of(digest):
        before, after = step.before, step.after
        # Views hold no rows; a table that comes or goes has nothing to compare.
        if step.type_name != TABLE or not before or not after or after.get("tableType") == VIEW:
            continue
        for change, loss in (
            *_columns(before, after),
            *_partition_keys(before, after),
            *_places(before, after),
            *_projection(before, after),
        ):
            yield Refusal(step.name, TABLE, change, loss)


def _columns(before: JsonObject, after: JsonObject) -> _Losses:
    if UNKNOWN in (at(after, "storageDescriptor"), at(after, "storageDescriptor", "columns")):
        yield "would get columns that the preview cannot tell", "the files keep the old ones"
        return
    old, new = (_types(at(each, "storageDescriptor", "columns")) for each in (before, after))
    for column, type_ in old.items():
        if column not in new:
            yield (
                f"would lose the column {column}",
                (
                    "no query reads its values any more, and those to come are not written; fields "
                    "of a contract are never removed"
                ),
            )
        elif new[column] != type_ and not _is_extended(str(new[column]), str(type_)):
            yield (
                f"would take {column} for {new[column]} instead of {type_}",
                (
                    "the files keep the old type, so that queries of them fail or give wrong "
                    "values; no type ever changes: add a field of another name"
                ),
            )


def _is_extended(new: str, old: str) -> bool:
    """Whether a struct has more members at its end, which queries find null in the old files."""
    try:
        return extends(parse_type(new), parse_type(old))
    except FieldTypeError:
        return False


def _types(columns: object) -> dict[str, object]:
    return {str(each.get("name")): each.get("type") for each in objects(columns)}


def _partition_keys(before: JsonObject, after: JsonObject) -> _Losses:
    old, new = (
        [(str(each.get("name")), each.get("type")) for each in objects(at(state, "partitionKeys"))]
        for state in (before, after)
    )
    if old != new:
        yield "would get other partition keys", f"{_HIDDEN} under the old ones"


def _places(before: JsonObject, after: JsonObject) -> _Losses:
    for path in _PLACE:
        old, new = at(before, *path), at(after, *path)
        # A key that the old state had not may be a default that the provider now writes.
        if old is not None and new != old:
            yield f"would have {new} instead of {old} as {'.'.join(path)}", _HIDDEN


def _projection(before: JsonObject, after: JsonObject) -> _Losses:
    old, new = (mapping(at(state, "parameters")) for state in (before, after))
    form, other_form = old.get(GRANULARITY), new.get(GRANULARITY)
    if form != other_form:
        yield (
            f"would write dt as {other_form} instead of {form}",
            (
                "a stack keeps its granularity, as no query would find the partitions that are "
                "there; another granularity is another stack, filled by backfill"
            ),
        )
        return
    for key, value in old.items():
        other = new.get(key)
        if not key.startswith("projection.") or ("parameters", key) in _PLACE or other == value:
            continue
        if key.endswith(_VALUES):
            lost = [each for each in str(value).split(",") if each not in str(other).split(",")]
            if lost:
                yield f"would leave {', '.join(lost)} out of {key}", _HIDDEN
        elif after.get("name") == TABLE_EVENTS_RECENT and key == RANGE_PARAMETER:
            # The watermark: what lies before it has moved into history, and the views read both.
            continue
        elif not key.endswith(_RANGE) or _is_narrower(str(value), str(other)):
            yield f"would have {other} instead of {value} as {key}", _HIDDEN


def _is_narrower(old: str, new: str) -> bool:
    """Whether a range of days or numbers leaves out what the old one had."""
    (old_start, _, old_end), (new_start, _, new_end) = old.partition(","), new.partition(",")
    if old_start.isdigit() and new_start.isdigit():
        starts_later = int(new_start) > int(old_start)
    else:
        # Texts of one date pattern sort as their times do.
        starts_later = len(old_start) != len(new_start) or new_start > old_start
    if old_end == new_end:
        return starts_later
    if old_end.isdigit() and new_end.isdigit():
        return starts_later or int(new_end) < int(old_end)
    return starts_later or not (old_end == _NOW and new_end.startswith(f"{_NOW}+"))
