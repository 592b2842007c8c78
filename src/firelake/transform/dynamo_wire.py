"""`UpdateItem` with little around it: no model of the service, and no layers around a connection.

boto3's own `update_item` takes several times as long to put a request together and take its answer
apart, most of it in Python by the service's model. That is more than all else that a small page
costs. Here a request is encoded and an answer decoded in C, and signed for the few headers that it
has.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import zlib
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol, TypedDict
from urllib.parse import urlsplit

import msgspec
from botocore.exceptions import ChecksumError, ClientError
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.credentials import Credentials

    from firelake.transform.connections import Reply

_SERVICE: Final = "dynamodb"
_TARGET: Final = "DynamoDB_20120810.UpdateItem"
_OPERATION: Final = "UpdateItem"
_CONTENT_TYPE: Final = "application/x-amz-json-1.0"


class _Value(TypedDict, total=False):
    """The values of attributes that pages have, as boto3 gives them."""

    B: bytes
    N: str
    S: str
    BOOL: bool


class _Capacity(TypedDict, total=False):
    CapacityUnits: float


class _Updated(TypedDict, total=False):
    Attributes: dict[str, _Value]
    ConsumedCapacity: _Capacity


_encode: Final = msgspec.json.Encoder().encode
_decode_updated: Final = msgspec.json.Decoder(_Updated).decode
_decode_failed: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_text: Final = msgspec.json.Decoder(str).decode
_decode_item: Final = msgspec.json.Decoder(dict[str, _Value]).decode


class Posting(Protocol):
    """What is used of `firelake.transform.connections.Connections`."""

    def post(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Sends one request."""
        ...


class DynamoWire:
    """The part of a client of DynamoDB that pages need; it never retries by itself."""

    def __init__(
        self,
        endpoint_url: str,
        region: str,
        credentials: Credentials,
        connections: Posting,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Sends nothing yet.

        Args:
            endpoint_url: As a client of boto3 found it.
            region: The region that requests are signed for.
            credentials: Whose requests they are.
            connections: Those to the endpoint.
            now_s: The wall clock, Unix time.
        """
        parts = urlsplit(endpoint_url)
        self._host, self._path = parts.netloc, parts.path or "/"
        self._region = region
        self._now_s = now_s
        self._credentials = credentials
        self._connections = connections

    def update_item(self, **request: Any) -> Any:  # noqa: ANN401 -- as botocore has it
        """Updates one item, as boto3's client does.

        Args:
            **request: The members of the request; bytes in values of type B.

        Returns:
            The answer's members, bytes in values of type B.

        Raises:
            ClientError: DynamoDB refused; the response has the item where the request asks for it.
            BotoCoreError: There was no answer, or one that did not arrive whole.
            ResponseParserError: The answer is no JSON.
        """
        sent = _encode(request)
        status, headers, body = self._connections.post(self._signed(sent), sent)
        told, found = headers.get("x-amz-crc32"), str(zlib.crc32(body))
        if told is not None and told != found:
            raise ChecksumError(
                checksum_type="crc32", expected_checksum=told, actual_checksum=found
            )
        try:
            if status == HTTPStatus.OK:
                return _decode_updated(body)
            raise _error(status, body)
        except msgspec.DecodeError as error:
            message = f"{_OPERATION} answered {status} with what is no JSON: {error}"
            raise ResponseParserError(message) from error

    def _signed(self, body: bytes) -> dict[str, str]:
        """Returns the headers of a request."""
        credentials = self._credentials.get_frozen_credentials()
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._now_s()))
        headers = {"content-type": _CONTENT_TYPE, "host": self._host, "x-amz-date": now}
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        headers["x-amz-target"] = _TARGET
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        digest = hashlib.sha256(body).hexdigest()
        canonical = f"POST\n{self._path}\n\n{lines}\n{names}\n{digest}"
        scope = f"{now[:8]}/{self._region}/{_SERVICE}/aws4_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        key = _signing_key(credentials.secret_key, now[:8], self._region)
        signature = _hmac(key, f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashed}").hex()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return headers


@lru_cache(maxsize=8)
def _signing_key(secret_key: str, day: str, region: str) -> bytes:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""  # noqa: D415 -- an address
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, _SERVICE, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _error(status: int, body: bytes) -> ClientError:
    members = _decode_failed(body) if body else {}
    code = _decode_text(members["__type"]).rpartition("#")[2] if "__type" in members else ""
    text = members.get("message") or members.get("Message")
    response: Any = {
        "Error": {"Code": code, "Message": _decode_text(text) if text else ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    if "Item" in members:
        response["Item"] = _decode_item(members["Item"])
    return ClientError(response, _OPERATION)
