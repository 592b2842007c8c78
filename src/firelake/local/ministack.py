"""One MiniStack process of its own: port, folders and state are used by nobody else.

https://github.com/ministackorg/ministack
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.formats.emulation import ProcessError
from firelake.local.children import (
    Child,
    LeftOver,
    default_records,
    end_left_overs,
    module_environment,
    one_at_a_time,
    spawn,
)
from firelake.local.children import tail as tail_of
from firelake.local.stopping import Stopping

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT_ID: Final = "111122223333"
"""The account that AWS's own documentation uses in examples."""
REGION: Final = "us-east-1"

_HOST = "127.0.0.1"
_START_TIMEOUT_S = 30.0
_ATTEMPTS = 3
_POLL_S = 0.02


@dataclass(slots=True)
class Ministack(Stopping):
    """A running MiniStack; as a context manager it stops itself.

    Attributes:
        endpoint: Its URL, for every service.
        account_id: The account that resources are made in.
        region: The Region that resources are made in.
        left_overs: What the start found of earlier runs that had been killed, and ended.
    """

    endpoint: str
    account_id: str
    region: str
    left_overs: tuple[LeftOver, ...]
    _child: Child = field(repr=False)
    _folder: Path = field(repr=False)

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        account_id: str = ACCOUNT_ID,
        region: str = REGION,
        is_enforcing_iam: bool = True,
        records: Path | None = None,
    ) -> Ministack:
        """Start a process on a free port of loopback and wait until it answers.

        Args:
            folder: Gets a folder with all of its files, deleted when it stops.
            account_id: The account that resources are made in, 12 digits.
            region: The Region that resources are made in.
            is_enforcing_iam: Whether policies are enforced; the account's root may do anything.
            records: Where processes are on record; None for the user's own folder.

        Raises:
            ProcessError: It ended, or did not answer in time; the message has the end of its log.
        """
        records = records or default_records()
        with one_at_a_time(records):
            left_overs = end_left_overs(records)
        # Nobody else of this user takes the port between its choice and its use.
        with one_at_a_time(Path(tempfile.gettempdir()) / f"firelake-ports-{os.getuid()}"):
            for attempt in range(1, _ATTEMPTS + 1):
                own = Path(tempfile.mkdtemp(prefix="ministack-", dir=folder))
                port = _free_port()
                try:
                    child = _start(own, port, records, region, enforcing=is_enforcing_iam)
                except BaseException as error:
                    shutil.rmtree(own, ignore_errors=True)
                    if not isinstance(error, ProcessError) or attempt == _ATTEMPTS:
                        raise
                else:
                    endpoint = f"http://{_HOST}:{port}"
                    return cls(endpoint, account_id, region, left_overs, child, own)
        raise AssertionError  # the last attempt returns or raises

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._child.process.pid

    def environment(self) -> Mapping[str, str]:
        """Give the variables with which any AWS client of any tool works here, as the root user.

        MiniStack takes an access key of 12 digits for the root of that account.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.account_id,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def stop(self) -> None:
        """Stop the process and delete its files; all that was made in it is gone."""
        self._child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _start(folder: Path, port: int, records: Path, region: str, *, enforcing: bool) -> Child:
    log = folder / "ministack.log"
    folders = {"TMPDIR": "tmp", "STATE_DIR": "state", "S3_DATA_DIR": "s3"}
    for name in folders.values():
        (folder / name).mkdir()
    child = spawn(
        "MiniStack",
        [sys.executable, "-m", "firelake.local.emulator"],
        environment={
            **module_environment("SSL_CERT_FILE"),
            **{variable: str(folder / name) for variable, name in folders.items()},
            "GATEWAY_PORT": str(port),
            "BIND_HOST": _HOST,  # its default is every interface
            "MINISTACK_HOST": _HOST,
            "MINISTACK_REGION": region,
            "AUTH": str(enforcing).lower(),
            "IOT_MTLS_ENABLED": "0",  # else it opens two more ports
            "SFTP_ENABLED": "0",
            "TZ": "UTC",  # as in Lambda
        },
        log=log,
        records=records,
        folder=folder,
    )
    try:
        _wait_until_healthy(child, port, log)
    except BaseException:
        child.stop()
        raise
    return child


def _wait_until_healthy(child: Child, port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while child.process.poll() is None and time.monotonic() < deadline:
        if _is_healthy(port):
            return
        time.sleep(_POLL_S)
    message = f"MiniStack does not answer on port {port}; its log ends with:\n{tail_of(log)}"
    raise ProcessError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=5)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
