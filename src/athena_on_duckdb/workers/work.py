"""Runs one execution to its end, whatever that is, and tells it as Athena does."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from athena_on_duckdb.api.errors import ApiError
from athena_on_duckdb.api.executions import Ending, Failure, State
from athena_on_duckdb.errors import CancelledError, QueryError
from athena_on_duckdb.results.outcome import write_outcome
from athena_on_duckdb.statements.context import Context
from firelake.formats.emulation import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from athena_on_duckdb.api.executions import Asked
    from athena_on_duckdb.api.forward import Forward
    from athena_on_duckdb.api.permissions import Permissions
    from athena_on_duckdb.engine import Engine
    from athena_on_duckdb.results.outcome import Given, Outcome

_LOG: Final = logging.getLogger(__name__)
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "403"})
_INTERNAL: Final = "GENERIC_INTERNAL_ERROR"
# In Trino's words.
_TOO_DEEP: Final = "STACK_OVERFLOW: statement is too large (stack overflow during analysis)"
# https://docs.aws.amazon.com/athena/latest/ug/performance-tuning-service-quotas.html
EXHAUSTED: Final = "Query exhausted resources at this scale factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Runs executions, one at a time.

    Attributes:
        engine: What runs queries.
        forward: The way to the cloud behind.
        permissions: What callers may do.
        folder: Where files are put together.
        now_ms: The clock, Unix time in milliseconds.
        run: Runs a statement.
    """

    engine: Engine
    forward: Forward
    permissions: Permissions
    folder: Path
    now_ms: Callable[[], int]
    run: Callable[[Context], Given] = lambda context: context.asked.statement.run(context)

    def ending(self, asked: Asked) -> Ending:
        """Runs an execution and returns how it ended."""
        try:
            return Ending(State.SUCCEEDED, outcome=self._outcome(asked))
        except CancelledError as error:
            return Ending(State.CANCELLED, Failure(str(error)))
        except (QueryError, ApiError) as error:
            failure = Failure(str(error))
        except ClientError as error:
            failure = _refused(error)
        except RecursionError:
            failure = Failure(_TOO_DEEP)
        except MemoryError:
            failure = Failure(EXHAUSTED)
        except (BotoCoreError, LocalError) as error:
            failure = Failure(f"{_INTERNAL}: {error}", category=1)
        except Exception as error:  # noqa: BLE001 - nobody else tells of it
            _LOG.exception("execution %s broke", asked.id)
            failure = Failure(f"{_INTERNAL}: {type(error).__name__} in the local Athena", 1)
        return Ending(State.FAILED, failure)

    def _outcome(self, asked: Asked) -> Outcome:
        given = self.run(
            Context(
                asked=asked,
                engine=self.engine,
                folder=self.folder,
                now_ms=self.now_ms,
                athena=partial(self.forward.athena, asked.caller.scope),
                require=partial(self.permissions.require, asked.caller),
            )
        )
        return write_outcome(given, asked.place, asked.name)


def _refused(error: ClientError) -> Failure:
    """Tells a refusal of S3 or Glue as Athena does."""
    told = error.response.get("Error", {})
    code, message = told.get("Code", ""), told.get("Message", str(error))
    if code in _DENIED:
        # https://repost.aws/knowledge-center/athena-insufficient-permissions-error
        return Failure(f"Insufficient permissions to execute the query. {message}")
    return Failure(f"{_INTERNAL}: {error.operation_name} was refused with {code}: {message}", 1)
