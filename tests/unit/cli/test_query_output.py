"""Answers as text: exact where a program reads them, harmless where a person does."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from firelake.aws.query_run import Answer, Execution, ResultColumn
from firelake.cli.query_output import csv_lines, json_lines, shown
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


def answer(columns: Sequence[tuple[str, str]], *rows: tuple[str | None, ...]) -> Answer:
    described = tuple(ResultColumn(name, type_) for name, type_ in columns)
    return Answer(Execution("query-0", "DML", 0, 0), described, iter(rows))


def csv_of(columns: Sequence[tuple[str, str]], *rows: tuple[str | None, ...]) -> list[str]:
    return list(csv_lines(answer(columns, *rows), for_terminal=False))


def json_of(column_type: str, value: str | None) -> object:
    (line,) = json_lines(answer([("a", column_type)], (value,)), for_terminal=False)
    return json.loads(line)["a"]


def printed(columns: Sequence[tuple[str, str]], *rows: tuple[str | None, ...]) -> str:
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        console.print(shown(answer(columns, *rows), console.width)[0])
    return captured.get()


def test_csv_has_every_value_quoted_and_null_as_nothing() -> None:
    lines = csv_of(
        [("n", "bigint"), ("text", "varchar")], ("1", 'a "b", c'), ("2", None), ("3", "")
    )
    assert lines == ['"n","text"', '"1","a ""b"", c"', '"2",', '"3",""']


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\r=1",
        "\n=1",
        "\x00=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
    ],
)
def test_a_text_that_a_spreadsheet_would_compute_gets_a_quotation_mark(text: str) -> None:
    assert csv_of([("a", "varchar")], (text,))[1] == f'"\'{text}"'
    assert csv_of([(text, "varchar")])[0] == f'"\'{text}"'


@pytest.mark.parametrize("text", ["a=1", "1-1", "", "'", "[=1]", "ä@b.example"])
def test_any_other_text_stays_as_it_is_in_csv(text: str) -> None:
    assert csv_of([("a", "varchar")], (text,))[1] == f'"{text}"'


@pytest.mark.parametrize("column_type", ["bigint", "double", "decimal", "decimal(10,2)"])
def test_a_negative_number_stays_one_in_csv(column_type: str) -> None:
    assert csv_of([("a", column_type)], ("-1",))[1] == '"-1"'


@given(st.lists(st.text(st.characters(exclude_characters="\r")), min_size=2, max_size=2))
def test_a_reader_of_csv_finds_every_text(values: list[str]) -> None:
    lines = csv_of([("a", "varchar"), ("b", "varchar")], tuple(values))
    _, read = csv.reader(io.StringIO("\n".join(lines), newline=""), strict=True)
    assert [each.removeprefix("'") for each in read] == [each.removeprefix("'") for each in values]


def test_control_characters_are_shown_where_a_terminal_reads_csv() -> None:
    hostile = answer([("a", "varchar")], ("a\x1b[2J\u202e\x9b1",))
    lines = list(csv_lines(hostile, for_terminal=True))
    assert lines == ['"a"', '"a\\x1b[2J\\u202e\\x9b1"']


@pytest.mark.parametrize(
    ("column_type", "value", "expected"),
    [
        ("bigint", "9223372036854775807", 9_223_372_036_854_775_807),
        ("integer", "-1", -1),
        ("double", "1.0E10", 1.0e10),
        ("double", "NaN", "NaN"),
        ("double", "-Infinity", "-Infinity"),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("decimal", "1.10", "1.10"),
        ("varchar", "1", "1"),
        ("varchar", "=1", "=1"),
        ("varchar", "", ""),
        ("timestamp", "2026-11-22 08:00:00.000", "2026-11-22 08:00:00.000"),
        ("array", "[a, b]", "[a, b]"),
        ("bigint", None, None),
    ],
)
def test_json_has_values_of_their_types(
    column_type: str, value: str | None, expected: object
) -> None:
    found = json_of(column_type, value)
    assert (found, type(found)) == (expected, type(expected))


def test_json_is_an_object_a_row() -> None:
    rows = answer([("n", "bigint"), ("text", "varchar")], ("1", "ü"), ("2", None))
    assert list(json_lines(rows, for_terminal=False)) == [
        '{"n":1,"text":"ü"}',
        '{"n":2,"text":null}',
    ]


def test_json_for_a_terminal_is_ascii_and_the_same() -> None:
    text = "\x1b\u202e\x9bü\U0001f525"
    (line,) = json_lines(answer([("a", "varchar")], (text,)), for_terminal=True)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {"a": text}


def test_two_columns_of_one_name_make_no_object() -> None:
    twice = answer([("a", "bigint"), ("b", "bigint"), ("a", "bigint")], ("1", "2", "3"))
    with pytest.raises(InputError, match=r"^more than one column is named a: name each with AS$"):
        next(json_lines(twice, for_terminal=False))


def test_a_table_tells_null_from_an_empty_text_and_takes_no_markup() -> None:
    text = printed(
        [("a", "varchar"), ("n", "bigint")], ("[bold]x\x1b[2J", "1"), (None, "22"), ("", None)
    )
    assert "[bold]x\\x1b[2J │    1 │" in text
    assert "│ null           │   22 │" in text
    assert "│                │ null │" in text


@pytest.mark.parametrize(
    ("rows", "count", "has_more"), [(999, 999, False), (1000, 1000, False), (1001, 1000, True)]
)
def test_a_table_shows_a_thousand_rows_and_says_if_there_are_more(
    rows: int, count: int, has_more: bool
) -> None:
    _, found, more = shown(answer([("n", "bigint")], *[("1",)] * rows), 80)
    assert (found, more) == (count, has_more)


def printed_at(
    width: int, columns: Sequence[tuple[str, str]], *rows: tuple[str | None, ...]
) -> str:
    console = Console(file=io.StringIO(), width=width, soft_wrap=True)
    with console.capture() as captured:
        console.print(shown(answer(columns, *rows), width)[0])
    return captured.get()


MANY = [(f"column_{number}", "varchar") for number in range(20)]


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_what_is_too_wide_for_a_table_is_a_block_a_row_with_every_value_in_its_line(
    width: int,
) -> None:
    values = tuple(f"value {number} of some length" for number in range(20))
    lines = printed_at(width, MANY, values, (None,) * 20).splitlines()
    assert len(lines) == 2 * 21
    assert lines[:2] == ["row 1", "  column_0   value 0 of some length"]
    assert lines[20:23] == ["  column_19  value 19 of some length", "row 2", "  column_0   null"]


def test_what_fits_is_a_table_at_any_width() -> None:
    columns = [("a", "bigint"), ("text", "varchar")]
    assert printed_at(40, columns, ("1", "x" * 200)).startswith("┏")
    assert printed_at(12, columns, ("1", "x" * 200)).startswith("row 1\n  a     1\n  text  xxx")


def test_many_short_columns_are_a_table_where_there_is_room() -> None:
    columns = [(f"c{number}", "bigint") for number in range(15)]
    row = ("1",) * 15
    assert printed_at(81, columns, row).startswith("┏")
    assert printed_at(80, columns, row).startswith("row 1")


def test_text_of_a_block_does_no_harm() -> None:
    text = printed_at(20, [*MANY, ("\x1b[2J", "varchar")], *[("\x1b]0;x\x07\n[bold]",) * 21])
    assert "\x1b" not in text
    assert "\\x1b]0;x\\x07\\n[bold]" in text


def test_a_terminal_gets_no_control_character_of_an_answer() -> None:
    value = "".join(map(chr, (*range(32), *range(127, 160)))) + "\u202e\u2028\ud800"
    for write in (csv_lines, json_lines):
        text = "\n".join(write(answer([("a", "varchar")], (value,)), for_terminal=True))
        assert text.replace("\n", "").isprintable()
        exact = "\n".join(write(answer([("a", "varchar")], (value,)), for_terminal=False))
        assert ("\x9b" in exact) is True
