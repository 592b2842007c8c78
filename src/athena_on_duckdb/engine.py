"""Runs a query: resolves its tables, fetches what it needs of them, and asks DuckDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import CancelledError
from athena_on_duckdb.iceberg.storage import MetadataStore
from athena_on_duckdb.query_result import QueryResult, RowStream
from athena_on_duckdb.tables.cache import FileCache
from athena_on_duckdb.tables.evaluate import Evaluator
from athena_on_duckdb.tables.lake import Lake
from athena_on_duckdb.tables.objects import S3Objects
from athena_on_duckdb.tables.open_catalog import OpenCatalog
from athena_on_duckdb.tables.plan import plan_query
from athena_on_duckdb.translation.row_numbers import keep_windows
from athena_on_duckdb.translation.run import run_moment, run_select, stream_select
from athena_on_duckdb.translation.translate import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    import duckdb
    from sqlglot import exp

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.session import Session
    from athena_on_duckdb.tables.glue import Catalog, GlueTable
    from athena_on_duckdb.tables.objects import Objects
    from athena_on_duckdb.translation.translate import Translation

_FETCHES_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Source:
    """Where tables are looked up, and where their files are."""

    catalog: Catalog
    objects: Objects


@dataclass(frozen=True, slots=True)
class _Ready:
    """A query whose tables DuckDB holds."""

    connection: duckdb.DuckDBPyConnection
    translation: Translation
    scanned_bytes: int


class Engine:
    """Runs queries."""

    def __init__(
        self,
        *,
        folder: Path,
        session: Session,
        now_ms: Callable[[], int],
        open_streaming: Callable[[], Session] | None = None,
    ) -> None:
        """Begin without any file.

        Args:
            folder: Where files of the lake are kept, other engines' too; sessions may read it.
            session: The DuckDB base.
            now_ms: Gives the time by which dates are projected, Unix time in milliseconds.
            open_streaming: Opens the base of queries whose rows are taken piece by piece; None to
                run them on the other one.
        """
        self._session, self._open_streaming = session, open_streaming
        self._streaming: Session | None = None
        self._now_ms = now_ms
        self._pool = ThreadPoolExecutor(_FETCHES_AT_ONCE, thread_name_prefix="fetch")
        folder.mkdir(parents=True, exist_ok=True)
        self._cache = FileCache(folder)
        self._lake = Lake(self._cache, self._pool)

    def run(
        self,
        query: exp.Query,
        *,
        database: str,
        source: Source,
        bytes_scanned_cutoff: int | None = None,
    ) -> QueryResult:
        """Run a query.

        Args:
            query: The query as `athena_on_duckdb.translation.parse` gives it; it is not changed.
            database: Name of the database of tables that are named without one.
            source: Where tables and files are.
            bytes_scanned_cutoff: How many bytes it may read at most; None for any number.

        Raises:
            QueryError: The query is wrong or not supported, or failed on the data.
            CancelledError: It would read more than it may.
        """
        with self._ready(query, database, source, self._session) as ready:
            _require_within(ready.scanned_bytes, bytes_scanned_cutoff)
            columns, table = run_select(ready.connection, ready.translation)
            return QueryResult(columns, table, ready.scanned_bytes)

    @contextmanager
    def stream(
        self,
        query: exp.Query,
        *,
        database: str,
        source: Source,
        bytes_scanned_cutoff: int | None = None,
    ) -> Generator[RowStream]:
        """Run a query and yield its rows piece by piece, of which few are in memory; see `run`."""
        if self._streaming is None:
            self._streaming = self._open_streaming() if self._open_streaming else self._session
        with self._ready(query, database, source, self._streaming) as ready:
            _require_within(ready.scanned_bytes, bytes_scanned_cutoff)
            columns, batches = stream_select(ready.connection, ready.translation)
            yield RowStream(columns, batches, ready.scanned_bytes)

    def explain(self, query: exp.Query, *, database: str, source: Source) -> str:
        """Give DuckDB's plan of a query.

        Raises:
            QueryError: The query is wrong or not supported.
        """
        with self._ready(query, database, source, self._session) as ready:
            rows = ready.connection.execute(f"EXPLAIN {ready.translation.sql}").fetchall()
            return "\n".join(str(text) for _, text in rows)

    def metadata(self, clients: Clients) -> MetadataStore:
        """Returns where the metadata of a caller's Iceberg tables are, kept with other files."""
        return MetadataStore(clients, self._cache)

    def source(self, clients: Clients, *pinned: GlueTable) -> Source:
        """Returns the lake as a caller sees it, some tables of it as they were opened."""
        return Source(OpenCatalog(clients, self.metadata(clients), pinned), S3Objects(clients))

    def close(self) -> None:
        """Give back threads."""
        self._pool.shutdown(cancel_futures=True)

    @contextmanager
    def _ready(
        self, query: exp.Query, database: str, source: Source, session: Session
    ) -> Generator[_Ready]:
        connection, catalog = session.cursor(), source.catalog
        try:
            moment_of = partial(run_moment, connection)
            plan = plan_query(query, database=database, catalog=catalog, moment_of=moment_of)
            keep_windows(plan.query, [need.columns for need in plan.needs])
            translation = translate(plan.query, plan.relations)
            # All of it sees one time, so that a day's end cannot fall between choosing
            # partitions and reading them.
            connection.execute("BEGIN")
            scanned_bytes = 0
            for need in plan.needs:
                relation = self._lake.relation(
                    need,
                    catalog=catalog,
                    objects=source.objects,
                    now_ms=self._now_ms,
                    holds=Evaluator(connection),
                )
                scanned_bytes += relation.scanned_bytes
                relation.create(connection)
            yield _Ready(connection, translation, scanned_bytes)
        finally:
            connection.close()


def _require_within(scanned_bytes: int, cutoff_bytes: int | None) -> None:
    if cutoff_bytes is not None and scanned_bytes > cutoff_bytes:
        message = (
            f"Bytes scanned limit was exceeded: the query would read {scanned_bytes} bytes, and"
            f" the workgroup allows {cutoff_bytes}. Restrict the partitions, or name fewer columns."
        )
        raise CancelledError(message)
