"""What a statement is run with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from athena_on_duckdb.api.executions import Asked
    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a statement is run with.

    Attributes:
        asked: What was asked for, and by whom.
        engine: What runs queries.
        folder: Where files are put together.
        now_ms: The clock, Unix time in milliseconds.
        athena: Makes a call of Athena's on the cloud behind, as the root user.
        require: Refuses an action on a resource that no policy of the caller allows.
    """

    asked: Asked
    engine: Engine
    folder: Path
    now_ms: Callable[[], int]
    athena: Callable[[str, Mapping[str, object]], Any]
    require: Callable[[str, str], None]

    @property
    def clients(self) -> Clients:
        """Clients of the caller, whose permissions hold."""
        return self.asked.caller.clients
