"""The session on which the cases of the translation run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.athena_cases import open_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athena_on_duckdb.session import Session


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """Open one session for all tests here."""
    opened = open_session()
    yield opened
    opened.close()
