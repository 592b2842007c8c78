"""More cases of Athena's SQL: expressions, of which one query asks several, and queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from athena_on_duckdb.errors import QueryError
from tests.helpers.athena_cases import DATA, ask, same_rows

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session

_AT_ONCE: Final = 25
_FILES: Final = sorted(path.stem for path in (DATA / "more").glob("*.jsonl"))


def _held(file: str) -> list[dict[str, Any]]:
    lines = (DATA / "more" / f"{file}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


_EXPRESSIONS: Final = [
    pytest.param(chunk, id=f"{file}-{at}")
    for file in _FILES
    for whole in [[case for case in _held(file) if "expression" in case]]
    for at in range(0, len(whole), _AT_ONCE)
    for chunk in [whole[at : at + _AT_ONCE]]
]
_QUERIES: Final = [case for file in _FILES for case in _held(file) if "rows" in case]
_REFUSED: Final = [case for file in _FILES for case in _held(file) if "error" in case]


@pytest.mark.parametrize("cases", _EXPRESSIONS)
def test_expressions_give_value_and_type(session: Session, cases: list[dict[str, Any]]) -> None:
    (values,), types = ask(session, f"SELECT {', '.join(case['expression'] for case in cases)}")

    for case, value, type_ in zip(cases, values, types, strict=True):
        assert same_rows([[value]], [[case["value"]]]), (case, value)
        assert type_ == case["type"], case


@pytest.mark.parametrize("case", _QUERIES, ids=lambda case: case["sql"])
def test_a_query_gives_rows_and_types(session: Session, case: dict[str, Any]) -> None:
    rows, types = ask(session, case["sql"])

    assert same_rows(rows, case["rows"]), rows
    assert types == case["types"]


@pytest.mark.parametrize("case", _REFUSED, ids=lambda case: case["sql"])
def test_what_athena_refuses_is_refused_by_name(session: Session, case: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as refused:
        _ = ask(session, case["sql"])

    assert refused.value.name == case["error"]


def test_there_are_hundreds_of_cases() -> None:
    assert sum(len(_held(file)) for file in _FILES) >= 400
