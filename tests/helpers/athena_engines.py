"""An engine of the local Athena in this process, for tests that give it Glue and S3 themselves."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from athena_on_duckdb.engine import Engine
from athena_on_duckdb.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path


@contextmanager
def running_engine(folder: Path, now_ms: Callable[[], int]) -> Generator[Engine]:
    """Runs an engine that reads and writes in a folder alone, and ends it."""
    session = Session.open([folder])
    engine = Engine(folder=folder, session=session, now_ms=now_ms)
    yield engine
    engine.close()
    session.close()
