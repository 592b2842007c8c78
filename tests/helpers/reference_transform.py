"""The rules of records and events once more: small, slow, and without the code under test.

It shares the contract's objects with the transform and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isinf
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from firelake.contract.types import Kind
from tests.helpers.reference_json import Json, NotJsonError, Number, depth_of, load, load_all
from tests.helpers.reference_values import (
    Column,
    UnfitError,
    convert,
    cut_to_ms,
    has_undeclared,
    is_string,
    moment_text,
)

if TYPE_CHECKING:
    from firelake.contract.events import Event, EventContract
    from firelake.contract.types import FieldType

# A row's columns; json texts are parsed, so that their spelling alone is left out.
Row: TypeAlias = dict[str, Column]

COMMON = ("event_uuid", "event_name", "created_at")
DAY_MS = 86_400_000
_FIRST_MS = int(datetime(1678, 1, 1, tzinfo=UTC).timestamp()) * 1000
_EVENT_NAME = re.compile("([a-z0-9_]+:)*[a-z0-9_]+")
# A json column that holds the text `null`, which is not an empty one.
_NULL_TEXT = Number("null")


@dataclass(slots=True)
class Expected:
    """What reading a record has to give.

    Attributes:
        partitions: `event_type` and `dt` of each event.
        rows: The row of each event, empty columns left out.
        problems: Reason, index and path of all that is wrong; then the other two are empty.
        event_count: How many events the record holds.
    """

    partitions: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    rows: list[Row] = field(default_factory=list[Row])
    problems: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    event_count: int = 1


@dataclass(frozen=True, slots=True)
class ReferenceTransform:
    """Reads records with a day as the partition."""

    contract: EventContract
    lateness_days: int | None

    def read(self, data: bytes, coordinate: str, arrived_ms: int) -> Expected:
        """What reading this record has to give."""
        values = _values_of(data)
        if isinstance(values, str):
            return Expected(problems=[(values, 0, "")])
        expected = Expected(event_count=len(values))
        for index, value in enumerate(values):
            problems = self._read_value(value, arrived_ms, expected)
            expected.problems += [(reason, index, path) for reason, path in problems]
        if expected.problems:
            return Expected(problems=expected.problems, event_count=len(values))
        if len(set(expected.partitions)) > 1:
            return Expected(problems=[("mixed_partitions", 0, "")], event_count=len(values))
        for index, row in enumerate(expected.rows):
            row["stream_position"] = f"{coordinate}#{index}"
            row["ingested_at"] = moment_text(arrived_ms)
        return expected

    def _read_value(
        self, value: Json, arrived_ms: int, expected: Expected
    ) -> list[tuple[str, str]]:
        if not isinstance(value, dict):
            return [("not_an_object", "")]
        problems = _id_problems(value) + self._time_problems(value, arrived_ms)
        name = value.get("event_name")
        event = self.contract.events.get(name) if is_string(name) else None
        row: Row = {}
        for field_name in event.fields if event else ():
            try:
                row[field_name] = self._column(value, field_name)
            except UnfitError as error:
                problems.append((error.reason, field_name + error.place))
            else:
                if row[field_name] is None and event and field_name in event.required:
                    problems.append(("field_missing", field_name))
        if not problems:
            self._finish(row, value, event, expected)
        return problems

    def _time_problems(self, value: dict[str, Json], arrived_ms: int) -> list[tuple[str, str]]:
        created_at = value.get("created_at")
        if not isinstance(created_at, Number) or isinf(float(created_at)):
            return [("created_at", "created_at")]
        earliest_ms = _FIRST_MS
        if self.lateness_days is not None:
            earliest_ms = max(earliest_ms, arrived_ms - self.lateness_days * DAY_MS)
        if float(created_at) < earliest_ms / 1000:
            return [("too_late", "created_at")]
        if float(created_at) > (arrived_ms + DAY_MS) / 1000:
            return [("too_early", "created_at")]
        return []

    def _column(self, value: dict[str, Json], name: str) -> Column:
        field = self.contract.fields[name]
        if field.type.kind is Kind.JSON:
            return _NULL_TEXT if name in value and value[name] is None else value.get(name)
        if value.get(name) is None:
            return None
        return convert(value[name], field)

    def _finish(
        self, row: Row, value: dict[str, Json], event: Event | None, expected: Expected
    ) -> None:
        name = str(value["event_name"])
        first, *rest = name.split(":")
        created_s = float(str(value["created_at"]))
        known = {*COMMON, *(each for each in (event.fields if event else ()) if self._is_old(each))}
        known -= {key for key in known & value.keys() if self._is_wider(key, value[key])}
        extras = {key: each for key, each in value.items() if key not in known}
        row = {self.contract.fields[key].column: each for key, each in row.items()}
        row |= {
            "event_uuid": value["event_uuid"],
            "event_name": name,
            "event_subtype": rest[0] if rest else None,
            "created_at": created_s,
            "created_datetime": moment_text(cut_to_ms(created_s)),
            "extras": extras or None,
        }
        event_type = first if first in self.contract.event_types else "unregistered"
        expected.partitions.append((event_type, moment_text(cut_to_ms(created_s))[:10]))
        expected.rows.append({column: each for column, each in row.items() if each is not None})

    def _is_wider(self, name: str, value: Json) -> bool:
        field = self.contract.fields.get(name)
        return field is not None and has_undeclared(value, field.type)

    def _is_old(self, name: str) -> bool:
        return self.contract.fields[name].since == 1


def _values_of(data: bytes) -> list[Json] | str:
    """The JSON values of a record, or the reason why it has none."""
    try:
        text = data.decode()
        values = "nested_too_deep" if depth_of(text) > 400 else load_all(text)
    except UnicodeDecodeError:
        return "not_utf8"
    except NotJsonError:
        return "not_json"
    return values or "empty_record"


def _id_problems(value: dict[str, Json]) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    uuid, name = value.get("event_uuid"), value.get("event_name")
    if not (is_string(uuid) and 1 <= len(uuid) <= 128 and all(map(_is_printable, uuid))):
        problems.append(("event_uuid", "event_uuid"))
    if not (is_string(name) and len(name) <= 200 and _EVENT_NAME.fullmatch(name)):
        problems.append(("event_name", "event_name"))
    return problems


def _is_printable(character: str) -> bool:
    """As Python says of what every Python knows; what it does not know yet is printable."""
    code_point = ord(character)
    is_noncharacter = code_point & 0xFFFE == 0xFFFE or 0xFDD0 <= code_point <= 0xFDEF
    is_format_since_15_0 = 0x13439 <= code_point <= 0x1343F
    if unicodedata.category(character) == "Cn":
        return not is_noncharacter and not is_format_since_15_0
    return character.isprintable()


def columns_of(row: bytes, contract: EventContract) -> Row:
    """The columns of a row that the transform made, comparable with those of `Expected`."""
    found = load(row.decode())
    assert isinstance(found, dict)
    columns: Row = {}
    for name, value in found.items():
        declared = contract.by_column.get(name)
        kind = declared.type.kind if declared else None
        if name == "extras" or kind is Kind.JSON:
            assert is_string(value)
            loaded = load(value)
            columns[name] = _NULL_TEXT if loaded is None else loaded
        elif declared is None:
            columns[name] = _read_number(value, float) if name == "created_at" else value
        else:
            columns[name] = _column_of(value, declared.type)
    return columns


def _column_of(value: Json, field_type: FieldType) -> Column:
    if isinstance(value, list):
        return [cast("Any", _column_of(each, field_type.member)) for each in value]
    if isinstance(value, dict) and field_type.is_map:
        return {key: _column_of(each, field_type.member) for key, each in value.items()}
    if isinstance(value, dict):
        types = {each.name.lower(): each.type for each in field_type.members}
        return {key: _column_of(each, types[key]) for key, each in value.items()}
    if value is not None and field_type.kind in {Kind.BIGINT, Kind.DOUBLE}:
        return _read_number(value, int if field_type.kind is Kind.BIGINT else float)
    return value


def _read_number(value: Json, read: type[int | float]) -> int | float:
    assert isinstance(value, Number)
    return read(value)
