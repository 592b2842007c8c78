"""Tests that the zip and Lambda's boto3 are all that the function needs to run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firelake.contract.names import ENV_CLAIMS_TABLE, HANDLER

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = [pytest.mark.zip, pytest.mark.local]

SCRIPT = Path(__file__).with_name("bare_interpreter.py")
FIRST_BATCH = Path(__file__).parents[1] / "data" / "invocations" / "first_batch.json"


def run_bare(
    *arguments: Path | str, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Run the function where there is nothing but the standard library and these folders."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(SCRIPT), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        env=dict(environment or {}),
    )
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome


def test_the_function_is_imported_with_nothing_but_the_zip_and_boto3(
    task_folder: Path, runtime_folder: Path
) -> None:
    """Importing needs no setting either: Lambda shows a failed import as a failed start."""
    outcome = run_bare(task_folder, runtime_folder, HANDLER)
    packages = {name.partition(".")[0] for name in outcome["modules"]}
    assert [path for path in outcome["standard_paths"] if "site-packages" in path] == []
    assert packages >= {"firelake", "msgspec"}
    assert packages.isdisjoint(
        {"athena_on_duckdb", "pandas", "pulumi", "pyarrow", "pydantic", "rich", "tests", "typer"}
    )


def test_the_function_is_imported_within_400_milliseconds(
    task_folder: Path, runtime_folder: Path
) -> None:
    """No bytecode is kept, as in Lambda, and the best of five is the least disturbed one."""
    times_s = [run_bare(task_folder, runtime_folder, HANDLER)["import_s"] for _ in range(5)]
    assert min(times_s) <= 0.4


def test_the_function_answers_a_batch_and_its_retry_alike(
    task_folder: Path, runtime_folder: Path, ministack: str, claims_table: str
) -> None:
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": ministack,
        "AWS_LAMBDA_FUNCTION_NAME": "firelake-transform",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "test",
        ENV_CLAIMS_TABLE: claims_table,
    }
    first, retry = (
        run_bare(task_folder, runtime_folder, HANDLER, FIRST_BATCH, environment=environment)
        for _ in range(2)
    )
    asked = [record["recordId"] for record in json.loads(FIRST_BATCH.read_bytes())["records"]]
    answered = first["answer"]["records"]
    assert sorted(record["recordId"] for record in answered) == sorted(asked)
    assert "Ok" in {record["result"] for record in answered}
    assert retry["answer"] == first["answer"]
