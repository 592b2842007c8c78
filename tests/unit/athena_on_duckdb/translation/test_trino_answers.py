"""Statements that Trino 398 and 483 were asked are answered, or refused, as they answer them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from tests.helpers.athena_cases import DATA
from tests.helpers.trino_answers import answer, comparable

if TYPE_CHECKING:
    from pathlib import Path

    from athena_on_duckdb.session import Session

_FILES: Final = sorted((DATA / "trino").glob("*.jsonl"))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_statements_are_answered_as_trino_answers_them(session: Session, file: Path) -> None:
    given = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    other = {
        case["sql"]: (found, wanted)
        for case in given
        if (found := answer(session, case["sql"])) != (wanted := comparable(case))
    }

    assert other == {}


def test_hundreds_of_statements_are_asked() -> None:
    assert sum(len(file.read_text(encoding="utf-8").splitlines()) for file in _FILES) >= 600
