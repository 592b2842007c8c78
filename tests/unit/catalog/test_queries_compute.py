"""What the named queries count, on a lake written out."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime

import pytest

from firelake.catalog.history_table import DeployedHistory
from firelake.catalog.queries import named_queries
from firelake.contract.layout import Granularity, dt_of
from tests.unit.catalog.duckdb_lake import DuckdbLake
from tests.unit.catalog.samples import CONTRACT, lake, schema_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def answer(
    stored: DuckdbLake, name: str, granularity: Granularity = Granularity.DAY
) -> list[tuple[object, ...]]:
    sql = next(each.sql for each in named_queries(lake(granularity)) if each.name == name)
    return stored.query(sql, NOW)


def event(
    uuid: str, created: datetime, event_type: str = "ping", **columns: object
) -> dict[str, object]:
    """A row of a lake by day, but for the columns that are given."""
    return {
        "event_uuid": uuid,
        "created_datetime": created.replace(tzinfo=None),
        "ingested_at": created.replace(tzinfo=None),
        "event_type": event_type,
        "dt": dt_of(created.timestamp(), Granularity.DAY),
        **columns,
    }


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def dated(row: dict[str, object], granularity: Granularity) -> dict[str, object]:
    """The row in the partition of another granularity."""
    created = row["created_datetime"]
    assert isinstance(created, datetime)
    return row | {"dt": dt_of(created.replace(tzinfo=UTC).timestamp(), granularity)}


@pytest.mark.parametrize("granularity", Granularity)
def test_rows_and_events_are_counted_by_type_and_day(granularity: Granularity) -> None:
    stored = DuckdbLake(lake(granularity))
    rows = [
        event("a", at(21, 23, 59)),
        event("b", at(22)),
        event("b", at(22)),
        event("c", at(22, 7)),
        event("d", at(15), "payment"),
    ]
    stored.insert("events", [dated(row, granularity) for row in rows])
    assert answer(stored, "rows_by_type_and_day", granularity) == [
        ("payment", date(2026, 11, 15), 1, 1),
        ("ping", date(2026, 11, 21), 1, 1),
        ("ping", date(2026, 11, 22), 3, 2),
    ]


def test_what_has_moved_into_history_is_counted_and_what_is_in_both_stores_once() -> None:
    history = DeployedHistory(schema_of(CONTRACT, lake())["a_lake"]["events"], "2026-11-01")
    stored = DuckdbLake(history=history)
    rows = [event("a", at(22)), event("b", at(22)), event("b", at(22)), event("c", at(22))]
    stored.insert("events", rows[1:])
    stored.insert("events_recent", rows[1:])
    stored.insert("events_history", rows[:2])

    assert answer(stored, "rows_by_type_and_day") == [("ping", date(2026, 11, 22), 4, 3)]
    assert [row[0] for row in answer(stored, "freshness")] == ["ping"]


@pytest.mark.parametrize(
    ("granularity", "expected"),
    [
        # A month can be read as a whole only.
        (Granularity.MONTH, [("ping", date(2026, 11, 14), 1, 1)]),
        (Granularity.DAY, []),
        (Granularity.HOUR, []),
    ],
)
def test_older_partitions_are_left_out(
    granularity: Granularity, expected: list[tuple[object, ...]]
) -> None:
    stored = DuckdbLake(lake(granularity))
    rows = [event("a", at(14, 23, 59)), event("b", datetime(2026, 10, 31, tzinfo=UTC))]
    stored.insert("events", [dated(row, granularity) for row in rows])
    assert answer(stored, "rows_by_type_and_day", granularity) == expected


@pytest.mark.parametrize(
    ("name", "oldest"),
    [("contract_drift", 15), ("rows_by_type_and_day", 15), ("file_sizes", 15), ("freshness", 21)],
)
def test_a_query_on_events_reads_back_to_a_day(name: str, oldest: int) -> None:
    within, older = DuckdbLake(), DuckdbLake()
    file = {"$path": "s3://a-bucket/events/1", "$file_size": 1, "extras": '{"mood":"good"}'}
    within.insert("events", [event("a", at(oldest)) | file])
    older.insert("events", [event("a", at(oldest - 1, 23, 59)) | file])
    assert len(answer(within, name)) == 1
    assert answer(older, name) == []


def without_zone(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment as Athena gives it: in UTC, and without saying so."""
    return at(day, hour, minute).replace(tzinfo=None)


def test_freshness_tells_the_newest_arrival_and_how_late_events_come() -> None:
    stored = DuckdbLake()
    stored.insert(
        "events",
        [
            event("a", at(22, 6), ingested_at=without_zone(22, 6, 1)),
            event("b", at(22, 7), ingested_at=without_zone(22, 7, 1)),
            event("c", at(21, 7), ingested_at=without_zone(21, 17)),
            event("d", at(22, 7, 30), "payment", ingested_at=without_zone(22, 7, 59)),
        ],
    )
    assert answer(stored, "freshness") == [
        ("ping", without_zone(22, 7, 1), 3540, 60, 36000),
        ("payment", without_zone(22, 7, 59), 60, 1740, 1740),
    ]


def test_files_are_counted_once_however_many_rows_they_hold() -> None:
    stored = DuckdbLake()
    first, second, third = (
        {"$path": f"s3://a-bucket/events/{number}", "$file_size": size}
        for number, size in enumerate((300, 200, 50))
    )
    stored.insert(
        "events",
        [
            event("a", at(21)) | first,
            event("b", at(21)) | first,
            event("c", at(21)) | second,
            event("d", at(22)) | third,
        ],
    )
    assert answer(stored, "file_sizes") == [
        ("ping", "2026-11-21", 2, 3, 500, 200, 300),
        ("ping", "2026-11-22", 1, 1, 50, 50, 50),
    ]


PING = '{{"event_uuid": "{}", "event_name": "ping", "created_at": 1}}'


def raw(*records: str, dt: str = "2026-11-22") -> list[dict[str, object]]:
    return [{"record": record, "dt": dt, "hour": "07"} for record in records]


def test_copies_in_raw_are_counted_by_event_name_and_day() -> None:
    stored = DuckdbLake()
    ping_a, ping_b = PING.format("a"), PING.format("b")
    other = '{"event_uuid": "c", "event_name": "payment:declined"}'
    stored.insert("events_raw", raw(ping_a, ping_b, ping_a, ping_a, other))
    stored.insert("events_raw", raw(other, other, dt="2026-11-21"))
    stored.insert("events_raw", raw(ping_b, ping_b, dt="2026-11-20"))
    assert answer(stored, "duplicates_in_raw") == [
        ("2026-11-22", "ping", 4, 2, 2),
        ("2026-11-21", "payment:declined", 2, 1, 1),
    ]


@pytest.mark.parametrize("between", ["", " ", "\t \t"], ids=["nothing", "space", "tabs"])
def test_events_packed_on_one_line_are_counted_each(between: str) -> None:
    stored = DuckdbLake()
    packed = between.join(PING.format(uuid) for uuid in "abca")
    stored.insert("events_raw", raw(packed, PING.format("b")))
    assert answer(stored, "duplicates_in_raw") == [("2026-11-22", "ping", 5, 3, 2)]


def test_broken_records_and_texts_with_braces_do_not_disturb_the_count() -> None:
    stored = DuckdbLake()
    ping_a = PING.format("a")
    nested = PING.format("a")[:-1] + ', "items": [{"event_uuid": "x"}, {}]}'
    text = '{"text": "}{ } {\\"a\\":1}{", ' + PING.format("a")[1:]
    stored.insert("events_raw", raw("", "no JSON", "[1]", '"a"', '{"event_', ping_a, nested, text))
    assert answer(stored, "duplicates_in_raw") == [("2026-11-22", "ping", 3, 1, 2)]


def test_an_id_of_another_time_is_another_event_in_raw_however_its_time_is_spelled() -> None:
    stored = DuckdbLake()
    times = ("1", "1.0", "1e0", "2")
    same_id = '{{"event_uuid": "a", "event_name": "ping", "created_at": {}}}'
    stored.insert("events_raw", raw(*(same_id.format(time) for time in times)))
    assert answer(stored, "duplicates_in_raw") == [("2026-11-22", "ping", 4, 2, 2)]


def test_an_id_of_another_time_or_name_is_another_event_in_the_counts_of_events() -> None:
    stored = DuckdbLake()
    copies = [event("a", at(22), event_name="ping", created_at=1.0)] * 2
    others = [
        event("a", at(22, 1), event_name="ping", created_at=2.0),
        event("a", at(22), event_name="pong", created_at=1.0),
    ]
    stored.insert("events", [*copies, *others])
    assert answer(stored, "rows_by_type_and_day") == [("ping", date(2026, 11, 22), 4, 3)]


def test_no_copies_are_no_rows() -> None:
    stored = DuckdbLake()
    stored.insert("events_raw", raw(PING.format("a"), PING.format("b")))
    assert answer(stored, "duplicates_in_raw") == []


def failed(
    data: bytes | str, arrived: datetime, error_type: str = "processing-failed", **codes: str
) -> dict[str, object]:
    encoded = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    return {
        "rawdata": encoded,
        "arrivaltimestamp": round(arrived.timestamp() * 1000) + 999,
        "type": error_type,
        "dt": arrived.date().isoformat(),
        **codes,
    }


def test_errors_of_both_sorts_are_counted_by_code_name_and_hour() -> None:
    stored = DuckdbLake()
    ping = PING.format("a").encode()
    status = {"errorcode": "Lambda.ProcessingFailedStatus", "errormessage": "set for record"}
    conversion = {"lasterrorcode": "DataFormatConversion.MalformedData", "lasterrormessage": "oops"}
    stored.insert(
        "events_errors",
        [
            failed(ping, at(22, 6, 59), **status),
            failed(ping + b"\n" + ping, at(22, 6), **status),
            failed(ping, at(22, 7), **status),
            failed(b'{"event_name":"Ping", broken', at(22, 7), **status),
            failed(b"\xff\xfe", at(22, 7), **status),
            failed("", at(22, 7), **status),
            failed(ping, at(21, 23), "format-conversion-failed", **conversion),
            failed(ping, at(14, 23), **status),
        ],
    )
    code = "Lambda.ProcessingFailedStatus"
    assert answer(stored, "errors_by_code") == [
        ("processing-failed", code, None, without_zone(22, 7), 2, "set for record"),
        ("processing-failed", code, "Ping", without_zone(22, 7), 1, "set for record"),
        ("processing-failed", code, "ping", without_zone(22, 7), 1, "set for record"),
        ("processing-failed", code, "ping", without_zone(22, 6), 2, "set for record"),
        (
            "format-conversion-failed",
            "DataFormatConversion.MalformedData",
            "ping",
            without_zone(21, 23),
            1,
            "oops",
        ),
    ]


def test_drift_tells_each_unknown_field_of_each_event_by_the_forms_of_its_values() -> None:
    stored = DuckdbLake()
    lesson, other = {"event_name": "lesson:started"}, {"event_name": "lesson:rated"}
    stored.insert(
        "events",
        [
            event("a", at(20), **lesson, extras='{"mood":"good","score":1}'),
            event("b", at(21), **lesson, extras='{"mood":null,"score":-2.5e3,"ended":true}'),
            event("c", at(22), **lesson, extras='{"mood":"2026-11-22T08:00:00.5+01:00"}'),
            event("d", at(22), **other, extras='{"mood":{"a":1},"score":[1]}'),
            event("e", at(22), **other),
        ],
    )
    # rows, nulls, booleans, integers, fractions, timestamps, texts, arrays and objects
    assert answer(stored, "contract_drift") == [
        (
            "lesson:started",
            "mood",
            3,
            1,
            0,
            0,
            0,
            1,
            2,
            0,
            "2026-11-20",
            '"2026-11-22T08:00:00.5+01:00"',
        ),
        ("lesson:started", "score", 2, 0, 0, 1, 1, 0, 0, 0, "2026-11-20", "-2500.0"),
        ("lesson:rated", "mood", 1, 0, 0, 0, 0, 0, 0, 1, "2026-11-22", '{"a":1}'),
        ("lesson:rated", "score", 1, 0, 0, 0, 0, 0, 0, 1, "2026-11-22", "[1]"),
        ("lesson:started", "ended", 1, 0, 1, 0, 0, 0, 0, 0, "2026-11-21", "true"),
    ]


def test_an_integer_beyond_64_bits_is_no_integer_to_the_drift() -> None:
    stored = DuckdbLake()
    stored.insert("events", [event("a", at(21), extras='{"n":12345678901234567890}')])
    ((*_, row_count, _, _, integer_count, _, _, _, _, _, _),) = answer(stored, "contract_drift")
    assert (row_count, integer_count) == (1, 0)
