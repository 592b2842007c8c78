"""The SQL of all pages runs on a delivered lake as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef
from firelake.aws.query_run import Athena

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local

DOCS: Final = Path(__file__).parents[2] / "docs"
# Of lakes with another contract than the shipped one; tests beside these pages hold them to it.
OTHERS: Final = {"contract.md", "flights.md"}
_BLOCK: Final = re.compile(r"^( *)```sql\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def statements() -> dict[str, str]:
    """Every block of SQL, by its page and place."""
    return {
        f"{page.name}-{number}": match[2]
        for page in sorted(DOCS.glob("*.md"))
        if page.name not in OTHERS
        for number, match in enumerate(_BLOCK.finditer(page.read_text("utf-8")), 1)
    }


@pytest.fixture(scope="module")
def runner(queried_lake: QueriedLake) -> Iterator[Athena]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in queried_lake.environment.items():
            patch.setenv(name, value)
        lake_ref = LakeRef.resolve({}, queried_lake.environment)
        yield Athena.of_lake(lake_ref, AwsClients())


def test_there_is_sql() -> None:
    assert {name.rpartition("-")[0] for name in statements()} >= {
        *("runbook.md", "queries.md", "questions.md", "deploy.md"),
    }


@pytest.mark.parametrize("statement", statements().values(), ids=statements().keys())
def test_the_statement_is_answered(runner: Athena, statement: str) -> None:
    answer = runner.answer(runner.run(statement.strip().removesuffix(";")))
    assert answer.columns
    assert all(len(row) == len(answer.columns) for row in answer.rows)
