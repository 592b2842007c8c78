"""A server process of the tests: started on a free loopback port, asked over HTTP, stopped."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

_HOST = "127.0.0.1"
_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 10.0


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def ask(port: int, method: str, path: str, body: object = None) -> object:
    """The JSON that a server on loopback answers.

    Raises:
        OSError: Nothing listens, or the answer is not a success.
    """
    connection = http.client.HTTPConnection(_HOST, port, timeout=5)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    if response.status != http.HTTPStatus.OK:
        message = f"{method} {path} answered {response.status}: {text[:200]!r}"
        raise OSError(message)
    answer: object = json.loads(text)
    return answer


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], *, port: int, health: str, log: Path
) -> Generator[None]:
    """Runs a server until the block ends.

    Raises:
        RuntimeError: It ended, or was not healthy in time; the message holds the end of its log.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            _wait_until_healthy(process, port, health, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(
    process: subprocess.Popen[bytes], port: int, health: str, log: Path
) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            ask(port, "GET", health)
        except OSError:
            time.sleep(0.02)
        else:
            return
    message = f"{process.args!r} is not healthy; its log ends with:\n{log.read_text()[-2000:]}"
    raise RuntimeError(message)
