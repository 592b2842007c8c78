"""A Kinesis in front of an emulated one: of PutRecords it refuses every fifth record once."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

_REFUSAL: Final = {
    "ErrorCode": "ProvisionedThroughputExceededException",
    "ErrorMessage": "Rate exceeded for shard shardId-000000000000 in stream events",
}
_EACH: Final = 5
_PASSED_ON: Final = frozenset({"content-type", "x-amz-target"})


class RefusingKinesis(ThreadingHTTPServer):
    """Passes on what it is asked, but for the records that it refuses."""

    daemon_threads = True

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = environment["AWS_ENDPOINT_URL"]
        self.credentials = Credentials(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment.get("AWS_SESSION_TOKEN"),
        )
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.refused = 0
        self.seen: set[str] = set()
        self._lock = Lock()

    def refusals(self, records: list[dict[str, Any]]) -> list[bool]:
        """Which of some records to refuse: of new ones the first, and each fifth from it."""
        with self._lock:
            refused: list[bool] = []
            for record in records:
                is_new = record["Data"] not in self.seen
                self.seen.add(record["Data"])
                refused.append(is_new and len(self.seen) % _EACH == 1)
            self.refused += sum(refused)
        return refused


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _kinesis(self) -> RefusingKinesis:
        return cast("RefusingKinesis", self.server)

    def do_POST(self) -> None:
        body = self._body()
        is_json = self.headers.get("Content-Type", "").startswith("application/x-amz-json")
        if not is_json or not self.headers.get("X-Amz-Target", "").endswith(".PutRecords"):
            self._answer(*self._asked(body))
            return
        asked = json.loads(body)
        refused = self._kinesis.refusals(asked["Records"])
        passed = [each for each, no in zip(asked["Records"], refused, strict=True) if not no]
        if not passed:
            results: list[dict[str, str]] = []
            status, kind = 200, "application/x-amz-json-1.1"
        else:
            status, kind, answer = self._asked(json.dumps({**asked, "Records": passed}).encode())
            if status != http.HTTPStatus.OK:
                self._answer(status, kind, answer)
                return
            results = json.loads(answer)["Records"]
        taken = iter(results)
        told = [_REFUSAL if no else next(taken) for no in refused]
        failed = sum("ErrorCode" in each for each in told)
        self._answer(
            status, kind, json.dumps({"FailedRecordCount": failed, "Records": told}).encode()
        )

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _asked(self, body: bytes) -> tuple[int, str, bytes]:
        """Ask what is behind, in the caller's name: another body needs another signature."""
        scope = re.search(r"/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request", self.headers["Authorization"])
        assert scope is not None
        headers = {k: v for k, v in self.headers.items() if k.lower() in _PASSED_ON}
        url = f"{self._kinesis.upstream}{self.path}"
        request: Any = AWSRequest("POST", url, headers, body)
        SigV4Auth(self._kinesis.credentials, scope[2], scope[1]).add_auth(request)
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        try:
            connection.request("POST", self.path, body, dict(request.headers))
            response = connection.getresponse()
            return response.status, response.getheader("Content-Type", ""), response.read()
        finally:
            connection.close()

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's name
        """Say nothing."""


@contextmanager
def refusing_kinesis(
    environment: Mapping[str, str], certificate_folder: Path | None = None
) -> Generator[RefusingKinesis]:
    """Runs one on a free port of loopback until the block ends.

    Args:
        environment: The endpoint behind it, and in whose name to ask.
        certificate_folder: Where to make a certificate, for one that speaks TLS alone.
    """
    with RefusingKinesis(environment) as server:
        if certificate_folder is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*_certificate(certificate_folder))
            server.socket = context.wrap_socket(server.socket, server_side=True)
            server.endpoint = f"https://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        capture_output=True,
        check=True,
    )
    return certificate, key
