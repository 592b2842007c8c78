"""Processes told apart: by number and start, and never another one that got the number."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from firelake.local.processes import ProcessIdentity, end, identify, is_running

if TYPE_CHECKING:
    from collections.abc import Iterator

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(600)"
)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["/bin/sleep", "600"]) as process:
        yield process
        process.kill()


def identity_of(process: subprocess.Popen[bytes]) -> ProcessIdentity:
    found = identify(process.pid)
    assert found is not None
    return found


def test_a_process_knows_itself() -> None:
    found = identify(os.getpid())
    assert found is not None
    assert found.pid == os.getpid()
    assert found == identify(os.getpid())
    assert is_running(found)


def test_two_processes_differ(sleeper: subprocess.Popen[bytes]) -> None:
    assert identity_of(sleeper) != identify(os.getpid())


def test_another_process_of_the_same_number_is_not_the_one() -> None:
    assert not is_running(ProcessIdentity(os.getpid(), "an earlier start"))


def test_a_process_that_has_ended_is_none_even_if_nobody_asked_for_its_code(
    sleeper: subprocess.Popen[bytes],
) -> None:
    found = identity_of(sleeper)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert identify(sleeper.pid) is None
    assert not is_running(found)


def test_ending_a_process_tells_that_it_ran(sleeper: subprocess.Popen[bytes]) -> None:
    found = identity_of(sleeper)
    assert end(found) is True
    assert not is_running(found)
    assert end(found) is False


def test_a_process_that_does_not_listen_is_ended_by_force() -> None:
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert end(identity_of(process), patience_s=0.1) is True
        assert process.wait() == -9


def test_another_process_of_the_same_number_is_not_ended(
    sleeper: subprocess.Popen[bytes],
) -> None:
    assert end(ProcessIdentity(sleeper.pid, "an earlier start")) is False
    assert sleeper.poll() is None
