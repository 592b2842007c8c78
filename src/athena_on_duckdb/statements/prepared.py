"""Runs PREPARE and DEALLOCATE PREPARE; prepared statements are kept by the cloud behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.results.outcome import Lines
from athena_on_duckdb.statements.parse import parse_statement

if TYPE_CHECKING:
    from athena_on_duckdb.statements.context import Context
    from athena_on_duckdb.statements.model import Deallocate, Prepare


def prepare(context: Context, statement: Prepare) -> Lines:
    """Run PREPARE, which replaces a statement of the same name.

    Raises:
        QueryError: What is prepared is no statement.
        ApiError: The caller may not, or the cloud behind refused.
    """
    parse_statement(statement.text)
    context.require("athena:CreatePreparedStatement", f"workgroup/{context.workgroup}")
    name = _name(context, statement.name)
    call = context.athena
    listed = call("ListPreparedStatements", {"WorkGroup": context.workgroup})
    known = [each["StatementName"] for each in listed["PreparedStatements"]]
    if statement.name in known:
        call("DeletePreparedStatement", name)
    call("CreatePreparedStatement", {**name, "QueryStatement": statement.text})
    return Lines()


def deallocate(context: Context, statement: Deallocate) -> Lines:
    """Run DEALLOCATE PREPARE.

    Raises:
        ApiError: The caller may not, or there is no such statement.
    """
    context.require("athena:DeletePreparedStatement", f"workgroup/{context.workgroup}")
    context.athena("DeletePreparedStatement", _name(context, statement.name))
    return Lines()


def _name(context: Context, name: str) -> dict[str, str]:
    return {"StatementName": name, "WorkGroup": context.workgroup}
