"""`firelake init` makes a whole project in a new or empty folder, and touches no other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.contract.events import load_contract
from firelake.infra.bootstrap.config import BootstrapConfig
from firelake.infra.config import LakeConfig
from firelake.operations.project_folder import contract_of, project_folder
from firelake.operations.stack_settings import project_name, stack_settings
from firelake.project.errors import ProjectError
from firelake.project.files import Choices
from firelake.project.first_contract import first_contract
from firelake.project.init import (
    project_name_of,
    refuse_other_regions,
    refuse_what_is_there,
    write_project,
)

CHOICES: Final = Choices("shop", "eu-central-1", date(2026, 11, 22))
FILES: Final = [
    ".firelake.json",
    ".github/workflows/deploy.yml",
    ".github/workflows/pull-request.yml",
    ".gitignore",
    "Pulumi.dev.yaml",
    "Pulumi.yaml",
    "README.md",
    "__main__.py",
    "bootstrap/Pulumi.account.yaml",
    "bootstrap/Pulumi.yaml",
    "bootstrap/__main__.py",
    "bootstrap/requirements.txt",
    "events.toml",
    "notebook.ipynb",
    "requirements.txt",
]
TOOLS: Final = Path(sys.executable).parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects") / "shop"
    assert write_project(folder, CHOICES, first_contract("shop")) == FILES
    return folder


def of_yaml(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(path.read_text("utf-8")))


def test_the_command_makes_a_project_and_says_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["init", "shop"])
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[: len(FILES)] == [f"shop/{name}" for name in FILES]
    assert lines[len(FILES) :][:2] == ["next:", "  cd shop"]
    again = CliRunner().invoke(app, ["init", "shop"])
    assert again.exit_code == 2
    assert (
        "'shop' holds something already (.firelake.json, .github, .gitignore, ...)" in again.stderr
    )


def test_nothing_of_a_template_is_left_unfilled(project: Path) -> None:
    for name in FILES:
        assert re.findall(r"(?<![\w/-])@[a-z_]+@", (project / name).read_text("utf-8")) == [], name


def test_the_first_contract_is_right_and_has_a_comment_for_each_field(project: Path) -> None:
    contract = load_contract(project / "events.toml")
    assert list(contract.events) == ["order:placed"]
    lines = (project / "events.toml").read_text("utf-8").splitlines()
    of_fields = [line for line in lines if re.match(r"\w+ = \{", line)]
    assert len(of_fields) == len(contract.fields)
    assert [line for line in of_fields if "  # " not in line] == []


def test_the_settings_are_ones_that_the_programs_take(project: Path) -> None:
    settings = stack_settings("dev", folder=project)
    assert settings["aws:region"] == "eu-central-1"
    ours = {
        key.removeprefix("firelake:"): value
        for key, value in settings.items()
        if key.startswith("firelake:")
    }
    assert LakeConfig.parse(ours).start_date == date(2026, 11, 22)
    bootstrap = of_yaml(project / "bootstrap" / "Pulumi.account.yaml")["config"]
    assert bootstrap.pop("aws:region") == "eu-central-1"
    keys = {key.removeprefix("firelake-bootstrap:"): value for key, value in bootstrap.items()}
    assert BootstrapConfig.parse(keys).project == "shop"


def test_the_program_has_three_lines(project: Path) -> None:
    assert len((project / "__main__.py").read_text("utf-8").splitlines()) == 3


def test_the_readme_is_of_one_screen(project: Path) -> None:
    assert len((project / "README.md").read_text("utf-8").splitlines()) <= 50


def test_the_notebook_is_one(project: Path) -> None:
    notebook = json.loads((project / "notebook.ipynb").read_text("utf-8"))
    assert notebook["nbformat"] == 4
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            compile("".join(cell["source"]), cell["id"], "exec")


def test_the_workflows_install_a_pinned_release_and_have_no_way_in(project: Path) -> None:
    workflows = sorted((project / ".github" / "workflows").iterdir())
    for command in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, workflows)],
        ["zizmor", "--offline", "--no-progress", "--min-severity", "medium", str(project)],
    ):
        done = subprocess.run(
            [TOOLS / command[0], *command[1:]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    for path in workflows:
        text = path.read_text("utf-8")
        assert "pip install --requirement requirements.txt" in text
        assert "git clone" not in text
        assert "make " not in text
        for job in of_yaml(path)["jobs"].values():
            for script in (step["run"] for step in job["steps"] if "run" in step):
                assert "${{" not in script
                subprocess.run(["/bin/bash", "-n", "-c", script], check=True)
    (line,) = (project / "requirements.txt").read_text("utf-8").splitlines()[1:]
    assert re.fullmatch(r"firelake\[deploy\](==[0-9.]+| @ https?\S+| @ git\+https\S+@\w{40})", line)


@pytest.mark.parametrize("inside", ["", "deep", "deep/er"])
def test_a_project_is_found_from_within(project: Path, inside: str) -> None:
    assert project_folder(project / inside) == project
    assert contract_of(project) == project / "events.toml"
    assert project_name(project) == "shop"


def test_elsewhere_it_is_the_checkout_or_the_folder_itself(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    assert project_folder(tmp_path, checkout) == tmp_path
    (checkout / "Pulumi.yaml").write_text("name: firelake\n")
    assert project_folder(tmp_path, checkout) == checkout


@pytest.mark.parametrize(
    "name",
    ["Shop", "my shop", "shop_1", "1shop", "shop-", "sh--op", "xn--shop", "a" * 23, "läden"],
)
def test_a_name_that_aws_would_refuse_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="can be no project's name"):
        project_name_of(tmp_path / name)


@pytest.mark.parametrize(
    "region", ["mars", "", "eu-central", "eu-central-1a", "us-east-1\n", "EU-WEST-1"]
)
def test_a_region_that_aws_cannot_have_is_refused(tmp_path: Path, region: str) -> None:
    arguments = ["init", str(tmp_path / "shop"), "--region", region]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert f"{region!r} can be no Region of AWS: give one such as" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "region", ["us-east-1", "ap-southeast-7", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"]
)
def test_a_region_of_any_partition_is_taken(region: str) -> None:
    refuse_other_regions(region)


@pytest.mark.parametrize("name", ["shop", "a", "my-shop-2", "a" * 22])
def test_a_name_that_suits_all_services_is_taken(tmp_path: Path, name: str) -> None:
    assert project_name_of(tmp_path / name) == name


def test_what_git_and_a_virtual_environment_made_may_be_there(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    sample = tmp_path / "events.ndjson"
    sample.touch()
    refuse_what_is_there(tmp_path, [sample])
    with pytest.raises(ProjectError, match=r"holds something already \(events.ndjson\)"):
        refuse_what_is_there(tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "shop"
    file.touch()
    with pytest.raises(ProjectError, match="cannot be a project's folder"):
        refuse_what_is_there(file)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(FileExistsError):
        write_project(tmp_path, CHOICES, first_contract("shop"))
    assert (tmp_path / "README.md").read_text() == "mine"
