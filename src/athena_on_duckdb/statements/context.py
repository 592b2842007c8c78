"""What a statement is run with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.engine import Engine
    from athena_on_duckdb.results.places import ResultPlace
    from athena_on_duckdb.statements.model import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a statement is run with.

    Attributes:
        execution_id: The id of the execution.
        statement: The statement.
        database: The database of tables that are named without one.
        workgroup: The workgroup.
        is_enforced: Whether it alone decides where results go.
        clients: Clients of the caller, whose permissions hold.
        engine: What runs queries.
        cutoff_bytes: How many bytes may be read; None for any number.
        place: Where results go.
        name: The name of this one's file there.
        encryption: How files are encrypted.
        folder: Where files are put together.
        now_ms: The clock, Unix time in milliseconds.
        athena: Makes a call of Athena's on the cloud behind, as the root user.
        require: Refuses an action on a resource that no policy of the caller allows.
    """

    execution_id: str
    statement: Statement
    database: str
    workgroup: str
    is_enforced: bool
    clients: Clients
    engine: Engine
    cutoff_bytes: int | None
    place: ResultPlace
    name: str
    encryption: Mapping[str, str]
    folder: Path
    now_ms: Callable[[], int]
    athena: Callable[[str, Mapping[str, object]], Any]
    require: Callable[[str, str], None]
