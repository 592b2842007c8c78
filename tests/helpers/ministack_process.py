"""One MiniStack process of its own: port, folders and state are used by nobody else."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.loopback_server import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def ministack_endpoint() -> Generator[str]:
    """Runs MiniStack and yields its endpoint URL; nothing of it is left behind."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="firelake-ministack-") as name:
        folder = Path(name)
        folders = {"TMPDIR": "tmp", "STATE_DIR": "state", "S3_DATA_DIR": "s3"}
        for child in folders.values():
            (folder / child).mkdir()
        environment = {
            **os.environ,
            **{variable: str(folder / child) for variable, child in folders.items()},
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",  # its default is every interface
            "MINISTACK_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",  # else it opens two more ports
            "SFTP_ENABLED": "0",
        }
        with serving(
            [sys.executable, "-m", "ministack"],
            environment,
            port=port,
            health="/_ministack/health",
            log=folder / "ministack.log",
        ):
            yield f"http://127.0.0.1:{port}"
