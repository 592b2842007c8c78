"""How MiniStack is started: what its process is told, with no process and no port."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import pytest

from firelake.formats.emulation import ProcessError
from firelake.local import ministack
from firelake.local.children import Child
from firelake.local.ministack import Ministack


class Started:
    """Stands for the process; `codes` are what each one in turn has ended with, if it has."""

    def __init__(self, *codes: int | None) -> None:
        self.told: list[dict[str, Any]] = []
        self._codes = list(codes)

    def spawn(self, what: str, command: list[str], **told: Any) -> Child:  # noqa: ANN401
        self.told.append({"what": what, "command": command, **told})
        told["log"].write_text("the end of the log")
        code = self._codes.pop(0)

        class Process:
            pid = 42

            def poll(self) -> int | None:
                return code

            def terminate(self) -> None: ...

            def wait(self, timeout: float | None = None) -> int:  # noqa: ARG002
                return 0

        return Child(what, cast("Any", Process()), told["records"] / "42.json")


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_healthy(_port: int) -> bool:
        return True

    monkeypatch.setattr(ministack, "_is_healthy", is_healthy)
    monkeypatch.setattr(ministack, "_free_port", lambda: 4567)


def start(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    process: Started,
    **options: Any,  # noqa: ANN401
) -> Ministack:
    monkeypatch.setattr(ministack, "spawn", process.spawn)
    return Ministack.start(tmp_path, records=tmp_path / "records", **options)


@pytest.mark.usefixtures("healthy")
def test_it_listens_on_loopback_alone_and_enforces_policies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    process = Started(None)
    running = start(monkeypatch, tmp_path, process)
    (told,) = process.told
    assert told["command"] == [sys.executable, "-m", "firelake.local.emulator"]
    environment = told["environment"]
    assert (environment["GATEWAY_PORT"], environment["BIND_HOST"]) == ("4567", "127.0.0.1")
    assert environment["AUTH"] == "true"
    emulator = Path(environment["PYTHONPATH"], "firelake", "local", "emulator", "__main__.py")
    assert emulator.is_file()
    assert (environment["IOT_MTLS_ENABLED"], environment["SFTP_ENABLED"]) == ("0", "0")
    assert running.endpoint == "http://127.0.0.1:4567"


@pytest.mark.usefixtures("healthy")
def test_nothing_of_the_users_own_aws_settings_reaches_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "theirs")
    monkeypatch.setenv("AWS_PROFILE", "theirs")
    monkeypatch.setenv("PYTHONPATH", "theirs")
    process = Started(None)
    start(monkeypatch, tmp_path, process)
    assert "theirs" not in process.told[0]["environment"].values()
    assert [key for key in process.told[0]["environment"] if key.startswith("AWS_")] == []


@pytest.mark.usefixtures("healthy")
def test_its_files_are_in_a_folder_of_its_own_that_goes_when_it_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    process = Started(None)
    running = start(monkeypatch, tmp_path, process)
    folder: Path = process.told[0]["folder"]
    assert folder.parent == tmp_path
    for variable in ("TMPDIR", "STATE_DIR", "S3_DATA_DIR"):
        assert process.told[0]["environment"][variable].startswith(f"{folder}/")
    with running:
        assert folder.exists()
    assert not folder.exists()


@pytest.mark.usefixtures("healthy")
def test_other_tools_are_given_the_endpoint_the_region_and_the_account(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    options = {"account_id": "000000000042", "region": "eu-west-1"}
    running = start(monkeypatch, tmp_path, Started(None), **options)
    assert running.environment() == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4567",
        "AWS_ACCESS_KEY_ID": "000000000042",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }


@pytest.mark.usefixtures("healthy")
def test_a_start_that_found_its_port_taken_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    process = Started(1, 1, None)
    running = start(monkeypatch, tmp_path, process)
    assert len(process.told) == 3
    assert running.pid == 42
    assert sorted(each.name for each in tmp_path.iterdir() if "ministack-" in each.name) == [
        process.told[2]["folder"].name
    ]


@pytest.mark.usefixtures("healthy")
def test_the_third_start_in_vain_is_the_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ProcessError, match="the end of the log"):
        start(monkeypatch, tmp_path, Started(1, 1, 1))
    assert [each.name for each in tmp_path.iterdir()] == ["records"]
