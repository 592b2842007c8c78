"""Child processes on record: started, stopped, and ended when their parent was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firelake.formats.emulation import ProcessError
from firelake.local.children import (
    Child,
    LeftOver,
    default_records,
    end_left_overs,
    one_at_a_time,
    spawn,
    told,
)
from firelake.local.processes import ProcessIdentity, identify, is_running

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
SLEEP = ("/bin/sleep", "600")


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "state" / "records"


@pytest.fixture
def child(tmp_path: Path, records: Path) -> Iterator[Child]:
    folder = tmp_path / "own"
    folder.mkdir()
    child = spawn(
        "the sleeper",
        SLEEP,
        environment={},
        log=tmp_path / "log",
        records=records,
        folder=folder,
    )
    yield child
    if child.process.poll() is None:
        child.kill()


def entry_of(child: Child) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(child.record.read_text())
    return entry


def orphan(child: Child, *, parent: ProcessIdentity) -> None:
    """Lets a child look as if another process had started it."""
    entry = {**entry_of(child), "parent": [parent.pid, parent.started]}
    child.record.write_text(json.dumps(entry))


def test_a_child_is_on_record_with_its_parent_until_it_is_stopped(
    child: Child, records: Path, tmp_path: Path
) -> None:
    itself = identify(os.getpid())
    assert itself is not None
    assert list(records.iterdir()) == [child.record]
    assert entry_of(child)["parent"] == [itself.pid, itself.started]
    assert entry_of(child)["child"][0] == child.process.pid
    assert child.stop() == -15
    assert list(records.iterdir()) == []
    assert (tmp_path / "own").exists()


def test_a_child_that_is_stopped_twice_is_stopped(child: Child) -> None:
    assert child.stop() == child.stop() == -15


def test_a_killed_child_is_off_the_record(child: Child, records: Path) -> None:
    assert child.kill() == -9
    assert list(records.iterdir()) == []


def test_a_child_gets_its_environment_and_no_more(tmp_path: Path, records: Path) -> None:
    code = "import os; print(sorted(os.environ), flush=True); import time; time.sleep(600)"
    child = spawn(
        "python",
        [sys.executable, "-c", code],
        environment={"ONLY": "1", "LC_ALL": "C.UTF-8"},
        log=tmp_path / "log",
        records=records,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "log").read_text().endswith("\n") and time.monotonic() < deadline:
        time.sleep(0.01)
    child.stop()
    assert (tmp_path / "log").read_text() == "['LC_ALL', 'ONLY']\n"


def test_a_child_that_ends_at_once_is_an_error_or_on_record(tmp_path: Path, records: Path) -> None:
    # Which of the two it is depends on how soon the system runs it.
    try:
        child = spawn(
            "nothing", ["/bin/true"], environment={}, log=tmp_path / "log", records=records
        )
    except ProcessError as error:
        assert "nothing ended as soon as it was started" in str(error)  # noqa: PT017
    else:
        child.stop()
    assert list(records.iterdir()) == []


def test_a_child_of_a_living_parent_is_no_left_over(child: Child, records: Path) -> None:
    assert end_left_overs(records) == ()
    assert child.process.poll() is None
    assert child.record.exists()


@pytest.mark.parametrize("started", ["an earlier start"], ids=["a parent whose number was reused"])
def test_a_child_of_a_killed_parent_is_ended_with_its_folder(
    child: Child, records: Path, tmp_path: Path, started: str
) -> None:
    orphan(child, parent=ProcessIdentity(os.getpid(), started))
    assert end_left_overs(records) == (LeftOver("the sleeper", child.process.pid),)
    assert child.process.wait() == -15
    assert not (tmp_path / "own").exists()
    assert list(records.iterdir()) == []
    assert end_left_overs(records) == ()


def test_a_process_that_has_the_number_of_a_left_over_is_left_alone(
    child: Child, records: Path, tmp_path: Path
) -> None:
    orphan(child, parent=ProcessIdentity(os.getpid(), "an earlier start"))
    entry = {**entry_of(child), "child": [child.process.pid, "an earlier start"]}
    child.record.write_text(json.dumps(entry))
    assert end_left_overs(records) == ()
    assert child.process.poll() is None
    # What the dead one left in its folder goes all the same.
    assert not (tmp_path / "own").exists()
    assert list(records.iterdir()) == []


def test_where_nothing_was_ever_started_nothing_is_left_over(tmp_path: Path) -> None:
    assert end_left_overs(tmp_path / "absent") == ()


def test_all_left_overs_are_told_in_one_sentence() -> None:
    assert told([LeftOver("MiniStack", 42), LeftOver("the delivery", 43)]) == (
        "ended what a killed run had left behind: MiniStack (process 42), the delivery (process 43)"
    )


def test_a_parent_that_is_about_to_end_leaves_no_child(child: Child, records: Path) -> None:
    itself = identify(os.getpid())
    assert end_left_overs(records, ending=itself) == (LeftOver("the sleeper", child.process.pid),)
    assert child.process.wait() == -15


PARENT = """
import sys, time
from pathlib import Path
from firelake.local.children import spawn

folder = Path(sys.argv[1])
for number in range(2):
    own = folder / str(number)
    own.mkdir(exist_ok=True)
    child = spawn("a sleeper", ["/bin/sleep", "600"], environment={}, log=folder / "log",
                  records=folder / f"records{number}", folder=own)
    print(child.process.pid, flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("way", ["SIGKILL", "SIGINT", "a return"])
def test_children_end_with_their_parent_however_it_ends(tmp_path: Path, way: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        children = [identify(int(parent.stdout.readline())) for _ in range(2)]
        assert None not in children
        if way == "a return":
            parent.communicate("\n")
        else:
            parent.send_signal(signal.Signals[way])
            parent.wait()
    deadline = time.monotonic() + 30
    while any(each is not None and is_running(each) for each in children):
        assert time.monotonic() < deadline, "a child outlived its parent"
        time.sleep(0.02)
    while list(tmp_path.glob("records*/*.json")):
        assert time.monotonic() < deadline, "a dead child is still on record"
        time.sleep(0.02)
    assert [each for each in (tmp_path / "0", tmp_path / "1") if each.exists()] == []


def test_records_are_in_the_state_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert default_records() == Path("/state/firelake/processes")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/user")
    assert default_records() == Path("/home/user/.local/state/firelake/processes")


def test_those_who_start_processes_wait_for_each_other(records: Path) -> None:
    order: list[str] = []
    entered = threading.Event()

    def other() -> None:
        entered.set()
        with one_at_a_time(records):
            order.append("other")

    thread = threading.Thread(target=other)
    with one_at_a_time(records):
        thread.start()
        entered.wait()
        thread.join(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]
