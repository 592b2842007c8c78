"""Runs a query: resolves its tables, fetches what it needs of them, and asks DuckDB."""

from __future__ import annotations

import shutil
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb

from local.athena.errors import CancelledError
from local.athena.query_result import QueryResult
from local.athena.tables.evaluate import Evaluator
from local.athena.tables.glue import GlueCatalog
from local.athena.tables.lake import Lake
from local.athena.tables.objects import S3Objects
from local.athena.tables.plan import plan_query
from local.athena.translation.run import run_select
from local.athena.translation.translate import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from sqlglot import exp

    from local.athena.session import Session
    from local.athena.tables.glue import Catalog
    from local.athena.tables.objects import Objects
    from local.athena.translation.translate import Translation
    from local.clients import Clients

_FETCHES_AT_ONCE: Final = 16


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
            if self._interrupt is not None:
                self._interrupt()

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


@dataclass(frozen=True, slots=True)
class _Ready:
    """A query whose tables DuckDB holds."""

    connection: duckdb.DuckDBPyConnection
    translation: Translation
    scanned_bytes: int


class Engine:
    """Runs queries, several at once."""

    def __init__(self, *, folder: Path, session: Session, now_ms: Callable[[], int]) -> None:
        """Begin without any file.

        Args:
            folder: Where files of the lake are kept; one of those that the session may read.
            session: The DuckDB base.
            now_ms: Gives the time by which dates are projected, Unix time in milliseconds.
        """
        self.session = session
        self._now_ms = now_ms
        self.folder = folder
        self._pool = ThreadPoolExecutor(_FETCHES_AT_ONCE, thread_name_prefix="fetch")
        self._lake = Lake(folder / "files", self._pool)

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
        catalog, objects = GlueCatalog(clients), S3Objects(clients)
        return self.run_on(
            query,
            database=database,
            catalog=catalog,
            objects=objects,
            cancellation=cancellation,
            bytes_scanned_cutoff=bytes_scanned_cutoff,
        )

    def run_on(  # noqa: PLR0913 -- as `run`, with the two ports apart
        self,
        query: exp.Query,
        *,
        database: str,
        catalog: Catalog,
        objects: Objects,
        cancellation: Cancellation | None = None,
        bytes_scanned_cutoff: int | None = None,
    ) -> QueryResult:
        """Run a query on a given catalog and given objects; see `run`."""
        stop = cancellation or Cancellation()
        with self._ready(query, database, catalog, objects, stop) as ready:
            if bytes_scanned_cutoff is not None and ready.scanned_bytes > bytes_scanned_cutoff:
                message = (
                    f"Bytes scanned limit was exceeded: the query would read {ready.scanned_bytes}"
                    f" bytes, and the workgroup allows {bytes_scanned_cutoff}. Restrict the"
                    " partitions, or name fewer columns."
                )
                raise CancelledError(message)
            stop.check()
            columns, table = run_select(ready.connection, ready.translation)
            return QueryResult(columns, table, ready.scanned_bytes)

    def explain(self, query: exp.Query, *, database: str, clients: Clients) -> str:
        """Give DuckDB's plan of a query.

        Raises:
            QueryError: The query is wrong or not supported.
        """
        catalog, objects = GlueCatalog(clients), S3Objects(clients)
        with self._ready(query, database, catalog, objects, Cancellation()) as ready:
            rows = ready.connection.execute(f"EXPLAIN {ready.translation.sql}").fetchall()
            return "\n".join(str(text) for _, text in rows)

    def close(self) -> None:
        """Give back threads."""
        self._pool.shutdown(cancel_futures=True)

    @contextmanager
    def _ready(
        self,
        query: exp.Query,
        database: str,
        catalog: Catalog,
        objects: Objects,
        stop: Cancellation,
    ) -> Generator[_Ready]:
        plan = plan_query(query, database=database, catalog=catalog)
        translation = translate(plan.query, plan.relations)
        stop.check()
        connection = self.session.cursor()
        folder = self.folder / "queries" / str(uuid.uuid4())
        folder.mkdir(parents=True)
        stop.attach(connection.interrupt)
        try:
            # All of it sees one time, so that a day's end cannot fall between choosing
            # partitions and reading them.
            connection.execute("BEGIN")
            scanned_bytes = 0
            for need in plan.needs:
                stop.check()
                relation = self._lake.relation(
                    need,
                    catalog=catalog,
                    objects=objects,
                    now_ms=self._now_ms,
                    holds=Evaluator(connection),
                    folder=folder / need.name,
                    check=stop.check,
                )
                scanned_bytes += relation.scanned_bytes
                relation.create(connection)
            yield _Ready(connection, translation, scanned_bytes)
        except duckdb.InterruptException as error:
            message = "Query cancelled by user"
            raise CancelledError(message) from error
        finally:
            stop.attach(None)
            connection.close()
            shutil.rmtree(folder, ignore_errors=True)
