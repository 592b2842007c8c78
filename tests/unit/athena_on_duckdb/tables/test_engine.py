"""Queries from Glue and S3 to rows: names, files, hidden columns, views, permissions, limits."""

# ruff: noqa: S608 -- the SQL is the tests' own

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from athena_on_duckdb.errors import CancelledError, QueryError
from tests.unit.athena_on_duckdb.tables.conftest import Asked
from tests.unit.athena_on_duckdb.tables.fake_lake import MODIFIED

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

_arrow = cast("Any", pa)
_parquet = cast("Any", pq)


def refused(asked: Asked, sql: str) -> str:
    with pytest.raises(QueryError) as caught:
        asked.result(sql)
    return str(caught.value)


def test_names_know_no_case_and_take_a_catalog_a_database_and_an_alias(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", [{"word": "a"}])
    for sql in (
        "SELECT WORD FROM Words",
        'SELECT w."Word" FROM DB.WORDS AS w',
        "SELECT words.word FROM awsdatacatalog.db.words",
        'SELECT db.words.word FROM "AwsDataCatalog"."db"."words"',
    ):
        assert asked.rows(sql) == [("a",)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param(
            "SELECT 1 FROM nothing",
            "TABLE_NOT_FOUND: Table 'awsdatacatalog.db.nothing' does not exist",
            id="table",
        ),
        pytest.param(
            "SELECT 1 FROM nowhere.words",
            "SCHEMA_NOT_FOUND: Schema 'nowhere' does not exist",
            id="database",
        ),
        pytest.param(
            "SELECT 1 FROM postgres.db.words",
            "CATALOG_NOT_FOUND: Catalog 'postgres' does not exist",
            id="catalog",
        ),
        pytest.param("SELECT wrd FROM words", "COLUMN_NOT_FOUND: Column 'wrd'", id="column"),
        pytest.param(
            "SELECT 1 FROM temp.r0",
            "SCHEMA_NOT_FOUND: Schema 'temp' does not exist",
            id="a relation of the engine",
        ),
        pytest.param(
            "SELECT 1 FROM words FOR TIMESTAMP AS OF TIMESTAMP '2026-01-01 00:00:00'",
            "NOT_SUPPORTED: words FOR TIMESTAMP AS OF",
            id="an earlier state of a table",
        ),
        pytest.param(
            'SELECT 1 FROM "/etc/passwd"', "TABLE_NOT_FOUND: Table", id="a file of this machine"
        ),
        pytest.param("SELECT 1 FROM read_text('/etc/passwd')", "", id="a function that reads"),
    ],
)
def test_what_is_not_in_glue_is_not_there(asked: Asked, sql: str, expected: str) -> None:
    asked.lake.add_table("words", {"word": "string"})
    told = refused(asked, sql)
    assert told.startswith(expected)
    assert asked.lake.fetched == []


def test_a_with_query_comes_before_a_table_of_its_name_but_not_inside_a_view(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", [{"word": "table"}])
    asked.lake.add_view("all_words", "SELECT word FROM words")
    assert asked.rows(
        "WITH words AS (SELECT 'with' AS word)"
        " SELECT w.word, a.word FROM words AS w, all_words AS a"
    ) == [("with", "table")]


def test_a_with_query_may_read_the_table_of_its_own_name(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", [{"word": "table"}])
    assert asked.rows("WITH words AS (SELECT upper(word) AS w FROM words) SELECT w FROM words") == [
        ("TABLE",)
    ]


def test_views_stand_on_views_of_other_databases(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"}, database="other")
    asked.lake.put_parquet("words/a.parquet", [{"word": "a"}, {"word": "b"}])
    asked.lake.add_view("inner_view", "SELECT word FROM words WHERE word > 'a'", database="other")
    asked.lake.add_view("outer_view", "SELECT upper(word) AS w FROM other.inner_view")
    assert asked.rows("SELECT v.w FROM outer_view AS v WHERE w = 'B'") == [("B",)]


def test_a_view_on_itself_and_one_that_is_none_of_athenas_are_refused(asked: Asked) -> None:
    asked.lake.add_view("round_view", "SELECT * FROM round_view")
    assert refused(asked, "SELECT 1 FROM round_view").startswith("INVALID_VIEW")
    asked.lake.add_view("broken_view", "SELECT FROM WHERE")
    assert refused(asked, "SELECT 1 FROM broken_view").startswith("INVALID_VIEW: The SQL of view")
    table = asked.lake.add_table("hive_view", {"a": "string"})
    asked.lake.tables_by_name["db", "hive_view"] = type(table)(
        database="db", name="hive_view", columns=table.columns, view_text="SELECT 1"
    )
    assert refused(asked, "SELECT 1 FROM hive_view").startswith("INVALID_VIEW")


def test_hidden_columns_tell_the_file_and_are_not_in_a_star(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", [{"word": "a"}])
    asked.lake.put_parquet("words/b.parquet", [{"word": "b"}])
    sizes = [len(asked.lake.contents[f"words/{name}.parquet"]) for name in "ab"]
    assert asked.rows('SELECT *, "$path", "$file_size" FROM words ORDER BY 1') == [
        ("a", "s3://lake/words/a.parquet", sizes[0]),
        ("b", "s3://lake/words/b.parquet", sizes[1]),
    ]
    (moment,) = asked.rows('SELECT DISTINCT "$file_modified_time" FROM words')
    assert moment[0].replace(tzinfo=None) == MODIFIED
    assert asked.rows("SELECT word FROM words WHERE \"$path\" LIKE '%/b.parquet'") == [("b",)]


def test_files_that_hive_hides_and_empty_ones_are_not_read(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/deep/a.parquet", [{"word": "a"}])
    for hidden in ("_SUCCESS", ".crc", "_temporary/b.parquet", "deep/.staging/c.parquet"):
        asked.lake.contents[f"words/{hidden}"] = b"no Parquet"
    asked.lake.contents |= {"words/": b"", "words/empty": b"", "words_of/b.parquet": b"no Parquet"}
    assert asked.rows("SELECT word FROM words") == [("a",)]


def test_a_table_without_files_is_empty(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string", "amount": "decimal(10,2)"})
    assert asked.rows("SELECT * FROM words") == []
    assert asked.rows("SELECT count(*), sum(amount) FROM words") == [(0, None)]


def test_columns_are_found_by_name_whatever_a_file_has_more_or_less(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string", "count": "bigint", "note": "string"})
    small = _arrow.table({"Count": _arrow.array([1], _arrow.int32()), "word": ["a"]})
    asked.lake.put_parquet("words/a.parquet", small)
    asked.lake.put_parquet("words/b.parquet", [{"more": 1.5, "note": "n", "word": "b"}])
    assert asked.rows("SELECT * FROM words ORDER BY word") == [("a", 1, None), ("b", None, "n")]


def test_a_column_of_another_type_fails_the_query_that_reads_it_and_no_other(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string", "count": "bigint"})
    asked.lake.put_parquet("words/a.parquet", [{"word": "a", "count": "many"}])
    asked.lake.put_parquet("words/b.parquet", [{"word": "b", "count": 1}])
    assert asked.rows("SELECT word FROM words ORDER BY 1") == [("a",), ("b",)]
    assert refused(asked, "SELECT sum(count) FROM words") == (
        "HIVE_BAD_DATA: Field count's type string in parquet file s3://lake/words/a.parquet is"
        " incompatible with type bigint defined in table schema"
    )


def test_a_file_that_is_no_parquet_fails_the_query_by_its_address(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.contents["words/a.parquet"] = b"no Parquet at all"
    told = refused(asked, "SELECT word FROM words")
    assert told.startswith("HIVE_BAD_DATA: Not valid Parquet file: s3://lake/words/a.parquet")


def test_timestamps_have_milliseconds_however_they_are_stored(asked: Asked) -> None:
    moment = datetime(2026, 3, 2, 10, 0, 0, 123_600)  # noqa: DTZ001 -- Athena's has no zone
    asked.lake.add_table("moments", {"at": "timestamp"})
    asked.lake.put_parquet(
        "moments/a.parquet", [{"at": moment}], use_deprecated_int96_timestamps=True
    )
    asked.lake.put_parquet("moments/b.parquet", [{"at": moment}])
    asked.lake.put_parquet("moments/c.parquet", [{"at": moment}], coerce_timestamps="us")
    assert asked.rows("SELECT DISTINCT at FROM moments") == [
        (datetime(2026, 3, 2, 10, 0, 0, 124_000),)  # noqa: DTZ001 -- Athena's has no zone
    ]


def test_nested_columns_are_read(asked: Asked) -> None:
    asked.lake.add_table("nested", {"tags": "array<string>", "who": "struct<name:string,age:int>"})
    who = _arrow.struct([("name", _arrow.string()), ("age", _arrow.int32())])
    rows = _arrow.table({"tags": [["a", "b"]], "who": _arrow.array([{"name": "x", "age": 3}], who)})
    asked.lake.put_parquet("nested/a.parquet", rows)
    assert asked.rows("SELECT tags[2], who.name, who.age FROM nested") == [("b", "x", 3)]


def test_texts_that_are_stored_as_bytes_are_texts(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", _arrow.table({"word": ["ä".encode()]}))
    assert asked.rows("SELECT word FROM words") == [("ä",)]


def test_a_file_that_vanishes_after_the_listing_fails_the_query(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/vanishing.parquet", [{"word": "vanishing"}])
    asked.lake.vanishing.add("words/vanishing.parquet")
    assert refused(asked, "SELECT word FROM words").startswith(
        "HIVE_CANNOT_OPEN_SPLIT: s3://lake/words/vanishing.parquet is gone"
    )


def test_a_content_is_fetched_once_and_a_new_one_of_the_same_key_anew(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/once.parquet", [{"word": "first"}])
    assert asked.rows("SELECT word FROM words") == [("first",)]
    assert asked.lake.fetched == ["words/once.parquet"]
    assert asked.rows("SELECT word FROM words") == [("first",)]
    assert asked.lake.fetched == []
    asked.lake.put_parquet("words/once.parquet", [{"word": "second"}])
    assert asked.rows("SELECT word FROM words") == [("second",)]


def test_what_one_caller_fetched_another_one_must_be_allowed_to_fetch(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/mine.parquet", [{"word": "mine"}])
    assert asked.rows("SELECT word FROM words") == [("mine",)]
    other = type(asked)(asked.engine, type(asked.lake)(**vars(asked.lake)))
    assert other.rows("SELECT word FROM words") == [("mine",)]
    assert other.lake.fetched == ["words/mine.parquet"]


def test_the_information_schema_tells_of_tables_and_columns(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"}, keys={"dt": "date"})
    asked.lake.add_view("seen", "SELECT 1 AS one")
    assert asked.rows(
        "SELECT column_name, ordinal_position, data_type, extra_info"
        " FROM information_schema.columns WHERE table_schema = 'db' AND table_name = 'words'"
        " ORDER BY ordinal_position"
    ) == [("word", 1, "varchar", None), ("dt", 2, "date", "partition key")]
    assert asked.rows(
        "SELECT table_name, table_type FROM information_schema.tables"
        " WHERE table_schema = 'db' ORDER BY 1"
    ) == [("seen", "VIEW"), ("words", "BASE TABLE")]
    assert asked.rows("SELECT schema_name FROM information_schema.schemata ORDER BY 1") == [
        ("db",),
        ("information_schema",),
    ]


def test_a_query_that_would_read_more_than_it_may_is_cancelled_before_it_runs(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", [{"word": f"word {n}"} for n in range(1000)])
    size = asked.scanned("SELECT max(word) FROM words")
    assert asked.result("SELECT max(word) FROM words", bytes_scanned_cutoff=size)
    with pytest.raises(CancelledError, match="Bytes scanned limit was exceeded"):
        asked.result("SELECT max(word) FROM words", bytes_scanned_cutoff=size - 1)
    assert asked.result("SELECT count(*) FROM words", bytes_scanned_cutoff=0).scanned_bytes == 0


def test_queries_at_once_keep_their_tables_apart(asked: Asked) -> None:
    for name in "abcd":
        asked.lake.add_table(name, {"word": "string"})
        asked.lake.put_parquet(f"{name}/f", [{"word": name}])
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(asked.rows, [f"SELECT word FROM {name}" for name in "abcd" * 5])
        assert list(found) == [[(name,)] for name in "abcd" * 5]


def test_a_file_is_fetched_once_for_each_caller(asked: Asked) -> None:
    asked.lake.add_table("words", {"word": "string"})
    asked.lake.put_parquet("words/a.parquet", [{"word": "a"}])
    assert asked.rows("SELECT word FROM words") == [("a",)]
    assert asked.lake.fetched == ["words/a.parquet"]
    assert asked.rows("SELECT word FROM words") == [("a",)]
    assert asked.lake.fetched == []
    other = Asked(asked.engine)
    other.lake.tables_by_name, other.lake.contents = (
        asked.lake.tables_by_name,
        asked.lake.contents,
    )
    assert other.rows("SELECT word FROM words") == [("a",)]
    assert other.lake.fetched == ["words/a.parquet"]
