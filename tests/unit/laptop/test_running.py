"""What is on record of a running cloud: true, private, whole, and of one cloud at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from firelake.laptop.running import Running, StateFolder
from firelake.local.processes import ProcessIdentity, identify
from firelake.operations.errors import CloudError

NOVEMBER_1_S = 1_793_491_200


def of_this_process(environment: dict[str, str]) -> Running:
    process = identify(os.getpid())
    assert process is not None
    return Running(process=process, stack="dev", since_s=NOVEMBER_1_S, environment=environment)


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.make()
    return folder


def test_the_environment_names_the_folder() -> None:
    environment = {"FIRELAKE_STATE": "/a", "XDG_STATE_HOME": "/b"}
    assert StateFolder.of_project(environment, Path("/home/user/lake")).path == Path("/a")


def test_each_project_folder_has_a_folder_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "lake", tmp_path / "other" / "lake"
    environment = {"FIRELAKE_STATE": "", "XDG_STATE_HOME": "/b"}
    paths = [StateFolder.of_project(environment, each).path for each in (one, other, one)]
    assert paths[0] == paths[2] != paths[1]
    assert [each.parent for each in paths] == [Path("/b/firelake/lakes")] * 3
    assert paths[0].name.startswith("lake-")


def test_a_project_folder_has_one_lake_by_whatever_way_it_is_reached(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "lake")
    by_link = StateFolder.of_project({}, tmp_path / "link")
    assert by_link == StateFolder.of_project({}, tmp_path / "lake")


def test_without_variables_the_folder_is_in_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = StateFolder.of_project({}, tmp_path).path
    assert path.parent == tmp_path / ".local" / "state" / "firelake" / "lakes"


def test_a_record_is_read_as_it_was_written_and_for_this_user_alone(state: StateFolder) -> None:
    written = Running(
        process=of_this_process({}).process,
        stack="dev",
        since_s=NOVEMBER_1_S,
        environment={"AWS_REGION": "us-east-1"},
        outputs={"bucket": "b"},
        resources={"s3": 3},
        notes=("note",),
        alarms=({"name": "an-alarm", "threshold": 1.5},),
        delivery=ProcessIdentity(5, "then"),
    )
    state.write(written)
    assert state.read() == written
    assert stat.S_IMODE((state.path / "running.json").stat().st_mode) == 0o600
    assert sorted(path.name for path in state.path.iterdir()) == [
        "clouds",
        "processes",
        "running.json",
    ]


def test_the_start_is_shown_in_utc() -> None:
    assert of_this_process({}).since == "2026-11-01 00:00:00 UTC"


def test_a_write_that_was_broken_off_does_not_hinder_the_next(state: StateFolder) -> None:
    (state.path / "running.json.new").write_text("{")
    state.write(of_this_process({}))
    assert state.read() == of_this_process({})


def test_a_cloud_whose_process_has_ended_does_not_run(state: StateFolder) -> None:
    same_number = ProcessIdentity(os.getpid(), "before this one")
    state.write(Running(process=same_number, stack="dev", since_s=0, environment={"A": "1"}))
    assert state.read() is None
    state.refuse_second()


def test_without_a_record_no_cloud_runs(state: StateFolder) -> None:
    assert state.read() is None
    with pytest.raises(CloudError, match="no embedded cloud runs for this project: start one by"):
        state.read_ready()


def test_a_cloud_that_is_starting_is_not_ready(state: StateFolder) -> None:
    state.write(of_this_process({}))
    with pytest.raises(CloudError, match="is not ready yet"):
        state.read_ready()


def test_a_record_that_is_none_is_told(state: StateFolder) -> None:
    (state.path / "running.json").write_text('{"stack": 5}')
    with pytest.raises(CloudError, match=r"running\.json cannot be read.*delete it"):
        state.read()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CloudError, match=r"the state cannot be kept in .*FIRELAKE_STATE"):
        StateFolder(tmp_path / "file" / "state").make()


def test_a_second_cloud_is_refused_and_told_how_to_use_or_end_the_first(state: StateFolder) -> None:
    with state.hold():
        state.write(of_this_process({}))
        with pytest.raises(CloudError) as refused, state.hold():
            pass
    assert str(refused.value) == (
        f"an embedded cloud runs already: stack dev, process {os.getpid()}, "
        "since 2026-11-01 00:00:00 UTC. "
        'Use it: eval "$(firelake env)". End it: firelake down'
    )


def test_a_second_cloud_is_refused_before_the_first_is_on_record(state: StateFolder) -> None:
    with state.hold(), pytest.raises(CloudError, match="just starting or stopping"), state.hold():
        pass


def test_a_cloud_may_follow_another(state: StateFolder) -> None:
    with state.hold():
        pass
    with state.hold():
        state.clear()
    assert state.read() is None
