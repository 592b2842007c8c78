"""Commands as a user runs them, in a folder with events and with no settings of the tester's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from typer.testing import CliRunner

from firelake.aws import clients
from firelake.aws.lake_ref import OUTPUT_VARIABLES
from firelake.cli.app import app
from firelake.operations import lake_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[2]
EVENT: Final = '{"event_uuid": "1", "event_name": "a:b", "created_at": 1700000000.5}\n'


@pytest.fixture
def command_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file of events; no settings of whoever runs the tests."""
    (tmp_path / "events.jsonl").write_text(EVENT)
    for name in [name for name in os.environ if name.startswith(("AWS_", "FIRELAKE_"))]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"):
        # The commands change them, for this process.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(clients, "_ATTEMPTS", 1)
    monkeypatch.setattr(lake_clock, "_ATTEMPTS", 1)
    monkeypatch.chdir(ROOT)
    return tmp_path


def filled(command_folder: Path, arguments: list[str]) -> list[str]:
    """Arguments with the folder, and the file of events in it, in their places."""
    places = {"file": command_folder / "events.jsonl", "folder": command_folder}
    return [each.format(**places) for each in arguments]


def run(
    command_folder: Path, arguments: list[str], environment: Mapping[str, str]
) -> tuple[int, str]:
    """The exit code, and what standard error has."""
    words = filled(command_folder, arguments)
    result = CliRunner().invoke(app, words, env={**environment, "COLUMNS": "200"})
    # Any other exception would be a traceback.
    assert isinstance(result.exception, SystemExit | None), result
    return result.exit_code, result.stderr


def invoked(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """The exit code, and all output, of a command in an environment; raises what it raised."""
    result = CliRunner().invoke(app, arguments, env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def started(
    command_folder: Path,
    arguments: list[str],
    **how: Any,  # noqa: ANN401 -- those of subprocess
) -> subprocess.CompletedProcess[bytes]:
    """A command that has ended in a process of its own."""
    (command_folder / "outputs.json").write_text(
        json.dumps({"region": "eu-west-1", **dict.fromkeys(OUTPUT_VARIABLES, "x")})
    )
    ended: subprocess.CompletedProcess[bytes] = cast("Any", subprocess.run)(
        [sys.executable, "-m", "firelake", *filled(command_folder, arguments)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=False,
        **how,
    )
    return ended
