"""Every command whose output cannot be written, or for which a package is missing."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.helpers.commands import EVENT, ROOT, filled, run, started

if TYPE_CHECKING:
    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local


PRINTING: Final = (
    *(["--help"], ["--version"], ["query", "--help"], ["contract", "check"], ["contract", "docs"]),
    *(["plan"], ["plan", "--json"], ["env", "--outputs", "{folder}/outputs.json"], ["down"]),
    *(["status"], ["status", "--json"], ["check", "{file}"], ["check", "{file}", "--json"]),
)
# One of each way to print: help, words, a page, JSON.
WAYS: Final = (["--help"], ["status"], ["contract", "docs"], ["plan", "--json"])


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_a_full_disk_is_told(command_folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = started(command_folder, arguments, stdout=full)
    assert ended.returncode == 1
    told = ended.stderr.decode()
    assert told.endswith("cannot be written: No space left on device\n")
    assert told.count("\n") == 1


@pytest.mark.parametrize("arguments", WAYS, ids=" ".join)
def test_nothing_is_said_to_a_reader_that_has_gone(
    command_folder: Path, arguments: list[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = started(command_folder, arguments, stdout=writer)
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.parametrize("arguments", WAYS, ids=" ".join)
def test_a_closed_output_is_told_and_nothing_else_is_written_to(
    command_folder: Path, arguments: list[str]
) -> None:
    ended = started(command_folder, arguments, preexec_fn=lambda: os.close(1))
    assert ended.returncode == 1
    assert ended.stderr.endswith(b"cannot be written: Bad file descriptor\n")
    assert (
        started(command_folder, arguments, preexec_fn=lambda: os.closerange(0, 3)).returncode == 1
    )


def test_a_query_whose_reader_has_gone_ends_without_a_word(
    queried_lake: QueriedLake, command_folder: Path
) -> None:
    many = "SELECT x FROM UNNEST(sequence(1, 5000)) AS t(x)"
    for form in ([], ["--csv"], ["--json"]):
        reader, writer = os.pipe()
        os.close(reader)
        environment = {**os.environ, **queried_lake.environment}
        ended = started(command_folder, ["query", many, *form], stdout=writer, env=environment)
        os.close(writer)
        assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        (["contract", "docs", "--out"], "{file}/below/x"),
        (["plan", "--html"], "/proc/no/such"),
        (["plan", "--stack-file"], "/dev/full/x"),
        (["report", "--hours", "1", "--out"], "{file}/below/x"),
        (["errors", "--out"], "/proc/no/such"),
        (["backfill", "{file}", "--processes", "1", "--invalid"], "/dev/full/x"),
        (["backfill", "{file}", "--processes", "1", "--folder"], "{file}/below/x"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(
    queried_lake: QueriedLake, command_folder: Path, arguments: list[str], target: str
) -> None:
    code, told = run(command_folder, [*arguments, target], queried_lake.environment)
    assert code == 1
    assert "cannot be " in told


def test_a_report_that_cannot_be_written_asks_nothing(
    queried_lake: QueriedLake, command_folder: Path
) -> None:
    nobody = {**queried_lake.environment, "AWS_ENDPOINT_URL": "nowhere"}
    arguments = ["report", "--hours", "1", "--out", "{file}/below/x"]
    code, told = run(command_folder, arguments, nobody)
    assert code == 1
    assert told.startswith("firelake: ")
    assert "below/x' cannot be written: " in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("arguments", [["contract", "docs", "--out"], ["plan", "--stack-file"]])
def test_a_device_is_written_to_and_not_replaced(
    command_folder: Path, arguments: list[str]
) -> None:
    code, told = run(command_folder, [*arguments, "/dev/full"], {})
    assert code == 1
    assert "'/dev/full' cannot be written: No space left on device" in told
    assert Path("/dev/full").is_char_device()


def test_a_folder_that_is_full_ends_a_backfill_with_its_counts(
    queried_lake: QueriedLake, command_folder: Path
) -> None:
    (command_folder / "events.jsonl").write_text(
        "".join(EVENT.replace('"1"', f'"full-{number}"') for number in range(3000))
    )

    def few_bytes_a_file() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    ended = started(
        command_folder,
        ["backfill", "{file}", "--processes", "1", "--folder", "{folder}"],
        env={**os.environ, **queried_lake.environment},
        stdout=subprocess.PIPE,
        preexec_fn=few_bytes_a_file,
    )
    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr
    assert b"cannot be used" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (["report"], "jinja2", "report"),
        (["report"], "matplotlib", "report"),
        (["plan", "--html", "{folder}/plan.html"], "jinja2", "plan"),
        (["plan", "--simulate"], "simpy", "plan"),
        (["up"], "pulumi", "local"),
        (["backfill", "{file}"], "pyarrow", "query"),
        (["demo"], "duckdb", "local"),
    ],
)
def test_a_package_that_is_missing_is_told_with_what_to_install(
    queried_lake: QueriedLake, command_folder: Path, arguments: list[str], package: str, extra: str
) -> None:
    code = (
        "import sys; sys.modules[sys.argv[1]] = None\n"
        "from firelake.cli.app import app; sys.argv[:2] = ['firelake']; app()"
    )
    environment = {**os.environ, **queried_lake.environment}

    def ended(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, package, *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert ended("--help").returncode == 0
    refused = ended(*filled(command_folder, arguments))
    assert refused.returncode == 1
    assert refused.stderr.endswith(
        f"firelake: the package '{package}' is not installed, which this command needs:"
        f" pip install 'firelake[{extra}]'\n"
    )
