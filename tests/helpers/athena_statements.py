"""Runs statements of Athena in this process, for one caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from athena_on_duckdb.api.callers import Caller
from athena_on_duckdb.api.executions import Asked
from athena_on_duckdb.statements.context import Context
from athena_on_duckdb.statements.parse import parse_statement

if TYPE_CHECKING:
    from pathlib import Path

    from athena_on_duckdb.results.outcome import Given


def run_statement(  # noqa: PLR0913 -- what the accounts of tests differ in
    sql: str,
    *,
    clients: object,
    engine: object,
    folder: Path,
    database: str,
    place: object = None,
    now_ms: int = 0,
) -> Given:
    """Runs a statement for a root user of these clients."""
    statement = parse_statement(sql)
    asked = Asked(
        id="q",
        query=sql,
        statement=statement,
        parameters=(),
        database=database,
        catalog="AwsDataCatalog",
        workgroup="primary",
        is_enforced=False,
        cutoff_bytes=None,
        place=cast("Any", place),
        name="q",
        encryption={},
        submitted_ms=0,
        caller=Caller("arn:aws:iam::1:root", "1", "us-east-1", cast("Any", clients)),
    )
    context = Context(
        asked=asked,
        engine=cast("Any", engine),
        folder=folder,
        now_ms=lambda: now_ms,
        athena=cast("Any", None),
        require=lambda _action, _resource: None,
    )
    return statement.run(context)
