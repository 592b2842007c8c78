"""Names are found among many columns without a look at each."""

from __future__ import annotations

from collections import Counter

import pytest

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.translation.scope import Column, Scope
from athena_on_duckdb.translation.typed import Typed
from athena_on_duckdb.types import parse_type

_LOOKS: Counter[str] = Counter()


class _Name(str):
    """A name that counts how often it is looked at."""

    __slots__ = ()

    def lower(self) -> str:
        _LOOKS[self] += 1
        return super().lower()


def _column(name: str, relation: str, sql: str) -> Column:
    return Column(_Name(name), relation, Typed(sql, parse_type("bigint")))


def test_each_column_is_looked_at_once_and_again_only_where_its_name_is_asked_for() -> None:
    _LOOKS.clear()
    scope = Scope(tuple(_column(f"N{number}", "t", f"c{number}") for number in range(500)))

    found = [scope.resolve((f"n{number}",)).sql for number in range(0, 500, 5)]

    assert found == [f"c{number}" for number in range(0, 500, 5)]
    assert set(_LOOKS.values()) == {1, 2}
    assert sum(_LOOKS.values()) == 600


def test_a_name_of_two_relations_is_found_by_either_and_ambiguous_by_itself() -> None:
    scope = Scope((_column("n", "a", "c0"), _column("N", "b", "c1"), _column("m", "b", "c2")))

    assert scope.resolve(("A", "n")).sql == "c0"
    assert scope.resolve(("b", "N")).sql == "c1"
    assert scope.resolve(("m",)).sql == "c2"
    with pytest.raises(QueryError, match="Column 'n' is ambiguous"):
        scope.resolve(("n",))
    with pytest.raises(QueryError, match=r"Column 'a\.m' cannot be resolved"):
        scope.resolve(("a", "m"))


def test_a_column_without_a_name_is_never_found() -> None:
    scope = Scope((Column(None, "t", Typed("c0", parse_type("bigint"))),))

    with pytest.raises(QueryError, match="Column 'none' cannot be resolved"):
        scope.resolve(("none",))
