"""GitHub's workflows: of the right form, pinned, and with no more rights than each job needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from infra.bootstrap.names import STACKS

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
FILES = [*WORKFLOWS, *ACTIONS]
TOOLS = Path(sys.executable).parent
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
CONSTRAINTS = (ROOT / "constraints.txt").read_text()


def parsed(path: Path) -> dict[str, Any]:
    # YAML 1.1 takes the key `on` for true.
    content = cast("dict[Any, Any]", yaml.safe_load(path.read_text()))
    return {"on" if key is True else key: value for key, value in content.items()}


def workflow(name: str) -> dict[str, Any]:
    return parsed(ROOT / ".github" / "workflows" / f"{name}.yml")


def steps(path: Path) -> list[dict[str, Any]]:
    content = parsed(path)
    if "runs" in content:
        return content["runs"]["steps"]
    return [step for job in content["jobs"].values() for step in job["steps"]]


def tool(*arguments: str) -> None:
    command, *others = arguments
    done = subprocess.run(
        [TOOLS / command, *others], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        pytest.param("github-workflows", WORKFLOWS, id="workflows"),
        pytest.param("github-actions", ACTIONS, id="actions"),
    ],
)
def test_they_have_the_form_that_github_publishes(schema: str, paths: list[Path]) -> None:
    assert paths
    tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, paths))


def test_the_linter_finds_no_way_in() -> None:
    tool("zizmor", "--offline", "--no-progress", "--min-severity", "medium", ".github")


def test_every_action_of_others_is_pinned_to_a_commit_with_its_version_beside() -> None:
    used = [
        line.partition("uses:")[2].strip()
        for path in FILES
        for line in path.read_text().splitlines()
        if "uses:" in line
    ]
    others = [use for use in used if not use.startswith("./.github/actions/")]
    assert [use for use in others if PINNED.fullmatch(use) is None] == []
    # One version each: an update that forgets a file is seen.
    assert len(set(others)) == len({use.partition("@")[0] for use in others}) == 4


def test_actions_of_this_repository_are_there() -> None:
    used = {
        step["uses"]
        for path in FILES
        for step in steps(path)
        if step.get("uses", "").startswith("./")
    }
    assert used == {f"./{path.parent.relative_to(ROOT)}" for path in ACTIONS}


def test_no_workflow_runs_for_forks_with_rights_of_the_repository() -> None:
    triggers = {path.stem: set(parsed(path)["on"]) for path in WORKFLOWS[:2]}
    assert triggers == {
        "contract-drift": {"schedule", "workflow_dispatch"},
        "deploy": {"push", "workflow_dispatch"},
    }
    assert workflow("pull-request")["on"] == "pull_request"
    assert [path.name for path in WORKFLOWS] == [
        "contract-drift.yml",
        "deploy.yml",
        "pull-request.yml",
    ]


def test_no_key_and_no_token_is_stored() -> None:
    text = "".join(path.read_text() for path in FILES)
    assert "secrets." not in text
    assert re.findall(r"\$\{\{ github\.token \}\}", text) == ["${{ github.token }}"]
    assert "aws-access-key-id" not in text


def test_a_job_has_the_rights_that_are_named_for_it_and_no_others() -> None:
    assert [parsed(path)["permissions"] for path in WORKFLOWS] == [{}, {}, {}]
    assert {
        (path.stem, name): job["permissions"]
        for path in WORKFLOWS
        for name, job in parsed(path)["jobs"].items()
    } == {
        ("contract-drift", "drift"): {"contents": "read", "id-token": "write"},
        ("deploy", "test"): {"contents": "read"},
        ("deploy", "dev"): {"contents": "read", "id-token": "write"},
        ("deploy", "prod"): {"contents": "read", "id-token": "write"},
        ("pull-request", "check"): {"contents": "read"},
        ("pull-request", "test"): {"contents": "read"},
        ("pull-request", "preview"): {"contents": "read", "id-token": "write"},
        ("pull-request", "comment"): {"pull-requests": "write"},
    }


def test_the_job_that_may_comment_runs_no_code_of_the_pull_request() -> None:
    (step,) = workflow("pull-request")["jobs"]["comment"]["steps"]
    assert "uses" not in step
    assert "${{" not in step["run"]


def test_expressions_stand_in_no_script() -> None:
    scripts = [step["run"] for path in FILES for step in steps(path) if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_shell_parses_every_script(path: Path) -> None:
    for step in steps(path):
        if "run" in step:
            subprocess.run(["/bin/bash", "-n", "-c", step["run"]], check=True)


def test_only_pull_requests_of_this_repository_are_previewed() -> None:
    condition = workflow("pull-request")["jobs"]["preview"]["if"]
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    assert condition.split(" && ")[0] == same


def test_pull_requests_are_checked_on_every_python_of_the_project() -> None:
    tested = workflow("pull-request")["jobs"]["check"]["strategy"]["matrix"]["python"]
    named = re.findall(
        r'"Programming Language :: Python :: ([\d.]+)"', (ROOT / "pyproject.toml").read_text()
    )
    assert tested == named == ["3.11", "3.12", "3.13"]


def test_prod_follows_dev_each_from_its_environment_behind_tests() -> None:
    jobs = workflow("deploy")["jobs"]
    assert [name for name in jobs if name != "test"] == list(STACKS)
    assert [jobs[stack]["environment"] for stack in STACKS] == list(STACKS)
    assert [jobs[stack]["needs"] for stack in STACKS] == ["test", "dev"]
    assert [jobs[stack]["steps"][-1]["with"]["stack"] for stack in STACKS] == list(STACKS)
    assert workflow("deploy")["concurrency"]["cancel-in-progress"] is False


def test_data_is_guarded_before_anything_changes() -> None:
    (script,) = [step["run"] for step in steps(ACTIONS[0]) if "run" in step]
    lines = script.splitlines()
    assert lines[0] == "set -o pipefail"
    assert lines[1].endswith("| .venv/bin/python -m infra.replacement")
    assert lines[2].startswith("pulumi up ")


def test_the_pulumi_command_is_of_the_version_of_its_library() -> None:
    (version,) = re.findall(r"pulumi-version: (\S+)", ACTIONS[1].read_text())
    assert f"\npulumi=={version}\n" in CONSTRAINTS
