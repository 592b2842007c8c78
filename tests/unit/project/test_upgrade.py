"""`firelake upgrade` tells what a release wants changed, and never writes over an edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.project.errors import ProjectError
from firelake.project.files import Choices
from firelake.project.first_contract import first_contract
from firelake.project.init import write_project
from firelake.project.record import RECORD_FILE, ProjectRecord, digest
from firelake.project.upgrade import Wish, wanted_changes

if TYPE_CHECKING:
    from pathlib import Path

OLD: Final = "of an earlier release\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_project(
        tmp_path, Choices("shop", "us-east-1", date(2026, 11, 22)), first_contract("shop")
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written_earlier(project: Path, *places: str) -> None:
    """Makes it as if an earlier release had written these files otherwise."""
    record = ProjectRecord.read(project)
    digests = {**record.digests, **dict.fromkeys(places, digest(OLD.encode()))}
    earlier = replace(record, release="0.0.9", digests=digests)
    (project / RECORD_FILE).write_text(earlier.text())
    for place in places:
        (project / place).write_text(OLD)


def wishes(project: Path) -> dict[str, Wish]:
    changes = wanted_changes(project, ProjectRecord.read(project))
    return {each.place: each.wish for each in changes}


def test_a_project_of_this_release_needs_nothing(project: Path) -> None:
    done = CliRunner().invoke(app, ["upgrade"])
    assert (done.exit_code, done.output) == (
        0,
        "written by 0.1.0, this is 0.1.0: nothing is to be changed\n",
    )
    assert wishes(project) == {}


def test_what_is_the_users_own_is_not_looked_at(project: Path) -> None:
    for place in ("events.toml", "Pulumi.dev.yaml", "notebook.ipynb", "mine.py"):
        (project / place).write_text("mine")
    assert wishes(project) == {}


def test_an_edit_that_no_release_touches_is_left_alone(project: Path) -> None:
    (project / "README.md").write_text("mine")
    (project / "bootstrap" / "__main__.py").unlink()
    assert wishes(project) == {}


def test_a_file_that_nobody_edited_is_written_anew_where_it_is_asked_for(project: Path) -> None:
    written_earlier(project, "__main__.py")
    told = CliRunner().invoke(app, ["upgrade"])
    assert told.exit_code == 1
    assert "__main__.py: as it was written: --write writes it anew" in told.output
    assert "-of an earlier release" in told.output
    assert '+deploy("events.toml")' in told.output
    assert told.output.endswith("written by 0.0.9, this is 0.1.0: 1 file is to be changed\n")
    assert (project / "__main__.py").read_text() == OLD

    done = CliRunner().invoke(app, ["upgrade", "--write"])
    assert done.exit_code == 0
    assert 'deploy("events.toml")' in (project / "__main__.py").read_text()
    assert CliRunner().invoke(app, ["upgrade"]).exit_code == 0


def test_an_edited_file_is_shown_and_never_written(project: Path) -> None:
    written_earlier(project, "README.md")
    (project / "README.md").write_text("mine\n")
    for arguments in (["upgrade"], ["upgrade", "--write"]):
        told = CliRunner().invoke(app, arguments)
        assert told.exit_code == 1
        assert "README.md: edited by you" in told.output
        assert (project / "README.md").read_text() == "mine\n"
    # It was shown with --write: from then on it counts as merged.
    assert CliRunner().invoke(app, ["upgrade"]).exit_code == 0


def test_a_file_that_is_new_comes_and_one_that_is_gone_goes(project: Path) -> None:
    (project / "tools").mkdir()
    written_earlier(project, "tools/old.sh")
    record = ProjectRecord.read(project)
    digests = {place: each for place, each in record.digests.items() if place != ".gitignore"}
    (project / RECORD_FILE).write_text(replace(record, digests=digests).text())
    (project / ".gitignore").unlink()
    assert wishes(project) == {".gitignore": Wish.WRITE, "tools/old.sh": Wish.DELETE}
    assert CliRunner().invoke(app, ["upgrade", "--write"]).exit_code == 0
    assert (project / ".gitignore").exists()
    assert not (project / "tools" / "old.sh").exists()


def test_a_new_file_does_not_replace_one_of_the_users(project: Path) -> None:
    record = ProjectRecord.read(project)
    digests = {place: each for place, each in record.digests.items() if place != ".gitignore"}
    (project / RECORD_FILE).write_text(replace(record, digests=digests).text())
    (project / ".gitignore").write_text("mine")
    assert wishes(project) == {".gitignore": Wish.MERGE}


def test_elsewhere_there_is_nothing_to_upgrade(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is no project that `firelake init` made"):
        ProjectRecord.read(tmp_path)
    (tmp_path / RECORD_FILE).write_text("{")
    with pytest.raises(ProjectError, match="cannot be read"):
        ProjectRecord.read(tmp_path)
