"""A cloud is on record while it runs, stops in order at a signal, and its end is noticed."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from firelake.laptop.running import Facts, Running, StateFolder
from firelake.laptop.up import Plan, Started, bring_down, run_up
from firelake.laptop.updates import (
    UpdateAnswer,
    UpdateRequest,
    answer_update,
    ask_to_update,
    requested_update,
)
from firelake.local.processes import ProcessIdentity, identify, is_running
from firelake.operations.errors import CloudError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PLAN = Plan(
    project="firelake",
    stack="dev",
    settings={"firelake:startDate": "2026-11-01"},
    contract=Path("/project/events.toml"),
    flush_sooner_s=2.0,
)
FACTS = Facts(
    environment={"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
    outputs={"bucket": "lake"},
    resources={"s3": 2},
    alarms=({"name": "an-alarm"},),
)


@dataclass(slots=True)
class FakeCloud:
    """What happens to a cloud, in order; `faults` are what it answers when it is asked."""

    state: StateFolder
    faults: list[str | None] = field(default_factory=list[str | None])
    words: list[list[str]] = field(default_factory=list[list[str]])
    deliveries: list[ProcessIdentity] = field(default_factory=list[ProcessIdentity])
    log: list[str] = field(default_factory=list[str])

    def start(self, plan: Plan, state: StateFolder) -> Started:
        assert (plan, state) == (PLAN, self.state)
        on_record = state.read()
        assert on_record is not None
        self.log.append(f"start, ready: {on_record.is_ready}")
        return Started(
            facts=lambda: FACTS,
            notes=("ended MiniStack",),
            update=self.update,
            delivery=lambda: self.deliveries.pop(0) if self.deliveries else None,
            tend=lambda: self.words.pop(0) if self.words else (),
            fault=lambda: self.faults.pop(0) if self.faults else None,
            stop=self.stop,
        )

    def update(self, settings: Mapping[str, object], contract: Path) -> tuple[str, ...]:
        self.log.append(f"update {dict(settings)} {contract}")
        if not settings:
            message = "a setting is wrong"
            raise InputError(message)
        return ("changed a table",)

    def stop(self) -> None:
        on_record = self.state.read()
        assert on_record is not None
        self.log.append(f"stop, ready: {on_record.is_ready}")

    def show(self, running: Running) -> None:
        assert running == self.state.read()
        self.log.append(f"show {running.stack} since {running.since_s}: {running.notes}")

    def run(self, *signals: signal.Signals, looks: int = 1) -> None:
        left = list(signals)
        seen = iter(range(1, 1000))

        def wait(seconds: float) -> None:
            self.log.append(f"wait {seconds}")
            if next(seen) >= looks and left:
                os.kill(os.getpid(), left.pop(0))

        run_up(
            PLAN,
            self.state,
            start=self.start,
            show=self.show,
            say=self.log.append,
            wait=wait,
            now_s=lambda: 1_793_491_200.5,
        )


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path)


@pytest.fixture(autouse=True)
def same_handlers() -> Iterator[None]:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    yield
    after = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert after == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_a_cloud_that_stays(state: StateFolder, number: signal.Signals) -> None:
    cloud = FakeCloud(state)
    cloud.run(number)
    assert cloud.log == [
        "start, ready: False",
        "show dev since 1793491200: ('ended MiniStack',)",
        "wait 1.0",
        "stopping the embedded cloud; its data goes with it",
        "stop, ready: True",
    ]
    assert state.read() is None
    assert not (state.path / "running.json").exists()


def test_a_signal_amid_the_word_that_it_is_ready_stops_it_all_the_same(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_self: FakeCloud, _running: Running) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(FakeCloud, "show", interrupted)
    cloud = FakeCloud(state)
    cloud.run()
    assert cloud.log == [
        "start, ready: False",
        "stopping the embedded cloud; its data goes with it",
        "stop, ready: True",
    ]
    assert state.read() is None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"a": 1}, UpdateAnswer(id="1", changed=("changed a table",))),
        ({}, UpdateAnswer(id="1", fault="a setting is wrong")),
    ],
)
def test_a_cloud_that_stays_does_once_what_it_is_asked_for(
    state: StateFolder, settings: dict[str, object], told: UpdateAnswer
) -> None:
    request = UpdateRequest(id="1", settings=settings, contract="/project/events.toml")

    class Asked(FakeCloud):
        def show(self, running: Running) -> None:
            super().show(running)
            (state.path / "update-request.json").write_bytes(msgspec.json.encode(request))

    cloud = Asked(state)
    cloud.run(signal.SIGINT, looks=3)
    assert [line for line in cloud.log if line.startswith("update")] == [
        f"update {settings} /project/events.toml"
    ]
    answer = (state.path / "update-answer.json").read_bytes()
    assert msgspec.json.decode(answer, type=UpdateAnswer) == told


def test_a_request_that_nobody_waits_for_is_forgotten_at_the_next_start(
    state: StateFolder,
) -> None:
    state.make()
    request = UpdateRequest(id="1", settings={"a": 1}, contract="/project/events.toml")
    (state.path / "update-request.json").write_bytes(msgspec.json.encode(request))
    cloud = FakeCloud(state)
    cloud.run(signal.SIGINT)
    assert [line for line in cloud.log if line.startswith("update")] == []


def test_who_asks_waits_for_the_answer_and_leaves_nothing(state: StateFolder) -> None:
    state.make()
    process = identify(os.getpid())
    assert process is not None
    running = Running(process=process, stack="dev", since_s=0)

    def answer_at_last(_seconds: float) -> None:
        request = requested_update(state)
        assert request is not None
        assert (request.settings, request.contract) == ({"a": 1}, "/project/events.toml")
        with pytest.raises(CloudError, match="is being updated already"):
            ask_to_update(state, running, {}, Path("/other"))
        answer_update(state, UpdateAnswer(id="another's"))
        answer_update(state, UpdateAnswer(id=request.id, changed=("made a view",)))
        assert requested_update(state) is None

    contract = Path("/project/events.toml")
    assert ask_to_update(state, running, {"a": 1}, contract, answer_at_last) == ("made a view",)
    assert [each.name for each in state.path.iterdir() if each.name.startswith("update")] == []


def test_who_asks_is_told_why_it_was_not_done(state: StateFolder) -> None:
    state.make()
    process = identify(os.getpid())
    assert process is not None

    def refuse(_seconds: float) -> None:
        request = requested_update(state)
        assert request is not None
        answer_update(state, UpdateAnswer(id=request.id, fault="the version must rise"))

    running = Running(process=process, stack="dev", since_s=0)
    with pytest.raises(CloudError, match="the version must rise"):
        ask_to_update(state, running, {}, Path("/project"), refuse)
    gone = Running(process=ProcessIdentity(process.pid, "another start"), stack="dev", since_s=0)
    with pytest.raises(CloudError, match="ended meanwhile"):
        ask_to_update(state, gone, {}, Path("/project"), lambda _seconds: None)


def test_a_second_signal_does_not_break_off_the_stop(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = FakeCloud(state)
    stop = FakeCloud.stop

    def interrupted(self: FakeCloud) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        stop(self)

    monkeypatch.setattr(FakeCloud, "stop", interrupted)
    cloud.run(signal.SIGINT)
    assert cloud.log[-1] == "stop, ready: True"


def test_a_signal_that_the_shell_lets_it_ignore_stays_ignored(state: StateFolder) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        cloud = FakeCloud(state)
        cloud.run(signal.SIGHUP, signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert cloud.log.count("wait 1.0") == 2


def test_a_cloud_that_broke_is_told_and_stopped(state: StateFolder) -> None:
    cloud = FakeCloud(state, faults=[None, "the delivery has ended by itself"])
    with pytest.raises(CloudError, match="the delivery has ended by itself"):
        cloud.run()
    assert cloud.log[-3:] == [
        "wait 1.0",
        "stopping the embedded cloud; its data goes with it",
        "stop, ready: True",
    ]
    assert state.read() is None


def test_what_was_started_again_is_told_and_on_record(state: StateFolder) -> None:
    first, second = ProcessIdentity(1, "now"), ProcessIdentity(2, "later")
    cloud = FakeCloud(
        state,
        words=[[], ["the delivery was started again"]],
        deliveries=[first, first, second, second],
    )
    seen: list[ProcessIdentity | None] = []

    def wait(_seconds: float) -> None:
        on_record = state.read()
        assert on_record is not None
        seen.append(on_record.delivery)
        if len(seen) == 3:
            raise KeyboardInterrupt

    run_up(PLAN, state, start=cloud.start, show=cloud.show, say=cloud.log.append, wait=wait)
    assert seen == [first, second, second]
    assert cloud.log.count("the delivery was started again") == 1


def test_a_full_disk_ends_no_cloud(state: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = FakeCloud(state, words=[["the delivery was started again"]] * 3)
    turns: list[str] = []

    def full(*_words: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def wait(_seconds: float) -> None:
        turns.append("turn")
        cloud.deliveries.append(ProcessIdentity(len(turns), "now"))
        monkeypatch.setattr(StateFolder, "write", full)
        if len(turns) == 3:
            raise KeyboardInterrupt

    def say(line: str) -> None:
        if "again" in line:
            full()
        cloud.log.append(line)

    run_up(PLAN, state, start=cloud.start, show=cloud.show, say=say, wait=wait)
    assert len(turns) == 3
    assert cloud.log[-1] == "stop, ready: True"


@pytest.mark.parametrize("error", [CloudError, KeyboardInterrupt])
def test_a_cloud_that_could_not_be_started_is_off_the_record(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def broken(_self: FakeCloud, _plan: Plan, _state: StateFolder) -> Started:
        raise error

    monkeypatch.setattr(FakeCloud, "start", broken)
    cloud = FakeCloud(state)
    with pytest.raises(error):
        cloud.run()
    assert cloud.log == []
    assert not (state.path / "running.json").exists()


def test_a_second_cloud_is_refused_and_the_first_stays_on_record(state: StateFolder) -> None:
    second = FakeCloud(state)
    with state.hold():
        process = identify(os.getpid())
        assert process is not None
        first = Running(process=process, stack="first", since_s=0, environment=FACTS.environment)
        state.write(first)
        with pytest.raises(CloudError, match="an embedded cloud runs already: stack first"):
            second.run()
        assert state.read() == first
    assert second.log == []


def test_down_ends_the_process_on_record(state: StateFolder) -> None:
    state.make()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        identity = identify(process.pid)
        assert identity is not None
        state.write(
            Running(process=identity, stack="dev", since_s=0, environment=FACTS.environment)
        )
        assert bring_down(state) == f"stopped the embedded cloud of process {process.pid}"
        assert process.wait() == -signal.SIGTERM
    assert not (state.path / "running.json").exists()


def test_down_leaves_another_process_of_the_same_number_alone(state: StateFolder) -> None:
    state.make()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        identity = identify(process.pid)
        assert identity is not None
        earlier = {"pid": process.pid, "started": "before"}
        (state.path / "running.json").write_text(
            json.dumps({"process": earlier, "stack": "dev", "since_s": 0})
        )
        assert bring_down(state) == (
            f"the embedded cloud of process {process.pid} had been killed; nothing of it is left"
        )
        assert is_running(identity)
        process.kill()
    assert not (state.path / "running.json").exists()


def test_down_ends_what_a_killed_cloud_left_behind(state: StateFolder, tmp_path: Path) -> None:
    state.make()
    files = tmp_path / "clouds" / "cloud-1"
    files.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        identity = identify(process.pid)
        assert identity is not None
        entry = {
            "what": "the delivery",
            "child": [identity.pid, identity.started],
            "parent": [process.pid, "before"],
            "folder": str(files),
        }
        (state.processes / "1-2.json").write_text(json.dumps(entry))
        assert bring_down(state) == (
            f"ended what a killed run had left behind: the delivery (process {process.pid})"
        )
        process.wait()
    assert not files.exists()


def test_down_has_nothing_to_do_where_no_cloud_ever_ran(tmp_path: Path) -> None:
    assert bring_down(StateFolder(tmp_path / "never")) is None
    assert not (tmp_path / "never").exists()
