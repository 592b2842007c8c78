"""A lake of flights as docs/flights.md tells to make it: deployed, filled by the command, read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import duckdb
import yaml

from firehose_emulator.settings import LocalSwitches
from firelake.aws.lake_ref import CONTRACT_VARIABLE
from firelake.contract.layout import EVENTS_PREFIX
from firelake.local.children import tail
from firelake.local.cloud import Cloud, unix_ms
from firelake.samples.expected import Found
from firelake.samples.lake_files import LakeFiles

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from mypy_boto3_s3 import S3Client

ROOT: Final = Path(__file__).parents[3]
CONTRACT: Final = ROOT / "tests" / "data" / "flights" / "contract.toml"
GUIDE: Final = (ROOT / "docs" / "flights.md").read_text()

_LOOK_AGAIN_S: Final = 0.3


def guide_block(language: str) -> str:
    """The only block of the guide in a language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return str(block)


def guide_config() -> dict[str, object]:
    """The settings that the guide gives, without their prefix."""
    content: dict[str, dict[str, object]] = yaml.safe_load(guide_block("yaml"))
    return {key.removeprefix("firelake:"): value for key, value in content["config"].items()}


@dataclass(frozen=True, slots=True)
class Lake:
    """What came out.

    Attributes:
        folder: Holds the Parquet files under their keys.
        found: Ids of the rows, and what failed.
    """

    folder: Path
    found: Found

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The answer of DuckDB to a query of the table `events`."""
        files = str(self.folder / EVENTS_PREFIX / "**" / "*.parquet")
        with duckdb.connect() as connection:
            connection.read_parquet(files, hive_partitioning=True).create_view("events")
            return connection.sql(query).fetchall()


@contextmanager
def lake_of_flights(folder: Path) -> Generator[Cloud]:
    """A cloud with the contract and the settings of the guide."""
    with Cloud.start(
        guide_config(),
        folder=folder,
        stack="flights",
        switches=LocalSwitches(flush_sooner_s=2),
        is_querying=False,
        contract_file=CONTRACT,
    ) as cloud:
        yield cloud


def produce(cloud: Cloud, lines: Iterable[str], file: Path) -> str:
    """Send lines by the guide's command; gives what it prints."""
    with file.open("w") as output:
        output.writelines(lines)
    options = guide_block("sh").partition("--pack")[2].replace("\\\n", " ").split()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "firelake", "produce", str(file)),
            *("--stream", str(cloud.outputs["streamName"]), "--pack", *options),
        ],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env={**cloud.environment(), CONTRACT_VARIABLE: str(CONTRACT)},
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_lake(cloud: Cloud, folder: Path, *, timeout_s: float) -> Lake:
    """Wait until all that has been sent is delivered, and fetch it."""
    sent_ms, ends_s = unix_ms(), time.monotonic() + timeout_s
    status = cloud.folder / "delivery" / "status.json"
    while not status.exists() or json.loads(status.read_bytes())["delivered_until_ms"] <= sent_ms:
        assert cloud.delivery_pid is not None, tail(cloud.delivery_log)
        assert time.monotonic() < ends_s, f"{status.read_text()}\n{tail(cloud.delivery_log)}"
        time.sleep(_LOOK_AGAIN_S)
    found = Found()
    client = cast("S3Client", cloud.clients.client("s3"))
    LakeFiles(client, str(cloud.outputs["bucket"]), folder).refresh(found)
    return Lake(folder, found)
