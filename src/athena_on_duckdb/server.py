"""Speaks HTTP: takes requests of Athena, Glue, STS and IAM, and answers each."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from athena_on_duckdb.api.errors import ApiError, InternalServerError
from athena_on_duckdb.api.requests import Request, failure
from firelake.formats.emulation import LocalError

if TYPE_CHECKING:
    import socket

    from athena_on_duckdb.api.callers import Callers
    from athena_on_duckdb.api.forward import Forward
    from athena_on_duckdb.api.operations import Operations
    from athena_on_duckdb.api.requests import Answer
    from athena_on_duckdb.glue_gaps import GlueGaps

_LOG: Final = logging.getLogger(__name__)
# A query has at most 256 KB; Glue takes some megabytes at once.
_MOST_BYTES: Final = 16 << 20
_IDLE_TIMEOUT_S: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What answers: Athena here, gaps of Glue here, all else by the cloud behind."""

    athena: Operations
    glue: GlueGaps
    callers: Callers
    forward: Forward

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        try:
            if request.operation.startswith("AmazonAthena."):
                return self.athena.answer(self.callers.of(request), request)
            if request.operation.startswith("AWSGlue."):
                return self.glue.answer(request)
            answer = self.forward.as_it_came(request)
            self.callers.remember(answer.body)
        except ApiError as error:
            return failure(error)
        except (ClientError, BotoCoreError, LocalError) as error:
            _LOG.warning("%s failed: %s", request.operation, error)
            return failure(InternalServerError(f"The local Athena failed: {error}"))
        except Exception as error:  # noqa: BLE001 - else the caller would wait, and try again
            _LOG.exception("%s broke", request.operation)
            message = f"The local Athena broke: {type(error).__name__}"
            return failure(InternalServerError(message))
        return answer


class Server(ThreadingHTTPServer):
    """Serves requests from a socket that listens already, each connection in a thread of its own.

    Args:
        listening: The socket.
        services: What answers.
    """

    daemon_threads = True

    def __init__(self, listening: socket.socket, services: Services) -> None:
        super().__init__(listening.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.services = services


class _Handler(BaseHTTPRequestHandler):
    """Reads requests of one connection, and writes their answers."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_TIMEOUT_S
    # An answer is one packet: its head and its body apart wait 40 ms for each other's receipt.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        """Answer a request."""
        told = self.headers.get("Content-Length") or "0"
        length = int(told) if told.isascii() and told.isdigit() else _MOST_BYTES + 1
        if length > _MOST_BYTES or "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            self.close_connection = True
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        answer = self.server.services.answer(request)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_POST  # noqa: N815 - the name is http.server's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log at debug: requests are many."""
        _LOG.debug(format, *args)
