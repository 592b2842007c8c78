"""Runs a query: resolves its tables, reads what it needs of them, and asks DuckDB."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.athena.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlglot import exp

    from local.athena.query_result import QueryResult
    from local.athena.session import Session
    from local.clients import Clients


class Cancellation:
    """Stops a query from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._interrupt: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Stop the query that was given this; one that has ended is left alone."""
        with self._lock:
            self._is_cancelled = True
            interrupt = self._interrupt
        if interrupt is not None:
            interrupt()

    def check(self) -> None:
        """Raise where the query was stopped.

        Raises:
            CancelledError: It was.
        """
        if self._is_cancelled:
            message = "Query cancelled by user"
            raise CancelledError(message)

    def attach(self, interrupt: Callable[[], None] | None) -> None:
        """Take what interrupts the step that runs now; None where it cannot be interrupted."""
        with self._lock:
            self._interrupt = interrupt


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Runs queries, several at once.

    Attributes:
        folder: Where files of the lake are kept; one of those that the session may read.
        session: The DuckDB base.
        now_ms: Gives the time, Unix time in milliseconds, by which dates are projected.
    """

    folder: Path
    session: Session
    now_ms: Callable[[], int]
    _unused: None = field(default=None, repr=False)

    def run(
        self,
        query: exp.Query,
        *,
        database: str,
        clients: Clients,
        cancellation: Cancellation | None = None,
        bytes_scanned_cutoff: int | None = None,
    ) -> QueryResult:
        """Run a query.

        Args:
            query: The query as `local.athena.translation.parse` gives it; it is not changed.
            database: Name of the database of tables that are named without one.
            clients: Clients of the caller, whose permissions hold for Glue and S3.
            cancellation: By what the query can be stopped.
            bytes_scanned_cutoff: How many bytes it may read at most; None for any number.

        Raises:
            QueryError: The query is wrong or not supported, or failed on the data.
            CancelledError: It was stopped, or would read more than it may.
        """
        raise NotImplementedError

    def explain(self, query: exp.Query, *, database: str, clients: Clients) -> str:
        """Give DuckDB's plan of a query.

        Raises:
            QueryError: The query is wrong or not supported.
        """
        raise NotImplementedError
