"""What a query needs of its tables: columns and conditions, and never one too few."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, cast

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_on_duckdb.tables.demand import Demand, TableColumns, demands
from athena_on_duckdb.translation.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hypothesis.strategies import DrawFn
    from sqlglot import exp

EVENTS: Final = TableColumns(
    ("id", "name", "ts", "extras", "position", "event_type", "dt"), ("$path",)
)
USERS: Final = TableColumns(("id", "country", "dt"))
# As `firelake.catalog.views` writes the view of an event.
VIEW: Final = """(
  SELECT id, name, extras, event_type, dt FROM (
    SELECT id, name, extras, event_type, dt,
      row_number() OVER (PARTITION BY event_type, dt, id ORDER BY position) AS _copy_number
    FROM temp.r0 AS events WHERE event_type = 'a' AND name = 'a:b'
  ) WHERE _copy_number = 1
)"""


def needs(sql: str) -> Mapping[str, Demand]:
    query = cast("exp.Query", parse(sql))
    return demands(query, {"r0": EVENTS, "r1": USERS})


def condition(sql: str, name: str = "r0") -> str | None:
    found = needs(sql)[name].condition
    return None if found is None else found.sql("trino").replace('"', "")


def columns(sql: str, name: str = "r0") -> set[str]:
    return set(needs(sql)[name].columns)


def test_a_filter_on_the_partition_keys_goes_below_the_window_of_a_view() -> None:
    assert condition(f"SELECT id FROM {VIEW} AS v WHERE dt = '2026-03-02'") == (
        "event_type = 'a' AND name = 'a:b' AND dt = '2026-03-02'"
    )


def test_a_filter_on_another_column_stays_above_the_window() -> None:
    assert condition(f"SELECT id FROM {VIEW} AS v WHERE extras = 'x' OR dt > '1'") == (
        "event_type = 'a' AND name = 'a:b'"
    )


def test_a_view_reads_its_windows_columns_and_no_more_than_what_is_asked() -> None:
    asked = f"SELECT count(DISTINCT name) FROM {VIEW} AS v WHERE dt = '2026-03-02'"
    assert columns(asked) == {"event_type", "dt", "id", "position", "name"}


def test_two_uses_of_a_with_query_are_joined_by_or() -> None:
    asked = f"""
        WITH v AS {VIEW} SELECT a.id FROM v AS a JOIN v AS b ON a.id = b.id AND a.dt = '1'
        WHERE b.dt = '2'
    """
    assert condition(asked) == "event_type = 'a' AND name = 'a:b' AND (dt = '1' OR dt = '2')"


def test_a_with_query_used_once_without_a_filter_is_read_whole() -> None:
    asked = """
        WITH v AS (SELECT id, dt FROM temp.r0 AS e)
        SELECT a.id FROM v AS a JOIN v AS b ON a.id = b.id WHERE a.dt = '1'
    """
    assert condition(asked) is None


@pytest.mark.parametrize(
    ("join", "expected"),
    [
        pytest.param("JOIN", "dt = 'on' AND event_type = 'where'", id="inner"),
        pytest.param("LEFT JOIN", "event_type = 'where'", id="left: its own rows stay"),
        pytest.param("RIGHT JOIN", "dt = 'on'", id="right: filled up with nulls after ON"),
        pytest.param("FULL JOIN", None, id="full"),
    ],
)
def test_an_outer_join_stops_what_could_take_a_row_away(join: str, expected: str | None) -> None:
    asked = f"""
        SELECT e.id FROM temp.r0 AS e {join} temp.r1 AS u ON e.id = u.id AND e.dt = 'on'
        WHERE e.event_type = 'where'
    """
    assert condition(asked) == expected


def test_the_on_of_a_left_join_restricts_its_right_side() -> None:
    asked = """
        SELECT e.id FROM temp.r0 AS e LEFT JOIN temp.r1 AS u ON e.id = u.id AND u.dt = 'on'
        WHERE u.country = 'x'
    """
    assert condition(asked, "r1") == "dt = 'on'"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        pytest.param("SELECT dt, id FROM temp.r0 AS e LIMIT 5", None, id="limit"),
        pytest.param("SELECT DISTINCT dt, id FROM temp.r0 AS e", "dt = '1'", id="distinct"),
        pytest.param("SELECT dt, max(id) FROM temp.r0 AS e GROUP BY dt", "dt = '1'", id="group"),
        pytest.param("SELECT dt, max(id) FROM temp.r0 AS e GROUP BY 1", "dt = '1'", id="by number"),
        pytest.param("SELECT max(dt) AS dt FROM temp.r0 AS e", None, id="aggregate"),
        pytest.param(
            "SELECT dt, count(*) FROM temp.r0 AS e GROUP BY ROLLUP (dt)", None, id="rollup"
        ),
        pytest.param("SELECT id AS dt FROM temp.r0 AS e", "id = '1'", id="renamed"),
        pytest.param(
            "SELECT lower(dt) AS dt FROM temp.r0 AS e", "(LOWER(dt)) = '1'", id="expression"
        ),
        pytest.param(
            "SELECT dt, sum(1) OVER (ORDER BY dt) FROM temp.r0 AS e", None, id="window of all"
        ),
        pytest.param(
            "SELECT dt, uuid() FROM temp.r0 AS e WHERE random() < 0.5", "dt = '1'", id="chance"
        ),
    ],
)
def test_a_filter_goes_into_a_subquery_as_far_as_it_cannot_change_the_answer(
    inner: str, expected: str | None
) -> None:
    assert condition(f"SELECT 1 FROM ({inner}) AS q WHERE dt = '1'") == expected


def test_a_filter_on_a_set_operation_goes_into_both_sides_by_position() -> None:
    asked = """
        SELECT dt FROM (SELECT dt, id FROM temp.r0 AS e UNION ALL SELECT dt, country FROM temp.r1)
        WHERE id = 'x'
    """
    assert condition(asked) == "id = 'x'"
    assert condition(asked, "r1") == "country = 'x'"
    assert columns(asked, "r1") == {"dt", "country"}


def test_a_name_of_a_lambda_is_no_column() -> None:
    asked = "SELECT 1 FROM temp.r0 AS e WHERE any_match(split(name, ':'), dt -> dt = 'a')"
    assert condition(asked) is None


def test_a_column_of_the_outer_query_restricts_nothing_inside() -> None:
    asked = """
        SELECT id FROM temp.r1 AS u WHERE u.dt = '1' AND EXISTS (
            SELECT 1 FROM temp.r0 AS e WHERE e.id = u.id AND e.dt = u.dt AND e.event_type = 'a'
        )
    """
    assert condition(asked) == "event_type = 'a'"
    assert columns(asked, "r1") == {"id", "dt"}


def test_a_hidden_column_is_read_by_its_name_and_not_by_a_star() -> None:
    assert "$path" not in columns("SELECT * FROM temp.r0 AS e")
    assert columns('SELECT "$path" FROM temp.r0 AS e') == {"$path"}


def test_counting_rows_needs_no_column() -> None:
    assert columns("SELECT count(*) FROM temp.r0 AS e") == set()


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("SELECT * FROM temp.r0 AS e NATURAL JOIN temp.r1 AS u", id="natural join"),
        pytest.param("SELECT * FROM temp.r0 AS e TABLESAMPLE BERNOULLI (10)", id="sample"),
        pytest.param(
            "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t) SELECT * FROM temp.r0, t",
            id="recursive query",
        ),
    ],
)
def test_all_is_needed_of_a_query_that_is_not_understood(sql: str) -> None:
    assert needs(sql) == {}


# --- whatever the query: what is needed is enough ---

ROWS: Final = tuple(
    (k, d, v)
    for k in (None, "a", "b")
    for d in (None, "1", "2")
    for v in (None, 1, 2)
    if (k, d, v) != (None, None, None)
)
TABLES: Final = {"r0": TableColumns(("k", "d", "v")), "r1": TableColumns(("k", "d", "v"))}


@st.composite
def filters(draw: DrawFn, prefix: str = "") -> str:
    """A condition over k, d and v."""
    one = st.one_of(
        st.builds("{}k = '{}'".format, st.just(prefix), st.sampled_from("ab")),
        st.builds("{}d >= '{}'".format, st.just(prefix), st.sampled_from("12")),
        st.builds("{}d IN ('{}')".format, st.just(prefix), st.sampled_from("12")),
        st.builds("{}v < {}".format, st.just(prefix), st.sampled_from("12")),
        st.builds("{}{} IS NULL".format, st.just(prefix), st.sampled_from("kdv")),
        st.builds("coalesce({}k, 'a') = 'a'".format, st.just(prefix)),
        st.builds("NOT {}d = '1'".format, st.just(prefix)),
        st.just("1 = 1"),
    )
    parts = draw(st.lists(one, min_size=1, max_size=3))
    joined = parts[0]
    for part in parts[1:]:
        joined = f"({joined}) {draw(st.sampled_from(['AND', 'OR']))} {part}"
    return joined


@st.composite
def selects(draw: DrawFn, depth: int = 2) -> str:  # noqa: PLR0911 -- one a shape
    """A query that gives k, d and v, in one certain way."""
    if depth == 0:
        return f"SELECT k, d, v FROM temp.{draw(st.sampled_from(['r0', 'r1']))} AS t"
    inner = draw(selects(depth - 1))
    where = draw(filters())
    shape = draw(st.integers(0, 9))
    if shape == 0:
        keys = draw(st.sampled_from(["k", "d", "k, d", "d, k, v"]))
        return (
            "SELECT k, d, v FROM (SELECT *, row_number() OVER"
            f" (PARTITION BY {keys} ORDER BY k, d, v) AS n FROM ({inner}) AS i) AS w"
            f" WHERE n = 1 AND {where}"
        )
    if shape == 1:
        return f"SELECT k, d, max(v) AS v FROM ({inner}) AS i GROUP BY k, d HAVING max(v) > 0"
    if shape == 2:
        return f"SELECT k, d, v FROM ({inner}) AS i ORDER BY k, d, v LIMIT 4"
    if shape == 3:
        both = draw(st.sampled_from(["UNION ALL", "UNION", "EXCEPT", "INTERSECT"]))
        other = draw(selects(depth - 1))
        return f"SELECT k, d, v FROM (({inner}) {both} ({other})) AS u WHERE {where}"
    if shape in {4, 5}:
        join = draw(st.sampled_from(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]))
        side = draw(st.sampled_from("xy"))
        on, after = draw(filters(f"{draw(st.sampled_from('xy'))}.")), draw(filters(f"{side}."))
        other = draw(selects(depth - 1))
        # Not every engine full-joins by anything but equality.
        more = "" if join == "FULL JOIN" else f" AND ({on})"
        return (
            f"SELECT x.k, y.d, {side}.v FROM ({inner}) AS x {join} ({other}) AS y"
            f" ON x.k = y.k{more} WHERE {after}"
        )
    if shape == 6:
        return (
            f"WITH c AS ({inner}) SELECT a.k, b.d, a.v FROM c AS a JOIN c AS b ON a.d = b.d"
            " WHERE a.k IS NOT NULL"
            f" AND ({draw(filters('b.'))})"
        )
    if shape == 7:
        return f"SELECT DISTINCT d AS k, k AS d, v FROM ({inner}) AS i WHERE {where}"
    if shape == 8:
        other = draw(selects(depth - 1))
        among = f"SELECT k FROM ({other}) AS o"
        return f"SELECT k, d, v FROM ({inner}) AS i WHERE k IN ({among}) AND {where}"
    return f"SELECT k, d, v FROM ({inner}) AS i WHERE {where}"


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE TABLE given (k VARCHAR, d VARCHAR, v INTEGER)")
        connection.executemany("INSERT INTO given VALUES (?, ?, ?)", ROWS)
        yield connection


def answer(
    database: duckdb.DuckDBPyConnection, sql: str, found: Mapping[str, Demand]
) -> Counter[tuple[Any, ...]]:
    """Runs a query over the rows that are needed, with nulls where a column is not."""
    for name in TABLES:
        need = found.get(name)
        names = [
            f"{each if need is None or each in need.columns else 'NULL'} AS {each}"
            for each in TABLES[name].visible
        ]
        where = need.condition.sql("duckdb") if need and need.condition else "true"
        database.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS"
            f" SELECT {', '.join(names)} FROM given WHERE {where}"
        )
    return Counter(database.execute(parse(sql).sql("duckdb")).fetchall())


@settings(max_examples=50, deadline=None)
@given(inner=selects(), where=filters())
def test_whatever_the_query_its_needs_give_the_answer_of_the_whole_tables(
    database: duckdb.DuckDBPyConnection, inner: str, where: str
) -> None:
    sql = f"SELECT k, d, v FROM ({inner}) AS q WHERE {where}"
    found = demands(cast("exp.Query", parse(sql)), TABLES)
    assert found
    assert answer(database, sql, found) == answer(database, sql, {})
