"""A Lambda function at a function URL: a handler behind HTTP, with events of format 2.0."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


@contextmanager
def function_url(handler: Callable[[dict[str, Any], None], dict[str, Any]]) -> Generator[str]:
    """Serve a handler on a free port of loopback until the block ends; yields its address.

    Bodies go in as base64, as they do where the content type is no text.
    https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html

    Args:
        handler: The function's.
    """

    class Function(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = handler(
                {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}, None
            )
            self.send_response(answer["statusCode"])
            for name, value in answer.get("headers", {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.get("body", "").encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Function) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
