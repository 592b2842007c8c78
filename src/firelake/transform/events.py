"""One record's bytes to its events: decode, validate, derive, and the rows that the table wants.

Pure: the same bytes, arrival and position give the same answer, whenever and wherever it runs.

A record is tried from fast to thorough: as a whole, by the union of strict types; else each object
by its open type, with what the contract does not declare in `extras`; else field by field, to name
every reason why an event is invalid.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from firelake.contract.layout import dt_of
from firelake.contract.names import (
    COMMON_FIELDS,
    CREATED_AT,
    CREATED_DATETIME,
    EVENT_NAME,
    EVENT_UUID,
    EXTRAS,
    INGESTED_AT,
    STREAM_POSITION,
)
from firelake.contract.printable import is_printable
from firelake.contract.reasons import Reason
from firelake.transform.claims import Candidate
from firelake.transform.diagnosis import Problem, diagnose, text_of, whole_record
from firelake.transform.errors import UnfitValueError
from firelake.transform.mapping import common_fields, map_event, sent_name, source_of
from firelake.transform.rules import (
    MAX_NESTING,
    Window,
    is_event_name,
    is_too_deep,
    is_utf8,
    may_be_too_deep,
)
from firelake.transform.schemas import OLDEST_VERSION, UnregisteredEvent, build_schemas
from firelake.transform.timestamps import epoch_ms, timestamp_text
from firelake.transform.wrappers import split_value

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.contract.layout import Granularity
    from firelake.transform.schemas import EventSchema, StructSchema

_encode: Final = msgspec.json.Encoder().encode
_split: Final = msgspec.json.Decoder(Raw).decode_lines
_decode_object: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_unregistered: Final = msgspec.json.Decoder(UnregisteredEvent).decode

_COMMON_FIELDS: Final = frozenset(COMMON_FIELDS)
_EXTRAS_KEY: Final = EXTRAS.encode()
_S_PER_HOUR: Final = 3600
# A megabyte of `{}` is half a million bad events; naming all of them would take the function's
# memory and time, and with them the other records of the batch.
_ENOUGH_PROBLEMS: Final = 1000
_MS_PER_HOUR: Final = 3_600_000
# More than an answer holds.
_MAX_RECORD_PARTS_BYTES: Final = 6_000_000
# Outside of the function each event goes its own way.
_MAX_PARTS_BYTES: Final = 64 * 1024 * 1024


class ValidEvent(Candidate, frozen=True, gc=False):
    """An event that may be delivered once it has its id, and the row to deliver.

    Its owner is its coordinate in the stream, `shardId:sequenceNumber:subsequenceNumber#index`. No
    release may change this text, as claims hold it.

    Attributes:
        dt: Its partition by time.
        row: JSON with one member a column.
    """

    dt: str
    is_registered: bool
    row: bytes


class RecordPosition(msgspec.Struct, frozen=True, gc=False):
    """Where and when a record came.

    Attributes:
        coordinate: `shardId:sequenceNumber:subsequenceNumber`, the same on every re-read. AWS's
            patterns for these hold no character that JSON escapes.
        arrived_ms: When Kinesis took it, Unix time in milliseconds.
    """

    coordinate: str
    arrived_ms: int


class RecordReading(msgspec.Struct, frozen=True, gc=False):
    """What a record holds: events in one partition, or the problems that make it invalid.

    Attributes:
        events: The events, all of them valid; none where there are problems.
        event_count: How many events it holds; 1 where it cannot be taken apart.
    """

    events: Sequence[ValidEvent]
    problems: Sequence[Problem]
    event_count: int


class _Record(msgspec.Struct, frozen=True, gc=False):
    """What all events of one record share while they are read.

    Attributes:
        position: Where and when the record came.
        earliest_s: The earliest `created_at` that is not too late.
        latest_s: The latest `created_at` that is not too early.
        row_head: The start of each row, up to the event's index.
    """

    position: RecordPosition
    earliest_s: float
    latest_s: float
    row_head: str


class EventReader:
    """Reads records by one contract."""

    def __init__(
        self,
        contract: EventContract,
        *,
        lateness_days: int | None,
        granularity: Granularity,
        oldest_version: int = OLDEST_VERSION,
    ) -> None:
        """Builds the contract's types; takes tens of milliseconds, so once a process.

        Args:
            lateness_days: How long before its arrival an event may have been created; None for
                any time, as backfill wants it.
            granularity: How much time one `dt` partition holds.
            oldest_version: The oldest version of the contract whose table Firehose may still go
                by: fields that are younger stay in `extras`, too.
        """
        self._schemas = build_schemas(contract, oldest_version)
        self._window = Window(lateness_days)
        self._sources = contract.sources

        @lru_cache(maxsize=4096)
        def dt_of_hour(hour: int) -> str:
            return dt_of(hour * _S_PER_HOUR, granularity)

        self._dt_of_hour = dt_of_hour

    def read(self, data: bytes, position: RecordPosition) -> RecordReading:
        """Reads one record: one event or several, packed or in arrays and wrappers.

        Args:
            data: The record as its producer sent it; any bytes at all.
            position: Where and when it came.

        Returns:
            Its events, all in one partition; or, if anything is wrong with any of them, no events
            but every problem of each bad one, up to the event with the thousandth problem.
        """
        record = self._record(position)
        # What an equal key overwrites is not decoded, so msgspec does not see all of the bytes.
        if not is_utf8(data):
            return refused(Reason.NOT_UTF8, "UTF-8 text")
        if self._sources or may_be_too_deep(data):
            return self._read_thoroughly(data, record)
        strict = self._schemas.strict
        try:
            events = [
                self._event(struct, strict[type(struct)], record, index)
                for index, struct in enumerate(self._schemas.decode_record(data))
            ]
        except (msgspec.DecodeError, RecursionError, UnfitValueError):
            return self._read_thoroughly(data, record)
        return _in_one_partition(events)

    def split(self, document: bytes) -> list[bytes]:
        """Takes one JSON document apart into documents of one event each, as `read` does.

        Args:
            document: An event, an array or a wrapper of several; or any bytes at all.

        Returns:
            The documents, each to be read by itself; the document alone where it is one event or
            none. Never empty.
        """
        if not self._sources or not is_utf8(document):
            return [document]
        if may_be_too_deep(document) and _is_too_deep(document):
            return [document]
        return [bytes(each) for each in self._parts(Raw(document), _MAX_PARTS_BYTES)]

    def common_fields(self, event: bytes) -> dict[str, Raw]:
        """The JSON of those of the three common fields that an event has, however invalid."""
        try:
            return common_fields(_decode_object(event), self._sources)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}

    def sent_name(self, event: bytes) -> str | None:
        """The name of an event as its producer writes it; None where the mapping makes none."""
        try:
            return sent_name(_decode_object(event), self._sources)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def _parts(self, raw: Raw, max_bytes: int) -> Sequence[Raw]:
        return split_value(raw, lambda members: source_of(members, self._sources), max_bytes)

    def _record(self, position: RecordPosition) -> _Record:
        earliest_s, latest_s = self._window.bounds_s(position.arrived_ms)
        arrived = timestamp_text(position.arrived_ms)
        return _Record(
            position,
            earliest_s,
            latest_s,
            f'{{"{INGESTED_AT}":"{arrived}","{STREAM_POSITION}":"{position.coordinate}#',
        )

    def _read_thoroughly(self, data: bytes, record: _Record) -> RecordReading:
        text = str(data, "utf-8")
        if is_too_deep(text):
            return refused(Reason.NESTED_TOO_DEEP, f"JSON nested at most {MAX_NESTING} deep")
        try:
            raws = _split(text)
        except msgspec.DecodeError as error:
            return refused(Reason.NOT_JSON, f"JSON objects ({error})")
        if self._sources:
            raws = [part for raw in raws for part in self._parts(raw, _MAX_RECORD_PARTS_BYTES)]
        events: list[ValidEvent] = []
        problems: list[Problem] = []
        for index, raw in enumerate(raws):
            found = self._read_object(raw, record, index)
            if isinstance(found, ValidEvent):
                events.append(found)
            elif len(problems) < _ENOUGH_PROBLEMS:
                problems.extend(found)
            else:
                break
        if problems:
            return RecordReading((), problems, len(raws))
        return _in_one_partition(events)

    def _read_object(self, raw: Raw, record: _Record, index: int) -> ValidEvent | list[Problem]:
        if self._sources:
            mapped = map_event(raw, self._sources)
            if isinstance(mapped, list):
                return [msgspec.structs.replace(each, index=index) for each in mapped]
            raw = mapped
        try:
            fields = _decode_object(raw)
        except msgspec.ValidationError:
            return [whole_record(Reason.NOT_AN_OBJECT, "a JSON object", index)]
        except msgspec.DecodeError as error:
            return [whole_record(Reason.NOT_JSON, f"a JSON object ({error})", index)]
        schema = self._schemas.by_name.get(text_of(fields.get(EVENT_NAME)) or "")
        columns = _COMMON_FIELDS if schema is None else schema.columns
        unknown = {name: value for name, value in fields.items() if name not in columns}
        for name, is_whole in () if schema is None else schema.nested:
            if name in fields and not is_whole(fields[name]):
                unknown[name] = fields[name]
        extras = str(_encode(unknown), "utf-8") if unknown else None
        try:
            try:
                return self._open_event(raw, schema, record, index, extras)
            except (msgspec.ValidationError, UnfitValueError):
                # A key may stand twice, and its first value be one that its type refuses, though
                # only the last counts: try again with each key once.
                return self._open_event(_encode(fields), schema, record, index, extras)
        except (msgspec.ValidationError, UnfitValueError) as error:
            problems = diagnose(fields, schema, self._window, record.position.arrived_ms, index)
            return problems or [whole_record(Reason.FIELD_TYPE, str(error), index)]

    def _open_event(
        self,
        json: Raw | bytes,
        schema: EventSchema | None,
        record: _Record,
        index: int,
        extras: str | None,
    ) -> ValidEvent:
        if schema is not None:
            return self._event(schema.decode_open(json), schema.open, record, index, extras)
        struct = _decode_unregistered(json)
        if not is_event_name(struct.event_name):
            raise UnfitValueError(EVENT_NAME)
        unregistered = self._schemas.unregistered(struct.event_name)
        return self._event(struct, unregistered, record, index, extras)

    def _event(
        self,
        struct: Any,  # noqa: ANN401 -- its type is made from the contract at run time
        schema: StructSchema,
        record: _Record,
        index: int,
        extras: str | None = None,
    ) -> ValidEvent:
        """Checks what msgspec could not, rewrites what Glue reads otherwise, and makes the row."""
        created_at_s: float = struct.created_at
        if not record.earliest_s <= created_at_s <= record.latest_s:
            raise UnfitValueError(CREATED_AT)
        if not is_printable(struct.event_uuid):
            raise UnfitValueError(EVENT_UUID)
        for attribute, convert, is_required in schema.rewritten:
            raw = getattr(struct, attribute)
            if raw is not None:
                value = convert(raw)
                if value is None and is_required:
                    raise UnfitValueError(attribute)
                setattr(struct, attribute, value)
        created_ms = epoch_ms(created_at_s)
        head = (
            f'{record.row_head}{index}","{CREATED_DATETIME}":"{timestamp_text(created_ms)}",'
            f"{schema.subtype_member}"
        )
        members = _encode(struct if schema.as_row is None else schema.as_row(struct))[1:]
        if extras is not None:
            members = b'%b,"%b":%b}' % (members[:-1], _EXTRAS_KEY, _encode(extras))
        return ValidEvent(
            struct.event_uuid,
            schema.event_name,
            created_at_s,
            f"{record.position.coordinate}#{index}",
            schema.event_type,
            self._dt_of_hour(created_ms // _MS_PER_HOUR),
            schema.is_registered,
            head.encode() + members,
        )


def _is_too_deep(document: bytes) -> bool:
    return is_too_deep(str(document, "utf-8", "replace"))


def refused(reason: Reason, expected: str, event_count: int = 1) -> RecordReading:
    """The reading of a record that is wrong as a whole."""
    return RecordReading((), (whole_record(reason, expected),), event_count)


def _in_one_partition(events: list[ValidEvent]) -> RecordReading:
    if len(events) == 1:
        return RecordReading(events, (), 1)
    if not events:
        return refused(Reason.EMPTY_RECORD, "at least one JSON object")
    first = events[0]
    for event in events:
        if event.event_type != first.event_type or event.dt != first.dt:
            expected = "events of one event_type and dt in one record"
            return refused(Reason.MIXED_PARTITIONS, expected, len(events))
    return RecordReading(events, (), len(events))
