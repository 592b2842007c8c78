"""The environment of the running cloud is given so that a shell and a program can take it over."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from firelake.aws.lake_ref import OUTPUT_VARIABLES
from firelake.cli.app import app
from firelake.cli.commands.env import export_lines
from firelake.laptop.running import Running, StateFolder
from firelake.local.processes import identify

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "FIRELAKE_STREAM": "it's; $(me)\n"}


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateFolder:
    monkeypatch.setenv("FIRELAKE_STATE", str(tmp_path))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    folder = StateFolder(tmp_path)
    folder.make()
    return folder


def put_on_record(state: StateFolder, environment: dict[str, str]) -> None:
    process = identify(os.getpid())
    assert process is not None
    state.write(Running(process=process, stack="dev", since_s=0, environment=environment))


def test_a_shell_has_the_very_values_and_nothing_that_leads_elsewhere(state: StateFolder) -> None:
    put_on_record(state, ENVIRONMENT)
    printed = CliRunner().invoke(app, ["env"])
    assert printed.exit_code == 0
    shell = subprocess.run(
        ["/bin/sh", "-c", 'eval "$LINES_OF_ENV"; env -0'],
        env={"LINES_OF_ENV": printed.stdout, "AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "old"},
        capture_output=True,
        text=True,
        check=True,
    )
    variables = dict(each.split("=", 1) for each in shell.stdout.split("\0") if each)
    assert {name: variables[name] for name in ENVIRONMENT} == ENVIRONMENT
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(variables)
    assert variables["NO_PROXY"] == variables["no_proxy"] == "127.0.0.1,localhost,::1"


def test_no_service_keeps_the_endpoint_that_the_shell_had_for_it(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = {**ENVIRONMENT, "AWS_ENDPOINT_URL_ATHENA": "http://127.0.0.1:4567"}
    put_on_record(state, lake)
    elsewhere = {
        f"AWS_ENDPOINT_URL_{service}": "http://127.0.0.1:9" for service in ("ATHENA", "KINESIS")
    }
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)
    shell = subprocess.run(
        ["/bin/sh", "-c", 'eval "$LINES_OF_ENV"; env -0'],
        env={"LINES_OF_ENV": CliRunner().invoke(app, ["env"]).stdout, **elsewhere},
        capture_output=True,
        text=True,
        check=True,
    )
    variables = dict(each.split("=", 1) for each in shell.stdout.split("\0") if each)
    assert variables["AWS_ENDPOINT_URL_ATHENA"] == "http://127.0.0.1:4567"
    assert "AWS_ENDPOINT_URL_KINESIS" not in variables


def test_a_program_gets_json(state: StateFolder) -> None:
    put_on_record(state, ENVIRONMENT)
    printed = CliRunner().invoke(app, ["env", "--json"])
    here = "127.0.0.1,localhost,::1"
    expected = {**ENVIRONMENT, "NO_PROXY": here, "no_proxy": here}
    assert (printed.exit_code, json.loads(printed.stdout)) == (0, expected)


@pytest.mark.parametrize("is_starting", [False, True], ids=["none runs", "one is starting"])
def test_without_a_cloud_a_shell_gets_nothing(state: StateFolder, *, is_starting: bool) -> None:
    if is_starting:
        put_on_record(state, {})
    printed = CliRunner().invoke(app, ["env"])
    assert (printed.exit_code, printed.stdout) == (1, "")
    assert printed.stderr.startswith(
        "firelake: the embedded cloud of process" if is_starting else "firelake: no embedded cloud"
    )


def test_a_plain_value_stands_as_it_is() -> None:
    assert export_lines({"AWS_REGION": "us-east-1"}) == ["export AWS_REGION=us-east-1"]


def test_a_stack_on_aws_gives_its_outputs_and_keeps_the_users_credentials() -> None:
    outputs = {"region": "eu-central-1", "streamName": "firelake-dev-events", "bucket": "a-bucket"}
    others = dict.fromkeys(OUTPUT_VARIABLES.keys() - outputs.keys(), 7)
    printed = CliRunner().invoke(
        app, ["env", "--outputs", "-"], input=json.dumps({**outputs, **others, "dashboard": "d"})
    )
    lines = printed.stdout.splitlines()
    assert printed.exit_code == 0
    assert lines[:4] == [
        "export AWS_REGION=eu-central-1",
        "export AWS_DEFAULT_REGION=eu-central-1",
        "export FIRELAKE_STREAM=firelake-dev-events",
        "export FIRELAKE_BUCKET=a-bucket",
    ]
    assert "export FIRELAKE_LATENESS_DAYS=7" in lines
    assert len(lines) == 2 + len(OUTPUT_VARIABLES)


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ("", "--outputs is not what `pulumi stack output --json` prints"),
        ("[]", "--outputs is not what `pulumi stack output --json` prints"),
        ('{"region": "eu-central-1"}', "the stack has no output bucket, claimsTable, "),
    ],
    ids=["nothing", "a list", "another stack"],
)
def test_what_is_no_stack_of_firelake_is_refused(outputs: str, message: str) -> None:
    printed = CliRunner().invoke(app, ["env", "--outputs", "-"], input=outputs)
    assert (printed.exit_code, printed.stdout) == (2, "")
    assert printed.stderr.startswith(f"firelake: {message}")
