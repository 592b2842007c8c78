"""Passes requests on to the cloud behind the endpoint: as they came, or as the root user."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from athena_on_duckdb.api.errors import ApiError, InternalServerError
from athena_on_duckdb.api.requests import JSON_TYPE, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.api.requests import Request

_TIMEOUT_S: Final = 90
# Of the connection, which is another one, and of the encoding, which is undone.
_NOT_PASSED_ON: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "expect"})


class RefusedError(ApiError):
    """Raised when the cloud behind refuses a call; `code` is the one that it gave."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _without_empty_texts(content: object) -> object:
    """Leave out empty texts, such as a description that nobody gave: AWS does not tell them."""
    if isinstance(content, dict):
        members = cast("dict[str, object]", content)
        return {name: _without_empty_texts(each) for name, each in members.items() if each != ""}
    if isinstance(content, list):
        return [_without_empty_texts(each) for each in cast("list[object]", content)]
    return content


class Forward:
    """The way to the cloud behind.

    Args:
        endpoint: Its URL.
    """

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self._host, self._port = str(address.hostname), int(address.port or 80)

    def as_it_came(self, request: Request) -> Answer:
        """Pass a request on unchanged, so that its signature holds, and give the answer."""
        headers = {
            name: value for name, value in request.headers.items() if name not in _NOT_PASSED_ON
        }
        return self._send(request.method, request.target, request.body, headers)

    def athena(
        self, scope: tuple[str, str], operation: str, content: Mapping[str, object]
    ) -> dict[str, Any]:
        """Make a call of Athena's as the root user, whose signature that cloud does not check.

        Args:
            scope: Account and Region.
            operation: The operation.
            content: Its parameters.

        Raises:
            RefusedError: It was refused.
        """
        account_id, region = scope
        headers = {
            "authorization": (
                f"AWS4-HMAC-SHA256 Credential={account_id}/20200101/{region}/athena/aws4_request, "
                "SignedHeaders=host, Signature=0"
            ),
            "content-type": JSON_TYPE,
            "x-amz-target": f"AmazonAthena.{operation}",
        }
        answer = self._send("POST", "/", json.dumps(content).encode(), headers)
        try:
            members = cast("dict[str, Any]", json.loads(answer.body or b"{}"))
        except ValueError as error:
            message = f"The cloud behind answered {answer.status} to {operation}, and no JSON."
            raise InternalServerError(message) from error
        if answer.status != http.HTTPStatus.OK:
            code = str(members.get("__type", "InternalServerException")).rpartition("#")[2]
            text = str(members.get("message", members.get("Message", "")))
            raise RefusedError(code, text)
        return cast("dict[str, Any]", _without_empty_texts(members))

    def _send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            connection.putrequest(method, target, skip_host="host" in headers)
            for name, value in headers.items():
                if name != "content-length":
                    connection.putheader(name, value)
            connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(
                status=response.status,
                content_type=response.getheader("Content-Type", JSON_TYPE),
                body=response.read(),
            )
        except OSError as error:
            message = f"The cloud behind does not answer: {error}."
            raise InternalServerError(message) from error
        finally:
            connection.close()
