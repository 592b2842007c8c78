"""The commands of the contract: what they show, in which form, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Final

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

OLD: Final = """
version = 1

[fields]
score = { type = "double", description = "Points." }

[events."game:won"]
description = "A game was won."
optional = ["score"]
"""
ADDED: Final = (
    OLD.replace("version = 1", "version = 2")
    .replace(
        "[events.",
        'level = { type = "bigint", since = 2, description = "Level." }\n[events.',
        1,
    )
    .replace('["score"]', '["score", "level"]')
)
RETYPED: Final = OLD.replace("version = 1", "version = 2").replace("double", "bigint")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["contract", *map(str, arguments)])


def git(folder: Path, *arguments: str) -> None:
    """Run git with the settings of nobody."""
    settings = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    command = ("git", "-C", str(folder), *arguments)
    subprocess.run(command, env=os.environ | settings, check=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.toml"
    path.write_text(OLD)
    return path


@pytest.fixture
def repository(file: Path) -> Path:
    """The file, committed as it was at first; its folder is not the top of the repository."""
    folder = file.parent / "lake" / "contract"
    folder.mkdir(parents=True)
    file = file.rename(folder / "events.toml")
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "--quiet", "--message=One.")
    return file


def test_a_contract_without_a_fault_is_told_in_one_line(file: Path) -> None:
    result = run("check", file)
    assert (result.exit_code, result.stdout) == (
        0,
        f"{file}: version 1, 1 event of 1 type, 1 field, nothing wrong\n",
    )


def test_the_contract_of_the_project_is_checked_where_none_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FIRELAKE_CONTRACT")
    result = run("check")
    assert result.exit_code == 0
    assert "src/firelake/contract/events.toml: version " in result.stdout


def test_the_contract_that_the_environment_names_is_checked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRELAKE_CONTRACT", str(file))
    assert run("check").stdout == f"{file}: version 1, 1 event of 1 type, 1 field, nothing wrong\n"


def test_every_fault_is_shown_with_its_line(file: Path) -> None:
    file.write_text(OLD.replace("double", "float").replace("optional", "options"))
    result = run("check", file)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{file}:5: fields.score.type: 'float': 'float' is no type: use ")
    assert lines[1].startswith(f"{file}:5: fields.score: 'score': no event uses this field: ")
    assert lines[2].startswith(f'{file}:9: events."game:won".options: ')
    assert len(lines) == 3


def test_faults_are_told_to_programs_whole(file: Path) -> None:
    file.write_text(OLD.replace("1", "true"))
    result = run("check", file, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "file": str(file),
        "is_valid": False,
        "problems": [
            {
                "line": 2,
                "key": "version",
                "value": "True",
                "rule": "must be an integer of 1 or more",
            }
        ],
    }


def test_a_contract_that_is_right_has_no_problems_for_programs(file: Path) -> None:
    result = run("check", file, "--json")
    assert json.loads(result.stdout) == {"file": str(file), "is_valid": True, "problems": []}


def test_what_stands_in_a_file_does_the_terminal_no_harm(file: Path) -> None:
    file.write_text(OLD.replace("double", "\\u001b[2J[bold]"))
    result = run("check", file)
    assert "\x1b" not in result.stdout
    assert "\\x1b[2J[bold]" in result.stdout


@pytest.mark.parametrize("command", ["check", "docs"])
def test_a_file_that_is_not_there_is_told(command: str, tmp_path: Path) -> None:
    result = run(command, tmp_path / "none.toml")
    assert (result.exit_code, result.stderr) == (
        2,
        f"firelake: '{tmp_path}/none.toml' cannot be read: No such file or directory\n",
    )


def test_additive_changes_pass(file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.toml"
    new.write_text(ADDED)
    result = run("diff", file, new)
    assert (result.exit_code, result.stdout) == (
        0,
        """\
allowed  version: 1 -> 2: a version may rise
allowed  fields.level: new, bigint, since 2: old events have null in its column
allowed  events."game:won".optional.level: new: every event that is valid now stays valid
3 changes, 0 refused
""",
    )


def test_a_change_that_breaks_the_lake_is_refused_with_the_reason(
    file: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.toml"
    new.write_text(RETYPED)
    result = run("diff", file, new)
    assert (result.exit_code, result.stdout) == (
        1,
        """\
allowed  version: 1 -> 2: a version may rise
refused  fields.score.type: double -> bigint: files that lie in the lake hold the old type: \
declare a field of another name
2 changes, 1 refused
""",
    )


def test_changes_are_told_to_programs(file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.toml"
    new.write_text(OLD.replace("A game", "Any game"))
    result = run("diff", file, new, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "old": str(file),
        "new": str(new),
        "is_allowed": True,
        "changes": [
            {
                "key": 'events."game:won".description',
                "what": "reworded",
                "allowed": True,
                "reason": "descriptions are for people only",
            }
        ],
    }


@pytest.mark.parametrize("old", ["HEAD", "HEAD:contract/events.toml"], ids=["name", "path"])
def test_a_revision_of_git_is_the_file_as_it_was(repository: Path, old: str) -> None:
    repository.write_text(RETYPED)
    result = run("diff", old, repository)
    assert result.exit_code == 1
    assert "refused  fields.score.type: double -> bigint: " in result.stdout


def test_nothing_changed_is_no_change(repository: Path) -> None:
    result = run("diff", "HEAD", repository)
    assert (result.exit_code, result.stdout) == (0, "0 changes, 0 refused\n")


def test_a_revision_that_git_does_not_know_is_told(repository: Path) -> None:
    result = run("diff", "v9", repository)
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "firelake: 'v9' is no file, and git knows no 'v9:./events.toml': "
    )


def test_what_git_would_take_for_an_option_is_no_revision(repository: Path) -> None:
    result = run("diff", "--", "--textconv", repository)
    assert (result.exit_code, result.stderr) == (
        2,
        "firelake: '--textconv' is no file, nor a revision\n",
    )


def test_an_old_contract_with_faults_is_told_with_its_revision(repository: Path) -> None:
    repository.write_text("version = 0")
    git(repository.parent, "commit", "--quiet", "--all", "--message=Two.")
    repository.write_text(OLD)
    result = run("diff", "HEAD", repository)
    assert result.exit_code == 2
    assert result.stderr.startswith(
        "firelake: the contract cannot be used: HEAD:./events.toml has 2 problems:\n"
    )


def test_the_dictionary_goes_to_standard_output_or_into_a_file(file: Path, tmp_path: Path) -> None:
    page = run("docs", file).stdout
    assert page.startswith("# Events, contract version 1\n")
    result = run("docs", file, "--out", tmp_path / "page.md")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "page.md").read_text() == page


def test_a_file_that_cannot_be_written_is_told(file: Path, tmp_path: Path) -> None:
    result = run("docs", file, "--out", tmp_path)
    assert (result.exit_code, result.stderr) == (
        1,
        f"firelake: '{tmp_path}' cannot be written: Is a directory\n",
    )
