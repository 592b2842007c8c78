"""The cases of Athena's SQL: the value and type that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from athena_on_duckdb.errors import QueryError
from tests.helpers.athena_cases import ask, cases, same_rows

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session
    from tests.helpers.athena_cases import Case

_GIVEN: Final = list(cases("cases.jsonl"))
_OWN: Final = list(cases("own_cases.jsonl"))


@pytest.mark.parametrize("case", _GIVEN, ids=lambda case: case.sql)
def test_a_case_gives_value_and_type(session: Session, case: Case) -> None:
    _assert_answers(session, case)


@pytest.mark.parametrize("case", [c for c in _OWN if c.error is None], ids=lambda case: case.sql)
def test_an_own_case_gives_value_and_type(session: Session, case: Case) -> None:
    _assert_answers(session, case)


@pytest.mark.parametrize("case", [c for c in _OWN if c.error], ids=lambda case: case.sql)
def test_an_own_case_is_refused_by_name(session: Session, case: Case) -> None:
    with pytest.raises(QueryError) as refused:
        _ = ask(session, case.sql)

    assert refused.value.name == case.error


def _assert_answers(session: Session, case: Case) -> None:
    rows, types = ask(session, case.sql)
    assert case.rows is not None
    assert same_rows(rows, case.rows), rows
    assert case.types is None or types == case.types
