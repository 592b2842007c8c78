"""TRY takes for NULL what Trino's does, and nothing that this engine does not know of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.run import stream_select
from athena_on_duckdb.translation.translate import translate
from tests.helpers.athena_cases import ask

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session


@pytest.mark.parametrize(
    "query",
    [
        "SELECT try(from_iso8601_timestamp(x)) FROM (VALUES '2020-01-01T00:00:00+02:00') t(x)",
        "SELECT try(regexp_like(x, '(?i)SS')) FROM (VALUES 'ß') t(x)",
        "SELECT 1 FROM (VALUES 'ß') t(x) WHERE try(regexp_like(x, '(?i)SS')) IS NULL",
        "SELECT transform(ARRAY[1], y -> try(ARRAY[y, x] < ARRAY[1, 2])) FROM (VALUES NULL) t(x)",
    ],
)
def test_what_is_not_known_of_a_row_is_refused_also_within_try(
    session: Session, query: str
) -> None:
    with pytest.raises(QueryError) as refused:
        _ = ask(session, query)
    assert refused.value.name == ErrorName.NOT_SUPPORTED
    # And nothing of it is left for the next query.
    assert ask(session, "SELECT try(1 / x) FROM (VALUES 0) t(x)")[0] == [[None]]


def test_a_row_that_never_comes_there_is_not_refused(session: Session) -> None:
    query = "SELECT try(regexp_like(x, '(?i)SS')) FROM (VALUES 'ß', 'sS') t(x) WHERE x <> 'ß'"
    assert ask(session, query)[0] == [[True]]


def test_a_streamed_query_is_refused_too(session: Session) -> None:
    query = "SELECT x FROM (VALUES 'ß') t(x) WHERE try(regexp_like(x, '(?i)SS')) IS NOT NULL"
    _, batches = stream_select(session.cursor(), translate(parse(query), {}))
    with pytest.raises(QueryError, match="NOT_SUPPORTED"):
        _ = list(batches)
