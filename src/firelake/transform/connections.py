"""Connections to one endpoint that are kept open, for requests whose headers are ready to be sent.

The standard library's, as urllib3 takes as long again around each request as all else of it.
"""

from __future__ import annotations

import ssl
import weakref
from collections import deque
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
)
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.httpsession import get_cert_path
from urllib3.util.wait import wait_for_read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from socket import socket


# As many and as long as the standard library takes.
_MOST_HEADERS: Final = 100
_MOST_LINE_BYTES: Final = 65_536


class Reply(NamedTuple):
    """What was answered.

    Attributes:
        status: HTTP's status.
        headers: By their names in lower case.
        body: All of it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Answer(HTTPResponse):
    """An answer whose headers are lines; the standard library reads them as those of a mail.

    Attributes:
        found: The headers, by their names in lower case.
    """

    found: dict[str, str]

    def begin(self) -> None:
        """Reads status and headers.

        Raises:
            HTTPException: They are not those of HTTP/1, or not whole.
            ValueError: A number is none.
        """
        version, _, status = self._line().partition(" ")
        if not version.startswith("HTTP/1."):
            raise BadStatusLine(version)
        self.status = int(status[:3])
        found: dict[str, str] = {}
        while line := self._line():
            name, _, value = line.partition(":")
            found[name.lower()] = value.strip()
            if len(found) > _MOST_HEADERS:
                raise BadStatusLine(version)
        self.found = found
        self.chunked, self.chunk_left = "chunked" in found.get("transfer-encoding", ""), None
        length = None if self.chunked else found.get("content-length")
        self.length = None if length is None else int(length)
        # Without a length it ends where the connection does.
        is_open = self.chunked or self.length is not None
        self.will_close = not is_open or found.get("connection", "").lower() == "close"

    def _line(self) -> str:
        line = self.fp.readline(_MOST_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise BadStatusLine(repr(line[:20]))
        return line.decode("latin-1").rstrip("\r\n")


class Connections:
    """Connections to one endpoint, which threads share; as many are open as were used at once."""

    def __init__(self, url: str, *, connect_timeout_s: float, read_timeout_s: float) -> None:
        """Opens none yet.

        Args:
            url: The endpoint's.
            connect_timeout_s: How long to wait for a connection.
            read_timeout_s: How long to wait for an answer.
        """
        parts = urlsplit(url)
        self._url = url
        self._host, self._path = parts.netloc, parts.path or "/"
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._tls: ssl.SSLContext | None = None
        if parts.scheme == "https":
            self._tls = ssl.create_default_context(cafile=get_cert_path(True))  # noqa: FBT003 -- as botocore has it
        # Threads may take and give back without a lock.
        self._idle: deque[HTTPConnection] = deque()
        weakref.finalize(self, _close, self._idle)

    def post(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """Sends one request and waits for its answer; never a second time.

        Args:
            headers: All that are signed.
            body: Of the request.

        Raises:
            BotoCoreError: There was no connection, or no whole answer in time.
            ValueError: A header is none.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._new()
        try:
            self._open(connection)
            reply = self._asked(connection, headers, body)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return reply

    def _new(self) -> HTTPConnection:
        timeout_s = self._connect_timeout_s
        if self._tls is None:
            made = HTTPConnection(self._host, timeout=timeout_s)
        else:
            made = HTTPSConnection(self._host, timeout=timeout_s, context=self._tls)
        return made

    def _open(self, connection: HTTPConnection) -> None:
        """Connects, also where the other side has closed meanwhile: nothing else is to be read."""
        opened: socket | None = connection.sock
        if opened is not None:
            if not wait_for_read(opened, timeout=0):
                return
            connection.close()
        try:
            connection.connect()
        except OSError as error:
            raise NoConnectionError(error=error) from error
        connection.sock.settimeout(self._read_timeout_s)

    def _asked(self, connection: HTTPConnection, headers: Mapping[str, str], body: bytes) -> Reply:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if lines.count("\n") != len(headers):
            message = "a header has a line break: look at the credentials of the environment"
            raise ValueError(message)
        head = f"POST {self._path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        sent = head.encode("latin-1") + body
        try:
            # In one piece, which is one call of the system.
            connection.sock.sendall(sent)
            answer = _Answer(connection.sock, method="POST")
            answer.begin()
            reply = Reply(answer.status, answer.found, answer.read())
        except TimeoutError as error:
            raise ReadTimeoutError(endpoint_url=self._url, error=error) from error
        except (OSError, HTTPException, ValueError) as error:
            raise ConnectionClosedError(endpoint_url=self._url, error=error) from error
        if answer.will_close:
            connection.close()
        return reply


def _close(connections: deque[HTTPConnection]) -> None:
    for each in connections:
        each.close()
