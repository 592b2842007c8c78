"""What a plugin of Pulumi does: it serves gRPC on a free port, which it writes out first."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    from collections.abc import Callable

_BYTES = 400 * 1024 * 1024


def serve(add: Callable[[Any], None]) -> None:
    """Serves until the process, or pulumi which started it, is ended.

    Args:
        add: Adds the plugin's service to a server.
    """
    server = grpc.server(
        ThreadPoolExecutor(16),
        options=[
            ("grpc.max_receive_message_length", _BYTES),
            ("grpc.max_send_message_length", _BYTES),
        ],
    )
    add(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    parent = os.getppid()
    with suppress(KeyboardInterrupt):
        while os.getppid() == parent and server.wait_for_termination(timeout=1):
            pass
    os._exit(0)  # whatever is held: a killed pulumi ends no plugin
