"""GitHub's workflows: of the right form, pinned, and with no more rights than each job needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from firelake.infra.bootstrap.names import STACKS

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
        ("pull-request", "contract"): {"contents": "read"},
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


def test_each_job_of_a_deployment_waits_in_a_queue_of_its_own() -> None:
    # A prod that waits for its approval, up to 30 days, would else hold dev up.
    assert "concurrency" not in workflow("deploy")
    assert {name: job["concurrency"] for name, job in workflow("deploy")["jobs"].items()} == {
        name: {"group": f"deploy-{name}", "cancel-in-progress": False} for name in ("test", *STACKS)
    }


def test_only_stacks_that_are_there_are_previewed_deployed_and_watched() -> None:
    default = """vars.LAKE_STACKS || '["dev"]'"""
    preview = workflow("pull-request")["jobs"]["preview"]["steps"][-1]
    assert preview["env"] == {"STACKS": "${{ " + default + " }}"}
    assert workflow("deploy")["jobs"]["prod"]["if"] == f"contains(fromJSON({default}), 'prod')"
    matrix = workflow("contract-drift")["jobs"]["drift"]["strategy"]["matrix"]
    assert matrix == {"stack": "${{ fromJSON(" + default + ") }}"}


GUARD = "PYTHONPATH=src .venv/bin/python -m firelake.infra.replacement --history history.json"


def test_data_is_guarded_before_anything_changes() -> None:
    (script,) = [step["run"] for step in steps(ACTIONS[0]) if "run" in step]
    lines = script.replace("\\\n", " ").splitlines()
    assert lines[0] == "set -o pipefail"
    preview, guard = lines[-2].split("|")
    assert preview.startswith("pulumi preview --json --ignore-protect ")
    assert guard.split() == [*GUARD.split(), '"${accepted[@]}"']
    assert lines[-1].startswith("pulumi up ")
    assert "--ignore-protect" not in lines[-1]


def ran(script: str, folder: Path, commands: str, **variables: str) -> tuple[int, list[str]]:
    """The exit code of a script, and the commands that it called of those that are replaced."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(
        '#!/bin/bash\ncat > /dev/null; echo "guard $*" >> calls; exit "${GUARD_CODE:-0}"\n'
    )
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    # As GitHub runs a step of `shell: bash`.
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", f"{commands}\n{script}"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "GITHUB_OUTPUT": str(folder / "output"), **variables},
        capture_output=True,
        check=False,
    )
    calls = folder / "calls"
    return done.returncode, calls.read_text().splitlines() if calls.exists() else []


PULUMI = """
uuidgen() { echo end; }
jq() { echo dev prod; }
pulumi() { echo "$1 $2" >> calls; [ "$1" != "$FAILS" ]; }
"""


@pytest.mark.parametrize(
    ("variables", "code", "last"),
    [
        pytest.param({}, 0, "up --yes", id="nothing is lost"),
        pytest.param(
            {"GUARD_CODE": "1"},
            1,
            "guard -m firelake.infra.replacement --history history.json",
            id="refused",
        ),
        pytest.param(
            {"GUARD_CODE": "0", "FAILS": "preview"},
            1,
            "guard -m firelake.infra.replacement --history history.json",
            id="a preview that failed after all that the guard reads",
        ),
        pytest.param(
            {"ACCEPT": "stream-stream a-b"},
            0,
            "up --yes",
            id="a loss accepted",
        ),
        pytest.param({"FAILS": "stack"}, 1, "stack history", id="no history"),
    ],
)
def test_a_deployment_ends_at_what_the_guard_refuses(
    variables: dict[str, str], code: int, last: str, tmp_path: Path
) -> None:
    (script,) = [step["run"] for step in steps(ACTIONS[0]) if "run" in step]
    defaults = {"STACK": "dev", "ACCEPT": "", "FAILS": ""}
    ended, calls = ran(script, tmp_path, PULUMI, **{**defaults, **variables})
    assert ended == code
    assert calls[-1] == last
    guarded = [call for call in calls if call.startswith("guard")]
    accepted = " --accept stream-stream --accept a-b" if "ACCEPT" in variables else ""
    assert guarded in (
        [],
        [f"guard -m firelake.infra.replacement --history history.json{accepted}"],
    )


@pytest.mark.parametrize("fails", ["", "preview", "stack"])
def test_a_pull_request_is_guarded_for_every_stack_whatever_became_of_its_preview(
    fails: str, tmp_path: Path
) -> None:
    script = workflow("pull-request")["jobs"]["preview"]["steps"][-1]["run"]
    code, calls = ran(script, tmp_path, PULUMI, STACKS='["dev", "prod"]', FAILS=fails)
    assert (code == 0) is (fails == "")
    guarded = [call for call in calls if call.startswith("guard")]
    assert guarded == ["guard -m firelake.infra.replacement --history history.json"] * 2


def test_a_pull_request_whose_change_the_guard_refuses_fails(tmp_path: Path) -> None:
    script = workflow("pull-request")["jobs"]["preview"]["steps"][-1]["run"]
    variables = {"STACKS": '["dev"]', "FAILS": "", "GUARD_CODE": "1"}
    assert ran(script, tmp_path, PULUMI, **variables)[0] == 1


def test_a_pull_request_is_held_to_the_contract_of_its_base() -> None:
    job = workflow("pull-request")["jobs"]["contract"]
    assert job["steps"][0]["with"] == {"fetch-depth": 2, "persist-credentials": False}
    assert job["steps"][-1]["run"].splitlines()[-1] == (
        "PYTHONPATH=src .venv/bin/python -m firelake contract diff HEAD^1"
    )


def test_no_login_goes_to_a_backend_that_nobody_named(tmp_path: Path) -> None:
    script = next(step["run"] for step in steps(ACTIONS[1]) if "login" in step.get("run", ""))
    code, calls = ran(script, tmp_path, PULUMI, STATE_URL="")
    assert (code != 0, calls) == (True, [])


def test_beside_a_token_runs_nothing_but_what_is_locked_by_hashes() -> None:
    (install,) = [step["run"] for step in steps(ACTIONS[1]) if "pip" in step.get("run", "")]
    assert install.replace("\\\n", " ").split() == [
        *("python", "-m", "venv", ".venv"),
        *(".venv/bin/python", "-m", "pip", "install", "--require-hashes", "--no-deps"),
        *("--only-binary", ":all:", "--requirement", "infra/requirements.txt"),
    ]
    with_token = [
        step["run"]
        for path in WORKFLOWS
        for job in parsed(path)["jobs"].values()
        if job["permissions"].get("id-token") == "write"
        for step in job["steps"]
        if "run" in step
    ] + [
        step["run"]
        for path in ACTIONS
        for step in steps(path)
        if "run" in step and path != ACTIONS[1]
    ]
    assert [run for run in with_token if re.search(r"\b(make|pip|npm|curl|uv)\b", run)] == []


LOCK = ROOT / "infra" / "requirements.txt"


def test_every_locked_file_has_a_hash_and_the_version_of_the_constraints() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.read_text().strip())
    for entry in entries:
        name_and_version, *hashes = [part.strip() for part in entry.split("\\\n")]
        assert f"\n{name_and_version}\n" in f"\n{CONSTRAINTS}", name_and_version
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes)


IMPORTED_WITH_THE_LOCK_ALONE = """
import re, sys
from importlib.metadata import packages_distributions

locked = {*sys.argv[1:], "firelake"}
owners = packages_distributions()


class Absent:
    def find_spec(self, name, path=None, target=None):
        of = {re.sub(r"[-_.]+", "-", each).lower() for each in owners.get(name, ())}
        if of and not of & locked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Absent())
import firelake.infra.bootstrap.program, firelake.infra.entry, firelake.infra.package
import firelake.infra.program, firelake.infra.replacement
import firelake.cli.app, firelake.cli.commands.contract, firelake.cli.commands.env
"""


def test_what_deploys_needs_nothing_that_is_not_locked() -> None:
    locked = re.findall(r"^([\w.-]+)==", LOCK.read_text(), re.MULTILINE)
    command = [sys.executable, "-c", IMPORTED_WITH_THE_LOCK_ALONE, *locked]
    subprocess.run(command, cwd=ROOT, check=True)
    without = [name for name in command if name != "msgspec"]
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(without, cwd=ROOT, check=True, capture_output=True)


def test_the_pulumi_command_is_of_the_version_of_its_library() -> None:
    (version,) = re.findall(r"pulumi-version: (\S+)", ACTIONS[1].read_text())
    assert f"\npulumi=={version}\n" in CONSTRAINTS
