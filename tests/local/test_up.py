"""The commands as people run them: up, env, status and down, and what is left after a kill -9."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from athena_on_duckdb.clients import Clients
from firelake.laptop.running import StateFolder
from firelake.local.children import put_on_record
from firelake.local.guarded import guard
from firelake.local.processes import ProcessIdentity, is_running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.laptop.running import Running

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
EVENT = {"event_uuid": "u-1", "event_name": "something:happened"}


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The command line of a user whose state is in a folder of its own."""

    state: StateFolder

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**kept, "FIRELAKE_STATE": str(self.state.path), "PYTHONPATH": str(ROOT)}

    def start(self, *arguments: str, environment: dict[str, str] | None = None) -> Process:
        return subprocess.Popen(
            [sys.executable, "-m", "firelake", *arguments],
            env={**self.environment, **(environment or {})},
            cwd=self.state.path.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def up(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        """Starts a lake in the background, which ends with the tests if they are killed."""
        code, output, errors = self.run("up", "--detach", *arguments, environment=environment)
        assert code == 0, errors
        self.hold(self.running().process.pid)
        return output + errors

    def hold(self, pid: int) -> None:
        records = self.state.path.parent / "held"
        records.mkdir(exist_ok=True)
        guard(records)
        put_on_record("the lake", pid, records)

    def run(
        self, *arguments: str, text: str = "", environment: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        with self.start(*arguments, environment=environment) as process:
            output, errors = process.communicate(text)
            return process.returncode, output, errors

    def running(self) -> Running:
        return self.state.read_ready()

    def children(self) -> list[ProcessIdentity]:
        """MiniStack and the delivery, as they are on record."""
        entries = [json.loads(each.read_text()) for each in self.state.processes.glob("*.json")]
        return [ProcessIdentity(*entry["child"]) for entry in entries]

    def files(self) -> list[Path]:
        return [*self.state.clouds.iterdir(), *self.state.processes.glob("*.json")]


if TYPE_CHECKING:
    Process = subprocess.Popen[str]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[CommandLine]:
    line = CommandLine(StateFolder(tmp_path / "state"))
    yield line
    line.run("down")


def test_a_lake_is_started_used_looked_at_and_ended(line: CommandLine) -> None:
    output = line.up("--flush-after", "1")
    assert "firelake-dev-events" in output

    code, told, _ = line.run("env", "--json")
    environment: dict[str, str] = json.loads(told)
    assert code == 0
    assert environment["FIRELAKE_STREAM"] == "firelake-dev-events"
    assert f"export AWS_ENDPOINT_URL={environment['AWS_ENDPOINT_URL']}" in output

    event = json.dumps({**EVENT, "created_at": int(time.time())})
    code, output, errors = line.run(
        "produce", "-", text=f"{event}\n{{}}\n", environment=environment
    )
    assert code == 0, errors
    assert "sent     2 events" in output

    status = wait_for_objects(line, {"events/", "errors/", "raw/"})
    assert status["stack"] == "dev"
    assert status["endpoint"] == environment["AWS_ENDPOINT_URL"]
    assert status["delivery"]["is_running"] is True
    assert [(each["name"], each["objects"]) for each in status["errors"]] == [
        ("processing-failed", 1)
    ]

    code, _, errors = line.run("up")
    assert code == 0
    assert "the stack dev runs: bringing it up to date, its data stays" in errors
    assert "it was up to date already" in errors
    code, _, errors = line.run("up", "--stack=prod")
    assert code == 2
    assert "the stack dev runs: end it by `firelake down`" in errors
    code, _, errors = line.run("up", "--config=stream.retentionHours=48")
    assert code == 1
    assert "which a lake that runs does not take" in errors

    held, children = line.running().process, line.children()
    assert len(children) == 3
    code, output, _ = line.run("down")
    assert (code, output) == (0, f"stopped the embedded cloud of process {held.pid}\n")
    assert [each for each in (held, *children) if is_running(each)] == []
    assert line.files() == []
    assert line.run("status")[:2] == (1, "no embedded cloud runs\n")
    assert line.run("env")[:2] == (1, "")


def wait_for_objects(line: CommandLine, prefixes: set[str]) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        code, output, errors = line.run("status", "--json")
        assert code == 0, errors
        status: dict[str, Any] = json.loads(output)
        if {each["name"] for each in status["prefixes"]} >= prefixes:
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.5)


def test_a_killed_lake_leaves_nothing_and_down_says_so_once(line: CommandLine) -> None:
    line.up()
    killed, children = line.running(), line.children()
    assert len(children) == 3
    os.kill(killed.process.pid, signal.SIGKILL)
    for each in (killed.process, *children):
        wait_until_gone(each)
    assert line.run("status")[0] == 1
    pid = killed.process.pid
    said = f"the embedded cloud of process {pid} had been killed; nothing of it is left\n"
    assert line.run("down")[:2] == (0, said)
    assert line.run("down")[:2] == (0, "no embedded cloud runs for this project\n")
    assert line.files() == []


def test_a_lake_follows_a_killed_one(line: CommandLine) -> None:
    line.up()
    killed = line.running()
    os.kill(killed.process.pid, signal.SIGKILL)
    wait_until_gone(killed.process)
    line.up("--config", "stream.retentionHours=48")
    environment = line.running().environment
    assert environment["AWS_ENDPOINT_URL"] != killed.environment["AWS_ENDPOINT_URL"]
    clients = Clients(environment)
    name = {"StreamName": environment["FIRELAKE_STREAM"]}
    told = clients.call("kinesis", "DescribeStreamSummary", name)
    clients.close()
    assert told["StreamDescriptionSummary"]["RetentionPeriodHours"] == 48


def wait_until_gone(process: ProcessIdentity) -> None:
    deadline = time.monotonic() + 10
    while is_running(process):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_signal_stops_a_lake_that_stays_and_leaves_nothing(line: CommandLine) -> None:
    with line.start("up") as process:
        line.hold(process.pid)
        assert process.stderr is not None
        shown = ""
        while "Ctrl-C stops it" not in shown:
            shown = process.stderr.readline()
            assert shown, "it ended before it was ready"
        children = line.children()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()
    assert process.returncode == 0
    assert "export FIRELAKE_STREAM=firelake-dev-events" in output
    assert "stopping the embedded cloud" in errors
    assert len(children) == 3
    assert [each for each in children if is_running(each)] == []
    assert line.files() == []


def test_a_killed_delivery_or_endpoint_is_started_again_and_nothing_is_lost(
    line: CommandLine,
) -> None:
    line.up("--flush-after", "1")
    running, before = line.running(), line.children()
    for each in before:
        if each.pid != ministack_of(line):
            os.kill(each.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while len([each for each in line.children() if is_running(each)]) < 3:
        assert time.monotonic() < deadline, line.state.log.read_text()
        time.sleep(0.1)
    while line.running().delivery in {None, running.delivery}:
        assert time.monotonic() < deadline, line.state.log.read_text()
        time.sleep(0.1)
    assert line.state.log.read_text().count("had ended by itself, with -9") == 2

    environment = line.running().environment
    assert environment == running.environment
    event = json.dumps({**EVENT, "created_at": int(time.time())})
    assert line.run("produce", "-", text=f"{event}\n", environment=dict(environment))[0] == 0
    wait_for_objects(line, {"events/", "raw/"})
    code, output, errors = line.run(
        "query", "SELECT count(*) AS n FROM events", "--csv", environment=dict(environment)
    )
    assert code == 0, errors
    assert output.replace('"', "").split() == ["n", "1"]


def ministack_of(line: CommandLine) -> int:
    entries = [json.loads(each.read_text()) for each in line.state.processes.glob("*.json")]
    return int(next(each["child"][0] for each in entries if each["what"] == "MiniStack"))


def test_a_proxy_is_asked_for_nothing_of_this_machine(line: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0)
        url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        names = ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
        behind = {**dict.fromkeys(names, url), "NO_PROXY": "", "no_proxy": ""}
        line.up("--flush-after", "1", environment=behind)
        code, told, errors = line.run("env", "--json", environment=behind)
        assert code == 0, errors
        # What commands get that were not told by `env` that loopback needs no proxy.
        environment = {**json.loads(told), **behind}
        event = json.dumps({**EVENT, "created_at": int(time.time())})
        for arguments, text in (
            (("produce", "-"), f"{event}\n"),
            (("query", "SELECT 1"), ""),
            (("status",), ""),
        ):
            code, _, errors = line.run(*arguments, text=text, environment=environment)
            assert code == 0, errors
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_a_setting_that_is_refused_is_told_by_a_detached_lake_too(line: CommandLine) -> None:
    code, output, errors = line.run("up", "--detach", "--config", "delivery.bufferIntervalS=5")
    assert (code, output) == (1, "")
    assert "delivery.bufferIntervalS: 5: must be a whole number from 60 to 900" in errors
    assert line.files() == []
