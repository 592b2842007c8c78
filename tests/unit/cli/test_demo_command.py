"""The demonstration is stopped in order, however it is stopped."""

from __future__ import annotations

import os
import signal
from typing import NoReturn

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.cli.commands import demo


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_demo_as_ctrl_c_does(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []

    def run_demo(*_: object, **_options: object) -> NoReturn:
        try:
            os.kill(os.getpid(), number)
            pytest.fail("nothing came of it")
        finally:
            left.append("cleaned up")

    before = signal.getsignal(number)
    monkeypatch.setattr(demo, "run_demo", run_demo)
    ended = CliRunner().invoke(app, ["demo"])
    assert (ended.exit_code, left) == (130, ["cleaned up"])
    assert ended.stderr.endswith("firelake: interrupted\n")
    assert signal.getsignal(number) is before
