"""Runs executions, several at once, and brings each to its end."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.athena.api.errors import ApiError
from local.athena.api.executions import Failure, State
from local.athena.errors import CancelledError, QueryError
from local.athena.results.outcome import write_outcome
from local.athena.statements.context import Context
from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from local.athena.api.executions import Execution
    from local.athena.api.forward import Forward
    from local.athena.api.permissions import Permissions
    from local.athena.engine import Engine
    from local.athena.results.outcome import Given, Outcome

_LOG: Final = logging.getLogger(__name__)
_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "403"})
_INTERNAL: Final = "GENERIC_INTERNAL_ERROR"
# In Trino's words.
_TOO_DEEP: Final = "STACK_OVERFLOW: statement is too large (stack overflow during analysis)"


class Runner:
    """Runs executions.

    Args:
        executor: Its threads; as many queries run at once.
        run: Runs a statement.
        open_engine: Opens what runs queries; asked when it is first needed.
        forward: The way to the cloud behind.
        permissions: What callers may do.
        folder: Where files are put together.
        now_ms: The clock, Unix time in milliseconds.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a statement may need
        self,
        executor: Executor,
        run: Callable[[Context], Given],
        open_engine: Callable[[], Engine],
        forward: Forward,
        permissions: Permissions,
        folder: Path,
        now_ms: Callable[[], int],
    ) -> None:
        self._executor, self._run, self._open_engine = executor, run, open_engine
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._forward, self._permissions = forward, permissions
        self._folder, self._now_ms = folder, now_ms

    def start(self, execution: Execution) -> None:
        """Run an execution as soon as a thread is free."""
        self._executor.submit(self._to_the_end, execution)

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._open_engine()
            return self._engine

    def _to_the_end(self, execution: Execution) -> None:
        state, failure = State.FAILED, None
        try:
            execution.started_ms = self._now_ms()
            execution.cancellation.check()
            execution.state = State.RUNNING
            execution.outcome = self._outcome(execution)
            state = State.SUCCEEDED
        except CancelledError as error:
            state, failure = State.CANCELLED, Failure(str(error))
        except (QueryError, ApiError) as error:
            failure = Failure(str(error))
        except ClientError as error:
            failure = _refused(error)
        except RecursionError:
            failure = Failure(_TOO_DEEP)
        except (BotoCoreError, LocalError) as error:
            failure = Failure(f"{_INTERNAL}: {error}", category=1)
        except Exception as error:  # noqa: BLE001 - nobody else tells of what a thread raised
            _LOG.exception("execution %s broke", execution.asked.id)
            failure = Failure(f"{_INTERNAL}: {type(error).__name__} in the local Athena", 1)
        execution.failure = failure
        execution.ended_ms = self._now_ms()
        execution.state = state

    def _outcome(self, execution: Execution) -> Outcome:
        asked = execution.asked
        given = self._run(
            Context(
                execution_id=asked.id,
                statement=asked.statement,
                database=asked.database,
                workgroup=asked.workgroup,
                is_enforced=asked.is_enforced,
                clients=asked.caller.clients,
                engine=self._opened,
                cancellation=execution.cancellation,
                cutoff_bytes=asked.cutoff_bytes,
                place=asked.place,
                name=asked.name,
                encryption=asked.encryption,
                folder=self._folder,
                now_ms=self._now_ms,
                athena=partial(self._forward.athena, asked.caller.scope),
                require=partial(self._permissions.require, asked.caller),
            )
        )
        execution.cancellation.check()
        return write_outcome(given, asked.place, asked.name)


def _refused(error: ClientError) -> Failure:
    """Tell a refusal of S3 or Glue as Athena does."""
    told = error.response.get("Error", {})
    code, message = told.get("Code", ""), told.get("Message", str(error))
    if code in _DENIED:
        # https://repost.aws/knowledge-center/athena-insufficient-permissions-error
        return Failure(f"Insufficient permissions to execute the query. {message}")
    return Failure(f"{_INTERNAL}: {error.operation_name} was refused with {code}: {message}", 1)
