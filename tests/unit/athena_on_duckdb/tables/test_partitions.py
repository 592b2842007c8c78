"""Which partitions a query reads: no file too many, and never one too few."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.tables import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.athena_on_duckdb.tables.conftest import Asked

REGIONS: Final = ("eu", "us")
DAYS: Final = tuple(f"2026-02-{day:02d}" for day in range(20, 29))
PROJECTED: Final = {
    "projection.enabled": "true",
    "projection.region.type": "enum",
    "projection.region.values": "eu,us",
    "projection.dt.type": "date",
    "projection.dt.range": "2026-02-20,NOW",
    "projection.dt.format": "yyyy-MM-dd",
    "projection.shard.type": "integer",
    "projection.shard.range": "0,2",
    "projection.shard.digits": "2",
    "storage.location.template": "s3://lake/p/${region}-${shard}/${dt}/",
}
KEYS: Final = {"region": "string", "shard": "int", "dt": "string"}


def fill(asked: Asked, days: Sequence[str] = DAYS) -> None:
    asked.lake.add_table("p", {"n": "bigint"}, keys=KEYS, parameters=PROJECTED)
    places = product(REGIONS, range(3), days)
    for number, (region, shard, day) in enumerate(places):
        asked.lake.put_parquet(f"p/{region}-{shard:02d}/{day}/f", [{"n": number}])


def listed(asked: Asked, where: str) -> list[str]:
    asked.result(f"SELECT count(*) FROM p WHERE {where}")
    return asked.lake.listed


def test_only_the_places_that_a_condition_leaves_are_listed(asked: Asked) -> None:
    fill(asked)
    assert listed(asked, "dt = '2026-02-21' AND region = 'eu' AND shard = 2") == [
        "p/eu-02/2026-02-21/"
    ]
    assert asked.lake.fetched == ["p/eu-02/2026-02-21/f"]


@pytest.mark.parametrize(
    ("where", "places"),
    [
        pytest.param("dt BETWEEN '2026-02-21' AND '2026-02-23' AND shard IN (0, 2)", 12, id="sets"),
        pytest.param("date(dt) = DATE '2026-02-22' - INTERVAL '1' DAY", 6, id="arithmetic"),
        pytest.param("date_format(date(dt), '%d') = '24'", 6, id="functions"),
        pytest.param(
            "(region = 'eu' AND dt = '2026-02-20') OR (region = 'us' AND dt = '2026-02-21')",
            6,
            id="alternatives of several keys",
        ),
        pytest.param("region || dt = 'eu2026-02-20'", 3, id="keys together"),
        pytest.param("dt = '2026-02-21' AND n > 3", 6, id="beside a column"),
        pytest.param("dt > '2027-01-01'", 0, id="nothing is left"),
        pytest.param("false", 0, id="never"),
        pytest.param("dt = (SELECT max(dt) FROM p WHERE region = 'eu')", 99, id="a subquery"),
    ],
)
def test_conditions_of_every_form_leave_places_out(asked: Asked, where: str, places: int) -> None:
    fill(asked)
    assert len(listed(asked, where)) == places


def test_each_use_of_a_table_reads_its_own_places(asked: Asked) -> None:
    fill(asked)
    asked.result(
        "SELECT count(*) FROM p AS a JOIN p AS b ON a.n = b.n"
        " WHERE a.dt = '2026-02-20' AND a.shard = 0 AND b.dt = '2026-02-21' AND b.shard = 1"
    )
    assert sorted(asked.lake.listed) == [
        "p/eu-00/2026-02-20/",
        "p/eu-01/2026-02-21/",
        "p/us-00/2026-02-20/",
        "p/us-01/2026-02-21/",
    ]


def test_many_places_are_listed_at_once_and_read_as_they_would_be_one_by_one(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(asked)
    asked.lake.put_parquet("p/eu-07/2026-02-21/f", [{"n": 1000}])
    asked.lake.put_parquet("p/eu-00/nodate/f", [{"n": 1000}])
    sql = "SELECT sum(n), count(*) FROM p WHERE region = 'eu' AND shard < 2"
    one_by_one = asked.rows(sql)
    monkeypatch.setattr(listing, "MOST_LISTINGS", 5)
    assert asked.rows(sql) == one_by_one == [(153, 18)]
    assert asked.lake.listed == ["p/eu-0"]


def test_places_that_one_request_lists_are_listed_by_one(asked: Asked) -> None:
    fill(asked)
    sql = "SELECT sum(n), count(*) FROM p WHERE region = 'eu' AND shard < 2"
    one_by_one = asked.rows(sql)
    assert len(asked.lake.listed) == 22
    asked.lake.page_keys = 1000
    assert asked.rows(sql) == one_by_one
    assert asked.lake.listed == ["p/eu-0"]
    asked.lake.page_keys = 10
    assert asked.rows(sql) == one_by_one
    assert len(asked.lake.listed) == 22


def test_the_keys_of_a_place_are_its_columns_with_their_types(asked: Asked) -> None:
    fill(asked)
    sql = "SELECT typeof(shard), region, shard + 1, dt FROM p WHERE n = 40"
    assert asked.rows(sql) == [("integer", "us", 2, "2026-02-24")]


def test_with_projection_registered_partitions_are_ignored(asked: Asked) -> None:
    fill(asked)
    table = asked.lake.tables_by_name["db", "p"]
    asked.lake.put_parquet("elsewhere/f", [{"n": 1000}])
    asked.lake.register(table, ["eu", "0", "2026-02-20"], "elsewhere/")
    assert asked.rows("SELECT max(n) FROM p") == [(53,)]


def test_without_projection_only_registered_partitions_are_read(asked: Asked) -> None:
    table = asked.lake.add_table("r", {"n": "bigint"}, keys={"day": "date", "kind": "string"})
    for number, day in enumerate(DAYS):
        asked.lake.put_parquet(f"r/day={day}/f", [{"n": number}])
        if number % 2:
            asked.lake.register(table, [day, "a/b c"], f"r/day={day}")
    assert asked.rows("SELECT sum(n), min(kind) FROM r") == [(16, "a/b c")]
    assert asked.rows("SELECT n, CAST(day AS varchar) FROM r WHERE day = DATE '2026-02-23'") == [
        (3, "2026-02-23")
    ]
    assert asked.lake.listed == ["r/day=2026-02-23/"]


def test_a_null_of_hives_is_a_null(asked: Asked) -> None:
    table = asked.lake.add_table("r", {"n": "bigint"}, keys={"kind": "string"})
    asked.lake.put_parquet("r/x/f", [{"n": 1}])
    asked.lake.register(table, ["__HIVE_DEFAULT_PARTITION__"], "r/x/")
    assert asked.rows("SELECT n, kind FROM r WHERE kind IS NULL") == [(1, None)]


def test_a_partition_of_another_type_is_refused(asked: Asked) -> None:
    table = asked.lake.add_table("r", {"n": "string"}, keys={"kind": "string"})
    asked.lake.register(table, ["a"], "r/x/")
    asked.lake.add_table("r", {"n": "bigint"}, keys={"kind": "string"})
    with pytest.raises(QueryError, match="HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch"):
        asked.result("SELECT count(*) FROM r")


def test_a_value_that_its_key_cannot_have_is_refused(asked: Asked) -> None:
    table = asked.lake.add_table("r", {"n": "bigint"}, keys={"shard": "int"})
    asked.lake.register(table, ["one"], "r/x/")
    with pytest.raises(QueryError, match="HIVE_INVALID_PARTITION_VALUE: Invalid partition value"):
        asked.result("SELECT count(*) FROM r WHERE shard = 2")


def test_an_injected_key_takes_its_values_from_the_query(asked: Asked) -> None:
    parameters = {
        "projection.enabled": "true",
        "projection.device.type": "injected",
        "storage.location.template": "s3://lake/i/${device}/",
    }
    asked.lake.add_table("i", {"n": "bigint"}, keys={"device": "string"}, parameters=parameters)
    for number, device in enumerate("abc"):
        asked.lake.put_parquet(f"i/{device}/f", [{"n": number}])
    assert asked.rows("SELECT n FROM i WHERE device = 'b'") == [(1,)]
    assert asked.rows("SELECT sum(n) FROM i WHERE device IN ('a', 'c') OR device = 'x'") == [(2,)]
    for where in ("true", "device > 'a'", "device LIKE 'a'"):
        with pytest.raises(QueryError, match="CONSTRAINT_VIOLATION: For the injected projected"):
            asked.result(f"SELECT n FROM i WHERE {where}")


conditions: Final = st.recursive(
    st.one_of(
        st.builds(
            "dt {} '{}'".format, st.sampled_from(["=", "<>", "<", ">="]), st.sampled_from(DAYS)
        ),
        st.builds("region {} '{}'".format, st.sampled_from(["=", "<>"]), st.sampled_from(REGIONS)),
        st.builds("shard {} {}".format, st.sampled_from(["=", ">", "<="]), st.integers(-1, 3)),
        st.builds("n {} {}".format, st.sampled_from(["<", ">="]), st.integers(0, 54)),
        st.builds("day_of_month(date(dt)) % {} = 0".format, st.integers(2, 4)),
        st.just("shard = n % 3"),
        st.just("10 / shard > 4"),
        st.just("region IS NULL"),
    ),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("(NOT {})".format, inner),
    ),
    max_leaves=4,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=conditions)
def test_whatever_the_condition_the_answer_is_that_of_reading_everything(
    asked: Asked, where: str
) -> None:
    if not asked.lake.contents:
        fill(asked, DAYS[:3])
    pruned = asked.rows(f"SELECT n FROM p WHERE try({where}) ORDER BY n")
    # Below a window over all rows nothing may be left out.
    whole = "(SELECT *, count(*) OVER () AS rows_before FROM p)"
    assert pruned == asked.rows(f"SELECT n FROM {whole} WHERE try({where}) ORDER BY n")
    assert len(asked.lake.listed) == len(REGIONS) * 3 * 11
