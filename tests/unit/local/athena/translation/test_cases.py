"""The cases of Athena's SQL: the value and type that they name, or a refusal that is known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from local.athena.errors import ErrorName, QueryError
from tests.helpers.athena_cases import ask, cases, same_rows

if TYPE_CHECKING:
    from local.athena.session import Session
    from tests.helpers.athena_cases import Case

_GAPS: Final = Path(__file__).parents[5] / "local" / "GAPS.md"
_GIVEN: Final = list(cases("cases.jsonl"))
_OWN: Final = list(cases("own_cases.jsonl"))
_LEAST_ANSWERED: Final = 0.95
_REFUSALS: Final = frozenset({ErrorName.NOT_SUPPORTED, ErrorName.FUNCTION_NOT_FOUND})


def _refused_by_gaps() -> set[str]:
    section = _GAPS.read_text(encoding="utf-8").split("### Cases that are refused")[1]
    return set(re.findall(r"^- `(SELECT .*)`: ", section.split("\n#")[0], re.MULTILINE))


@pytest.mark.parametrize("case", _GIVEN, ids=lambda case: case.sql)
def test_a_case_gives_value_and_type_or_is_a_known_refusal(session: Session, case: Case) -> None:
    if case.sql in _refused_by_gaps():
        with pytest.raises(QueryError) as refused:
            _ = ask(session, case.sql)
        assert refused.value.name in _REFUSALS
        return
    _assert_answers(session, case)


@pytest.mark.parametrize("case", [c for c in _OWN if c.error is None], ids=lambda case: case.sql)
def test_an_own_case_gives_value_and_type(session: Session, case: Case) -> None:
    _assert_answers(session, case)


@pytest.mark.parametrize("case", [c for c in _OWN if c.error], ids=lambda case: case.sql)
def test_an_own_case_is_refused_by_name(session: Session, case: Case) -> None:
    with pytest.raises(QueryError) as refused:
        _ = ask(session, case.sql)

    assert refused.value.name == case.error


def test_gaps_lists_only_cases_that_there_are_and_few() -> None:
    refused = _refused_by_gaps()

    assert refused <= {case.sql for case in _GIVEN}
    assert len(refused) <= (1 - _LEAST_ANSWERED) * len(_GIVEN)


def _assert_answers(session: Session, case: Case) -> None:
    rows, types = ask(session, case.sql)
    assert case.rows is not None
    assert same_rows(rows, case.rows), rows
    assert case.types is None or types == case.types
