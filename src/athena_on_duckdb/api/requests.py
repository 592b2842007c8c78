"""A request as it came over HTTP, and the answer that goes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from athena_on_duckdb.api.errors import InvalidRequestError, UnknownOperationError
from firelake.formats.service_models.constraints import operation_model, violations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.api.errors import ApiError

JSON_TYPE: Final = "application/x-amz-json-1.1"
_TARGET: Final = "AmazonAthena."


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request.

    Attributes:
        method: Of HTTP.
        target: Path and query, as sent.
        headers: By their names in lower case.
        body: The body.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """What `X-Amz-Target` names, with the service's prefix; empty for other protocols."""
        return self.headers.get("x-amz-target", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: the status, the type of its content, and the content."""

    status: int
    content_type: str
    body: bytes


def parameters(request: Request) -> tuple[str, dict[str, object]]:
    """Give the operation of Athena and its parameters, held to the service model.

    Raises:
        UnknownOperationError: Athena has no such operation.
        InvalidRequestError: A parameter is missing, unknown or wrong.
    """
    operation = request.operation.removeprefix(_TARGET)
    service = operation_model("athena", "StartQueryExecution").service_model
    if operation not in service.operation_names:
        message = f"Athena has no operation {operation!r}."
        raise UnknownOperationError(message)
    try:
        given: object = json.loads(request.body or b"{}")
    except ValueError as error:
        message = f"The body is not JSON: {error}."
        raise InvalidRequestError(message) from error
    shape = operation_model("athena", operation).input_shape
    found = [] if shape is None else list(violations(shape, given, operation))
    if found:
        message = f"{len(found)} validation error(s) detected: {'; '.join(found)}"
        raise InvalidRequestError(message, AthenaErrorCode="INVALID_INPUT")
    return operation, cast("dict[str, object]", given)


def success(content: Mapping[str, object]) -> Answer:
    """Give the answer with the members of an output shape; times are Unix time in seconds."""
    return Answer(status=200, content_type=JSON_TYPE, body=json.dumps(content).encode())


def failure(error: ApiError) -> Answer:
    """Give the answer that tells an error.

    https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
    """
    content = {"__type": error.code, "Message": str(error), **error.members}
    return Answer(
        status=500 if error.code == "InternalServerException" else 400,
        content_type=JSON_TYPE,
        body=json.dumps(content).encode(),
    )
