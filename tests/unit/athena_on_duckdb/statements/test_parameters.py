"""Parameters: where they go, and what is an expression."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.statements.parameters import as_expression, bind
from athena_on_duckdb.statements.tokens import TokenKind, tokens


def test_values_take_the_place_of_question_marks_and_of_no_others() -> None:
    sql = "SELECT ?, '?', \"?\" -- ?\n FROM t WHERE a = ? /* ? */ LIMIT ?"
    assert bind(sql, ["'x'", "-1", "10"]) == (
        "SELECT 'x', '?', \"?\" -- ?\n FROM t WHERE a = (-1\n) /* ? */ LIMIT 10"
    )


@pytest.mark.parametrize("values", [[], ["1", "2"]])
def test_there_must_be_a_value_for_each_question_mark(values: list[str]) -> None:
    with pytest.raises(QueryError, match="expected 1 but found"):
        bind("SELECT ?", values)


@pytest.mark.parametrize(
    "parameter",
    ["1", "-1.5", "'a'", "2024-03-02", "DATE '2024-03-02'", "true", "NULL", "ARRAY[1, 2]", "1 + 1"],
)
def test_an_expression_without_columns_is_taken_as_it_is(parameter: str) -> None:
    assert as_expression(parameter) == parameter


@pytest.mark.parametrize(
    "parameter",
    [
        "tea",
        "a b",
        "",
        "x + 1",
        "1 FROM t",
        "1 AS one",
        "1, 2",
        "*",
        "?",
        "(SELECT 1)",
        "1; SELECT 2",
        "1;",
    ],
)
def test_any_other_text_is_a_text(parameter: str) -> None:
    assert as_expression(parameter) == f"'{parameter}'"


@given(st.text(max_size=20))
@example("0;")
@example("';'")
def test_no_parameter_breaks_out_of_its_place(parameter: str) -> None:
    bound = bind("SELECT ? AS a", [as_expression(parameter)])
    found = tokens(bound)
    assert (found[0].text, found[-1].text) == ("SELECT", "a")
    depth = 0
    for token in found[1:-2]:
        if token.kind is TokenKind.MARK:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            assert token.text != ";"
        assert depth >= 0
