"""Connections to one endpoint that are kept open, for requests whose headers are ready to be sent.

The standard library's, as urllib3 takes as long again around each request as all else of it.
"""

from __future__ import annotations

import ssl
import weakref
from collections import deque
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.httpsession import get_cert_path
from urllib3.util.wait import wait_for_read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from socket import socket


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
        if self._tls is None:
            return HTTPConnection(self._host, timeout=self._connect_timeout_s)
        return HTTPSConnection(self._host, timeout=self._connect_timeout_s, context=self._tls)

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
        try:
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        except TimeoutError as error:
            raise ReadTimeoutError(endpoint_url=self._url, error=error) from error
        except (OSError, HTTPException) as error:
            raise ConnectionClosedError(endpoint_url=self._url, error=error) from error


def _close(connections: deque[HTTPConnection]) -> None:
    for each in connections:
        each.close()
