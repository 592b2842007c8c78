"""Runs a statement: finds what does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.athena.statements.model import Explain, Select
from local.athena.statements.queries import explain, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.athena.results.outcome import Given
    from local.athena.statements.context import Context
    from local.athena.statements.model import Statement

# Each takes the context, and the statement of its own class.
_DOERS: Final[dict[type[Statement], Callable[[Context, Any], Given]]] = {
    Explain: explain,
    Select: select,
}


def run_statement(context: Context) -> Given:
    """Run a statement.

    Raises:
        QueryError: It is wrong or not supported, or failed on the data.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: S3 or Glue refused.
    """
    return _DOERS[type(context.statement)](context, context.statement)
