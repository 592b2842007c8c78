"""Executions of queries: what was asked, how far each is, and what it gave."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.api.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_on_duckdb.api.callers import Caller
    from athena_on_duckdb.results.outcome import Outcome
    from athena_on_duckdb.results.places import ResultPlace
    from athena_on_duckdb.statements.model import Statement

ENGINE_VERSION: Final = "Athena engine version 3"
# Athena keeps 45 days of them; here the oldest go: each may hold 256 KB of SQL.
_MOST_EXECUTIONS: Final = 2000


class State(StrEnum):
    """How far an execution is.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecutionStatus.html
    """

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


_FINAL: Final = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for.

    Attributes:
        id: The id of the execution.
        query: The text, as it was sent.
        statement: What is run, with its parameters in their places.
        parameters: The execution parameters.
        database: The database of tables that are named without one.
        catalog: The data catalog.
        workgroup: The workgroup.
        is_enforced: Whether it alone decides where results go.
        cutoff_bytes: How many bytes may be read; None for any number.
        place: Where the result goes.
        name: The name of its file there.
        encryption: How it is encrypted.
        submitted_ms: When it was asked for, Unix time in milliseconds.
        caller: Who asked.
    """

    id: str
    query: str
    statement: Statement
    parameters: tuple[str, ...]
    database: str
    catalog: str
    workgroup: str
    is_enforced: bool
    cutoff_bytes: int | None
    place: ResultPlace
    name: str
    encryption: Mapping[str, str]
    submitted_ms: int
    caller: Caller


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an execution failed: its text, and Athena's category, 1 system, 2 user, 3 other."""

    reason: str
    category: int = 2
    type: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """How an execution ended: its final state, why it failed, or what it gave."""

    state: State
    failure: Failure | None = None
    outcome: Outcome | None = None


_CANCELLED: Final = Ending(State.CANCELLED, Failure("Query cancelled by user"))


class Cancellation:
    """Stops what runs an execution, from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self.is_cancelled = False

    def cancel(self) -> None:
        """Stop what is attached, now or later."""
        with self._lock:
            self.is_cancelled = True
            if self._stop is not None:
                self._stop()

    def attach(self, stop: Callable[[], None] | None) -> None:
        """Take what stops the execution; None where nothing runs it any more."""
        with self._lock:
            self._stop = stop
            if stop is not None and self.is_cancelled:
                stop()


@dataclass(slots=True)
class Execution:
    """One execution; changed by the thread that runs it and by who stops it, read by any."""

    asked: Asked
    cancellation: Cancellation = field(default_factory=Cancellation)
    state: State = State.QUEUED
    started_ms: int | None = None
    ended_ms: int | None = None
    failure: Failure | None = None
    outcome: Outcome | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether its state is final."""
        return self.state in _FINAL

    def begin(self, now_ms: int) -> bool:
        """Note that it runs; False where it was stopped before."""
        with self._lock:
            if self.is_over:
                return False
            self.started_ms, self.state = now_ms, State.RUNNING
            return True

    def end(self, ending: Ending, now_ms: int) -> None:
        """Note how it ended; one that is over stays as it is."""
        with self._lock:
            if self.is_over:
                return
            self.outcome, self.failure = ending.outcome, ending.failure
            self.ended_ms = now_ms
            self.state = ending.state

    def cancel(self, now_ms: int) -> None:
        """Stop it: it is over at once, whatever its worker still has to tidy up."""
        self.end(_CANCELLED, now_ms)
        if self.state is State.CANCELLED:
            self.cancellation.cancel()

    def members(self, now_ms: int) -> dict[str, object]:
        """Give the structure QueryExecution of the API; times in seconds of Unix time."""
        asked, statement = self.asked, self.asked.statement
        location = asked.place.uri(asked.name)
        found: dict[str, object] = {
            "QueryExecutionId": asked.id,
            "Query": asked.query,
            "StatementType": statement.type.value,
            "SubstatementType": statement.subtype,
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": {"Database": asked.database, "Catalog": asked.catalog},
            "Status": self._status(),
            "Statistics": self._statistics(now_ms),
            "WorkGroup": asked.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": ENGINE_VERSION,
                "EffectiveEngineVersion": ENGINE_VERSION,
            },
        }
        if asked.parameters:
            found["ExecutionParameters"] = list(asked.parameters)
        if location is None:
            found["ManagedQueryResultsConfiguration"] = {"Enabled": True}
        else:
            configuration: dict[str, object] = {"OutputLocation": location}
            if asked.encryption:
                configuration["EncryptionConfiguration"] = dict(asked.encryption)
            found["ResultConfiguration"] = configuration
        return found

    def _status(self) -> dict[str, object]:
        status: dict[str, object] = {
            "State": self.state.value,
            "SubmissionDateTime": self.asked.submitted_ms / 1000,
        }
        if self.ended_ms is not None:
            status["CompletionDateTime"] = self.ended_ms / 1000
        if self.failure is not None:
            status["StateChangeReason"] = self.failure.reason
            if self.state is State.FAILED:
                status["AthenaError"] = {
                    "ErrorCategory": self.failure.category,
                    "ErrorType": self.failure.type,
                    "Retryable": False,
                    "ErrorMessage": self.failure.reason,
                }
        return status

    def _statistics(self, now_ms: int) -> dict[str, object]:
        end_ms = self.ended_ms or now_ms
        started_ms = self.started_ms or end_ms
        found: dict[str, object] = {
            "EngineExecutionTimeInMillis": max(end_ms - started_ms, 0),
            "DataScannedInBytes": self.outcome.scanned_bytes if self.outcome else 0,
            "TotalExecutionTimeInMillis": max(end_ms - self.asked.submitted_ms, 0),
            "QueryQueueTimeInMillis": max(started_ms - self.asked.submitted_ms, 0),
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        if self.outcome is not None and self.outcome.manifest is not None:
            found["DataManifestLocation"] = self.outcome.manifest
        return found


class Executions:
    """The executions of an endpoint, the newest last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: OrderedDict[str, Execution] = OrderedDict()
        self._by_token: OrderedDict[tuple[tuple[str, str], str], tuple[str, str]] = OrderedDict()

    def add(
        self, execution: Execution, *, token: str | None = None, fingerprint: str = ""
    ) -> Execution:
        """Take an execution, unless one was started with its token before.

        Args:
            execution: The execution.
            token: The request's token; the same request with it starts one execution only.
            fingerprint: What the request asks for.

        Returns:
            The execution that the token stands for.

        Raises:
            InvalidRequestError: The token was used for another request.
        """
        asked = execution.asked
        with self._lock:
            if token is not None:
                mine = (fingerprint, asked.id)
                known = self._by_token.setdefault((asked.caller.scope, token), mine)
                if known[0] != fingerprint:
                    message = "Idempotent parameters do not match"
                    raise InvalidRequestError(message, AthenaErrorCode="INVALID_INPUT")
                if known is not mine and known[1] in self._by_id:
                    return self._by_id[known[1]]
                self._by_token[asked.caller.scope, token] = mine
                if len(self._by_token) > _MOST_EXECUTIONS:
                    self._by_token.popitem(last=False)
            self._by_id[asked.id] = execution
            self._forget_oldest()
        return execution

    def get(self, scope: tuple[str, str], execution_id: str) -> Execution:
        """Give an execution.

        Raises:
            InvalidRequestError: There is none of this id.
        """
        with self._lock:
            found = self._by_id.get(execution_id)
        if found is None or found.asked.caller.scope != scope:
            message = f"QueryExecution {execution_id} was not found"
            raise InvalidRequestError(message, AthenaErrorCode="INVALID_QUERY_EXECUTION_ID")
        return found

    def newest_first(self, scope: tuple[str, str], workgroup: str) -> list[str]:
        """Give the ids of a workgroup's executions."""
        with self._lock:
            return [
                each.asked.id
                for each in reversed(self._by_id.values())
                if each.asked.workgroup == workgroup and each.asked.caller.scope == scope
            ]

    def unfinished(self) -> int:
        """Give how many executions wait or run."""
        with self._lock:
            return sum(not each.is_over for each in self._by_id.values())

    def _forget_oldest(self) -> None:
        excess = len(self._by_id) - _MOST_EXECUTIONS
        if excess > 0:
            over = [key for key, each in self._by_id.items() if each.is_over]
            for key in over[:excess]:
                del self._by_id[key]
