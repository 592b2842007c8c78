"""Another contract in the place of the example: the notebook runs on its lake, the tests pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from firehose_emulator.settings import LocalSwitches
from firelake.aws.lake_ref import CONTRACT_VARIABLE
from firelake.contract.events import load_contract
from firelake.contract.facts import EVENTS_FILE
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from firelake.samples.generate import Generator, Shares
from tests.helpers.foreign_contracts import TINY, large
from tests.helpers.lake_reading import LakeReader
from tests.helpers.sending import packed, send
from tests.local.test_notebooks import executed, plots, warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

ROOT: Final = Path(__file__).parents[2]
CONTRACTS: Final = {"tiny": TINY, "large": large()}
EVENTS: Final = 1_000
# Tests that read the contract of the project, and those of pages that tell of the example.
TOUCHED: Final = (
    *("tests/unit/test_repository.py", "tests/docs"),
    *(
        str(each.relative_to(ROOT))
        for each in sorted((ROOT / "tests/unit").rglob("test_*.py"))
        if "EVENTS_FILE" in each.read_text("utf-8")
    ),
)


def git(folder: Path, *arguments: str) -> str:
    command = shutil.which("git") or "git"
    done = subprocess.run(
        [command, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module", params=CONTRACTS)
def environment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of a lake of another contract, in which sample events are."""
    folder = tmp_path_factory.mktemp("any")
    contract = folder / "mine.toml"
    contract.write_text(CONTRACTS[request.param])
    config = {
        "firelake:startDate": (datetime.now(UTC).date() - timedelta(days=9)).isoformat(),
        "firelake:delivery": {"acceptPartitionOverflow": True},
    }
    switches = LocalSwitches(flush_sooner_s=1.0)
    with Cloud.start(config, folder=folder, contract_file=contract, switches=switches) as cloud:
        generator = Generator(
            load_contract(contract), seed=1, start_s=time.time(), shares=Shares(unregistered=0.05)
        )
        send(cloud, generator.events(EVENTS), packed(1))
        LakeReader(cloud, folder).wait_until_delivered()
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        yield {
            **cloud.environment(),
            **variables_of(outputs),
            CONTRACT_VARIABLE: str(contract),
        }


def test_the_notebook_to_explore_runs_on_its_lake(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = executed("explore", environment, monkeypatch)
    assert warnings(outputs) == []
    assert len(plots(outputs)) >= 4


@pytest.mark.timeout(900)
@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_tests_that_touch_the_contract_pass_with_it_in_its_place(
    contract: str, tmp_path: Path
) -> None:
    for name in filter(None, git(ROOT, "ls-files", "-coz", "--exclude-standard").split("\0")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name, follow_symlinks=False)
    (tmp_path / EVENTS_FILE.relative_to(ROOT)).write_text(CONTRACTS[contract])
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *TOUCHED, "-q", "-p", "no:cacheprovider", "--tb=short"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path / 'src'}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
