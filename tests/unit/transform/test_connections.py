"""Connections that are kept open: what goes over them, and what becomes of each failure."""

from __future__ import annotations

from http.client import HTTPConnection
from io import BytesIO
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NoConnectionError

from firelake.transform import connections
from firelake.transform.connections import Connections, Reply

if TYPE_CHECKING:
    import socket

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Amz-Crc32: 7\r\n\r\n{}"

MANY_HEADERS = b"".join(b"a%d: b\r\n" % number for number in range(101)) + b"\r\n"


class Peer:
    """A socket whose other side answers each request by the next of some answers."""

    def __init__(self, answers: list[bytes | Exception]) -> None:
        self._answers = iter(answers)
        self.sent = b""
        self.timeouts: list[float] = []
        self.is_closed = False

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def makefile(self, mode: str) -> BytesIO:
        assert mode == "rb"
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return BytesIO(answer)

    def close(self) -> None:
        self.is_closed = True


class Network:
    """Gives the sockets that are told, one after the other, for each connection."""

    def __init__(self) -> None:
        self.peers: list[Peer | Exception] = []
        self.opened: list[Peer] = []
        self.readable: set[Peer] = set()

    def connect(self, connection: HTTPConnection) -> None:
        peer = self.peers.pop(0)
        if isinstance(peer, Exception):
            raise peer
        self.opened.append(peer)
        connection.sock = cast("socket.socket", peer)

    def is_readable(self, peer: Peer, timeout: float) -> bool:
        assert timeout == 0
        return peer in self.readable


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    made = Network()

    def connect(connection: HTTPConnection) -> None:
        made.connect(connection)

    monkeypatch.setattr(HTTPConnection, "connect", connect)
    monkeypatch.setattr(connections, "wait_for_read", made.is_readable)
    return made


def made() -> Connections:
    return Connections("http://dynamodb.test:80", connect_timeout_s=1, read_timeout_s=2)


def test_a_request_is_sent_as_it_is_signed_and_its_answer_given(network: Network) -> None:
    network.peers = [peer := Peer([OK])]
    reply = made().post({"host": "signed.test", "x-amz-date": "now"}, b'{"a":1}')
    assert reply == Reply(200, {"content-length": "2", "x-amz-crc32": "7"}, b"{}")
    assert peer.timeouts == [2]
    head, _, body = peer.sent.partition(b"\r\n\r\n")
    assert body == b'{"a":1}'
    assert head.split(b"\r\n") == [
        b"POST / HTTP/1.1",
        b"host: signed.test",
        b"x-amz-date: now",
        b"content-length: 7",
    ]


def test_a_connection_is_used_again_unless_the_other_side_has_closed_it(network: Network) -> None:
    network.peers = [first := Peer([OK, OK]), second := Peer([OK])]
    shared = made()
    shared.post({"host": "a"}, b"1")
    shared.post({"host": "a"}, b"2")
    network.readable = {first}
    shared.post({"host": "a"}, b"3")
    assert network.opened == [first, second]
    assert (first.sent.count(b"POST"), second.sent.count(b"POST")) == (2, 1)
    assert first.is_closed


@pytest.mark.parametrize(
    ("answer", "is_kept"),
    [
        (b"HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 503 No\r\ncontent-length:2\r\nConnection: Close\r\n\r\n{}", False),
        (b"HTTP/1.0 503 No\r\n\r\n{}", False),
        (b"HTTP/1.1 503\r\nContent-Length: 2\r\n\r\n{}", True),
    ],
    ids=["in chunks", "and closed", "up to its end", "without words"],
)
def test_an_answer_of_any_form_is_read_whole(
    network: Network, answer: bytes, *, is_kept: bool
) -> None:
    network.peers = [first := Peer([answer, OK]), Peer([OK])]
    shared = made()
    reply = shared.post({}, b"1")
    assert (reply.status, reply.body) == (503, b"{}")
    shared.post({}, b"2")
    assert first.sent.count(b"POST") == (2 if is_kept else 1)


def test_a_header_with_a_line_break_is_refused_and_nothing_sent(network: Network) -> None:
    network.peers = [peer := Peer([])]
    with pytest.raises(ValueError, match="a header has a line break"):
        made().post({"x-amz-security-token": "a\r\nb: c"}, b"")
    assert peer.sent == b""


def test_no_connection_is_told_as_botocore_tells_it(network: Network) -> None:
    network.peers = [ConnectionRefusedError("refused")]
    with pytest.raises(NoConnectionError, match="refused"):
        made().post({}, b"")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (TimeoutError("timed out"), ReadTimeoutError),
        (ConnectionResetError("reset"), ConnectionClosedError),
        (b"", ConnectionClosedError),
        (b"no HTTP at all\r\n", ConnectionClosedError),
        (OK[:-1], ConnectionClosedError),
        (OK[:30], ConnectionClosedError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}", ConnectionClosedError),
        (b"HTTP/1.1 200 OK\r\n" + MANY_HEADERS, ConnectionClosedError),
    ],
    ids=["late", "reset", "closed", "garbled", "cut short", "no end", "no number", "no few"],
)
def test_what_is_no_whole_answer_is_told_and_its_connection_closed(
    network: Network, answer: bytes | Exception, told: type[Exception]
) -> None:
    network.peers = [broken := Peer([answer]), Peer([OK])]
    shared = made()
    with pytest.raises(told):
        shared.post({}, b"1")
    assert broken.sent.count(b"POST") == 1
    assert broken.is_closed
    assert shared.post({}, b"2").status == 200


def test_connections_that_nobody_uses_any_more_are_closed(network: Network) -> None:
    network.peers = [peer := Peer([OK])]
    made().post({}, b"1")
    assert peer.is_closed
