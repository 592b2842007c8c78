"""Starts and stops the process of the Athena endpoint; imports nothing that the process needs."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from firelake.formats.emulation import ProcessError
from firelake.local.children import Child, module_environment, spawn, tail
from firelake.local.stopping import Stopping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_HOST: Final = "127.0.0.1"
_WAITING_CONNECTIONS: Final = 128
# IAM and STS too: the endpoint reads S3 and Glue in the name of its callers, and knows the
# credentials that it saw being given out.
_SERVICES: Final = ("ATHENA", "GLUE", "IAM", "STS")


@dataclass(slots=True)
class AthenaEndpoint(Stopping):
    """A running endpoint; as a context manager it stops itself.

    Attributes:
        url: Its URL.
        log: What its process prints.
    """

    url: str
    log: Path
    _start: Callable[[], Child] = field(repr=False)
    _child: Child = field(repr=False)

    @classmethod
    def start(
        cls, environment: Mapping[str, str], *, folder: Path, records: Path
    ) -> AthenaEndpoint:
        """Start the process; clients that connect at once wait until it answers.

        Args:
            environment: The variables of the cloud behind, as `Ministack.environment` gives them.
            folder: Gets its log and a folder of its own; deleted with a process that is left over.
            records: Where processes are on record.

        Raises:
            ProcessError: It ended at once.
        """
        own, log = folder / "athena", folder / "athena.log"
        own.mkdir(exist_ok=True)

        def start_on(port: int) -> tuple[Child, int]:
            return _spawn(port, environment, own, log, records, folder)

        child, port = start_on(0)
        return cls(f"http://{_HOST}:{port}", log, lambda: start_on(port)[0], child)

    def restart(self) -> str | None:
        """Starts the process again at the same port if it has ended.

        Returns:
            How it ended; None while it runs.

        Raises:
            ProcessError: It ended at once.
            OSError: The port is taken, or the disk is full.
        """
        code = self._child.process.poll()
        if code is None:
            return None
        self._child.stop()
        self._child = self._start()
        return f"with {code}"

    @property
    def pid(self) -> int | None:
        """Number of the process; None when it has ended."""
        return None if self._child.process.poll() is not None else self._child.process.pid

    def environment(self) -> Mapping[str, str]:
        """Give the variables that lead clients here, beside those of the cloud behind."""
        return {f"AWS_ENDPOINT_URL_{service}": self.url for service in _SERVICES}

    def stop(self) -> None:
        """Stop the process; queries end with it.

        Raises:
            ProcessError: It had ended by itself; the message has the end of its log.
        """
        ended = self._child.process.poll()
        self._child.stop()
        if ended is not None:
            message = (
                f"the Athena endpoint had ended by itself, with {ended}; "
                f"its log ends with:\n{tail(self.log)}"
            )
            raise ProcessError(message)


def _spawn(  # noqa: PLR0913, PLR0917 (a process has so many parts)
    port: int, environment: Mapping[str, str], own: Path, log: Path, records: Path, folder: Path
) -> tuple[Child, int]:
    """Returns the process and its port; 0 is any that is free."""
    with socket.create_server((_HOST, port), backlog=_WAITING_CONNECTIONS) as listening:
        child = spawn(
            "the Athena endpoint",
            [
                *(sys.executable, "-m", "athena_on_duckdb"),
                *("--socket", str(listening.fileno()), "--folder", str(own)),
            ],
            environment={
                **module_environment(),
                **environment,
                "TZ": "UTC",
            },
            log=log,
            records=records,
            folder=folder,
            keep_open=(listening.fileno(),),
        )
        return child, int(listening.getsockname()[1])
