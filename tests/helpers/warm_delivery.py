"""Starts and kills delivery processes in a row, without making all of each anew.

Run as `python -m tests.helpers.warm_delivery SETTINGS STATE`: for every line on standard input it
forks a process that delivers as `python -m firehose_emulator` does, with modules imported and
clients made, and prints its number; one that was killed is reaped before the next.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from firehose_emulator.__main__ import STATUS_FILE, main
from firehose_emulator.aws import aws_ports
from firehose_emulator.settings import DeliverySettings

if TYPE_CHECKING:
    from firelake.local.cloud import Cloud

_ROOT: Final = Path(__file__).parents[2]
_LONGEST_START_S: Final = 30


class WarmDelivery:
    """Delivers for a cloud in its own folder of state, so that the cloud's process may go on."""

    def __init__(self, cloud: Cloud, log: Path) -> None:
        state = cloud.folder / "delivery"
        state.mkdir(exist_ok=True)
        settings = cloud.folder / "warm_delivery.json"
        cloud.delivery_settings().write(settings)
        self._status = state / STATUS_FILE
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.helpers.warm_delivery", str(settings), str(state)],
                cwd=_ROOT,
                env={**os.environ, **cloud.environment()},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._pid: int | None = None

    def start(self) -> None:
        """Start a process, and wait for its first step."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._status.unlink(missing_ok=True)
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        self._pid = int(self._process.stdout.readline())
        ends_s = time.monotonic() + _LONGEST_START_S
        while not self._status.exists():
            assert time.monotonic() < ends_s, self._log.read_text()
            time.sleep(0.005)

    def kill(self) -> None:
        """Kill the process wherever it is."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            self._pid = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.communicate(timeout=10)


def _serve(settings: str, state: str) -> None:
    # No call is made before the fork, so none of the clients has a connection yet.
    ports = aws_ports(DeliverySettings.read(Path(settings)))
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os._exit(main(["--settings", settings, "--state", state], lambda _: ports))
        print(pid, flush=True)  # noqa: T201 -- the parent reads it
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), f"the delivery had ended by itself, with {status}"


if __name__ == "__main__":
    _serve(*sys.argv[1:])
