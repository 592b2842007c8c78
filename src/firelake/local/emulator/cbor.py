"""Translates requests in CBOR to the JSON that MiniStack checks and answers, and answers back.

Two protocols carry CBOR: AWS JSON 1.1, which the AWS SDK for Java speaks so to Kinesis unless it is
told otherwise, and Smithy RPC v2 CBOR, in which newer SDKs speak to CloudWatch.
https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import botocore.session
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import RpcV2CBORParser, create_parser
from botocore.serialize import RpcV2CBORSerializer, create_serializer
from botocore.utils import parse_timestamp

from firelake.local.emulator.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from botocore.model import Shape
    from botocore.parsers import ResponseParser

_OF_JSON: Final = "application/x-amz-cbor-1.1"
_OF_RPC: Final = "rpc-v2-cbor"
_RPC_PATH: Final = re.compile(r"/service/(\w+)/operation/(\w+)$")
_SERVICES: Final = {
    "Kinesis_20131202": "kinesis",
    "GraniteServiceVersion20100801": "cloudwatch",
}
"""By the name that requests have of them: the services that MiniStack has and that take CBOR."""

_ERRORS: Final = ServiceModel(
    {
        "metadata": {"targetPrefix": "errors", "protocol": "json", "jsonVersion": "1.1"},
        "operations": {},
        "shapes": {
            "Text": {"type": "string"},
            "Error": {
                "type": "structure",
                "members": {"__type": {"shape": "Text"}, "message": {"shape": "Text"}},
            },
        },
    }
)


@dataclass(frozen=True, slots=True)
class Call:
    """One operation, called in CBOR.

    Attributes:
        prefix: The service, by the name that its requests have of it.
        model: The operation.
        is_rpc: Whether it is called by Smithy RPC v2, and not by AWS JSON 1.1.
    """

    prefix: str
    model: OperationModel
    is_rpc: bool

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Returns the headers that the request would have in JSON."""
        kept = {k: v for k, v in headers.items() if k not in {"smithy-protocol", "content-length"}}
        version = self.model.service_model.metadata.get("jsonVersion", "1.0")
        return {
            **kept,
            "content-type": f"application/x-amz-json-{version}",
            "x-amz-target": f"{self.prefix}.{self.model.name}",
        }

    def body(self, body: bytes) -> bytes:
        """Returns the body that the request would have in JSON.

        Raises:
            ValueError: It is no CBOR, or not of this operation.
        """
        shape = self.model.input_shape
        if shape is None or not body:
            return b"{}"
        parser = RpcV2CBORParser(timestamp_parser=None if self.is_rpc else _of_milliseconds)
        try:
            given = _parsed(parser, body, shape)
            sent = create_serializer("json", include_validation=False)
            return cast("bytes", sent.serialize_to_request(given, self.model)["body"])
        except Exception as error:
            # Whatever the bytes are: botocore trusts them, as its own come from AWS.
            message = f"{type(error).__name__}: {error}"
            raise ValueError(message) from error

    def answer(self, answer: Answer) -> Answer:
        """Returns an answer in JSON as the caller reads it."""
        content_type = {"Content-Type": "application/cbor" if self.is_rpc else _OF_JSON}
        told = {"smithy-protocol": _OF_RPC} if self.is_rpc else {}
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() not in {"content-type", "content-length"}
        }
        body = self._body(answer)
        return Answer(answer.status, {**kept, **(content_type if body else {}), **told}, body)

    def _body(self, answer: Answer) -> bytes:
        if not answer.is_success:
            told = cast("dict[str, Any]", json.loads(answer.body or b"{}"))
            error = {
                "__type": str(told.get("__type", "InternalFailure")),
                "message": str(told.get("message") or told.get("Message") or ""),
            }
            return self._in_cbor(error, "Error", _ERRORS)
        shape = self.model.output_shape
        if shape is None:
            return b""
        told = _parsed(create_parser("json"), answer.body, shape)
        return self._in_cbor(told, shape.name, self.model.service_model)

    def _in_cbor(self, values: Mapping[str, object], shape: str, service: ServiceModel) -> bytes:
        # As if the answer were a request, which is what botocore writes.
        written = OperationModel({"name": self.model.name, "input": {"shape": shape}}, service)
        serializer = RpcV2CBORSerializer() if self.is_rpc else _MillisecondSerializer()
        return cast("bytes", serializer.serialize_to_request(values, written)["body"])


class _MillisecondSerializer(RpcV2CBORSerializer):
    """Writes times as AWS JSON 1.1 has them in CBOR: in milliseconds."""

    def _serialize_type_timestamp(
        self, serialized: bytearray, value: datetime, _shape: object, _key: object
    ) -> None:
        tag_of_times, eight_bytes_follow = b"\xc1", b"\x1b"
        serialized += tag_of_times + eight_bytes_follow
        serialized += round(value.timestamp() * 1000).to_bytes(8, "big")


def call_of(path: str, headers: Mapping[str, str]) -> Call | None:
    """Returns what a request calls in CBOR; None if it is not in CBOR, or nothing that is known.

    Args:
        path: The request's path.
        headers: Its headers, by their names in lower case.
    """
    is_rpc = headers.get("smithy-protocol") == _OF_RPC
    if is_rpc:
        found = _RPC_PATH.search(path)
        prefix, name = found.groups() if found else ("", "")
    elif headers.get("content-type", "").startswith(_OF_JSON):
        prefix, _, name = headers.get("x-amz-target", "").partition(".")
    else:
        return None
    service = _SERVICES.get(prefix)
    if service is None or name not in _service_model(service).operation_names:
        return None
    return Call(prefix, _service_model(service).operation_model(name), is_rpc)


def _parsed(parser: ResponseParser, body: bytes, shape: Shape) -> dict[str, Any]:
    """What a body says, as if it were an answer, which is what botocore reads."""
    answer: dict[str, Any] = {"body": body, "headers": {}, "status_code": HTTPStatus.OK}
    values = cast("dict[str, Any]", parser.parse(answer, shape))
    del values["ResponseMetadata"]
    return values


@cache
def _service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def _of_milliseconds(value: Any) -> datetime:  # noqa: ANN401 (a number, but the types say text)
    return parse_timestamp(value / 1000)
