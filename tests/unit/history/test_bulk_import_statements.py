"""The statements of an import of a foreign contract, to the letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firelake.catalog.erasures import Hiding
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.contract.retention import KEPT_FOR_EVER
from firelake.history.bulk_import.chunks import ImportChunk, KeyRange, LakePartition, chunks_of
from firelake.history.bulk_import.mapping import parse_mapping
from firelake.history.bulk_import.plan import SourceColumn, plan_import
from firelake.history.bulk_import.rows import JudgingMoment
from firelake.history.bulk_import.source_types import parse_source_type
from firelake.history.bulk_import.sql_names import parse_table
from firelake.history.bulk_import.statements import ImportStatements

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTRACT = parse_contract(
    """
version = 1
[fields]
tenant = { type = "string", description = "A field.", max_length = 8 }
amount = { type = "bigint", description = "A field.", min = 1 }
due = { type = "date", description = "A field." }
[events."bill:paid"]
description = "An event."
required = ["tenant"]
optional = ["amount", "due"]
[events."bill:void"]
description = "An event."
required = ["tenant"]
[events.ping]
description = "An event."
"""
)
MAPPING = parse_mapping(
    'id = "key"\nname = "what"\ncreated_at = { column = "at", format = "s" }', "m.toml"
)


def column(name: str, glue_type: str, *, is_key: bool = False) -> SourceColumn:
    return SourceColumn(name, glue_type, parse_source_type(glue_type), is_key)


def statements(*more: SourceColumn) -> ImportStatements:
    columns = [
        column("key", "string"),
        column("what", "string"),
        column("at", "double"),
        column("tenant", "string"),
        column("amount", "int"),
        *more,
    ]
    plan = plan_import(parse_table("own.bills"), columns, CONTRACT, MAPPING)
    return ImportStatements(
        plan, CONTRACT, Granularity.MONTH, Hiding("lake"), KEPT_FOR_EVER, JudgingMoment(2e9, 1.99e9)
    )


def after(sql: str, place: str) -> str:
    return sql[sql.index(place) :]


ROWS = r"""WITH taken AS (
  SELECT "key" AS c1, "what" AS c2, "at" AS c3, "tenant" AS c4, "amount" AS c5
  FROM "own"."bills"
),
named AS (
  SELECT c1, c2, c3, c4, c5,
    c1 AS i,
    c2 AS n,
    CASE WHEN is_finite(c3) THEN CAST(c3 AS double) END AS s
  FROM taken
),
timed AS (
  SELECT c1, c2, c3, c4, c5, i, n, s,
    CASE WHEN s * 1e3 >= -9214560000000e0 AND s * 1e3 < 9214646400000e0 THEN CAST(round(s * 1e3) AS bigint) - IF(round(s * 1e3) / 1e3 > s, 1, 0) END AS m,
    element_at(MAP(ARRAY['bill:paid', 'bill:void', 'ping'], ARRAY[1, 2, 3]), n) AS e
  FROM named
),
read AS (
  SELECT c1, c2, c3, c4, c5, i, n, s, m, e,
    c4 AS v1,
    TRY_CAST(c5 AS bigint) AS v2
  FROM timed
),
judged AS (
  SELECT c1, c2, c3, c4, c5, i, n, s, e, v1, v2,
    CAST(from_unixtime((m) / 1e3, 'UTC') AS timestamp(3)) AS t,
    NULLIF('{' || array_join(ARRAY[IF(c4 IS NOT NULL AND NOT (COALESCE(e BETWEEN 1 AND 2, false)), '"tenant":' || json_format(CAST(c4 AS JSON))), IF(c5 IS NOT NULL AND NOT (COALESCE(e IN (1), false)), '"amount":' || json_format(CAST(c5 AS JSON)))], ',') || '}', '{}') AS x,
    array_join(ARRAY[IF(NOT COALESCE(length(i) BETWEEN 1 AND 128 AND NOT regexp_like(i, '[…]'), false), 'event_uuid:event_uuid'), IF(NOT COALESCE(length(n) <= 200 AND regexp_like(n, '\A[a-z0-9_]+(?::[a-z0-9_]+)*\z'), false), 'event_name:event_name'), IF(s IS NULL, 'created_at:created_at'), IF(s < -9214560000.0e0, 'too_late:created_at'), IF(s > 2000086400.0e0, 'too_early:created_at'), IF(COALESCE(e BETWEEN 1 AND 2, false) AND c4 IS NULL, 'field_missing:tenant'), IF(COALESCE(e BETWEEN 1 AND 2, false) AND c4 IS NOT NULL AND NOT COALESCE(length(v1) <= 8, false), 'field_type:tenant'), IF(COALESCE(e IN (1), false) AND c5 IS NOT NULL AND NOT COALESCE(v2 >= 1, false), 'field_type:amount')], ' ') AS p
  FROM read
),
placed AS (
  SELECT c1, c2, c3, c4, c5, i, n, s, e, v1, v2, t, x, p,
    CASE WHEN split_part(n, ':', 1) IN ('bill', 'ping') THEN split_part(n, ':', 1) ELSE 'unregistered' END AS event_type,
    replace(substr(CAST(t AS varchar), 1, 7), ' ', '-') AS dt,
    CASE WHEN p <> '' THEN 'invalid' WHEN s < 1990000000.0e0 THEN 'valid' ELSE 'later' END AS verdict
  FROM judged
)"""  # noqa: E501 -- a statement as it is sent


EVENTS = (
    'imported AS (SELECT i AS "event_uuid", n AS "event_name",'
    ' split_part(n, \':\', 2) AS "event_subtype", s AS "created_at", t AS'
    ' "created_datetime", CAST(NULL AS timestamp(3)) AS "ingested_at",'
    " 'backfill:' || lower(to_hex(md5(to_utf8(i || chr(10) || n || chr(10) || CAST(s AS"
    " varchar))))) || ':0#0' AS \"stream_position\", IF(COALESCE(e BETWEEN 1 AND 2, false),"
    ' v1) AS "tenant", IF(COALESCE(e IN (1), false), v2) AS "amount", CAST(NULL AS date) AS'
    ' "due", x AS "extras", event_type AS "event_type", dt AS "dt" FROM placed'
    " WHERE verdict = 'valid'{}),\n"
)


def test_the_survey_counts_each_kind_of_row() -> None:
    sql = re.sub(r"(regexp_like\(i, '\[).*?\\x\{10ffff\}\]", r"\1…]", statements().survey())

    assert sql == (
        f"{ROWS}\n"
        "SELECT verdict, IF(verdict = 'invalid', NULL, event_type),"
        " IF(verdict = 'invalid', NULL, dt), p, count(*), count_if(e IS NULL), max(s)\n"
        "FROM placed\nGROUP BY 1, 2, 3, 4"
    )


def test_the_lake_is_asked_in_both_stores_for_the_periods_alone() -> None:
    sql = statements().lacking("2025-01", "2025-03")

    assert after(sql, "imported AS") == (
        f"{EVENTS.format('')}"  # noqa: S608 -- expected text
        "asked AS (SELECT event_type, dt, event_uuid, event_name, created_at, count(*) AS copies"
        " FROM imported GROUP BY event_type, dt, event_uuid, event_name, created_at),\n"
        "kept AS (SELECT DISTINCT event_uuid, event_name, created_at FROM (SELECT event_uuid,"
        ' event_name, created_at FROM "lake"."events_history"'
        " WHERE dt BETWEEN '2025-01' AND '2025-03' UNION ALL SELECT event_uuid, event_name,"
        " created_at FROM \"lake\".\"events\" WHERE dt BETWEEN '2025-01' AND '2025-03'))\n"
        "SELECT asked.event_type, asked.dt, sum(copies), count(*),"
        " count_if(kept.event_uuid IS NULL)\n"
        "FROM asked LEFT JOIN kept ON kept.event_uuid = asked.event_uuid AND kept.event_name ="
        " asked.event_name AND kept.created_at = asked.created_at\nGROUP BY 1, 2"
    )


def test_an_insert_writes_the_partitions_that_lack_events() -> None:
    made = statements()
    partitions = [LakePartition("2025-02", "bill"), LakePartition("2025-01", "ping")]
    (chunk,) = chunks_of(partitions, (), {})
    sql = made.insert(chunk)

    names = (
        '"event_uuid", "event_name", "event_subtype", "created_at", "created_datetime",'
        ' "ingested_at", "stream_position", "tenant", "amount", "due", "extras", "event_type",'
        ' "dt"'
    )
    assert sql.startswith(
        f'INSERT INTO "lake"."events_history" ({names})\n-- firelake bulk import\nWITH taken AS (\n'
    )
    partitions_of = " AND dt || ' ' || event_type IN ('2025-01 ping', '2025-02 bill')"
    assert after(sql, "imported AS") == (
        f"{EVENTS.format(partitions_of)}"  # noqa: S608 -- expected text
        "asked AS (SELECT *, row_number() OVER (PARTITION BY event_uuid, event_name, created_at"
        " ORDER BY extras) AS _copy_number FROM imported),\n"
        "kept AS (SELECT DISTINCT event_uuid, event_name, created_at FROM (SELECT event_uuid,"
        ' event_name, created_at FROM "lake"."events_history" WHERE dt BETWEEN'
        " '2025-01' AND '2025-02' AND event_type IN ('bill', 'ping', 'unregistered') UNION ALL"
        ' SELECT event_uuid, event_name, created_at FROM "lake"."events" WHERE dt BETWEEN'
        " '2025-01' AND '2025-02' AND event_type IN ('bill', 'ping', 'unregistered')))\n"
        f"SELECT {names}\nFROM asked\nWHERE _copy_number = 1 AND NOT EXISTS (SELECT 1 FROM kept"
        " WHERE kept.event_uuid = asked.event_uuid AND kept.event_name = asked.event_name AND"
        " kept.created_at = asked.created_at)"
    )


def test_what_is_unregistered_may_have_been_of_any_type() -> None:
    (chunk,) = chunks_of([LakePartition("2025-02", "unregistered")], (), {})

    kept = after(statements().insert(chunk), "kept AS").partition("\n")[0]

    assert "event_type" not in kept


def test_the_query_of_what_is_left_out_shows_the_columns_as_they_are_called() -> None:
    sql = statements().left_out()

    assert sql.endswith(
        ')\nSELECT p AS "problems", c1 AS "key", c2 AS "what", c3 AS "at", c4 AS "tenant", c5 AS'
        " \"amount\"\nFROM placed WHERE verdict = 'invalid'"
    )


# --- chunks ---


def chunks(keys: Sequence[SourceColumn], ranges: Sequence[Sequence[KeyRange]]) -> list[ImportChunk]:
    partitions = [LakePartition(f"2025-01-{day:02d}", "bill") for day in range(1, len(ranges) + 1)]
    by_partition = dict(zip(partitions, map(tuple, ranges), strict=True))
    return list(chunks_of(partitions, tuple(keys), by_partition))


def test_a_chunk_has_a_hundred_partitions_whatever_their_periods_and_types() -> None:
    partitions = [
        LakePartition(f"2025-01-{day:02d}", f"t{number}")
        for day in range(1, 4)
        for number in range(70)
    ]

    found = list(chunks_of(reversed(partitions), (), {}))

    assert [len(each.partitions) for each in found] == [100, 100, 10]
    assert sorted(each for chunk in found for each in chunk.partitions) == sorted(partitions)
    assert (found[0].first_dt, found[0].last_dt) == ("2025-01-01", "2025-01-02")


def test_a_chunk_reads_the_partitions_of_the_table_that_have_its_rows() -> None:
    keys = [column("day", "string", is_key=True), column("hour", "int", is_key=True)]
    (chunk,) = chunks(
        keys,
        [
            [KeyRange("2025'1", "2025'2", has_null=False), KeyRange("9", "10", has_null=False)],
            [KeyRange("2025'3", "2025'4", has_null=False), KeyRange("2", "9", has_null=False)],
        ],
    )

    assert chunk.where == "\"day\" BETWEEN '2025''1' AND '2025''4' AND \"hour\" BETWEEN 2 AND 10"
    day = KeyRange("2025'4", "2025'5", has_null=False)
    assert chunk.reads((day, KeyRange("10", "11", has_null=False)))
    assert not chunk.reads((day, KeyRange("11", "12", has_null=False)))


def test_ranges_of_days_and_moments_are_those_of_their_texts() -> None:
    keys = [column("day", "date", is_key=True), column("at", "timestamp")]
    (chunk,) = chunks(
        keys,
        [
            [
                KeyRange("2025-01-01", "2025-01-02", has_null=False),
                KeyRange("2025-01-01 00:00:00.000001", "2025-01-02 10:00:00.000", has_null=False),
            ],
        ],
    )

    assert chunk.where == (
        "\"day\" BETWEEN DATE '2025-01-01' AND DATE '2025-01-02' AND \"at\" BETWEEN"
        " TIMESTAMP '2025-01-01 00:00:00.000001' AND TIMESTAMP '2025-01-02 10:00:00.000'"
    )


def test_rows_without_a_key_are_found_by_reading_all() -> None:
    (chunk,) = chunks(
        [column("day", "string", is_key=True)],
        [[KeyRange("a", "b", has_null=False)], [KeyRange("", "", has_null=True)]],
    )

    assert chunk.where == ""


def test_a_chunk_has_halves_until_it_is_one_partition() -> None:
    (chunk,) = chunks([], [[], [], []])

    halves = chunk.halves()

    assert halves is not None
    assert [[each.dt for each in half.partitions] for half in halves] == [
        ["2025-01-01"],
        ["2025-01-02", "2025-01-03"],
    ]
    assert halves[0].halves() is None
    assert [str(each) for each in (chunk, halves[0])] == [
        "2025-01-01…2025-01-03, bill",
        "2025-01-01, bill",
    ]
