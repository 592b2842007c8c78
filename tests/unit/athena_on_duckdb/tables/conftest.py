"""An engine on a lake of plain dicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from athena_on_duckdb.engine import Source
from athena_on_duckdb.translation.parse import parse
from tests.helpers.athena_engines import running_engine
from tests.unit.athena_on_duckdb.tables.fake_lake import NOW_MS, FakeLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp

    from athena_on_duckdb.engine import Engine
    from athena_on_duckdb.query_result import QueryResult


@dataclass
class Asked:
    """Asks an engine about a lake."""

    engine: Engine
    lake: FakeLake = field(default_factory=FakeLake)
    database: str = "db"

    def result(
        self,
        sql: str,
        *,
        bytes_scanned_cutoff: int | None = None,
    ) -> QueryResult:
        self.lake.listed.clear()
        self.lake.fetched.clear()
        return self.engine.run(
            cast("exp.Query", parse(sql)),
            database=self.database,
            source=Source(self.lake, self.lake),
            bytes_scanned_cutoff=bytes_scanned_cutoff,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        table: Any = self.result(sql).table
        return [tuple(row.values()) for row in table.to_pylist()]

    def scanned(self, sql: str) -> int:
        return self.result(sql).scanned_bytes


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("engine")
    with running_engine(folder, lambda: NOW_MS) as made:
        yield made


@pytest.fixture
def asked(engine: Engine) -> Asked:
    return Asked(engine)
