"""Makes an execution of a request to start one: its statement, its parameters, its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.api.errors import MALFORMED_QUERY, InvalidRequestError, ResourceNotFoundError
from athena_on_duckdb.api.executions import Asked, Execution
from athena_on_duckdb.api.forward import RefusedError
from athena_on_duckdb.api.workgroups import PRIMARY, read_workgroup
from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.results.outcome import file_name
from athena_on_duckdb.results.places import FolderPlace, S3Place, encryption_parameters, split_uri
from athena_on_duckdb.statements.parameters import as_expression, bind
from athena_on_duckdb.statements.parse import Execute, Prepare, parse_statement
from athena_on_duckdb.statements.queries import check_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from athena_on_duckdb.api.callers import Caller
    from athena_on_duckdb.api.workgroups import Workgroup
    from athena_on_duckdb.results.places import ResultPlace
    from athena_on_duckdb.statements.model import Statement

_DEFAULT_DATABASE: Final = "default"
CATALOG: Final = "AwsDataCatalog"
_NO_LOCATION: Final = (
    "No output location provided. An output location is required either through the Workgroup "
    "result configuration setting or as an API input."
)
_MANAGED_AND_GIVEN: Final = (
    "ManagedQueryResultsConfiguration of the workgroup and ResultConfiguration of the request "
    "cannot be set together."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Makes executions.

    Attributes:
        call: Makes a call of Athena's on the cloud behind.
        new_id: Makes an id.
        now_ms: The clock, Unix time in milliseconds.
        managed: Where results are that Athena keeps itself.
    """

    call: Callable[[str, Mapping[str, object]], Any]
    new_id: Callable[[], str]
    now_ms: Callable[[], int]
    managed: Path

    def execution(self, caller: Caller, request: Mapping[str, Any]) -> Execution:
        """Give the execution that a request asks for; it is not started.

        Raises:
            InvalidRequestError: It cannot be.
            ResourceNotFoundError: It executes a prepared statement that is not there.
        """
        workgroup = self._workgroup(str(request.get("WorkGroup", PRIMARY)))
        given = tuple(cast("list[str]", request.get("ExecutionParameters", [])))
        query = str(request["QueryString"])
        try:
            statement = self._statement(query, given, workgroup.name)
            check_query(statement)
            place, encryption = self._place(caller, workgroup, request)
        except QueryError as error:
            raise InvalidRequestError(str(error), AthenaErrorCode=MALFORMED_QUERY) from error
        context = cast("Mapping[str, str]", request.get("QueryExecutionContext", {}))
        execution_id = self.new_id()
        return Execution(
            Asked(
                id=execution_id,
                query=query,
                statement=statement,
                parameters=given,
                database=_database(context),
                catalog=context.get("Catalog", CATALOG),
                workgroup=workgroup.name,
                is_enforced=workgroup.is_enforced,
                cutoff_bytes=workgroup.cutoff_bytes,
                place=place,
                name=file_name(execution_id, statement.form),
                encryption=encryption,
                submitted_ms=self.now_ms(),
                caller=caller,
            )
        )

    def _workgroup(self, name: str) -> Workgroup:
        try:
            workgroup = read_workgroup(self.call, name)
        except RefusedError as error:
            message = f"WorkGroup {name} is not found."
            raise InvalidRequestError(message, AthenaErrorCode="INVALID_INPUT") from error
        if not workgroup.is_enabled:
            message = f"WorkGroup {name} is disabled."
            raise InvalidRequestError(message, AthenaErrorCode="INVALID_INPUT")
        return workgroup

    def _statement(self, query: str, given: tuple[str, ...], workgroup: str) -> Statement:
        statement = parse_statement(query)
        values = tuple(map(as_expression, given))
        if isinstance(statement, Execute):
            values = statement.values or values
            asked = {"StatementName": statement.name, "WorkGroup": workgroup}
            try:
                prepared = self.call("GetPreparedStatement", asked)["PreparedStatement"]
            except RefusedError as error:
                message = (
                    f"PreparedStatement {statement.name} was not found in workGroup {workgroup}"
                )
                raise ResourceNotFoundError(message, ResourceName=statement.name) from error
            query = str(prepared["QueryStatement"])
            return parse_statement(bind(query, values))
        if isinstance(statement, Prepare) and not values:
            return statement
        return parse_statement(bind(query, values))

    def _place(
        self, caller: Caller, workgroup: Workgroup, request: Mapping[str, Any]
    ) -> tuple[ResultPlace, Mapping[str, str]]:
        asked = cast("Mapping[str, Any]", request.get("ResultConfiguration", {}))
        if workgroup.is_managed:
            if asked:
                raise InvalidRequestError(_MANAGED_AND_GIVEN, AthenaErrorCode="INVALID_INPUT")
            return FolderPlace(self.managed), {}
        chosen: Mapping[str, Any] = {} if workgroup.is_enforced else asked
        location = chosen.get("OutputLocation") or workgroup.location
        encryption = chosen.get("EncryptionConfiguration") or workgroup.encryption
        if not location:
            raise InvalidRequestError(_NO_LOCATION, AthenaErrorCode="INVALID_INPUT")
        split_uri(location)
        encryption_parameters(encryption)
        return S3Place(location, caller.clients, encryption), encryption


def _database(context: Mapping[str, str]) -> str:
    # awswrangler sends it in backticks for MSCK REPAIR TABLE, and Athena takes it so.
    return context.get("Database", _DEFAULT_DATABASE).strip('`"').lower()


def fingerprint(request: Mapping[str, object]) -> str:
    """Give what two requests of one token must have in common."""
    told = {name: value for name, value in request.items() if name != "ClientRequestToken"}
    return json.dumps(told, sort_keys=True)
