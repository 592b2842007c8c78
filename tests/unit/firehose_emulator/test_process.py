"""Tests of the process around a delivery, as far as it needs no network."""

from __future__ import annotations

import fcntl
import logging
from typing import TYPE_CHECKING

import pytest

from firehose_emulator.__main__ import main
from tests.helpers.firehose_settings import settings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_process_on_one_state_folder_ends_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings().write(tmp_path / "settings.json")
    state = tmp_path / "state"
    state.mkdir()
    arguments = ["--settings", str(tmp_path / "settings.json"), "--state", str(state)]
    with (state / "lock").open("w") as lock, caplog.at_level(logging.ERROR):
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert main(arguments) == 1
    assert "is in use by another delivery process" in caplog.text


def test_settings_that_cannot_be_read_end_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    arguments = ["--settings", str(tmp_path / "none"), "--state", str(tmp_path / "state")]
    with caplog.at_level(logging.ERROR):
        assert main(arguments) == 1
    assert "No such file or directory" in caplog.text


def test_the_process_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "--settings, --state" in capsys.readouterr().err
