"""Names, values and templates: nothing gets out of its quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from firelake.catalog.errors import SqlTextError
from firelake.catalog.sql_text import fill, identifier, literal
from tests.unit.catalog.samples import parse


def test_a_name_is_quoted() -> None:
    assert identifier("firelake_dev") == '"firelake_dev"'


@pytest.mark.parametrize(
    "name",
    ["", "a" * 256, 'a"', "a b", "a-b", "A", "a\n", "$path"],
    ids=["empty", "long", "quote", "space", "dash", "case", "newline", "dollar"],
)
def test_a_name_that_needs_more_than_quotes_is_refused(name: str) -> None:
    with pytest.raises(SqlTextError) as caught:
        identifier(name)
    assert str(caught.value) == (
        f"{name!r} is no name in SQL: use 1 to 255 lower-case letters, digits and _"
    )


def test_a_quote_inside_a_text_is_doubled() -> None:
    assert literal("it's") == "'it''s'"


@pytest.mark.parametrize("text", ["a\nb", "a\x00b"], ids=["newline", "null"])
def test_a_text_with_control_characters_is_refused(text: str) -> None:
    with pytest.raises(SqlTextError, match="is no text for a query: it must be printable"):
        literal(text)


def test_an_id_that_only_another_python_knows_as_printable_is_a_text() -> None:
    assert literal("id-\u2ffc-\u0378") == "'id-\u2ffc-\u0378'"


@given(st.text().filter(str.isprintable))
def test_athena_reads_a_literal_as_the_text_that_it_was(text: str) -> None:
    read = parse(f"SELECT {literal(text)}").selects[0]
    assert isinstance(read, exp.Literal)
    assert read.this == text


def test_placeholders_are_filled_and_other_braces_left_alone() -> None:
    template = r"SELECT '\}\s*\{', '{A}' FROM {database}.events WHERE dt = {day} OR dt = {day}"
    values = {"database": '"a_lake"', "day": "'2026-11-01'", "unused": "x"}
    assert fill(template, values) == (
        r"""SELECT '\}\s*\{', '{A}' FROM "a_lake".events"""
        " WHERE dt = '2026-11-01' OR dt = '2026-11-01'"
    )


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert fill("{a}", {"a": "{b}", "b": "x"}) == "{b}"


def test_an_unknown_placeholder_is_refused() -> None:
    with pytest.raises(SqlTextError) as caught:
        fill("FROM {databse}.events", {"dt_format": "x", "database": "y"})
    assert str(caught.value) == "{databse} is no placeholder: known are database, dt_format"
