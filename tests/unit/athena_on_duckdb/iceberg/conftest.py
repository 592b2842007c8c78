"""An account in memory, whose engine all tests share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.helpers.athena_engines import running_engine
from tests.unit.athena_on_duckdb.iceberg.account import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from athena_on_duckdb.engine import Engine


@pytest.fixture(scope="session")
def iceberg_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("iceberg")
    with running_engine(folder, lambda: time.time_ns() // 1_000_000) as engine:
        yield engine


@pytest.fixture
def account(iceberg_engine: Engine, tmp_path: Path) -> Account:
    return Account(iceberg_engine, tmp_path)
