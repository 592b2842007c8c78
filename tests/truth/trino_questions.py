"""Asks Trino and the local Athena the same: new statements, and this project's own SQL."""

from __future__ import annotations

import re
from itertools import chain, islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

from tests.helpers.athena_cases import open_session
from tests.helpers.trino_answers import answer
from tests.truth.calls import called
from tests.truth.import_sql import import_statements
from tests.truth.parts import Outcome
from tests.truth.project_sql import project_statements
from tests.truth.statements import generated, seeds
from tests.truth.trino_client import ask
from tests.truth.trino_server import VERSION, running

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from athena_on_duckdb.session import Session

# Where the two are known to differ, and why.
_KNOWN: Final = (
    (r"(?i)approx_(distinct|most_frequent|percentile)", "approximate"),
    (r"(?i)a?tan2?\(|acos|asin|\bexp\(|\bsin\(|\bcos\(", "last digits of Java's"),
    (r"(?<![\w'.])\d*\.\d*(?![\w'.])(?![eE])", "a double to Athena, a decimal to Trino"),
    (r";\s*$", "Athena takes a semicolon"),
    (r"REAL|(?i:as real)", "reals are written as by a later Java"),
    (r"(?i)any_value|sinh|set_union|bitwise_xor_agg|\btimezone\(|JSON '", "of a later Trino"),
    (r"(?i)current_timestamp|now\(", "of the moment"),
    (r"(?i)round\([^()]*(\de\d\d|, -?\d\d)", "398 alone rounds doubles by 64 bits"),
    (r"(?i)[A-Z]\w+/\w+'.*INTERVAL '[-\d]+' (YEAR|MONTH)", "398 alone keeps the offset"),
    (r"(?i)\b(max|min)(_by)?\([^()]+, \d+\) OVER", "398 alone gives it once"),
    (r"regr_(slope|intercept)", "last digits, by the order of the rows"),
    (r"array_sort\(.*->", "which pairs are compared, where a comparator is none"),
    (r"-0(\.0)?e0", "zeros of both signs in one SELECT have one sign"),
)
_IMPORTS: Final = 5
# Of new statements, how many may differ: nobody has looked at them before.
_TOLERATED: Final = 0.02
_REFUSED: Final = frozenset({"NOT_SUPPORTED", "FUNCTION_NOT_FOUND"})


def outcomes(seed: int, count: int) -> Iterator[Outcome]:
    """Asks, and gives what came out of new statements and of this project's.

    Args:
        seed: Chooses the new statements.
        count: How many these are.

    Raises:
        SkippedError: Trino cannot be had.
    """
    with running() as address:
        changed = (sql for _, sql in generated(seeds(), Random(seed)))
        made = chain.from_iterable(zip(changed, called(Random(seed)), strict=False))
        new = _compared(f"Trino, new statements (seed {seed})", address, islice(made, count))
        new.tolerated = int(_TOLERATED * count)
        yield new
        yield _compared("Trino, this project's SQL", address, project_statements(Random(seed)))
        yield _compared("Trino, imports", address, import_statements(Random(seed), _IMPORTS))


def _compared(engine: str, address: str, statements: Iterable[str]) -> Outcome:
    outcome, session = Outcome(engine, VERSION), open_session()
    for sql in statements:
        theirs, ours = ask(address, sql), _ours(session, sql)
        outcome.asked += 1
        is_fault = ours.get("error", "").startswith("internal:")
        if theirs == ours or ("error" in theirs and "error" in ours and not is_fault):
            outcome.same += 1
        elif not is_fault and _is_known(sql, ours):
            outcome.known += 1
        else:
            outcome.different.append(f"{sql}\n  Trino: {_short(theirs)}\n  ours:  {_short(ours)}")
    session.close()
    return outcome


def _ours(session: Session, sql: str) -> dict[str, Any]:
    try:
        return answer(session, sql)
    except Exception as error:  # noqa: BLE001 -- a fault of ours, which is told beside the others
        return {"error": f"internal: {error!r}"}


def _is_known(sql: str, ours: dict[str, Any]) -> bool:
    refused = ours.get("error") in _REFUSED
    return refused or any(re.search(pattern, sql) for pattern, _ in _KNOWN)


def _short(given: dict[str, Any]) -> str:
    return str(given.get("error") or (given["types"], given["rows"]))[:400]
