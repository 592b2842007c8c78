"""What a statement is run with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local.athena.engine import Cancellation, Engine
    from local.athena.results.places import ResultPlace
    from local.athena.statements.model import Statement
    from local.clients import Clients


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a statement is run with.

    Attributes:
        execution_id: The id of the execution.
        statement: The statement.
        database: The database of tables that are named without one.
        workgroup: The workgroup.
        clients: Clients of the caller, whose permissions hold.
        engine: Runs queries.
        cancellation: By what the execution can be stopped.
        cutoff_bytes: How many bytes may be read; None for any number.
        place: Where results go.
        name: The name of this one's file there.
        encryption: How files are encrypted.
        folder: Where files are put together.
        now_ms: The clock, Unix time in milliseconds.
    """

    execution_id: str
    statement: Statement
    database: str
    workgroup: str
    clients: Clients
    engine: Engine
    cancellation: Cancellation
    cutoff_bytes: int | None
    place: ResultPlace
    name: str
    encryption: Mapping[str, str]
    folder: Path
    now_ms: Callable[[], int]
