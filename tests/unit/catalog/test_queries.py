"""Named queries: each parses, names what there is, and reads few partitions."""

from __future__ import annotations

import pytest
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from firelake.catalog.errors import SqlTextError
from firelake.catalog.queries import named_queries, parse_query
from firelake.contract.layout import Granularity
from tests.helpers.contracts import LEARNING
from tests.unit.catalog.samples import CONTRACT, lake, parse, refusals, resolve

NAMES = (
    "contract_drift",
    "duplicates_in_raw",
    "errors_by_code",
    "file_sizes",
    "freshness",
    "rows_by_type_and_day",
)


def sql_of(name: str, granularity: Granularity = Granularity.DAY) -> str:
    return next(each.sql for each in named_queries(lake(granularity)) if each.name == name)


def test_there_is_a_query_for_each_question_of_an_operator() -> None:
    assert tuple(query.name for query in named_queries(lake())) == NAMES


def test_a_query_tells_what_it_does() -> None:
    descriptions = {query.name: query.description for query in named_queries(lake())}
    assert descriptions["rows_by_type_and_day"] == (
        "Rows and events by event type and day of creation (UTC), of the last 7 days. Where there"
        " are more rows than events, Firehose delivered some twice: events_unique leaves the copies"
        " out, and none moves into history."
    )
    assert all(len(each) > 80 for each in descriptions.values())


@pytest.mark.parametrize("granularity", Granularity)
@pytest.mark.parametrize("name", NAMES)
def test_a_query_names_only_tables_and_columns_that_there_are(
    name: str, granularity: Granularity
) -> None:
    tree = resolve(sql_of(name, granularity), CONTRACT, lake(granularity))
    tables = {(table.db, table.name) for table in tree.find_all(exp.Table) if table.db}
    names = {name for database, name in tables if database == "a_lake"}
    assert len(names) == len(tables) > 0
    assert names <= {"events", "events_unique", "events_raw", "events_errors"}


@pytest.mark.parametrize("name", NAMES)
def test_a_query_restricts_the_partitions_that_it_reads(name: str) -> None:
    tree = parse(sql_of(name))
    reading = [
        scope.expression
        for scope in traverse_scope(tree)
        if isinstance(scope.expression, exp.Select)
        and any(isinstance(source, exp.Table) for source in scope.sources.values())
    ]
    assert reading
    for select in reading:
        # What is put together of two tables is restricted by who reads it. Canaries may be left out
        # beside it.
        whole = (select.args.get("where") or tree.args["where"]).this
        condition = whole.left if isinstance(whole, exp.And) else whole
        assert isinstance(condition, exp.GTE)
        assert condition.this.sql() == "dt"
        assert not list(condition.expression.find_all(exp.Column))


@pytest.mark.parametrize(
    ("granularity", "form"),
    [
        (Granularity.MONTH, "'%Y-%m'"),
        (Granularity.DAY, "'%Y-%m-%d'"),
        (Granularity.HOUR, "'%Y-%m-%d-%H'"),
    ],
)
def test_a_query_on_events_compares_dt_in_the_form_of_the_granularity(
    granularity: Granularity, form: str
) -> None:
    for name in ("contract_drift", "file_sizes", "freshness", "rows_by_type_and_day"):
        assert f"DAY, {form})" in sql_of(name, granularity)
    for name in ("duplicates_in_raw", "errors_by_code"):
        assert sql_of(name, granularity) == sql_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_names_the_database_quoted(name: str) -> None:
    assert '"a_lake".' in sql_of(name)


def test_athena_takes_the_queries() -> None:
    for query in named_queries(lake()):
        request = {
            "Name": query.name,
            "Description": query.description,
            "Database": "a_lake",
            "QueryString": query.sql,
        }
        assert refusals("athena", "CreateNamedQuery", request) == []


def test_the_shipped_contract_has_the_columns_of_the_queries_too() -> None:
    for query in named_queries(lake()):
        resolve(query.sql, LEARNING, lake())


def test_a_file_is_its_description_and_its_sql() -> None:
    query = parse_query("q", "-- Tells\n-- a thing.\nSELECT 1\n-- inside\nFROM {a}\n", {"a": "t"})
    assert query.name == "q"
    assert query.description == "Tells a thing."
    assert query.sql == "SELECT 1\n-- inside\nFROM t"


@pytest.mark.parametrize(
    "text", ["", "SELECT 1\n-- late", "-- \nSELECT 1"], ids=["empty", "late", "blank"]
)
def test_a_file_without_a_comment_at_its_head_is_refused(text: str) -> None:
    with pytest.raises(SqlTextError) as caught:
        parse_query("mute", text, {})
    assert str(caught.value) == (
        "query 'mute' tells nothing of itself: begin its file with a line of '-- '"
    )
