"""What is read of files of text and of Parquet: forms, types, values and what is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pytest

from athena_on_duckdb.errors import QueryError
from tests.unit.athena_on_duckdb.tables.fake_lake import LINES, OPENX

if TYPE_CHECKING:
    from tests.unit.athena_on_duckdb.tables.conftest import Asked

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

_arrow = cast("Any", pa)


def refused(asked: Asked, sql: str) -> str:
    with pytest.raises(QueryError) as caught:
        asked.result(sql)
    return str(caught.value)


def test_lines_are_read_whole_from_plain_and_gzip_files(asked: Asked) -> None:
    asked.lake.add_table(
        "raw",
        {"record": "string"},
        serde=LINES,
        options={
            "serialization.format": "1",
            "serialization.last.column.takes.rest": "true",
        },
    )
    asked.lake.put_lines("raw/a.gz", ['{"a": 1}\x01x', "ä"], is_gzip=True)
    asked.lake.put_lines("raw/b", ["plain", ""])
    assert sorted(asked.rows("SELECT record FROM raw")) == [
        ("",),
        ("plain",),
        ('{"a": 1}\x01x',),
        ("ä",),
    ]


def test_json_is_read_by_keys_of_any_case_and_nested_members_as_text(asked: Asked) -> None:
    asked.lake.add_table(
        "errors", {"rawdata": "string", "attemptsmade": "bigint", "detail": "string"}, serde=OPENX
    )
    asked.lake.put_lines(
        "errors/a",
        ['{"rawData": "YQ==", "attemptsMade": 4, "detail": {"b": [1.50, null, "x"]}}', "{}"],
    )
    assert asked.rows("SELECT * FROM errors ORDER BY attemptsmade") == [
        ("YQ==", 4, '{"b":[1.50,null,"x"]}'),
        (None, None, None),
    ]


def test_a_line_that_is_no_json_fails_the_query_unless_such_lines_are_ignored(asked: Asked) -> None:
    asked.lake.add_table("errors", {"code": "string"}, serde=OPENX)
    asked.lake.put_lines("errors/a", ['{"code": "a"}', "broken"])
    told = refused(asked, "SELECT code FROM errors")
    assert told.startswith("HIVE_CURSOR_ERROR: Row is not a valid JSON Object")
    asked.lake.add_table(
        "errors", {"code": "string"}, serde=OPENX, options={"ignore.malformed.json": "true"}
    )
    assert asked.rows("SELECT code FROM errors ORDER BY code") == [("a",), (None,)]


def test_delimited_text_is_read_with_types_and_nulls(asked: Asked) -> None:
    asked.lake.add_table(
        "csv",
        {"name": "string", "n": "bigint", "day": "date"},
        serde=LINES,
        options={"field.delim": ",", "escape.delim": "\\"},
    )
    asked.lake.put_lines("csv/a.csv", ["a\\,b,1,2026-03-02", "\\N,x,", "short"])
    rows = asked.rows("SELECT name, n, CAST(day AS varchar) FROM csv ORDER BY name")
    assert rows == [("a,b", 1, "2026-03-02"), ("short", None, None), (None, None, None)]


def test_header_lines_are_no_rows_and_quoted_text_is_taken_apart(asked: Asked) -> None:
    asked.lake.add_table(
        "quoted_csv",
        {"name": "string", "note": "string"},
        serde="org.apache.hadoop.hive.serde2.OpenCSVSerde",
        parameters={"skip.header.line.count": "1"},
    )
    asked.lake.put_lines("quoted_csv/a.csv", ["name,note", '"a, b","say ""hi"""', "c,"])
    assert asked.rows("SELECT name, note FROM quoted_csv ORDER BY name") == [
        ("a, b", 'say "hi"'),
        ("c", ""),
    ]


def test_a_quote_that_stays_open_ends_with_its_line(asked: Asked) -> None:
    asked.lake.add_table(
        "quoted_csv",
        {"a": "string", "b": "string"},
        serde="org.apache.hadoop.hive.serde2.OpenCSVSerde",
    )
    asked.lake.put_lines("quoted_csv/a.csv", ['1,"x y', "2,z", '3,"w"', "4,v"])
    assert sorted(asked.rows("SELECT a, b FROM quoted_csv")) == [
        ("1", "x y"),
        ("2", "z"),
        ("3", "w"),
        ("4", "v"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.005", "1.01"),
        ("-1.005", "-1.01"),
        ("1.004", "1.00"),
        ("999.99", "999.99"),
        ("999.995", None),
        ("12345", None),
        ("NaN", None),
        ("x", None),
    ],
)
def test_a_decimal_of_text_is_rounded_half_up_and_null_where_it_has_too_many_digits(
    asked: Asked, written: str, expected: str | None
) -> None:
    asked.lake.add_table("priced", {"a": "decimal(5,2)"}, serde=LINES, options={"field.delim": ","})
    asked.lake.put_lines("priced/a.csv", [written])
    assert asked.rows("SELECT CAST(a AS varchar) FROM priced") == [(expected,)]


@pytest.mark.parametrize("line", ['{"URL":1,"Url":2}', '{"url":1,"url":2}', '{"a":{"b":1,"b":2}}'])
def test_an_object_that_has_a_key_twice_is_no_json(asked: Asked, line: str) -> None:
    asked.lake.add_table("seen", {"url": "string"}, serde=OPENX)
    asked.lake.put_lines("seen/a", [line])
    told = refused(asked, "SELECT url FROM seen")
    assert told.startswith("HIVE_CURSOR_ERROR: Row is not a valid JSON Object")


@pytest.mark.parametrize(
    ("glue", "stored", "expected"),
    [
        ("string", _arrow.array(["x", "y", "x"]).dictionary_encode(), ["x", "y", "x"]),
        ("string", _arrow.array(["x"], _arrow.string_view()), ["x"]),
        ("array<bigint>", _arrow.array([[1, 2]], _arrow.list_(_arrow.int64(), 2)), [[1, 2]]),
        ("bigint", _arrow.array([5_000_000], _arrow.duration("us")), [5_000_000]),
    ],
    ids=["category", "string_view", "fixed-size list", "duration"],
)
def test_parquet_is_read_by_its_own_types_and_not_by_those_that_arrow_adds(
    asked: Asked, glue: str, stored: object, expected: list[object]
) -> None:
    asked.lake.add_table("typed", {"a": glue})
    asked.lake.put_parquet("typed/a.parquet", _arrow.table({"a": stored}))
    assert [row[0] for row in asked.rows("SELECT a FROM typed")] == expected


def test_texts_have_the_length_of_their_type(asked: Asked) -> None:
    asked.lake.add_table("cut", {"v": "varchar(3)", "c": "char(3)"})
    asked.lake.put_parquet("cut/a.parquet", [{"v": "abcdef", "c": "a"}])
    assert asked.rows("SELECT v, c, length(c) FROM cut") == [("abc", "a  ", 3)]


def test_a_file_that_is_cut_off_fails_the_query(asked: Asked) -> None:
    asked.lake.add_table("raw", {"record": "string"}, serde=LINES)
    asked.lake.put_lines("raw/cut.gz", ["a line"] * 100, is_gzip=True)
    asked.lake.contents["raw/cut.gz"] = asked.lake.contents["raw/cut.gz"][:-10]
    told = refused(asked, "SELECT count(*) FROM raw")
    assert told.startswith("HIVE_CURSOR_ERROR: Error reading file s3://lake/raw/cut.gz")


def test_a_form_of_files_that_is_not_read_is_refused(asked: Asked) -> None:
    asked.lake.add_table("orc", {"a": "string"}, serde="org.apache.hadoop.hive.ql.io.orc.OrcSerde")
    told = refused(asked, "SELECT a FROM orc")
    assert told.startswith("NOT_SUPPORTED: awsdatacatalog.db.orc: files of the SerDe org.apache")
